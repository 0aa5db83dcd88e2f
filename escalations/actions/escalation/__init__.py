"""Climbing: up the ladder by a person or by itself, back down, and what the receiver does with it."""

from escalations.actions.escalation.by_itself import consider
from escalations.actions.escalation.questions import Question, ask_decision, decide
from escalations.actions.escalation.receiving import (
    accept,
    acknowledge,
    complete,
    de_escalate,
    decline,
    give_back,
    withdraw,
)
from escalations.actions.escalation.steps import BriefText
from escalations.actions.escalation.upward import climb, escalate, hand_back, lend, pull_up, redirect, step_back

__all__ = [
    "BriefText",
    "Question",
    "accept",
    "acknowledge",
    "ask_decision",
    "climb",
    "complete",
    "consider",
    "de_escalate",
    "decide",
    "decline",
    "escalate",
    "give_back",
    "hand_back",
    "lend",
    "pull_up",
    "redirect",
    "step_back",
    "withdraw",
]
