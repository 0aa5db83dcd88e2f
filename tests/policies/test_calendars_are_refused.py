"""Calendars by which nobody could ever work are refused where they are made, with what to do about it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from customers.refusal import Refused
from escalations.actions import checking, policies
from escalations.models import CalendarVersion, SpecialDay, VersionState
from tests.admin.forms import filled
from tests.policies import builders
from tests.policies.builders import AT, Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Company:
    return builders.company()


@pytest.fixture
def draft(firm: Company) -> CalendarVersion:
    return builders.draft_hours(builders.calendar("Night"))


def close(draft: CalendarVersion, first: date, days: int) -> None:
    """Closes these days, those that are closed already left as they are."""
    dates = {first + timedelta(days=number) for number in range(days)}
    dates -= set(draft.special_days.values_list("date", flat=True))
    SpecialDay.objects.bulk_create([SpecialDay(version=draft, date=day, name="Closed") for day in sorted(dates)])


def publish(draft: CalendarVersion, firm: Company) -> Refused:
    with pytest.raises(Refused) as caught:
        policies.publish_calendar(version=draft, by=firm.admin, at=AT)
    draft.refresh_from_db()
    assert (draft.state, draft.published_at) == (VersionState.DRAFT, None)
    return caught.value


def test_cal_17_a_calendar_without_a_window_is_refused_with_the_remedy(firm: Company, draft: CalendarVersion) -> None:
    draft.hours.all().delete()
    refused = publish(draft, firm)
    assert (refused.field, refused.code) == ("hours.opens", "never_open")
    assert [found.sentence for found in checking.calendar_findings(draft)] == [
        "Nothing is ever open; add opening hours to at least one weekday."
    ]


def test_cal_17_holidays_over_a_whole_year_are_refused_with_the_remedy(firm: Company, draft: CalendarVersion) -> None:
    close(draft, date(2026, 1, 1), 365)
    refused = publish(draft, firm)
    assert (refused.field, refused.code) == ("special_days.1.date", "never_open_for_a_year")
    (found,) = checking.calendar_findings(draft)
    assert found.sentence == (
        "Nothing is open from Jan. 1, 2026 to Dec. 31, 2026; remove closed days, or give one of them opening hours."
    )


def test_cal_17_one_working_day_in_the_year_lets_it_be_published(firm: Company, draft: CalendarVersion) -> None:
    close(draft, date(2026, 1, 1), 365)
    draft.special_days.filter(date=date(2026, 7, 1)).delete()
    published = policies.publish_calendar(version=draft, by=firm.admin, at=AT)
    assert published.state == VersionState.PUBLISHED


def test_cal_18_the_form_offers_no_old_time_zone_and_takes_none(firm: Company, draft: CalendarVersion) -> None:
    office = Client()
    office.force_login(firm.admin)
    address = reverse("admin:escalations_calendarversion_change", args=[draft.pk])
    page = office.get(address).content.decode()
    assert ('value="America/Los_Angeles"' in page, 'value="US/Pacific"' in page) == (True, False)
    answer = office.post(address, filled(office, address) | {"time_zone": "US/Pacific"})
    assert "time_zone" in answer.context["adminform"].form.errors
    draft.refresh_from_db()
    assert draft.time_zone == "Europe/Berlin"


def test_cal_18_a_draft_of_old_hours_with_an_old_name_asks_for_a_new_one(firm: Company, draft: CalendarVersion) -> None:
    CalendarVersion.objects.filter(pk=draft.pk).update(time_zone="US/Pacific")
    office = Client()
    office.force_login(firm.admin)
    address = reverse("admin:escalations_calendarversion_change", args=[draft.pk])
    page = office.get(address).content.decode()
    assert "selected" not in page.split('name="time_zone"')[1].split("</select>")[0]
    answer = office.post(address, filled(office, address))
    assert "time_zone" in answer.context["adminform"].form.errors
