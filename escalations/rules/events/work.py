"""The work on an escalation: what was found, planned, asked of others, and done after the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from escalations.rules.events.base import EventData


@dataclass(frozen=True, slots=True)
class FindingAdded(EventData):
    kind: ClassVar[str] = "finding.added"
    finding: str
    escalation: str = ""


@dataclass(frozen=True, slots=True)
class PlanMade(EventData):
    """How it is solved: steps with owner and due date. A second plan takes the place of the first."""

    kind: ClassVar[str] = "plan.made"
    plan: str
    escalation: str
    steps: list[str]
    target_at: str = ""


@dataclass(frozen=True, slots=True)
class PlanStepFinished(EventData):
    kind: ClassVar[str] = "plan.step_finished"
    plan: str
    step: str


@dataclass(frozen=True, slots=True)
class RequestMade(EventData):
    """Another team (its uid), or a party outside (its short name), was asked for a part of the work."""

    kind: ClassVar[str] = "request.made"
    version: ClassVar[int] = 2
    request: str
    team: str
    party: str = ""


@dataclass(frozen=True, slots=True)
class RequestAnswered(EventData):
    kind: ClassVar[str] = "request.answered"
    version: ClassVar[int] = 2
    request: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class RequestCancelled(EventData):
    """It is no longer needed."""

    kind: ClassVar[str] = "request.cancelled"
    request: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class RequestChased(EventData):
    """Nobody has answered: whoever asked is reminded for the `times`-th time, and so is the team that was asked."""

    kind: ClassVar[str] = "request.chased"
    request: str
    times: int


@dataclass(frozen=True, slots=True)
class FollowUpPlanned(EventData):
    """After the end somebody asks once more whether all is well."""

    kind: ClassVar[str] = "follow_up.planned"
    follow_up: str


@dataclass(frozen=True, slots=True)
class FollowUpDone(EventData):
    """The last owner asked once more; `message` is what was said."""

    kind: ClassVar[str] = "follow_up.done"
    version: ClassVar[int] = 2
    follow_up: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpSent(FollowUpDone):
    """The same in public words, which the customer gets."""

    kind: ClassVar[str] = "follow_up.sent"
    version: ClassVar[int] = 1
