"""One clock of a case as its events made it: what was promised when, and the marks on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from escalations.rules.procedure import Procedure, Target
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import Mark, MarkKind, Reading, read

Procedures = Callable[[str], Procedure]


class Because(StrEnum):
    """Why a clock has the target it has."""

    STARTED = "started"
    SEVERITY = "severity"
    MOVED = "moved"
    PROMISED = "promised"
    NAMED = "named"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Basis:
    """From `at` on this is what was promised: a row of the targets of a policy version, counted from 1, and why.

    `row` is 0 for what a person named: the instant of a promise or a decision, the rhythm of an account.
    `carried_minutes` had been counted before on another target.
    """

    at: datetime
    policy: str
    version: int
    row: int
    severity: int
    target: Target
    because: Because
    carried_minutes: float = 0

    @property
    def place(self) -> tuple[str, int, int]:
        """Where this is written: policy, version and row."""
        return self.policy, self.version, self.row


@dataclass(slots=True)
class Track:
    """One clock of a case with the marks its events made on it; identified by kind and `start_seq`.

    `level` and `team` (its uid) are where the case was when the clock began.
    """

    kind: ClockKind
    start_seq: int
    escalation: str
    target: Target
    level: int = 0
    team: str = ""
    promise: str = ""
    marks: list[Mark] = field(default_factory=list)
    bases: list[Basis] = field(default_factory=list)
    ended: bool = False

    @property
    def is_exact(self) -> bool:
        """Due at an instant that a person named, whatever the hours: a promise of news, or a decision asked for."""
        return self.target.calendar_version_id is None

    def start(self, at: datetime, procedure: Procedure, severity: int, *, because: Because, carried: float) -> None:
        """The first mark. `carried` are working minutes that count already."""
        self.marks.append(Mark(MarkKind.START, at, self.target.terms, carried=carried))
        self._base(at, procedure, severity, because, carried)

    def retarget(self, at: datetime, target: Target, procedure: Procedure, severity: int, *, because: Because) -> None:
        """Another target from here on; what has elapsed stays elapsed. The same terms leave no mark."""
        if target.terms != self.target.terms:
            self.marks.append(Mark(MarkKind.RETARGET, at, target.terms))
        self.target = target
        self._base(at, procedure, severity, because, 0)

    def _base(self, at: datetime, procedure: Procedure, severity: int, because: Because, carried: float) -> None:
        row = procedure.targets.index(self.target) + 1 if self.target in procedure.targets else 0
        basis = Basis(at, procedure.policy, procedure.version, row, severity, self.target, because, carried)
        if not self.bases or self.bases[-1].place != basis.place:
            self.bases.append(basis)

    def mark(self, kind: MarkKind, at: datetime, label: str = "") -> None:
        """Something other than a target. What ended takes no more marks."""
        self.marks.append(Mark(kind, at, label=label))
        self.ended = self.ended or kind in (MarkKind.MEET, MarkKind.VOID)

    def read(self, at: datetime) -> Reading:
        return read(self.marks, at)

    def ended_at(self, at: datetime) -> Reading:
        """As it would read if it ended at this instant: what happens exactly on time is on time."""
        return read([*self.marks, Mark(MarkKind.VOID, at)], at)
