"""What is written for many cases at once is what the journal of each says: proven by the commands that check it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command

from escalations.actions import promises
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Event, Notice
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def checks_are_clean() -> None:
    for command in (["recompute_clocks", "--check"], ["verify_journal"]):
        said = io.StringIO()
        call_command(*command, stdout=said, stderr=said)  # a difference exits with 1


def test_journal_and_clocks_check_clean_after_warnings_breaches_and_climbs(company: Company) -> None:
    cases = [company.open(who) for who in (company.ida, company.otto, company.vera) for _number in range(4)]
    for minutes in (46, 61, 200, 600, 5000):
        sweep(MONDAY + minutes * MINUTE)
        checks_are_clean()
        for case in cases:
            is_sound(case)
    told = Event.objects.filter(case=cases[0]).values_list("kind", flat=True)
    assert {"clock.warned", "clock.breached", "escalation.requested", "escalation.stepped"} <= set(told)


def test_every_event_says_how_late_people_were_told(company: Company) -> None:
    case = company.open()
    sweep(MONDAY + 45 * MINUTE + timedelta(seconds=7))
    sweep(MONDAY + 63 * MINUTE)
    told = Event.objects.filter(case=case, kind__startswith="clock.").order_by("seq")
    assert [(line.kind, line.data["late_seconds"]) for line in told] == [("clock.warned", 7), ("clock.breached", 180)]


def test_a_warning_that_was_missed_is_folded_into_the_breach(company: Company) -> None:
    case = company.open()
    sweep(MONDAY + 63 * MINUTE)
    assert "clock.warned" not in kinds(case)
    clock = Clock.objects.get(case=case, kind="first_response")
    assert (clock.warned_at, clock.breached_at) == (MONDAY + 45 * MINUTE, MONDAY + 60 * MINUTE)
    assert clock.next_at is None


def test_a_promise_is_warned_of_once_and_broken_once_and_never_breached_beside(company: Company) -> None:
    case = company.open()
    promises.make(case=case, actor=company.agent.standing, at=MONDAY, due_at=MONDAY + 40 * MINUTE, text="By 9:40.")
    for minutes in (29, 35, 36, 40, 41, 42):
        sweep(MONDAY + minutes * MINUTE)
        is_sound(case)
    assert kinds(case) == ["case.opened", "promise.made", "clock.warned", "promise.broken"]
    told = Notice.objects.filter(event__kind="promise.broken", channel="in_app")
    assert company.agent.user.code in told.values_list("recipient", flat=True)


def test_a_promise_nobody_was_warned_of_is_only_broken(company: Company) -> None:
    case = company.open()
    promises.make(case=case, actor=company.agent.standing, at=MONDAY, due_at=MONDAY + 40 * MINUTE, text="By 9:40.")
    sweep(MONDAY + 44 * MINUTE)
    assert kinds(case) == ["case.opened", "promise.made", "promise.broken"]
    assert Event.objects.get(kind="promise.broken").data["late_seconds"] == 240
    is_sound(case)
