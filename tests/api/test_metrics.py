"""Prometheus reads its numbers with a token, in a number of statements that does not grow."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from prometheus_client.parser import text_string_to_metric_families

from escalations.models import Attempt, Case, Notice, SetAside
from tests.auditor.ground import NOW, PERIOD, audit, running
from tests.cast import MONDAY, Company

TOKEN = "a-token-of-some-length"
Numbers = dict[tuple[str, ...], float]

pytestmark = pytest.mark.django_db


def ask(token: str = TOKEN, scheme: str = "Bearer") -> tuple[int, str]:
    answer = Client().get("/metrics", headers={"authorization": f"{scheme} {token}"})
    return answer.status_code, answer.content.decode()


@override_settings(METRICS_TOKEN=TOKEN)
def numbers() -> Numbers:
    """Every sample by its name and labels."""
    status, text = ask()
    assert status == 200
    families = text_string_to_metric_families(text)
    return {
        (sample.name.removeprefix("belay_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_without_a_token_in_the_settings_there_is_no_such_page() -> None:
    assert settings.METRICS_TOKEN == ""
    assert [ask()[0], ask("")[0], Client().get("/metrics").status_code] == [404, 404, 404]


@override_settings(METRICS_TOKEN=TOKEN)
def test_only_the_token_opens_it() -> None:
    assert ask()[0] == 200
    assert ask(scheme="bearer")[0] == 200
    wrong = [ask("another"), ask(TOKEN[:-1]), ask(""), ask("schlüssel"), ask(scheme="Basic")]
    assert [status for status, _text in wrong] == [404] * 5
    assert all("belay_" not in text for _status, text in wrong)
    assert Client().post("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 405


def test_what_is_late_what_waits_and_what_was_tried_is_told(company: Company) -> None:
    company.escalate(company.open(), MONDAY)
    at = MONDAY + timedelta(minutes=70)
    waiting = Notice.objects.filter(state="waiting")
    Attempt.objects.create(notice=waiting[0], number=1, began_at=at - timedelta(minutes=5), outcome="failed")
    Attempt.objects.create(notice=waiting[0], number=0, began_at=at - timedelta(minutes=61), outcome="failed")
    Notice.objects.filter(pk=waiting[1].pk).update(state="failed")
    number = waiting.count()
    with time_machine.travel(at, tick=False):
        told = numbers()
    assert told["escalations_open",] == 1
    assert told["notices_waiting", "mail"] == told["notices_due", "mail"] == number
    assert told["notices_failed", "mail"] == 1
    assert told["notices_failed", "webhook"] == 0
    assert told["delivery_lateness_seconds", "mail"] == 70 * 60
    assert told["attempts_last_hour", "mail", "failed"] == 1
    assert told["sweep_lateness_seconds", "clocks"] > 0
    assert told["sweep_lateness_seconds", "requests"] == 0
    running(at)
    with time_machine.travel(at, tick=False):
        after = numbers()
    assert after["sweep_lateness_seconds", "clocks"] == after["delivery_lateness_seconds", "mail"] == 0


def test_a_case_that_is_set_aside_is_told_as_such_and_not_as_a_late_sweep(company: Company) -> None:
    case = company.open()
    at = MONDAY + timedelta(minutes=70)
    SetAside.objects.create(case=case, stage="clocks", error="x", first_at=at, last_at=at, next_try_at=at)
    with time_machine.travel(at, tick=False):
        told = numbers()
    assert (told["cases_set_aside",], told["sweep_lateness_seconds", "clocks"]) == (1, 0)


def test_what_the_auditor_found_is_told_and_how_long_ago_it_looked(company: Company) -> None:
    company.open()
    assert ("audit_age_seconds",) not in numbers()
    audit(NOW, but="sweep")
    with time_machine.travel(NOW + PERIOD, tick=False):
        told = numbers()
    assert told["audit_age_seconds",] == PERIOD.total_seconds()
    assert told["violations_open", "silent"] == 1
    assert told["pulse_age_seconds", "beat"] == PERIOD.total_seconds()


def test_telling_takes_as_many_statements_with_thirty_cases_as_with_one(company: Company) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            numbers()
        return len(asked)

    company.escalate(company.open(), MONDAY)
    one = statements()
    for _number in range(29):
        company.escalate(company.open(), MONDAY)
    assert Case.objects.count() == 30
    assert statements() == one <= 20
