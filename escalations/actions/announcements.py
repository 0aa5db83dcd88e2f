"""Telling people that a clock is near its end or over it: for many cases at once, in one transaction a batch.

The rows are written as the projection would write them; that they equal it is proven by `recompute_clocks --check`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from escalations.actions import journal, notices, rows
from escalations.models import Case, Clock, Event
from escalations.models.policies import published_procedure
from escalations.rules import events as e
from escalations.rules.conditions import BreachedClock, CaseFacts
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState


@dataclass(slots=True)
class Batch:
    """What one batch will write."""

    at: datetime
    events: list[Event]
    clocks: list[tuple[object, ...]]
    cases: dict[int, Case]

    def announce(self, clock: Clock) -> None:
        """One event for the furthest instant that was passed: a missed warning is folded into the breach."""
        case = self.cases[clock.case_id]
        instant = max(self.at, case.last_event_at or self.at)
        if clock.next_at is None or clock.due_at is None or clock.next_at > instant:
            return
        breached = clock.due_at <= instant
        reached = clock.due_at if breached else clock.next_at
        kind = e.ClockBreached if breached else e.ClockWarned
        late = int((instant - reached).total_seconds())
        data = kind(clock.kind, clock.start_seq, clock.due_at.isoformat(), late)
        self._record(case, e.Line(case.last_seq + 1, instant, data))
        self.clocks.append(
            (
                clock.pk,
                clock.warned_at or clock.warn_at,
                clock.due_at if breached else clock.breached_at,
                None if breached else clock.due_at,
            )
        )
        if breached and _may_trigger(case, clock):
            case.check_at = instant

    def _record(self, case: Case, line: e.Line) -> None:
        event = journal.new_event(case, line, SYSTEM, recorded_at=self.at)
        case.last_seq, case.last_event_at, case.chain = line.seq, line.at, event.link(case.chain, case.uid)
        self.events.append(event)

    def write(self) -> None:
        Event.objects.bulk_create(self.events)
        rows.update(Clock, ["warned_at", "breached_at", "next_at"], self.clocks)
        changed = {event.case_id for event in self.events}
        rows.update(
            Case,
            ["last_seq", "last_event_at", "chain", "check_at"],
            [(c.pk, c.last_seq, c.last_event_at, c.chain, c.check_at) for c in self.cases.values() if c.pk in changed],
        )
        notices.write(self.events)


def _may_trigger(case: Case, clock: Clock) -> bool:
    """Whether the pinned procedure has any trigger that this breach could set off."""
    facts = CaseFacts(breached=(BreachedClock(ClockKind(clock.kind), clock.start_seq),))
    procedure = published_procedure(case.policy_version_id)
    return any(list(trigger.condition.reasons(facts)) for trigger in procedure.triggers)


@transaction.atomic
def announce_due(*, at: datetime, limit: int = 500) -> int:
    """Warns and tells of breaches for up to `limit` due clocks; gives how many were announced.

    Only the cases are locked, because whoever writes a clock holds its case: locking clocks too would leave some locked
    by a worker that then skips their case. Cases that somebody holds are skipped: any number of workers may run this.
    """
    due = Clock.objects.filter(next_at__lte=at).select_related("case").only("case__id").order_by("next_at")
    case_ids = {clock.case_id for clock in due.select_for_update(skip_locked=True, of=("case",))[:limit]}
    if not case_ids:
        return 0
    cases = {case.pk: case for case in Case.objects.filter(pk__in=case_ids).select_related("owner__user")}
    batch = Batch(at, [], [], cases)
    for clock in _running(case_ids):
        batch.announce(clock)
    batch.write()
    return len(batch.events)


def _running(case_ids: Iterable[int]) -> list[Clock]:
    """Every clock of the claimed cases that has an instant to come, so that a case is never told half."""
    found = Clock.objects.filter(case_id__in=case_ids, state=ClockState.RUNNING.value, next_at__isnull=False)
    return list(found.order_by("case_id", "next_at", "start_seq"))
