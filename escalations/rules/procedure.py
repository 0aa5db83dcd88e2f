"""A published policy version as one frozen value: the only thing decisions, screens and explanations read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from escalations.rules.conditions import Condition
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.vocabulary import (
    ClockKind,
    Closed,
    Document,
    Effect,
    Elapsed,
    Impact,
    Kind,
    NoticeGroup,
    Urgency,
)
from escalations.timing.schedule import Schedule
from escalations.timing.stopwatch import Terms


@dataclass(frozen=True, slots=True)
class Rung:
    """A level: who works there, on which hours, and what happens when nobody acts. Minutes are working minutes here.

    A climb stays `dwell_minutes` at least. Unacknowledged, it is told again after `remind_minutes` and passed on after
    every `pass_on_minutes`; acknowledged and silent for `forget_minutes` it must be acknowledged again; 0 means never.
    Climbs by themselves of severity `waits_from` and lower wait until this level opens; None never waits.
    """

    number: int
    name: str
    meaning: str
    team_id: int
    last_resort_id: int
    calendar_version_id: int
    schedule: Schedule
    dwell_minutes: int
    remind_minutes: int = 0
    pass_on_minutes: int = 0
    forget_minutes: int = 0
    waits_from: int | None = None
    notice_budget: int | None = None
    authority_limit: int | None = None
    needs_training: bool = False

    def opens_for(self, severity: int, at: datetime) -> datetime:
        """When a climb of this severity may come here by itself, at the earliest."""
        if self.waits_from is None or severity < self.waits_from:
            return at
        return self.schedule.next_opening(at)


@dataclass(frozen=True, slots=True)
class Role:
    """Who has which part in a stage; `level` narrows the parties of a level and is None for each level."""

    stage: Stage
    party: Party
    level: int | None
    involvement: Involvement
    duty: str


@dataclass(frozen=True, slots=True)
class Training:
    """A text to be confirmed by whoever works at `level`, or at any level; a confirmation lasts `valid_days`."""

    key: str
    title: str
    text: str
    level: int | None
    valid_days: int

    @property
    def digest(self) -> str:
        """What identifies the very text: a confirmation counts for every version that has the same."""
        return hashlib.sha256(f"{self.key}\n{self.title}\n{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must be in writing, at every level and for every kind unless one is named."""

    document: Document
    level: int | None = None
    kind: Kind | None = None

    def applies(self, level: int, kind: Kind | None) -> bool:
        return self.level in (None, level) and (self.kind is None or self.kind is kind)


@dataclass(frozen=True, slots=True)
class Communication:
    """Whether notices of this group are urgent, for this severity and worse, at this level and above."""

    group: NoticeGroup | None
    severity: int | None
    level: int | None
    is_urgent: bool

    def matches(self, group: NoticeGroup, severity: int, level: int) -> bool:
        return (
            self.group in (None, group)
            and (self.severity is None or severity <= self.severity)
            and (self.level is None or level >= self.level)
        )


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
    """When the condition holds: remind (nudge) or climb (act) to the next level, as this kind, asking for `skill`."""

    position: int
    condition: Condition
    effect: Effect
    kind: Kind
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The whole procedure of one policy version.

    `on_severity` says what a corrected severity does to the time that running clocks have counted. Amounts are whole
    units of `currency`. Decisions above `sign_in_above` are not answered from a mail alone. After an answer a customer
    asks again `ask_again_hours` later at the earliest, and only leads ask from `leads_ask_from` on. A trigger that acts
    climbs with the same case at most `rule_bound` times. A customer's mail to a closed case opens it again for
    `reopen_days` calendar days where `on_closed` says so; otherwise it opens a case that follows the closed one.
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
    requirements: tuple[Requirement, ...] = ()
    currency: str = "EUR"
    sign_in_above: int | None = None
    ask_again_hours: int = 24
    leads_ask_from: int | None = None
    rule_bound: int = 6
    communications: tuple[Communication, ...] = ()
    on_closed: Closed = Closed.REOPEN
    reopen_days: int = 14
    purpose: str = ""
    roles: tuple[Role, ...] = ()
    trainings: tuple[Training, ...] = ()

    def trainings_at(self, level: int) -> list[Training]:
        """What whoever works at this level must have confirmed."""
        return [training for training in self.trainings if training.level in (None, level)]

    def trainings_for(self, teams: Collection[int]) -> list[Training]:
        """What whoever works in these teams must have confirmed, in its own order."""
        levels = [rung.number for rung in self.rungs if rung.team_id in teams]
        wanted = [training for level in levels for training in self.trainings_at(level)]
        return [training for training in self.trainings if training in wanted]

    def must_know_at(self, level: int) -> frozenset[str]:
        """The digests of the texts without which nobody accepts at this level; none where it does not ask for them."""
        asks = any(rung.number == level and rung.needs_training for rung in self.rungs)
        return frozenset(training.digest for training in self.trainings_at(level)) if asks else frozenset()

    def is_urgent(self, group: NoticeGroup, *, severity: int, level: int) -> bool:
        """Whether such a notice reaches people whatever their hours: as the first row that matches says, else not."""
        fitting = (row for row in self.communications if row.matches(group, severity, level))
        return next((row.is_urgent for row in fitting), False)

    def required(self, documents: Collection[Document], *, level: int, kind: Kind | None = None) -> list[Document]:
        """Which of these must be in writing, in their own order."""
        wanted = {row.document for row in self.requirements if row.applies(level, kind)}
        return [document for document in documents if document in wanted]

    def watches(self, clock: ClockKind) -> bool:
        """Whether any trigger looks at clocks of this kind."""
        return any(clock in trigger.condition.clocks for trigger in self.triggers)

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
