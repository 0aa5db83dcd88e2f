"""The daily work on a case, for programs."""

from __future__ import annotations

from escalations.actions import handling, promises, resolution, review, triage
from escalations.api.acts.base import REASONED, Act
from escalations.api.bodies import daily as bodies
from escalations.api.bodies.base import Words
from escalations.api.documents import asking
from escalations.api.fields import Empty
from escalations.rules.vocabulary import Verb

ACTS = (
    Act(Verb.TRIAGE, bodies.Triage, triage.triage, "Confirm or correct severity and level", renamed=REASONED),
    Act(Verb.TAKE, bodies.Take, triage.take, "Take the case, or give it to a colleague"),
    Act(Verb.HOLD, bodies.Hold, handling.hold, "Wait for somebody else until a date"),
    Act(Verb.RESUME, Empty, handling.resume, "Go on before that date"),
    Act(
        Verb.PROMISE,
        bodies.Promise,
        promises.make,
        "Promise the customer news by an instant",
        (
            asking("By an instant", {"due_at": "2026-03-02T14:00:00Z"}, "The customer is told by when."),
            asking(
                "With words, later than usual",
                {
                    "due_at": "2026-03-04T14:00:00Z",
                    "text": "The spare part is on its way; we call you when it is in.",
                    "reason": "The supplier delivers on Wednesday.",
                },
                "The words go to the customer, the reason stays inside.",
            ),
        ),
    ),
    Act(
        Verb.MOVE_PROMISE,
        bodies.MovePromise,
        promises.move,
        "Move the open promise before it is due",
        (asking("Later", {"due_at": "2026-03-02T16:00:00Z", "reason": "The test takes two hours more."}),),
    ),
    Act(
        Verb.RESOLVE,
        bodies.Resolve,
        resolution.resolve,
        "Resolve the case and its escalation",
        (asking("Solved", {"outcome": "solved", "text": "The certificate is renewed; readings arrive again."}),),
    ),
    Act(Verb.CONFIRM, Empty, resolution.confirm, "Confirm the solution (customers)"),
    Act(Verb.REOPEN, Words, resolution.reopen, "Say that it is not solved"),
    Act(Verb.CLOSE, Empty, resolution.close, "Close a resolved case (staff)"),
    Act(Verb.RATE, bodies.Rate, resolution.rate, "Rate the solution, 1 to 5 (customers)"),
    Act(Verb.REVIEW, bodies.ReviewBody, review.write_review, "Write the review of an ended escalation"),
)
