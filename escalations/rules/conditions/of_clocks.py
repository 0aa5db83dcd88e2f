"""Clocks that were missed, or nearly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from escalations.rules.conditions.base import Holding, Plain, Progress, at_least_one
from escalations.rules.facts import CaseFacts
from escalations.rules.vocabulary import ClockKind, Reason


@dataclass(frozen=True, slots=True)
class ClockBreached(Plain):
    """A clock of this kind was missed and is still owed."""

    clock: ClockKind
    code: ClassVar[str] = "clock_breached"
    because: ClassVar[Reason] = Reason.CLOCK

    def __post_init__(self) -> None:
        object.__setattr__(self, "clock", ClockKind(self.clock))

    @property
    def clocks(self) -> frozenset[ClockKind]:
        return frozenset({self.clock})

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [Holding(f"{c.kind}:{c.start_seq}", c.due_at) for c in facts.clocks if c.kind == self.clock]

    def progress(self, facts: CaseFacts) -> Progress:
        return Progress(max((c.percent for c in facts.clocks if c.kind == self.clock), default=0), 100)


@dataclass(frozen=True, slots=True)
class ClockNear(Plain):
    """A clock of this kind has used so many percent of its time."""

    clock: ClockKind
    percent: int
    code: ClassVar[str] = "clock_near"
    because: ClassVar[Reason] = Reason.CLOCK

    def __post_init__(self) -> None:
        object.__setattr__(self, "clock", ClockKind(self.clock))
        at_least_one(self.percent)
        if self.percent > 99:
            raise ValueError("a percentage from 1 to 99 is needed; use clock_breached for all of it")

    @property
    def clocks(self) -> frozenset[ClockKind]:
        return frozenset({self.clock})

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [
            Holding(f"{c.kind}:{c.start_seq}:{self.percent}", c.reaches(self.percent))
            for c in facts.clocks
            if c.kind == self.clock
        ]

    def progress(self, facts: CaseFacts) -> Progress:
        return Progress(max((c.percent for c in facts.clocks if c.kind == self.clock), default=0), self.percent)
