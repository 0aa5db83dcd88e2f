"""Signs of life of every part of Belay, read from rows: what /healthz tells and the back office shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from escalations.engine.housekeeping import PARTS, STALE
from escalations.models import Clock, Notice, NoticeState, Pulse


@dataclass(frozen=True, slots=True)
class Sign:
    """When a part was last seen, and whether that is lately enough for it."""

    alive: bool
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What has waited longest among what is due; the queue lives while nothing waits for long."""

    alive: bool
    oldest_notice: datetime | None
    oldest_clock: datetime | None


def sign(last_seen: datetime | None, at: datetime, limit: timedelta = STALE) -> Sign:
    return Sign(last_seen is not None and at - last_seen <= limit, last_seen)


def pulses(at: datetime) -> dict[str, Sign]:
    """Every part there should be; one statement."""
    seen = dict(Pulse.objects.filter(component__in=PARTS).values_list("component", "at"))
    return {name: sign(seen.get(name), at, limit) for name, limit in PARTS.items()}


def queue(at: datetime) -> Queue:
    """The database is the queue; two statements."""
    waiting = Notice.objects.filter(state=NoticeState.WAITING, next_try_at__lte=at).aggregate(Min("next_try_at"))
    due = Clock.objects.filter(next_at__lte=at).aggregate(Min("next_at"))
    notice, clock = waiting["next_try_at__min"], due["next_at__min"]
    alive = all(instant is None or at - instant <= STALE for instant in (notice, clock))
    return Queue(alive, notice, clock)
