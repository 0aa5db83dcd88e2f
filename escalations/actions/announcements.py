"""Telling people that a clock is near its end or over it: for many cases at once, in one transaction a batch.

The rows are written as the projection would write them; that they equal it is proven by `recompute_clocks --check`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from escalations.actions import journal, notices, rows, set_aside
from escalations.models import Case, Clock, Event
from escalations.models.policies import published_procedure
from escalations.rules import events as e
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState

READ = (
    *("uid", "last_seq", "last_event_at", "chain", "check_at"),
    *("policy_version_id", "team_id", "owner_id", "severity", "level"),
)
HEAD = ("last_seq", "last_event_at", "chain", "check_at")
LINE = ("case_id", "seq", "kind", "version", "occurred_at", "recorded_at", "actor_kind", "actor", "data")


class Due(NamedTuple):
    """A running clock with an instant to come; the fields are columns."""

    pk: int
    case_id: int
    kind: str
    start_seq: int
    promise: str
    warn_at: datetime
    due_at: datetime
    next_at: datetime
    warned_at: datetime | None
    breached_at: datetime | None


@dataclass(slots=True)
class Batch:
    """What one batch will write."""

    at: datetime
    cases: dict[int, Case]
    events: list[Event] = field(default_factory=list)
    clocks: list[tuple[object, ...]] = field(default_factory=list)
    triggers: dict[tuple[int, str], bool] = field(default_factory=dict)

    def announce(self, clock: Due) -> None:
        """One event for the furthest instant that was passed: a missed warning is folded into the breach.

        A promise is only ever warned of: that it was broken is an act of its own.
        """
        case = self.cases[clock.case_id]
        instant = max(self.at, case.last_event_at or self.at)
        breached = clock.due_at <= instant
        if clock.next_at > instant or (breached and clock.promise):
            return
        reached = clock.due_at if breached else clock.next_at
        kind = e.ClockBreached if breached else e.ClockWarned
        late = int((instant - reached).total_seconds())
        self._record(case, instant, kind(clock.kind, clock.start_seq, clock.due_at.isoformat(), late))
        warned_at = clock.warned_at or clock.warn_at
        if breached:
            self.clocks.append((clock.pk, warned_at, clock.due_at, None))
            if self._may_trigger(case.policy_version_id, clock.kind):
                case.check_at = instant
        else:
            self.clocks.append((clock.pk, warned_at, clock.breached_at, None if clock.promise else clock.due_at))

    def _record(self, case: Case, at: datetime, data: e.EventData) -> None:
        event = journal.new_event(case, e.Line(case.last_seq + 1, at, data), SYSTEM, recorded_at=self.at)
        case.last_seq, case.last_event_at, case.chain = event.seq, at, event.link(case.chain, case.uid)
        self.events.append(event)

    def _may_trigger(self, version: int, kind: str) -> bool:
        """Whether the procedure has any trigger that the breach of such a clock could set off; asked once a batch."""
        if (version, kind) not in self.triggers:
            self.triggers[version, kind] = published_procedure(version).watches(ClockKind(kind))
        return self.triggers[version, kind]

    def write(self) -> None:
        keys = rows.insert(Event, LINE, list(map(attrgetter(*LINE), self.events)))
        for event, key in zip(self.events, keys, strict=True):
            event.pk = key
        rows.update(Clock, ["warned_at", "breached_at", "next_at"], self.clocks)
        changed = {event.case_id: event.case for event in self.events}
        rows.update(Case, HEAD, list(map(attrgetter("pk", *HEAD), changed.values())))
        notices.write(self.events)


@transaction.atomic
def announce_due(*, at: datetime, limit: int = 500) -> int:
    """Warns and tells of breaches for up to `limit` due clocks; gives how many were announced.

    Only the cases are locked, because whoever writes a clock holds its case: locking clocks too would leave some locked
    by a worker that then skips their case. Cases that somebody holds are skipped: any number of workers may run this.
    Raises whatever is wrong with any of these cases; then none of them is told of, and `announce_case` finds the one.
    """
    due = set_aside.others(Case.objects.filter(clocks__next_at__lte=at)).order_by("clocks__next_at").only(*READ)
    return _announce(due.select_for_update(skip_locked=True, of=("self",))[:limit], at)


@transaction.atomic
def announce_case(*, case_id: int, at: datetime) -> int:
    """The same for one case alone, whatever became of it before; waits for whoever holds it."""
    return _announce(Case.objects.filter(pk=case_id).only(*READ).select_for_update(of=("self",)), at)


def _announce(claimed: QuerySet[Case], at: datetime) -> int:
    """Tells of every clock of these cases that is due, once they are locked."""
    batch = Batch(at, {case.pk: case for case in claimed})
    if batch.cases:
        for clock in _running(batch.cases):
            batch.announce(clock)
        batch.write()
    return len(batch.events)


def _running(case_ids: Iterable[int]) -> Iterable[Due]:
    """Every clock of the claimed cases that has an instant to come, so that a case is never told half."""
    found = Clock.objects.filter(case_id__in=case_ids, state=ClockState.RUNNING.value, next_at__isnull=False)
    return map(Due._make, found.order_by("case_id", "next_at", "start_seq").values_list(*Due._fields))
