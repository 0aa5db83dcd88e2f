"""What is due next on each of many cases, or why nothing is: one statement for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from escalations.casefile import promises
from escalations.models import NEVER, Clock, words
from escalations.rules.vocabulary import CaseState
from escalations.timing.stopwatch import ClockState


class Ticking(NamedTuple):
    """A clock as lists read it: one that runs, was missed while it waits, or stands for a promise that was broken."""

    case_id: int
    kind: str
    start_seq: int
    state: str
    due_at: datetime | None
    warn_at: datetime | None

    @property
    def is_owed(self) -> bool:
        """Whether this is the clock of a broken promise; no other one that has ended is looked for."""
        return self.state == ClockState.VOID

    @property
    def urgency(self) -> tuple[bool, datetime, bool]:
        """What somebody has to do comes before what is on hold, and the first due before the others."""
        return self.state == ClockState.PAUSED, self.due_at or NEVER, not self.is_owed


class Resting(NamedTuple):
    """What of a case decides whether anything runs on it; `waits` is the name of the reason it is on hold for."""

    state: str
    is_dormant: bool
    wake_at: datetime | None
    promised_at: datetime | None
    waits: str


@dataclass(frozen=True, slots=True)
class DueNext:
    """What is due and when; `rests` says why no clock runs, empty when one does; `clock` is the key of the one shown.

    `tone` is late, soon, calm, paused or dormant; `owed_since` the instant of a promise of news that is over without
    any words of ours since.
    """

    due_at: datetime | None
    what: Any
    tone: str
    rests: Any = ""
    clock: str = ""
    owed_since: datetime | None = None


def clocks_of(ids: Iterable[int]) -> Mapping[int, list[Ticking]]:
    """The clocks of these cases that say what is due next."""
    missed_on_hold = Q(state=ClockState.PAUSED.value, breached_at__isnull=False)
    runs = Q(state=ClockState.RUNNING.value)
    found = Clock.objects.filter(runs | missed_on_hold | promises.nobody_kept(), case_id__in=list(ids))
    by_case: dict[int, list[Ticking]] = defaultdict(list)
    for row in found.order_by("start_seq", "kind").values_list(*Ticking._fields):
        by_case[row[0]].append(Ticking(*row))
    return by_case


def due_next(case: Resting, clocks: Sequence[Ticking], at: datetime) -> DueNext:
    """What is due next on one case, seen from `at`."""
    if case.is_dormant:
        return DueNext(None, words.ORIGINS["import"], "dormant", _("asleep"))
    if case.state == CaseState.RESOLVED:
        return DueNext(case.wake_at, _("Closes by itself without an answer"), "paused", _("with the customer"))
    clock = min(clocks, key=lambda one: one.urgency, default=None)
    if clock is None or clock.due_at is None:
        return DueNext(case.wake_at, case.waits, "paused", _("on hold") if case.wake_at else _("nothing due"))
    tone = "late" if clock.due_at <= at else "soon" if clock.warn_at and clock.warn_at <= at else "calm"
    rests = _("on hold now") if clock.state == ClockState.PAUSED else ""
    what = _("News are owed: a promise was broken") if clock.is_owed else words.CLOCKS[clock.kind]
    shown = f"{clock.kind}-{clock.start_seq}"
    return DueNext(clock.due_at, what, tone, rests, shown, _owed_since(case, clocks, at))


def _owed_since(case: Resting, clocks: Sequence[Ticking], at: datetime) -> datetime | None:
    if case.promised_at and case.promised_at <= at:
        return case.promised_at
    return next((clock.due_at for clock in clocks if clock.is_owed), None)
