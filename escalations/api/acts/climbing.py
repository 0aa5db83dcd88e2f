"""The ladder, for programs."""

from __future__ import annotations

from escalations.actions import escalation
from escalations.api.acts.base import REASONED, Act
from escalations.api.bodies import climbing as bodies
from escalations.api.bodies.base import Because
from escalations.api.documents import asking
from escalations.rules.vocabulary import Verb

BRIEF = {
    "kind": "functional",
    "reason": "skill",
    "tried": "Restarted the collector twice.",
    "impact": "No billing run on Thursday.",
    "asked": "Find out why the collector stops at night.",
}
DECISION = BRIEF | {"kind": "hierarchical", "reason": "authority", "question": "May we refund the month of March?"}
UPWARD = (asking("Functional", BRIEF, "Needs expertise."), asking("Hierarchical", DECISION, "Needs a decision."))

ACTS = (
    Act(Verb.ESCALATE, bodies.Upward, escalation.escalate, "Escalate to the next level", UPWARD),
    Act(Verb.CLIMB, bodies.Upward, escalation.climb, "Take an escalation further up", UPWARD),
    Act(
        Verb.ACKNOWLEDGE,
        bodies.Acknowledge,
        escalation.acknowledge,
        "Acknowledge an escalation",
        (asking("Heard", {"severity": 2, "text": "Mara from the specialists has it; next news by noon."}),),
    ),
    Act(Verb.ACCEPT, bodies.Accept, escalation.accept, "Accept an escalation"),
    Act(Verb.DECLINE, Because, escalation.decline, "Decline an escalation, with advice", renamed=REASONED),
    Act(
        Verb.HAND_BACK,
        Because,
        escalation.hand_back,
        "Hand a case back to where this step came from",
        renamed=REASONED,
    ),
    Act(
        Verb.DECIDE,
        bodies.Decide,
        escalation.decide,
        "Answer the question of a hierarchical step",
        (asking("Approve", {"verdict": "approved", "answer": "Refund March, once."}),),
    ),
    Act(
        Verb.PULL_UP,
        bodies.Justified,
        escalation.pull_up,
        "Pull a case up to your own level",
        (asking("By a manager", {"justification": "The customer's board asks me about it."}),),
        REASONED,
    ),
    Act(Verb.RETURN, Because, escalation.give_back, "Return an escalation as incomplete", renamed=REASONED),
    Act(
        Verb.COMPLETE,
        bodies.Complete,
        escalation.complete,
        "Complete a brief that was returned",
        (asking("Completed", {name: BRIEF[name] for name in ("tried", "impact", "asked")}),),
    ),
    Act(
        Verb.REDIRECT,
        bodies.Redirect,
        escalation.redirect,
        "Send it to another team or person of this level",
        (asking("To a team", {"team": "network", "reason": "The line, not the meter."}),),
        REASONED,
    ),
    Act(Verb.STEP_BACK, bodies.StepBack, escalation.step_back, "Let a lower level go on", renamed=REASONED),
    Act(
        Verb.LEND,
        bodies.Lend,
        escalation.lend,
        "Ask an expert to help while the owner stays accountable",
        (asking("An expert", {"skill": "databases", "asked": "Why does the index grow without end?"}),),
        {"text": "asked"},
    ),
    Act(
        Verb.ASK_DECISION,
        bodies.AskDecision,
        escalation.ask_decision,
        "Ask for a decision while the work goes on here",
        (
            asking(
                "Amount and options",
                {
                    "question": "How do we make up for the lost month?",
                    "options": ["Refund March", "Two months free"],
                    "recommendation": "The refund; they asked for it.",
                    "amount": 1200,
                    "currency": "EUR",
                },
            ),
        ),
    ),
    Act(Verb.WITHDRAW, Because, escalation.withdraw, "Withdraw an escalation", renamed=REASONED),
    Act(Verb.DE_ESCALATE, Because, escalation.de_escalate, "De-escalate, with a justification", renamed=REASONED),
)
