"""From a copied holiday to a deadline: new cases feel it and name it, those that run already do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from escalations.actions import handling, policies
from escalations.models import CalendarVersion, Case, Clock, PolicyVersion, SpecialDay
from escalations.timing.schedule import Span, Why
from escalations.timing.stopwatch import ClockState
from tests.cast import MONDAY, Company

MAUNDY_THURSDAY = datetime(2026, 4, 2, 14, 0, tzinfo=UTC)  # 16:00 in Berlin, an hour before closing
WISH: dict[str, Any] = {"country": "DE", "subdivision": "BY", "categories": ["public", "catholic"]}
WISH |= {"first_year": 2026, "last_year": 2026}
RESOLUTION = timedelta(hours=8)  # severity 2 in the cast's policy
BERLIN_SUMMER = timedelta(hours=2)


@pytest.fixture
def administrator(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def with_bavarian_holidays(client: Client, company: Company, off: tuple[date, ...] = ()) -> CalendarVersion:
    """The next version of the office hours, its holidays copied on the page, published."""
    draft = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=MONDAY)
    address = reverse("admin:escalations_calendarversion_copy_holidays", args=[draft.pk])
    preview = client.get(address, WISH).context["preview"]
    observed = [line.key for line in preview.lines if line.holiday.date not in off]
    client.post(address, {**WISH, "seen": preview.seen, "observed": observed})
    return policies.publish_calendar(version=draft, by=company.administrator, at=MONDAY)


def next_policy_version(company: Company) -> PolicyVersion:
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    return policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY)


def resolution(case: Case) -> Clock:
    return case.clocks.get(kind="resolution")


def spans(clock: Clock) -> list[Span]:
    assert clock.calendar_version is not None
    assert clock.due_at is not None
    return clock.calendar_version.schedule().spans(clock.started_at, clock.due_at)


def rows() -> list[Any]:
    return list(Clock.objects.order_by("pk").values())


def berlin(day: int, hour: int) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=UTC) - BERLIN_SUMMER


def test_cal_12_the_holidays_that_moved_a_date_are_named_from_the_copied_row_to_the_spans_of_a_clock(
    administrator: Client, company: Company
) -> None:
    with_bavarian_holidays(administrator, company)
    next_policy_version(company)
    clock = resolution(company.open(who=company.vera, at=MAUNDY_THURSDAY))
    assert clock.due_at == berlin(7, 16)
    moved = {span.label: span.start.astimezone(UTC) for span in spans(clock) if span.why is Why.HOLIDAY}
    assert moved == {"Good Friday": berlin(3, 0), "Easter Monday": berlin(6, 0)}
    counted = sum(span.seconds for span in spans(clock) if span.counted)
    assert counted == RESOLUTION.total_seconds()


def test_cal_12_a_holiday_that_was_switched_off_moves_no_date(administrator: Client, company: Company) -> None:
    with_bavarian_holidays(administrator, company, off=(date(2026, 4, 3),))
    next_policy_version(company)
    clock = resolution(company.open(who=company.vera, at=MAUNDY_THURSDAY))
    assert clock.due_at == berlin(3, 16)
    assert [span.label for span in spans(clock) if span.why is Why.HOLIDAY] == []


def test_cal_13_a_new_holiday_tomorrow_moves_no_running_and_no_closed_clock(company: Company) -> None:
    running = company.open(who=company.vera, at=MAUNDY_THURSDAY)
    answered = company.open(who=company.ida, at=MAUNDY_THURSDAY)
    handling.reply(
        case=answered, actor=company.agent.standing, at=MAUNDY_THURSDAY + timedelta(minutes=5), text="We look."
    )
    before = rows()
    states = {row["state"] for row in before}
    assert {ClockState.RUNNING.value, ClockState.MET.value} <= states
    draft = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=MAUNDY_THURSDAY)
    SpecialDay.objects.create(version=draft, date=date(2026, 4, 3), name="Good Friday")
    policies.publish_calendar(version=draft, by=company.administrator, at=MAUNDY_THURSDAY)
    assert rows() == before
    version = next_policy_version(company)
    call_command("recompute_clocks", check=True)  # exits 1 when the journal says otherwise than a row
    assert rows() == before
    assert resolution(running).due_at == berlin(3, 16)

    later = company.open(who=company.vera, at=MAUNDY_THURSDAY)
    assert (later.policy_version, resolution(later).due_at) == (version, berlin(6, 16))
    assert resolution(later).calendar_version == draft
    assert rows()[: len(before)] == before
