"""What a move would do, counted and listed for the page that asks before it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from escalations.actions import moving
from escalations.actions.moving import Outlook, Shift
from escalations.models import Case, PolicyVersion, words
from escalations.rules.vocabulary import Elapsed

# So many cases are computed while somebody waits for the page (about half a second a thousand), and so many rows are
# listed of a kind: more than that nobody reads, and the rest is counted.
LOOKED_AT = 2000
LISTED = 50
NO_VERSION = _("Its policy has no published version at present; publish one first.")

Row = TypeVar("Row")


@dataclass(slots=True)
class Listed(Generic[Row]):
    """The first rows of a kind, and how many there are."""

    total: int = 0
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.total += 1
        if len(self.rows) < LISTED:
            self.rows.append(row)

    @property
    def left_out(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one policy and the version that takes them; None when none of its versions is published.

    `total` is how many there are; `cases` may be fewer.
    """

    version: PolicyVersion | None
    cases: Iterable[Case]
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """One clock of one case that would read otherwise."""

    case: Case
    shift: Shift

    @property
    def clock(self) -> Any:
        return words.CLOCKS[self.shift.kind]


@dataclass(frozen=True, slots=True)
class Stuck:
    """A case that cannot be moved, and what to do about it."""

    case: Case
    reason: Any


def is_seen(shift: Shift) -> bool:
    """Whether anybody would see the difference: another instant, a beginning or an end, other terms behind a pause."""
    before, after = (shift.before, shift.missed_before), (shift.after, shift.missed_after)
    return shift.begins or shift.ends or shift.paused or before != after


COUNTED: dict[str, Callable[[Shift], bool]] = {
    "due_otherwise": lambda shift: shift.is_due_otherwise,
    "in_time_again": lambda shift: shift.missed_before and not shift.missed_after and not shift.ends,
    "begin": lambda shift: shift.begins,
    "end": lambda shift: shift.ends,
    "paused": lambda shift: shift.paused and not shift.begins and not shift.ends,
}


@dataclass(slots=True)
class Preview:
    """The truth about a move at this instant: the same functions computed it that will do it."""

    at: datetime
    total: int = 0
    looked_at: int = 0
    moving: int = 0
    unchanged: int = 0
    dormant: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    missed: Listed[Change] = field(default_factory=Listed)
    changes: Listed[Change] = field(default_factory=Listed)
    stuck: Listed[Stuck] = field(default_factory=Listed)

    @property
    def not_looked_at(self) -> int:
        return self.total - self.looked_at

    @property
    def is_movable(self) -> bool:
        """Whether there is anything to confirm."""
        return self.moving + self.not_looked_at > 0

    @property
    def has_notes(self) -> bool:
        """Whether there is more to say than the four numbers."""
        names = ("in_time_again", "begin", "end", "paused")
        return bool(self.unchanged or self.dormant or any(self.counts[name] for name in names))

    def take(self, told: Outlook) -> None:
        """Counts one case, and lists what is worth it."""
        self.looked_at += 1
        if told.refusal:
            self.stuck.add(Stuck(told.case, words.REMEDIES[told.refusal]))
            return
        shifts = [shift for shift in told.shifts if is_seen(shift)]
        self.moving += 1
        self.unchanged += not shifts
        self.dormant += told.case.is_dormant
        for shift in shifts:
            (self.missed if shift.breaches else self.changes).add(Change(told.case, shift))
            for name, holds in COUNTED.items():
                self.counts[name] += holds(shift)


def preview(groups: Iterable[Group], elapsed: Elapsed, at: datetime) -> Preview:
    """Looks at these cases as if they moved at this instant."""
    found = Preview(at)
    for group in groups:
        found.total += group.total
        if group.version is None:
            for case in group.cases:
                found.looked_at += 1
                found.stuck.add(Stuck(case, NO_VERSION))
            continue
        for told in moving.outlook(cases=group.cases, version=group.version, elapsed=elapsed, at=at):
            found.take(told)
    return found
