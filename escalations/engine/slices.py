"""A slice of all cases whose journals and clocks one look proves: bounded work, and in the end every case had its turn.

Cases with an open escalation have a round of their own, so that few of them are all looked at every time.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from escalations.actions import clocks, set_aside
from escalations.models import Audit, Case, Clock, Escalation, Event, Violation
from escalations.reports import integrity
from escalations.rules import events, kinds
from escalations.rules.violations import BY_CASE, Found, ViolationKind

logger = logging.getLogger(__name__)

# Of each of the two rounds: so many cases in one look, and not many more events than this.
CASES = 300
EVENTS = 20_000
CONFIRMED = 100  # suspects looked at again with their case locked


@dataclass(frozen=True, slots=True)
class Slice:
    """The cases that a look proves, and where the next one goes on."""

    case_ids: Sequence[int]
    chain_from: int = 0
    chain_to: int = 0
    escalated_to: int = 0


@dataclass(slots=True)
class Rows:
    """What is stored of some cases: themselves, their journals and their clocks."""

    cases: Sequence[Case]
    journals: dict[int, list[Event]]
    clocks: dict[int, list[Clock]] = field(default_factory=lambda: defaultdict(list))


def following(before: Audit | None) -> Slice:
    """The next slice after the one of this look: open escalations, all cases in order, and what was wrong last time."""
    escalated_from, chain_from = (before.escalated_to, before.chain_to) if before else (0, 0)
    climbing = Case.objects.filter(pk__in=Escalation.objects.open().values("case"))
    escalated, escalated_to = _after(climbing, escalated_from)
    anybody, chain_to = _after(Case.objects.all(), chain_from)
    kinds_by_case = [kind.value for kind in BY_CASE]
    wrong = Violation.objects.open().filter(kind__in=kinds_by_case, case__isnull=False).order_by("last_found_at")
    again = wrong.values_list("case_id", flat=True)[:CONFIRMED]
    chosen = dict.fromkeys([*(pk for pk in again if pk), *escalated, *anybody])
    return Slice(list(chosen), chain_from, chain_to, escalated_to)


def _after(cases: QuerySet[Case], key: int) -> tuple[list[int], int]:
    """The next cases by their keys, as many as may be read at once, and after which one to go on: 0 begins anew."""
    chosen: list[int] = []
    read = 0
    for pk, lines in cases.filter(pk__gt=key).order_by("pk").values_list("pk", "last_seq")[:CASES]:
        if chosen and read + lines > EVENTS:
            return chosen, chosen[-1]
        chosen.append(pk)
        read += lines
    return chosen, chosen[-1] if len(chosen) == CASES else 0


def prove(part: Slice, looked_at: set[int]) -> list[Found]:
    """What is wrong with the journals and clocks of these cases; adds those it knows about now to `looked_at`.

    Suspects are looked at again with their cases locked: work that goes on between two reads is no violation. One that
    is locked by somebody else is left to the next look. Three statements for all cases, three for all suspects.
    """
    suspects = {item.case_id for item in _judge(_read(Case.objects.filter(pk__in=part.case_ids)))}
    looked_at.update(pk for pk in part.case_ids if pk not in suspects)
    if not suspects:
        return []
    with transaction.atomic():
        chosen = sorted(pk for pk in suspects if pk)[:CONFIRMED]
        locked = Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=chosen).order_by("pk")
        rows = _read(locked)
        looked_at.update(case.pk for case in rows.cases)
        return _judge(rows)


def _read(cases: Iterable[Case]) -> Rows:
    found = list(cases)
    ids = [case.pk for case in found]
    rows = Rows(found, integrity.journals_of(ids))
    for clock in Clock.objects.filter(case__in=ids).select_related("escalation"):
        rows.clocks[clock.case_id].append(clock)
    return rows


def _judge(rows: Rows) -> list[Found]:
    """One finding a case at most: what a changed journal says of the clocks proves nothing."""
    found = (_of_case(case, rows.journals.get(case.pk, []), rows.clocks[case.pk]) for case in rows.cases)
    return [item for item in found if item]


def _of_case(case: Case, journal: list[Event], stored: list[Clock]) -> Found | None:
    try:
        if broken := integrity.fault(case, journal):
            data = {"fault": broken.fault.value, "line": broken.line}
            return Found(ViolationKind.JOURNAL, case.uid, case.pk, data)
        differences = clocks.compare_rows(case, [_line(event) for event in journal], stored).differences
    except set_aside.TROUBLE:
        raise
    except Exception as problem:
        logger.exception("case %s could not be read by the auditor", case.pk)
        return Found(ViolationKind.UNREADABLE, case.uid, case.pk, {"error": set_aside.told(problem)})
    if not differences:
        return None
    return Found(ViolationKind.CLOCKS, case.uid, case.pk, {"differences": [str(item) for item in differences[:20]]})


def _line(event: Event) -> events.Line:
    return events.Line(event.seq, event.occurred_at, kinds.load(event.kind, event.version, event.data))
