"""Hands for stories about the auditor: a Belay that runs, and what an intruder does past the actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from prometheus_client.parser import text_string_to_metric_families

from escalations import tasks
from escalations.actions import pulses
from escalations.engine import housekeeping
from escalations.engine.delivery import deliver
from escalations.engine.sweep import sweep
from escalations.models import Audit, Bulletin, Notice, Violation
from tests.api.calls import Api
from tests.cast import MONDAY, Company

MINUTE = timedelta(minutes=1)
PERIOD = timedelta(seconds=tasks.AUDIT_SECONDS)
WATCH = ["watch@ops.example", "night@ops.example"]
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


def audit(at: datetime, *, but: str = "") -> Audit:
    """The task of the auditor at this instant, while every part of Belay lives except one."""
    pulsing(at, but=but)
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


def is_told(company: Company, at: datetime, *kinds_found: str) -> None:
    """These and nothing else are wrong, and everybody who should know does: by every route there is."""
    assert sorted(kinds()) == sorted(kinds_found)
    told = health(at)
    assert (told["ok"], told["auditor"]["violations"]) == (False, len(kinds_found))
    for kind in kinds_found:
        assert violations_by_kind(at)[kind] == kinds_found.count(kind)
    bulletin = Bulletin.objects.filter(kind="auditor").latest("pk")
    assert bulletin.data["number"] == len(kinds_found)
    office, lead = company.administrator.code, company.manager.user.code
    assert told_of(bulletin) == sorted([(office, "mail"), (lead, "in_app"), (lead, "mail")])
    assert mail.outbox[-1].to == WATCH
    assert f"{len(kinds_found)} violation" in mail.outbox[-1].subject


def is_over(at: datetime) -> None:
    """The look of this instant finds nothing any more, and says so everywhere."""
    made = audit(at)
    assert (made.findings, open_ones()) == (0, [])
    assert not Violation.objects.exclude(over_at=None).filter(over_at__gt=at).exists()
    assert health(at)["ok"] is True
    assert violations_by_kind(at) == {}


@override_settings(METRICS_TOKEN="x")
def violations_by_kind(at: datetime) -> dict[str, float]:
    """What `/metrics` says of violations."""
    with time_machine.travel(at, tick=False):
        text = Client().get("/metrics", headers={"authorization": "Bearer x"}).content.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    found = families.get("belay_violations_open")
    return {sample.labels["kind"]: sample.value for sample in found.samples} if found else {}


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
