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

from escalations.engine.housekeeping import PARTS, STALE
from escalations.models import Clock, Notice, NoticeState, Pulse
from escalations.reports.proofs import Proof, newest


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything lives, else 503; open to everybody, so it tells instants and numbers and nothing else.

    What the auditor found is no reason to take a server away: it makes `ok` false, and `alive` stays.
    """
    at = timezone.now()
    try:
        parts = {"database": _part(at, at), "queue": _queue(at), **_pulses(at)}
        proof = _told(newest(at), at)
    except DatabaseError:
        parts = {name: _part(None, at) for name in ("database", "queue", *PARTS)}
        proof = _told(Proof(), at)
    alive = all(part["alive"] for part in parts.values())
    told = {"alive": alive, "ok": alive and proof["ok"], "at": _iso(at), "parts": parts, "auditor": proof}
    return JsonResponse(told, status=200 if alive else 503)


def _told(proof: Proof, at: datetime) -> dict[str, Any]:
    """What the auditor proved last; all is well only when it looked lately and found nothing."""
    if proof.minutes is None:
        return {"ok": False, "last_seen": None, "open_escalations": None, "violations": None}
    return {
        "ok": not proof.violations and not proof.is_old,
        "last_seen": _iso(at - timedelta(minutes=proof.minutes)),
        "open_escalations": proof.open_escalations,
        "violations": proof.violations,
    }


def _part(last_seen: datetime | None, at: datetime, limit: timedelta = STALE) -> dict[str, Any]:
    return {"alive": last_seen is not None and at - last_seen <= limit, "last_seen": _iso(last_seen)}


def _pulses(at: datetime) -> dict[str, dict[str, Any]]:
    seen = dict(Pulse.objects.filter(component__in=PARTS).values_list("component", "at"))
    return {name: _part(seen.get(name), at, limit) for name, limit in PARTS.items()}


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
