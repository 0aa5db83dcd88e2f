"""Hands for stories about the auditor: a Belay that runs, and what an intruder does past the actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.db import connection

from escalations import tasks
from escalations.actions import pulses
from escalations.engine import housekeeping
from escalations.engine.delivery import deliver
from escalations.engine.sweep import sweep
from escalations.models import Audit, Bulletin, Notice, Violation
from tests.api.calls import Api
from tests.cast import MONDAY

MINUTE = timedelta(minutes=1)
PERIOD = timedelta(seconds=tasks.AUDIT_SECONDS)
NOW = MONDAY + 20 * MINUTE


def pulsing(at: datetime, *, but: str = "") -> None:
    """Every part gives a sign of life, except one."""
    for part in housekeeping.PARTS:
        if part != but:
            pulses.beat(component=part, at=at)


def running(at: datetime) -> None:
    """Belay runs as it should: what is due is acted on and what waits is sent."""
    sweep(at)
    deliver(at)
    pulsing(at)


def audit(at: datetime) -> Audit:
    """The task of the auditor at this instant."""
    with time_machine.travel(at, tick=False):
        tasks.audit()
    return Audit.objects.get(at=at)


def open_ones() -> list[tuple[str, str]]:
    """What is wrong now, as kind and what it is about."""
    return list(Violation.objects.open().order_by("kind", "about").values_list("kind", "about"))


def kinds() -> list[str]:
    return [kind for kind, _about in open_ones()]


def health(at: datetime) -> dict[str, Any]:
    """What `/healthz` says."""
    with time_machine.travel(at, tick=False):
        told: dict[str, Any] = Api().get("/healthz").data
    return told


def told_of(bulletin: Bulletin) -> list[tuple[str, str]]:
    """Who was told by which channel."""
    return sorted(Notice.objects.filter(bulletin=bulletin).values_list("recipient", "channel"))


def by_hand(statement: str, *values: Any) -> int:
    """A statement past everything, triggers of PostgreSQL included, as an intruder would; gives how many rows."""
    guarded = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if guarded:
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        changed = cursor.rowcount
        if guarded:
            cursor.execute("SET session_replication_role = origin")
        return changed
