"""The kinds of events a case can have, one frozen dataclass each: what the journal holds and nothing else.

Fields are uids, codes, whole numbers, words of a fixed vocabulary and ISO instants – never names, free text or primary
keys. A changed dataclass gets a new `version` and an entry in `kinds.UPCASTS`; a stored sample of every version is a
test for ever.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class EventData:
    """What all kinds share."""

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CaseOpened(EventData):
    kind: ClassVar[str] = "case.opened"
    origin: str
    contact: str
    organization: str
    topic: str
    impact: str
    urgency: str
    tier: str
    plan: str
    policy_version: str
    matrix_row: int
    severity: int
    level: int
    team: str
    message: str
    dormant: bool = False


@dataclass(frozen=True, slots=True)
class CaseTriaged(EventData):
    kind: ClassVar[str] = "case.triaged"
    from_severity: int
    severity: int
    from_level: int
    level: int
    from_team: str
    team: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class CaseTaken(EventData):
    """Somebody owns the case now; an imported history leaves it `dormant` until a person takes it here."""

    kind: ClassVar[str] = "case.taken"
    owner: str
    dormant: bool = False


@dataclass(frozen=True, slots=True)
class CaseReassigned(EventData):
    """Somebody stopped working here: the case lost its owner, or its escalation got another accountable person."""

    kind: ClassVar[str] = "case.reassigned"
    from_owner: str = ""
    escalation: str = ""
    from_accountable: str = ""
    accountable: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class MessageReceived(EventData):
    """The customer wrote."""

    kind: ClassVar[str] = "message.received"
    message: str
    origin: str


@dataclass(frozen=True, slots=True)
class MessageSent(EventData):
    """A person of ours wrote to the customer."""

    kind: ClassVar[str] = "message.sent"
    message: str
    origin: str


@dataclass(frozen=True, slots=True)
class NoteAdded(EventData):
    kind: ClassVar[str] = "note.added"
    message: str


@dataclass(frozen=True, slots=True)
class CaseHeld(EventData):
    """`stops` are the clocks the reason stopped when it was given: a later edit of the reason changes nothing here."""

    kind: ClassVar[str] = "case.held"
    reason: str
    stops: list[str]
    wake_at: str


@dataclass(frozen=True, slots=True)
class CaseResumed(EventData):
    """`by` is person, customer or wake."""

    kind: ClassVar[str] = "case.resumed"
    by: str


@dataclass(frozen=True, slots=True)
class CaseResolved(EventData):
    kind: ClassVar[str] = "case.resolved"
    outcome: str
    message: str
    escalation: str = ""


@dataclass(frozen=True, slots=True)
class CaseReopened(EventData):
    """`by` is customer, staff, or empty in the first version of this kind: only a customer's words want a reply."""

    kind: ClassVar[str] = "case.reopened"
    version: ClassVar[int] = 2
    message: str
    escalation: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class CaseClosed(EventData):
    """`how` is confirmed (by the customer), silence, or staff."""

    kind: ClassVar[str] = "case.closed"
    how: str
    escalation: str = ""


@dataclass(frozen=True, slots=True)
class ClockWarned(EventData):
    """`late_seconds` is how long after the instant itself people were told."""

    kind: ClassVar[str] = "clock.warned"
    clock: str
    start_seq: int
    due_at: str
    late_seconds: int


@dataclass(frozen=True, slots=True)
class ClockBreached(EventData):
    kind: ClassVar[str] = "clock.breached"
    clock: str
    start_seq: int
    due_at: str
    late_seconds: int


@dataclass(frozen=True, slots=True)
class PromiseMade(EventData):
    """News were promised by `due_at`; `message` are words to the customer, `why` is a note on why so late."""

    kind: ClassVar[str] = "promise.made"
    promise: str
    due_at: str
    message: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class PromiseMoved(EventData):
    """The same promise at another instant, before its own had come; the customer sees that."""

    kind: ClassVar[str] = "promise.moved"
    promise: str
    from_due_at: str
    due_at: str
    message: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class PromiseBroken(EventData):
    """Its instant passed without any public words of ours: `late_seconds` is how long after it this was seen."""

    kind: ClassVar[str] = "promise.broken"
    promise: str
    start_seq: int
    due_at: str
    late_seconds: int


@dataclass(frozen=True, slots=True)
class CaseMoved(EventData):
    """The case follows another version of its policy from here on; `elapsed` is carry or restart."""

    kind: ClassVar[str] = "case.moved"
    from_policy_version: str
    policy_version: str
    elapsed: str


@dataclass(frozen=True, slots=True)
class ClocksRepaired(EventData):
    """Stored clocks that did not say what the journal says, made so.

    Four lists side by side: the clock as kind:start, the column, and what it said before and says now.
    """

    kind: ClassVar[str] = "clocks.repaired"
    clocks: list[str]
    columns: list[str]
    before: list[str]
    after: list[str]


@dataclass(frozen=True, slots=True)
class RequestMade(EventData):
    """Another team, or somebody outside, was asked for a part of the work."""

    kind: ClassVar[str] = "request.made"
    request: str
    team: str


@dataclass(frozen=True, slots=True)
class RequestAnswered(EventData):
    kind: ClassVar[str] = "request.answered"
    request: str


@dataclass(frozen=True, slots=True)
class FollowUpPlanned(EventData):
    """After the end somebody asks once more whether all is well."""

    kind: ClassVar[str] = "follow_up.planned"
    follow_up: str


@dataclass(frozen=True, slots=True)
class FollowUpDone(EventData):
    kind: ClassVar[str] = "follow_up.done"
    follow_up: str


@dataclass(frozen=True, slots=True)
class CriteriaMet(EventData):
    """The procedure calls for a climb and leaves it to people."""

    kind: ClassVar[str] = "criteria.met"
    causes: list[str]


@dataclass(frozen=True, slots=True)
class StepTaken(EventData):
    """The shared part of everything that moves an escalation."""

    escalation: str
    step: str
    move: str
    climb_kind: str
    reason: str
    from_level: int
    to_level: int
    from_team: str
    to_team: str
    person: str
    because: str
    brief: str = ""
    decision: str = ""
    message: str = ""
    causes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EscalationRequested(StepTaken):
    kind: ClassVar[str] = "escalation.requested"
    source: str = "agent"


@dataclass(frozen=True, slots=True)
class EscalationStepped(StepTaken):
    kind: ClassVar[str] = "escalation.stepped"


@dataclass(frozen=True, slots=True)
class EscalationAcknowledged(EventData):
    """Heard, and the customer told so in the same act."""

    kind: ClassVar[str] = "escalation.acknowledged"
    escalation: str
    step: str
    from_severity: int
    severity: int
    message: str


@dataclass(frozen=True, slots=True)
class EscalationAccepted(EventData):
    """Taken up; without an acknowledgement before it, the customer is told in the same act (`message`)."""

    kind: ClassVar[str] = "escalation.accepted"
    escalation: str
    step: str
    from_severity: int
    severity: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class EscalationDeclined(EventData):
    kind: ClassVar[str] = "escalation.declined"
    escalation: str
    step: str
    from_level: int
    level: int
    from_team: str
    team: str
    message: str


@dataclass(frozen=True, slots=True)
class DecisionMade(EventData):
    kind: ClassVar[str] = "decision.made"
    escalation: str
    decision: str
    verdict: str


@dataclass(frozen=True, slots=True)
class SurveyAnswered(EventData):
    kind: ClassVar[str] = "survey.answered"
    survey: str
    score: int


@dataclass(frozen=True, slots=True)
class ReviewWritten(EventData):
    kind: ClassVar[str] = "review.written"
    review: str
    escalation: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One event as pure code reads it."""

    seq: int
    at: datetime
    data: EventData
