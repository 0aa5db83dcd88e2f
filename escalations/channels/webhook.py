"""Webhooks: events as JSON, signed, under an id that stays the same however often a delivery is tried.

The payload holds what the journal holds – uids, codes, instants – and no words of anybody. `docs/webhooks.md` describes
it for whoever receives it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from django.conf import settings

from escalations.channels.base import Unsendable
from escalations.channels.posting import Post
from escalations.models import Bulletin, Case, Endpoint, Event, Notice

VERSION = 1
PING = "ping"


def write(notice: Notice, endpoint: Endpoint, at: datetime) -> Post:
    """The signed request of one delivery. Raises Unsendable for an endpoint whose secret is lost."""
    if not endpoint.secret:
        raise Unsendable("the secret of this endpoint cannot be read any more: make a new one")
    said = payload(notice)
    body = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    timestamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Belay-Webhook/1",
        "Belay-Delivery": notice.uid,
        "Belay-Event": said["event"],
        "Belay-Timestamp": timestamp,
        "Belay-Signature": ", ".join(f"v1={signature(secret, timestamp, body)}" for secret in secrets_of(endpoint, at)),
    }
    return Post(endpoint.url, body, headers)


def secrets_of(endpoint: Endpoint, at: datetime) -> list[str]:
    """Those that sign now: while a secret is replaced, the one before it too."""
    before = endpoint.previous_until is not None and at < endpoint.previous_until and endpoint.previous_secret
    return [endpoint.secret, *([endpoint.previous_secret] if before else [])]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body as it is sent, in hexadecimal."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def payload(notice: Notice) -> dict[str, Any]:
    """What one delivery says; the same every time it is tried."""
    said = _of_event(notice.event, notice.case) if notice.event and notice.case else _of_bulletin(notice.bulletin)
    return {"version": VERSION, "delivery": notice.uid, **said}


def _of_event(event: Event, case: Case) -> dict[str, Any]:
    data = event.typed
    return {
        "event": data.kind,
        "occurred_at": event.occurred_at.isoformat(),
        "sequence": event.seq,
        "case": {"reference": case.reference, "uid": case.uid},
        "actor": event.actor,
        "data_version": data.version,
        "data": data.as_json(),
        "link": f"{settings.BELAY_URL}/desk/cases/{case.reference}/",
    }


def _of_bulletin(bulletin: Bulletin | None) -> dict[str, Any]:
    """A try whether anybody answers; other bulletins are for people."""
    if bulletin is None or bulletin.kind != PING:
        raise Unsendable("this tells of no event")
    return {"event": PING, "occurred_at": bulletin.written_at.isoformat(), "data": {}, "link": settings.BELAY_URL}
