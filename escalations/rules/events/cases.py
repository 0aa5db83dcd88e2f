"""What happens to a case: it comes in, is worked on, waits, ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from escalations.rules.events.base import EventData


@dataclass(frozen=True, slots=True)
class CaseOpened(EventData):
    """`follows` is the closed case that the mail answered by which this one came in."""

    kind: ClassVar[str] = "case.opened"
    version: ClassVar[int] = 2
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
    follows: str = ""


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
    """Somebody owns the case now, or nobody any more; an imported one is `dormant` until a person takes it here.

    `causes` are the reasons to climb that stood when it woke up: known, and no reason to climb any more.
    """

    kind: ClassVar[str] = "case.taken"
    version: ClassVar[int] = 2
    owner: str
    dormant: bool = False
    causes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CaseAssessed(EventData):
    """What the case takes: a skill (its short name), and authority over an amount in whole units of a currency."""

    kind: ClassVar[str] = "case.assessed"
    skill: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class CaseWatched(EventData):
    """Somebody is told of every change from here on, or no longer."""

    kind: ClassVar[str] = "case.watched"
    watcher: str
    watches: bool


@dataclass(frozen=True, slots=True)
class ScriptTicked(EventData):
    """One line of a script was done, and whether it helped."""

    kind: ClassVar[str] = "script.ticked"
    script: str
    line: str
    helped: bool


@dataclass(frozen=True, slots=True)
class CaseJoinedAccount(EventData):
    """The case belongs to an account escalation: news are owed every so many working minutes from here on."""

    kind: ClassVar[str] = "case.joined_account"
    account: str
    manager: str
    minutes: int


@dataclass(frozen=True, slots=True)
class CaseLeftAccount(EventData):
    """The case follows the rhythm of its own policy again."""

    kind: ClassVar[str] = "case.left_account"
    account: str


@dataclass(frozen=True, slots=True)
class CaseReassigned(EventData):
    """Somebody stopped working here, or is away: no owner any more, another accountable person, or both.

    `asked` is who decides now what they were asked.
    """

    kind: ClassVar[str] = "case.reassigned"
    version: ClassVar[int] = 2
    from_owner: str = ""
    escalation: str = ""
    from_accountable: str = ""
    accountable: str = ""
    because: str = ""
    away: bool = False
    asked: str = ""


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
    """`mentioned` are colleagues whom the words name, who are told of it."""

    kind: ClassVar[str] = "note.added"
    version: ClassVar[int] = 2
    message: str
    mentioned: list[str] = field(default_factory=list)


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
    """`cause` is what an escalation came from, where the procedure asks for it; `requests` are no longer needed."""

    kind: ClassVar[str] = "case.resolved"
    version: ClassVar[int] = 2
    outcome: str
    message: str
    escalation: str = ""
    cause: str = ""
    requests: list[str] = field(default_factory=list)


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
    """`how` is confirmed (by the customer), silence, or staff; `ask` is a wish for escalation that is over with it."""

    kind: ClassVar[str] = "case.closed"
    version: ClassVar[int] = 2
    how: str
    escalation: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class CaseMoved(EventData):
    """The case follows another version of its policy from here on; `elapsed` is carry or restart."""

    kind: ClassVar[str] = "case.moved"
    from_policy_version: str
    policy_version: str
    elapsed: str


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
