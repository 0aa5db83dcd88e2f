"""What every condition is: holdings and progress, from its parameters and the facts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar, Protocol

from escalations.rules.facts import CaseFacts
from escalations.rules.vocabulary import ClockKind, Reason


@dataclass(frozen=True, slots=True)
class Holding:
    """One reason for which a condition holds from `since` on; an instant to come says that only time is missing."""

    cause: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How near a condition is: `have` of `need`, in whole units of what it counts."""

    have: int
    need: int

    @property
    def percent(self) -> int:
        return min(100 * self.have // self.need, 100) if self.need else 0


class Condition(Protocol):
    """What every condition can be asked. `code` is its registered name, `reason` why a case climbs for it."""

    code: ClassVar[str]

    @property
    def reason(self) -> Reason: ...

    @property
    def clocks(self) -> frozenset[ClockKind]:
        """The clocks it watches."""
        ...

    @property
    def name(self) -> str:
        """Code and parameters in one word, such as clock_breached:triage: names the rule in the journal."""
        ...

    def holdings(self, facts: CaseFacts) -> list[Holding]: ...

    def progress(self, facts: CaseFacts) -> Progress: ...


class UnknownCondition(ValueError):
    """The name or the parameters of a condition are not known; the message says which are."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What the conditions share that watch no clock."""

    code: ClassVar[str] = ""
    because: ClassVar[Reason] = Reason.UNRESOLVED

    @property
    def reason(self) -> Reason:
        return self.because

    @property
    def clocks(self) -> frozenset[ClockKind]:
        return frozenset()

    @property
    def name(self) -> str:
        """What is left out is not said, so that a rule keeps its name when its condition learns something new."""
        values = (getattr(self, item.name) for item in fields(self))
        return ":".join([self.code, *(str(value).lower() for value in values if value is not None)])

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        raise NotImplementedError

    def progress(self, facts: CaseFacts) -> Progress:
        """All or nothing, unless a condition counts."""
        return Progress(int(any(found.since <= facts.at for found in self.holdings(facts))), 1)


def at_least_one(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a whole number from 1 is needed")
