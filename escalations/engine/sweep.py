"""The sweep: warns, tells of breaches, climbs, wakes and closes what is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from escalations.actions import announcements, escalation, handling, resolution
from escalations.models import Case, Escalation, Event
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import CaseState

logger = logging.getLogger(__name__)

BATCH = 500
ROUNDS = 20

Act = Callable[[Case], Event | None]


def sweep(at: datetime) -> int:
    """Acts on everything that is due at this instant, in bounded rounds; gives how many acts there were."""
    return (
        announce(at)
        + _each(_to_consider(at), lambda case: escalation.consider(case=case, actor=SYSTEM, at=at))
        + _each(_waking(CaseState.PENDING, at), lambda case: handling.wake(case=case, actor=SYSTEM, at=at))
        + _each(
            _waking(CaseState.RESOLVED, at), lambda case: resolution.close_by_silence(case=case, actor=SYSTEM, at=at)
        )
    )


def announce(at: datetime) -> int:
    """Tells of the clocks that are near their end or over it."""
    total = 0
    for _round in range(ROUNDS):
        announced = announcements.announce_due(at=at, limit=BATCH)
        total += announced
        if not announced:
            break
    return total


def _to_consider(at: datetime) -> QuerySet[Case]:
    """Cases whose ladder wants a look: a clock ran out, or a check of an open escalation is due."""
    checks = Escalation.objects.open().filter(next_check_at__lte=at).order_by("next_check_at").values_list("case_id")
    marked = Case.objects.filter(check_at__lte=at).order_by("check_at").values_list("pk")
    ids = {pk for (pk,) in [*checks[:BATCH], *marked[:BATCH]]}
    return Case.objects.filter(pk__in=ids)


def _waking(state: CaseState, at: datetime) -> QuerySet[Case]:
    return Case.objects.filter(wake_at__lte=at, state=state.value).order_by("wake_at")[:BATCH]


def _each(cases: QuerySet[Case], act: Act) -> int:
    """One transaction a case; a case that cannot be acted on is logged and stops nobody else."""
    done = 0
    for case in cases.only("pk"):
        try:
            done += act(case) is not None
        except Exception:  # whatever is wrong with one case, the others are due as well
            logger.exception("case %s could not be moved on", case.pk)
    return done
