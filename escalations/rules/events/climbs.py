"""Climbing: from the criterion to the end of an escalation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from escalations.rules.events.base import EventData


@dataclass(frozen=True, slots=True)
class CriteriaMet(EventData):
    """The procedure calls for a climb and leaves it to people; `since` is the instant from which a criterion held.

    `rule` is a trigger that acts and has acted often enough on this case: it stops here and people are told.
    """

    kind: ClassVar[str] = "criteria.met"
    version: ClassVar[int] = 2
    causes: list[str]
    since: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ClimbHeld(EventData):
    """Too many cases were climbing by themselves: this one waits until somebody releases the storm brake."""

    kind: ClassVar[str] = "climb.held"
    storm: str
    to_level: int
    causes: list[str]


@dataclass(frozen=True, slots=True)
class ClimbReleased(EventData):
    """Somebody looked at the storm: the case climbs as its procedure says, or its `causes` are left to people."""

    kind: ClassVar[str] = "climb.released"
    storm: str
    climbs: bool
    causes: list[str]


@dataclass(frozen=True, slots=True)
class AskMade(EventData):
    """The customer asks for escalation; `message` says what is at stake."""

    kind: ClassVar[str] = "ask.made"
    ask: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class AskWithdrawn(EventData):
    kind: ClassVar[str] = "ask.withdrawn"
    ask: str


@dataclass(frozen=True, slots=True)
class AskDeclined(EventData):
    """`message` tells the customer why not, and what happens instead."""

    kind: ClassVar[str] = "ask.declined"
    ask: str
    message: str


@dataclass(frozen=True, slots=True)
class StepTaken(EventData):
    """The shared part of everything that moves an escalation.

    `instead_of` is who would have got it but is away, `passed_over` names others with the reason (user:…:away),
    or a level where nobody was (level:2:nobody), `skill` what was asked for, `rule` the trigger that climbed by itself,
    `why` the justification as a note.
    """

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
    why: str = ""
    skill: str = ""
    instead_of: str = ""
    passed_over: list[str] = field(default_factory=list)
    rule: str = ""
    decision_due_at: str = ""


@dataclass(frozen=True, slots=True)
class EscalationRequested(StepTaken):
    kind: ClassVar[str] = "escalation.requested"
    version: ClassVar[int] = 2
    source: str = "agent"
    ask: str = ""


@dataclass(frozen=True, slots=True)
class EscalationStepped(StepTaken):
    kind: ClassVar[str] = "escalation.stepped"
    version: ClassVar[int] = 2
    ask: str = ""


@dataclass(frozen=True, slots=True)
class EscalationReminded(EventData):
    """Nobody has acknowledged: the same person is told again."""

    kind: ClassVar[str] = "escalation.reminded"
    escalation: str
    step: str
    person: str


@dataclass(frozen=True, slots=True)
class EscalationPassedOn(EventData):
    """The same step in other hands: nobody acknowledged, the person is `away`, or another shift has begun.

    `anew` says that it was acknowledged, and has to be once more by whoever has it now.
    """

    kind: ClassVar[str] = "escalation.passed_on"
    version: ClassVar[int] = 2
    escalation: str
    step: str
    from_person: str
    person: str
    because: str
    instead_of: str = ""
    passed_over: list[str] = field(default_factory=list)
    away: bool = False
    anew: bool = False


@dataclass(frozen=True, slots=True)
class EscalationForgotten(EventData):
    """Acknowledged, and then nothing for the time of the level: it has to be acknowledged again."""

    kind: ClassVar[str] = "escalation.forgotten"
    escalation: str
    step: str
    person: str


@dataclass(frozen=True, slots=True)
class EscalationReturned(EventData):
    """The brief is incomplete: `message` says what is missing, and whoever asked owes it."""

    kind: ClassVar[str] = "escalation.returned"
    escalation: str
    step: str
    message: str


@dataclass(frozen=True, slots=True)
class BriefChased(EventData):
    """What the note `missing` asks for has not come: whoever owes it is reminded, for the so many-th time."""

    kind: ClassVar[str] = "brief.chased"
    escalation: str
    step: str
    missing: str
    times: int


@dataclass(frozen=True, slots=True)
class EscalationCompleted(EventData):
    """The brief has what was missing; it waits for triage again."""

    kind: ClassVar[str] = "escalation.completed"
    escalation: str
    step: str
    brief: str


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
class EscalationWithdrawn(EscalationDeclined):
    """Whoever asked no longer wants it; the case is back where the escalation began."""

    kind: ClassVar[str] = "escalation.withdrawn"


@dataclass(frozen=True, slots=True)
class DeEscalated(EscalationDeclined):
    """It need not be escalated any more; the case is back where the escalation began."""

    kind: ClassVar[str] = "escalation.de_escalated"


@dataclass(frozen=True, slots=True)
class DecisionAsked(EventData):
    """A question beside the steps: the level stays. `within_limit` says that whoever asked could have decided it."""

    kind: ClassVar[str] = "decision.asked"
    escalation: str
    decision: str
    person: str
    because: str
    due_at: str = ""
    within_limit: bool = False
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class DecisionMade(EventData):
    """`option` is the number of the chosen option, 0 without one."""

    kind: ClassVar[str] = "decision.made"
    version: ClassVar[int] = 2
    escalation: str
    decision: str
    verdict: str
    option: int = 0
