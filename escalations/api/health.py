"""Whether every part of Belay lives, for whoever watches it: read from rows, never asked of the broker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from escalations.engine import housekeeping
from escalations.models import Clock, Notice, NoticeState, Pulse

STALE = timedelta(seconds=60)
PARTS = (housekeeping.WORKER, housekeeping.BEAT, housekeeping.SWEEP, housekeeping.DELIVERY)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything lives, else 503; open to everybody, so it tells instants and nothing else."""
    at = timezone.now()
    try:
        parts = {"database": _part(at, at), "queue": _queue(at), **_pulses(at)}
    except DatabaseError:
        parts = {name: _part(None, at) for name in ("database", "queue", *PARTS)}
    alive = all(part["alive"] for part in parts.values())
    return JsonResponse({"alive": alive, "at": _iso(at), "parts": parts}, status=200 if alive else 503)


def _part(last_seen: datetime | None, at: datetime) -> dict[str, Any]:
    return {"alive": last_seen is not None and at - last_seen <= STALE, "last_seen": _iso(last_seen)}


def _pulses(at: datetime) -> dict[str, dict[str, Any]]:
    seen = dict(Pulse.objects.filter(component__in=PARTS).values_list("component", "at"))
    return {name: _part(seen.get(name), at) for name in PARTS}


def _queue(at: datetime) -> dict[str, Any]:
    """The database is the queue: it lives while nothing in it is overdue for long."""
    waiting = Notice.objects.filter(state=NoticeState.WAITING, next_try_at__lte=at).aggregate(Min("next_try_at"))
    due = Clock.objects.filter(next_at__lte=at).aggregate(Min("next_at"))
    oldest_notice, oldest_clock = waiting["next_try_at__min"], due["next_at__min"]
    alive = all(instant is None or at - instant <= STALE for instant in (oldest_notice, oldest_clock))
    return {
        "alive": alive,
        "last_seen": _iso(at),
        "oldest_notice": _iso(oldest_notice),
        "oldest_clock": _iso(oldest_clock),
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
