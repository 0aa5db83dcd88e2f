"""Every verb as an address of its own: a thin translation of one request into one action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from drf_spectacular.utils import OpenApiExample, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from customers.refusal import Refused
from escalations.actions import escalation, handling, promises, resolution, review, triage
from escalations.api import bodies
from escalations.api.cases import CASE, told
from escalations.api.documents import asking, documented
from escalations.api.door import ApiView
from escalations.api.fields import Body, Empty
from escalations.casefile.customer import VERBS as CUSTOMER_VERBS
from escalations.models import Event
from escalations.rules.vocabulary import Verb


@dataclass(frozen=True, slots=True)
class Act:
    """One verb: the body it takes, the action it calls, its words in the document.

    `renamed` tells which of our fields is meant when the action refuses one of its own.
    """

    verb: Verb
    body: type[Body]
    call: Callable[..., Event]
    summary: str
    examples: tuple[OpenApiExample, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


REASONED = {"text": "reason"}
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
    Act(Verb.DECLINE, bodies.Because, escalation.decline, "Decline an escalation, with advice", renamed=REASONED),
    Act(
        Verb.HAND_BACK,
        bodies.Because,
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
        Verb.RESOLVE,
        bodies.Resolve,
        resolution.resolve,
        "Resolve the case and its escalation",
        (asking("Solved", {"outcome": "solved", "text": "The certificate is renewed; readings arrive again."}),),
    ),
    Act(Verb.CONFIRM, Empty, resolution.confirm, "Confirm the solution (customers)"),
    Act(Verb.REOPEN, bodies.Words, resolution.reopen, "Say that it is not solved"),
    Act(Verb.CLOSE, Empty, resolution.close, "Close a resolved case (staff)"),
    Act(Verb.RATE, bodies.Rate, resolution.rate, "Rate the solution, 1 to 5 (customers)"),
    Act(Verb.REVIEW, bodies.ReviewBody, review.write_review, "Write the review of an ended escalation"),
)


class ActView(ApiView):
    """Does one verb and tells the case as it is afterwards."""

    act: Act

    def post(self, request: Request, reference: str) -> Response:
        case = self.case(reference)
        act = self.act
        # Before the body is looked at: what is wrong with it would tell which reasons and people there are.
        if act.verb not in CUSTOMER_VERBS:
            self.staff_only()
        body = act.body(data=request.data)
        body.is_valid(raise_exception=True)
        key = self.key(request)
        try:
            act.call(case=case, actor=self.standing, at=self.at, key=key, **body.arguments())
        except Refused as refused:
            raise Refused(act.renamed.get(refused.field, refused.field), refused.code, refused.remedy) from refused
        return Response(told(self, self.case(reference)))


def view_of(act: Act) -> type[ActView]:
    """The view of one verb, with its own place in the document."""
    described = documented(
        summary=act.summary,
        description=f"Answers with the case as it is afterwards. Its `offers.{act.verb.value}` tells beforehand "
        "whether this is possible, and why not.",
        operation_id=f"cases_{act.verb.value}",
        request=None if act.body is Empty else act.body,
        answers={200: CASE},
        problems=(404,),
        is_write=True,
        examples=act.examples,
    )
    name = "".join(part.title() for part in act.verb.value.split("_"))
    view = type(name, (ActView,), {"act": act, "__doc__": f"{act.summary}."})
    return extend_schema_view(post=described)(view)
