"""Whether all parts live is told from rows, to everybody, also when nothing works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from escalations.actions import pulses
from escalations.engine.delivery import deliver
from escalations.engine.housekeeping import PARTS
from escalations.engine.sweep import sweep
from escalations.models import Audit, Clock, Notice
from tests.api.calls import Api
from tests.architecture.sources import ROOT
from tests.cast import Company

ALL = {"database", "queue", *PARTS}
ASK = """
import django
django.setup()
from django.test import Client
answer = Client(raise_request_exception=True).get("/healthz", headers={"host": "localhost"})
print(answer.status_code, answer.content.decode())
"""


def everything_lives(at: datetime) -> None:
    for part in PARTS:
        pulses.beat(component=part, at=at)


def alive(parts: dict[str, Any]) -> set[str]:
    return {name for name, part in parts.items() if part["alive"]}


@pytest.mark.django_db
def test_an_empty_installation_is_reachable_but_nothing_works_in_it() -> None:
    answer = Api().get("/healthz")
    assert (answer.status, answer.data["alive"]) == (503, False)
    assert set(answer.data["parts"]) == ALL
    assert alive(answer.data["parts"]) == {"database", "queue"}
    assert {"worker", "beat", "sweep", "delivery", "delivery_mail"} <= ALL
    assert all(set(part) >= {"alive", "last_seen"} for part in answer.data["parts"].values())


@pytest.mark.django_db
def test_everything_lives_when_every_part_was_seen_within_a_minute() -> None:
    everything_lives(timezone.now() - timedelta(seconds=30))
    answer = Api().get("/healthz")
    assert (answer.status, alive(answer.data["parts"])) == (200, ALL)
    assert answer.headers["Cache-Control"].startswith("max-age=0")


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_was_not_seen_for_longer_than_it_may_is_dead(part: str) -> None:
    everything_lives(timezone.now())
    pulses.beat(component=part, at=timezone.now() - PARTS[part] - timedelta(seconds=1))
    answer = Api().get("/healthz")
    assert (answer.status, alive(answer.data["parts"])) == (503, ALL - {part})


def test_the_queue_is_dead_while_something_in_it_is_long_overdue(company: Company) -> None:
    everything_lives(timezone.now())
    case = company.open(at=timezone.now() - timedelta(days=9))
    queue = Api().get("/healthz").data["parts"]["queue"]
    assert queue["alive"] is False
    first = Clock.objects.earliest("next_at").next_at
    assert first and queue["oldest_clock"] == first.isoformat(timespec="seconds")
    assert queue["oldest_notice"] is not None
    sweep(timezone.now())
    while Notice.objects.filter(state="waiting", next_try_at__lte=timezone.now()).exists():
        deliver(timezone.now())
    assert Api().get("/healthz").status == 200, case


@pytest.mark.django_db
def test_what_the_auditor_found_makes_it_not_ok_and_leaves_the_server_alive() -> None:
    everything_lives(timezone.now())
    answer = Api().get("/healthz")
    assert (answer.status, answer.data["alive"], answer.data["ok"]) == (200, True, False)
    assert answer.data["auditor"]["last_seen"] is None  # it has not looked yet: nothing is proven
    newest = {"milliseconds": 9, "open_escalations": 37, "statements": 20}
    for findings, minutes, ok in ((0, 6, True), (0, 7, False), (2, 1, False)):
        Audit.objects.all().delete()
        at = timezone.now() - timedelta(minutes=minutes) + timedelta(seconds=5)
        Audit.objects.create(at=at, findings=findings, **newest)
        answer = Api().get("/healthz")
        assert (answer.status, answer.data["alive"], answer.data["ok"]) == (200, True, ok)
        assert (answer.data["auditor"]["open_escalations"], answer.data["auditor"]["violations"]) == (37, findings)


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told_without_a_trace() -> None:
    def broken(execute: Callable[..., Any], *details: Any) -> Any:
        raise OperationalError("secret host did not answer")

    with connection.execute_wrapper(broken):
        answer = Api().get("/healthz")
    assert (answer.status, alive(answer.data["parts"])) == (503, set())
    assert "secret" not in answer.text


def test_a_database_that_is_not_there_at_all_is_told_without_a_trace() -> None:
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgres://nobody:hidden@127.0.0.1:1/nothing",
        "DATABASE_POOL": "0",
    }
    asked = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
    status, _space, told = asked.stdout.strip().splitlines()[-1].partition(" ")
    assert (status, json.loads(told)["alive"]) == ("503", False)
    assert "hidden" not in told


@pytest.mark.django_db
def test_health_is_only_read() -> None:
    assert Api().call("post", "/healthz", {}).status == 405
