"""Opening hours are typed as times of day; midnight and the small hours are understood."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import CalendarVersion
from tests.admin.forms import add_row, filled
from tests.policies import builders
from tests.policies.builders import Company


@pytest.fixture
def draft(firm: Company) -> CalendarVersion:
    return builders.draft_hours(builders.calendar("Night"))


def address(draft: CalendarVersion) -> str:
    return reverse("admin:escalations_calendarversion_change", args=[draft.pk])


def saved(client: Client, draft: CalendarVersion, opens: str, closes: str) -> Any:
    data = filled(client, address(draft))
    add_row(data, "hours", weekday=6, opens=opens, closes=closes)
    return client.post(address(draft), data)


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [
        ("09:00", "17:30", (540, 1050)),
        ("9:00", "24:00", (540, 1440)),
        ("00:00", "24:00", (0, 1440)),
        ("22:00", "06:00", (1320, 1800)),
        ("22:00", "00:00", (1320, 1440)),
    ],
)
def test_times_become_minutes_and_come_back_as_typed(
    administrator: Client, draft: CalendarVersion, opens: str, closes: str, minutes: tuple[int, int]
) -> None:
    assert saved(administrator, draft, opens, closes).status_code == 302
    assert draft.hours.filter(weekday=6).values_list("opens", "closes").get() == minutes
    again = filled(administrator, address(draft))
    assert administrator.post(address(draft), again).status_code == 302
    assert draft.hours.filter(weekday=6).values_list("opens", "closes").get() == minutes


@pytest.mark.parametrize(
    ("opens", "closes", "field"),
    [
        ("25:00", "26:00", "opens"),
        ("nine", "17:00", "opens"),
        ("09:60", "17:00", "opens"),
        ("24:30", "17:00", "opens"),
        ("24:00", "17:00", "closes"),
        ("09:00", "", "closes"),
        ("", "17:00", "opens"),
        ("09:00", "09:00", "closes"),
    ],
)
def test_a_time_that_is_none_is_refused_at_its_field(
    administrator: Client, draft: CalendarVersion, opens: str, closes: str, field: str
) -> None:
    answer = saved(administrator, draft, opens, closes)
    assert answer.status_code == 200
    hours = answer.context["inline_admin_formsets"][0].formset
    assert field in hours.forms[-1].errors
    assert draft.hours.filter(weekday=6).count() == 0


@pytest.mark.parametrize(("opens", "closes", "valid"), [("", "", True), ("10:00", "14:00", True), ("10:00", "", False)])
def test_a_special_day_has_both_times_or_none(
    administrator: Client, draft: CalendarVersion, opens: str, closes: str, *, valid: bool
) -> None:
    data = filled(administrator, address(draft))
    add_row(data, "special_days", date="2026-12-24", name="Christmas Eve", opens=opens, closes=closes)
    answer = administrator.post(address(draft), data)
    assert answer.status_code == (302 if valid else 200)
    assert draft.special_days.filter(date="2026-12-24").exists() is valid


def test_an_unknown_time_zone_is_refused_at_the_field(administrator: Client, draft: CalendarVersion) -> None:
    data = filled(administrator, address(draft)) | {"time_zone": "Europe/Nowhere"}
    answer = administrator.post(address(draft), data)
    assert "time_zone" in answer.context["adminform"].form.errors
