"""What became of the customer's asks for escalation, from the journal of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalations.rules import events as e
from escalations.rules.vocabulary import AskState


@dataclass(frozen=True, slots=True)
class AskStory:
    """One ask: when, why, and how it was answered; `answer` is the uid of the words with which it was declined."""

    uid: str
    seq: int
    reason: str
    asked_at: datetime
    state: AskState = AskState.OPEN
    answered_at: datetime | None = None
    answer: str = ""


def story(lines: Sequence[e.Line]) -> list[AskStory]:
    """All asks of a case in their order; at most the last one is open."""
    told: list[AskStory] = []
    for line in lines:
        match line.data:
            case e.AskMade(ask=uid, reason=reason):
                told.append(AskStory(uid, line.seq, reason, line.at))
            case e.AskDeclined(message=answer):
                told[-1] = replace(told[-1], state=AskState.DECLINED, answered_at=line.at, answer=answer)
            case e.AskWithdrawn():
                told[-1] = replace(told[-1], state=AskState.WITHDRAWN)
            case e.CaseClosed(ask=uid) if uid:
                told[-1] = replace(told[-1], state=AskState.WITHDRAWN)
            case e.EscalationRequested(ask=uid) | e.EscalationStepped(ask=uid) if uid:
                told[-1] = replace(told[-1], state=AskState.GRANTED, answered_at=line.at)
    return told


def last_answer(lines: Sequence[e.Line]) -> datetime | None:
    """When an ask was answered last, whatever the answer; None before the first."""
    answered = [ask.answered_at for ask in story(lines) if ask.answered_at]
    return answered[-1] if answered else None


def again_from(answered_at: datetime, hours: int) -> datetime:
    """From when on another ask is taken after this answer, whatever the hours of work."""
    return answered_at + timedelta(hours=hours)
