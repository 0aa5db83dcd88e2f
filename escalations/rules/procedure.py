"""A published policy version as one frozen value: the only thing decisions, screens and explanations read."""

from __future__ import annotations

from dataclasses import dataclass

from escalations.rules.conditions import Condition
from escalations.rules.vocabulary import ClockKind, Effect, Elapsed, Impact, Kind, Urgency
from escalations.timing.schedule import Schedule
from escalations.timing.stopwatch import Terms


@dataclass(frozen=True, slots=True)
class Rung:
    """A level: who works there, on which hours, and how long a climb stays at least before the next one by itself."""

    number: int
    name: str
    meaning: str
    team_id: int
    last_resort_id: int
    calendar_version_id: int
    schedule: Schedule
    dwell_minutes: int


@dataclass(frozen=True, slots=True)
class Target:
    """How long a clock may run; empty fields match everything. Rows are tried in order, the first match wins.

    `calendar_version_id` is None for a promise, which is due at its instant whatever the hours.
    """

    clock: ClockKind
    severity: int | None
    level: int | None
    plan: str | None
    calendar_version_id: int | None
    terms: Terms

    def matches(self, clock: ClockKind, severity: int, level: int, plan: str | None) -> bool:
        return (
            self.clock == clock
            and self.severity in (None, severity)
            and self.level in (None, level)
            and self.plan in (None, plan)
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of the matrix: what was told of the case → severity and entry level; empty fields match everything."""

    impact: Impact | None
    urgency: Urgency | None
    tier: str | None
    severity: int
    level: int

    def matches(self, impact: Impact, urgency: Urgency, tier: str) -> bool:
        return self.impact in (None, impact) and self.urgency in (None, urgency) and self.tier in (None, tier)


@dataclass(frozen=True, slots=True)
class Trigger:
    """When the condition holds: remind (nudge) or climb (act) to the next level, as this kind."""

    position: int
    condition: Condition
    effect: Effect
    kind: Kind


@dataclass(frozen=True, slots=True)
class Procedure:
    """The whole procedure of one policy version.

    `on_severity` says what a corrected severity does to the time that running clocks have counted.
    """

    uid: str
    policy: str
    version: int
    rungs: tuple[Rung, ...]
    targets: tuple[Target, ...]
    cells: tuple[Cell, ...]
    triggers: tuple[Trigger, ...]
    confirm_days: int
    on_severity: Elapsed = Elapsed.CARRY

    def rung(self, number: int) -> Rung:
        """The level of this number. Raises KeyError when the procedure has none."""
        for rung in self.rungs:
            if rung.number == number:
                return rung
        raise KeyError(number)

    def has_level(self, number: int) -> bool:
        return any(rung.number == number for rung in self.rungs)

    def next_rung(self, number: int) -> Rung | None:
        """The rung above; None at the top."""
        above = [rung for rung in self.rungs if rung.number > number]
        return min(above, key=lambda rung: rung.number, default=None)

    def target(self, clock: ClockKind, *, severity: int, level: int, plan: str | None) -> Target | None:
        """The first row that matches; None when this clock is not promised here."""
        for target in self.targets:
            if target.matches(clock, severity, level, plan):
                return target
        return None

    def place(self, impact: Impact, urgency: Urgency, tier: str) -> tuple[int, Cell]:
        """Position (from 1) and cell of the matrix. Raises LookupError when no row matches, which the lint prevents."""
        for position, cell in enumerate(self.cells, start=1):
            if cell.matches(impact, urgency, tier):
                return position, cell
        raise LookupError("the matrix has no row for this case")
