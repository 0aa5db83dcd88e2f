"""Whether every part of Belay lives, for whoever watches it: read from rows, never asked of the broker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from escalations.engine import signs
from escalations.engine.housekeeping import PARTS
from escalations.engine.signs import Sign
from escalations.reports.proofs import Proof, newest


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything lives, else 503; open to everybody, so it tells instants and numbers and nothing else.

    What the auditor found is no reason to take a server away: it makes `ok` false, and `alive` stays.
    """
    at = timezone.now()
    try:
        pulses = {name: _part(sign) for name, sign in signs.pulses(at).items()}
        parts = {"database": _part(Sign(alive=True, last_seen=at)), "queue": _queue(at), **pulses}
        proof = _told(newest(at), at)
    except DatabaseError:
        parts = {name: _part(Sign(alive=False, last_seen=None)) for name in ("database", "queue", *PARTS)}
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


def _part(sign: Sign) -> dict[str, Any]:
    return {"alive": sign.alive, "last_seen": _iso(sign.last_seen)}


def _queue(at: datetime) -> dict[str, Any]:
    found = signs.queue(at)
    return {
        "alive": found.alive,
        "last_seen": _iso(at),
        "oldest_notice": _iso(found.oldest_notice),
        "oldest_clock": _iso(found.oldest_clock),
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
