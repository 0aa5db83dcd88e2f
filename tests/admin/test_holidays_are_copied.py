"""Holidays are copied into a calendar draft after every day was looked at; nothing else ever moves them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from customers.refusal import Refused
from escalations.actions import holidays, policies
from escalations.actions.holidays import ChosenDay, Holiday, Listing, Selection
from escalations.models import CalendarVersion, Hours, SpecialDay, VersionState
from escalations.models.calendars import published_schedule
from escalations.timing.schedule import Schedule, Window
from tests.admin.forms import filled
from tests.policies import builders
from tests.policies.builders import LATER, Company

BAVARIA: dict[str, Any] = {"country": "DE", "subdivision": "BY", "categories": ["public", "catholic"]}
BAVARIA |= {"first_year": 2026, "last_year": 2026}
GREECE: dict[str, Any] = {"country": "GR", "categories": ["public", "half_day"], "first_year": 2026, "last_year": 2026}
ASSUMPTION, EPIPHANY, UNITY = date(2026, 8, 15), date(2026, 1, 6), date(2026, 10, 3)
CHRISTMAS, EVE = date(2026, 12, 25), date(2026, 12, 24)


@pytest.fixture
def draft(firm: Company) -> CalendarVersion:
    """Monday to Friday nine to five, with Christmas 2026 as its only holiday."""
    return policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)


def address(version: CalendarVersion, name: str = "copy_holidays") -> str:
    return reverse(f"admin:escalations_calendarversion_{name}", args=[version.pk])


def rows() -> list[Any]:
    return list(SpecialDay.objects.order_by("pk").values())


def on(day: date, version: CalendarVersion) -> SpecialDay:
    return SpecialDay.objects.get(version=version, date=day)


def previewed(client: Client, version: CalendarVersion, wish: dict[str, Any]) -> Any:
    answer = client.get(address(version), wish)
    assert answer.status_code == 200
    return answer.context["preview"]


def sent(preview: Any, wish: dict[str, Any], *, off: tuple[date, ...] = (), **more: Any) -> dict[str, Any]:
    """What a browser would send when these days were switched off and nothing else was touched."""
    new = [line for line in preview.lines if line.there is None]
    data = {**wish, "seen": preview.seen}
    data["observed"] = [line.key for line in new if line.is_checked and line.holiday.date not in off]
    for line in new:
        if line.hours:
            data |= {bound.html_name: bound.field.prepare_value(bound.initial) for bound in line.hours}
    return data | more


def copied(client: Client, version: CalendarVersion, wish: dict[str, Any], *off: date) -> Any:
    """The answer to the last step."""
    answer = client.post(address(version), sent(previewed(client, version, wish), wish, off=off))
    assert answer.status_code == 302
    return answer


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


# -- seen before it is written -----------------------------------------------------------------------------------------


def test_cal_12_the_regional_observances_are_shown_day_by_day_before_anything_is_written(
    administrator: Client, draft: CalendarVersion
) -> None:
    before = rows()
    lines = {line.holiday.date: line for line in previewed(administrator, draft, BAVARIA).lines}
    assert rows() == before
    assumption, epiphany = lines[ASSUMPTION], lines[EPIPHANY]
    assert (assumption.holiday.name, assumption.categories, assumption.is_checked) == (
        "Assumption Day",
        "Catholic",
        True,
    )
    assert (assumption.ordinary, epiphany.ordinary) == ("", "09:00–17:00")
    assert {ASSUMPTION, EPIPHANY} <= set(lines)
    elsewhere = previewed(administrator, draft, BAVARIA | {"subdivision": ""})
    assert not {ASSUMPTION, EPIPHANY} & {line.holiday.date for line in elsewhere.lines}


def test_the_page_says_weekday_name_category_and_whether_the_day_is_open_anyway(
    administrator: Client, draft: CalendarVersion
) -> None:
    shown = administrator.get(address(draft), BAVARIA).content.decode()
    for words in ("Sat</span> Aug. 15, 2026", "Assumption Day", "Catholic", "closed anyway", "09:00–17:00"):
        assert words in shown
    already = "In the calendar already, stays as it is. There it is called “Christmas”."
    assert already in " ".join(shown.split())


def test_the_steps_ask_for_the_country_first_and_then_offer_what_it_has(
    administrator: Client, draft: CalendarVersion
) -> None:
    first = administrator.get(address(draft)).context["form"]
    assert first.initial["country"] == "DE"  # the calendar is on Berlin's time
    assert ("CI", "Côte d’Ivoire") in first.fields["country"].choices
    second = administrator.get(address(draft), {"country": "CH"}).context["form"]
    assert ("BE", "Bern (BE)") in second.fields["subdivision"].choices
    offered = [code for code, _words in second.fields["categories"].choices]
    assert offered == ["public", "de_facto", "half_day", "optional"]
    assert "subdivision" not in administrator.get(address(draft), {"country": "HU"}).context["form"].fields


@time_machine.travel("2031-05-01T10:00:00Z")
def test_this_year_and_the_next_two_are_proposed(administrator: Client, firm: Company, draft: CalendarVersion) -> None:
    administrator.force_login(firm.admin)  # whoever signed in years ago is asked again
    initial = administrator.get(address(draft), {"country": "DE"}).context["form"].initial
    assert (initial["first_year"], initial["last_year"], initial["categories"]) == (2031, 2033, ("public",))


def test_what_was_copied_last_is_proposed_again(administrator: Client, draft: CalendarVersion) -> None:
    copied(administrator, draft, BAVARIA)
    assert administrator.get(address(draft)).context["form"].initial["country"] == "DE"
    initial = administrator.get(address(draft), {"country": "DE"}).context["form"].initial
    assert (initial["subdivision"], initial["categories"]) == ("BY", ["catholic", "public"])


def test_names_are_in_the_language_of_the_administrator_or_else_in_english(
    administrator: Client, firm: Company, draft: CalendarVersion
) -> None:
    firm.admin.language = "de"
    firm.admin.save()
    german = {line.holiday.date: line.holiday.name for line in previewed(administrator, draft, BAVARIA).lines}
    assert german[ASSUMPTION] == "Mariä Himmelfahrt"
    hungary = BAVARIA | {"country": "HU", "subdivision": "", "categories": ["public"]}
    english = {line.holiday.name for line in previewed(administrator, draft, hungary).lines}
    assert "Good Friday" in english


def test_weekends_on_which_a_country_works_instead_are_named_and_not_copied(
    administrator: Client, draft: CalendarVersion
) -> None:
    hungary = BAVARIA | {"country": "HU", "subdivision": "", "categories": ["public"]}
    preview = previewed(administrator, draft, hungary)
    assert preview.moved == (date(2026, 1, 10), date(2026, 8, 8))
    assert "Sat Jan. 10, 2026" in administrator.get(address(draft), hungary).content.decode()
    copied(administrator, draft, hungary)
    assert not draft.special_days.filter(date__in=preview.moved).exists()


# -- what is written ---------------------------------------------------------------------------------------------------


def test_checked_days_close_the_calendar_and_say_where_they_are_from(
    administrator: Client, draft: CalendarVersion
) -> None:
    answer = copied(administrator, draft, BAVARIA)
    assert draft.schedule().holiday_on(EPIPHANY) == "Epiphany"
    assert on(ASSUMPTION, draft).source == f"{holidays.PACKAGE} DE-BY catholic"
    assert "12 days were copied, 0 of them switched off." in said(answer)


def test_cal_12_a_day_that_was_switched_off_stays_an_ordinary_day_and_does_not_come_back(
    administrator: Client, draft: CalendarVersion
) -> None:
    answer = copied(administrator, draft, BAVARIA, EPIPHANY)
    assert "12 days were copied, 1 of them switched off." in said(answer)
    assert on(EPIPHANY, draft).is_observed is False
    assert (draft.schedule().holiday_on(EPIPHANY), draft.schedule().windows_on(EPIPHANY)) == (
        None,
        (Window(540, 1020),),
    )
    before = rows()
    again = previewed(administrator, draft, BAVARIA)
    assert again.is_new is False
    everything = sent(again, BAVARIA, observed=[line.key for line in again.lines])
    administrator.post(address(draft), everything)
    assert rows() == before


def test_dates_that_are_there_already_are_left_alone_and_named(administrator: Client, draft: CalendarVersion) -> None:
    before = SpecialDay.objects.filter(version=draft, date=CHRISTMAS).values().get()
    answer = copied(administrator, draft, BAVARIA)
    assert SpecialDay.objects.filter(version=draft, date=CHRISTMAS).values().get() == before
    assert "Left as they were, because the calendar had them already: Dec. 25, 2026 (Christmas)." in said(answer)


def test_the_next_draft_keeps_what_was_copied_and_what_was_switched_off(
    administrator: Client, firm: Company, draft: CalendarVersion
) -> None:
    copied(administrator, draft, BAVARIA, EPIPHANY)
    policies.publish_calendar(version=draft, by=firm.admin, at=LATER)
    following = policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)
    kept = ("date", "name", "is_observed", "source")
    assert list(following.special_days.values(*kept)) == list(draft.special_days.values(*kept))
    assert previewed(administrator, following, BAVARIA).is_new is False


def test_a_copied_day_is_switched_on_the_page_of_the_draft(administrator: Client, draft: CalendarVersion) -> None:
    copied(administrator, draft, BAVARIA)
    page = address(draft, "change")
    assert f"{holidays.PACKAGE} DE-BY catholic" in administrator.get(page).content.decode()
    data = filled(administrator, page)
    row = next(key for key, value in data.items() if key.endswith("-date") and str(value) == str(UNITY))
    del data[row.replace("-date", "-is_observed")]
    assert administrator.post(page, data).status_code == 302
    assert on(UNITY, draft).is_observed is False
    assert on(UNITY, draft).source == f"{holidays.PACKAGE} DE-BY public"


def test_a_published_version_shows_its_times_as_people_write_them(
    administrator: Client, firm: Company, draft: CalendarVersion
) -> None:
    SpecialDay.objects.create(version=draft, date=EVE, name="Christmas Eve", opens=540, closes=720)
    policies.publish_calendar(version=draft, by=firm.admin, at=LATER)
    shown = administrator.get(address(draft, "change")).content.decode()
    assert "12:00" in shown
    assert "17:00" in shown
    assert ">540<" not in "".join(shown.split())
    assert ">closed<" in "".join(shown.split())


def test_a_draft_with_hundreds_of_special_days_can_still_be_saved(
    administrator: Client, draft: CalendarVersion
) -> None:
    copied(administrator, draft, BAVARIA | {"categories": ["public", "catholic", "school"], "last_year": 2028})
    before = rows()
    assert len(before) > 200
    page = address(draft, "change")
    data = filled(administrator, page)
    # A browser sends empty times, too.
    dated = [key.removesuffix("date") for key in data if key.startswith("special_days-") and key.endswith("-date")]
    data |= {f"{row}{name}": "" for row in dated for name in ("opens", "closes")}
    assert administrator.post(page, data).status_code == 302
    assert rows() == before


def test_a_day_that_somebody_else_entered_meanwhile_is_left_alone_and_handed_back(
    firm: Company, draft: CalendarVersion
) -> None:
    before = rows()
    chosen = [ChosenDay(Holiday(CHRISTMAS, "Christmas Day", ("public",)), is_observed=False)]
    wish = Selection("DE", "", ("public",), 2026, 2026)
    found = holidays.copy_holidays(version=draft, selection=wish, days=chosen, by=firm.admin, at=LATER)
    assert (list(found.written), list(found.left), rows()) == ([], [on(CHRISTMAS, draft)], before)


# -- half days and other days that close nothing by themselves ---------------------------------------------------------


def test_half_a_day_is_not_checked_beforehand_and_closes_nothing_unasked(
    administrator: Client, draft: CalendarVersion
) -> None:
    lines = {line.holiday.date: line for line in previewed(administrator, draft, GREECE).lines}
    assert (lines[EVE].is_checked, str(lines[EVE].note)[:10]) == (False, "Half a day")
    assert lines[EVE].hours.initial == {"opens": 540, "closes": 780}
    copied(administrator, draft, GREECE)
    assert (on(EVE, draft).is_observed, on(EVE, draft).opens, on(EVE, draft).closes) == (False, 540, 780)
    assert draft.schedule().windows_on(EVE) == (Window(540, 1020),)


def test_half_a_day_that_is_checked_is_open_at_its_hours_only(administrator: Client, draft: CalendarVersion) -> None:
    data = sent(previewed(administrator, draft, GREECE), GREECE)
    data["observed"].append(str(EVE))
    administrator.post(address(draft), data | {f"half-{EVE}-closes": "12:00"})
    assert draft.schedule().windows_on(EVE) == (Window(540, 720),)


def test_half_a_day_closes_the_whole_day_only_when_its_times_are_emptied(
    administrator: Client, draft: CalendarVersion
) -> None:
    data = sent(previewed(administrator, draft, GREECE), GREECE)
    data["observed"].append(str(EVE))
    administrator.post(address(draft), data | {f"half-{EVE}-opens": "", f"half-{EVE}-closes": ""})
    assert draft.schedule().holiday_on(EVE) == "Christmas Eve"


def test_half_a_day_opens_no_day_that_is_closed_anyway(administrator: Client, draft: CalendarVersion) -> None:
    draft.hours.filter(weekday=EVE.weekday()).delete()
    line = next(line for line in previewed(administrator, draft, GREECE).lines if line.holiday.date == EVE)
    assert (line.hours, line.is_checked, line.ordinary) == (None, False, "")


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        ("13:00", "09:00", "Closing comes after opening"),
        ("09:00", "", "Give both times"),
        ("nine", "13:00", "Write a time such as 09:00"),
    ],
)
def test_times_that_do_not_fit_are_refused_at_their_day_and_nothing_is_lost(
    administrator: Client, draft: CalendarVersion, opens: str, closes: str, words: str
) -> None:
    before = rows()
    data = sent(previewed(administrator, draft, GREECE), GREECE, off=(EPIPHANY,))
    answer = administrator.post(address(draft), data | {f"half-{EVE}-opens": opens, f"half-{EVE}-closes": closes})
    assert (answer.status_code, rows()) == (200, before)
    shown = answer.content.decode()
    assert words in shown
    assert "Nothing was copied yet" in shown
    lines = {line.holiday.date: line for line in answer.context["preview"].lines}
    assert (lines[EPIPHANY].is_checked, lines[date(2026, 1, 1)].is_checked) == (False, True)


def test_school_holidays_are_offered_and_not_checked_beforehand(administrator: Client, draft: CalendarVersion) -> None:
    wish = BAVARIA | {"categories": ["public", "school"]}
    lines = [line for line in previewed(administrator, draft, wish).lines if line.holiday.categories == ("school",)]
    assert lines
    assert {(line.is_checked, str(line.note)) for line in lines} == {
        (False, "Only schools are closed: check it if you are, too.")
    }


# -- an upgrade of the package -----------------------------------------------------------------------------------------


def other_dates(selection: Selection, _language: str) -> Listing:
    """What a later version of the package might say."""
    return Listing((Holiday(date(selection.first_year, 7, 7), "New Day of Rest", ("public",)),))


def works_like(schedule: Schedule) -> list[Any]:
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + number) for number in range(365)]
    return [(schedule.windows_on(day), schedule.holiday_on(day)) for day in days]


def test_an_upgrade_of_the_package_moves_nothing_that_was_copied(
    administrator: Client, firm: Company, draft: CalendarVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(administrator, draft, BAVARIA)
    policies.publish_calendar(version=draft, by=firm.admin, at=LATER)
    before, worked = rows(), works_like(draft.schedule())
    monkeypatch.setattr(holidays, "listed", other_dates)
    monkeypatch.setattr(holidays, "PACKAGE", "holidays 9.9")
    published_schedule.cache_clear()
    assert (rows(), works_like(CalendarVersion.objects.get(pk=draft.pk).schedule())) == (before, worked)
    following = policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)
    assert works_like(following.schedule()) == worked
    copied(administrator, following, BAVARIA)
    assert following.schedule().holiday_on(date(2026, 7, 7)) == "New Day of Rest"
    assert following.schedule().holiday_on(EPIPHANY) == "Epiphany"
    assert works_like(draft.schedule()) == worked


def test_a_list_that_changed_since_it_was_looked_at_is_shown_again_and_not_copied(
    administrator: Client, draft: CalendarVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, before = sent(previewed(administrator, draft, BAVARIA), BAVARIA), rows()
    monkeypatch.setattr(holidays, "listed", other_dates)
    answer = administrator.post(address(draft), data)
    assert (answer.status_code, rows()) == (200, before)
    assert "The list is not the one you looked at" in answer.content.decode()
    assert [line.is_checked for line in answer.context["preview"].lines] == [True]


# -- what is refused ---------------------------------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"country": "QQ"}, "country", "QQ"),
    ({"subdivision": "QQ"}, "subdivision", "QQ"),
    ({"categories": []}, "categories", "Choose at least one category."),
    ({"categories": ["half_day"]}, "categories", "half_day"),
    ({"last_year": 2025}, "last_year", "The last year comes after the first"),
    ({"last_year": 2036}, "last_year", "These are 11 years; choose 10 at most."),
    ({"first_year": ""}, "first_year", "required"),
    ({"first_year": 99999, "last_year": 99999}, "first_year", "2100"),
    ({"country": "LK", "subdivision": "", "categories": ["public"], "first_year": 2090, "last_year": 2090},
     "__all__", "No day is known"),
    ({"country": "FR", "subdivision": "Zone A", "categories": ["public", "school"], "last_year": 2035},
     "__all__", "too many to look at"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "field", "words"), WRONG)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_choice_is_refused_at_its_field_and_nothing_is_written(
    administrator: Client, draft: CalendarVersion, method: str, wrong: dict[str, Any], field: str, words: str
) -> None:
    before = rows()
    answer = getattr(administrator, method)(address(draft), BAVARIA | wrong)
    assert (answer.status_code, rows()) == (200, before)
    assert words in str(answer.context["form"].errors[field])


def test_looking_writes_nothing_whatever_the_address_says(administrator: Client, draft: CalendarVersion) -> None:
    before = rows()
    data = sent(previewed(administrator, draft, BAVARIA), BAVARIA)
    assert administrator.get(address(draft), data).status_code == 200
    assert administrator.head(address(draft), data).status_code == 200
    assert rows() == before


def test_nobody_copies_without_the_right_to_change_calendars_and_to_add_special_days(
    visitor: Client, client: Client, draft: CalendarVersion
) -> None:
    before = rows()
    data = {**BAVARIA, "seen": "", "observed": [str(EPIPHANY)]}
    for rights in (
        [],
        ["view_calendarversion"],
        ["change_calendarversion"],
        ["view_calendarversion", "add_specialday"],
    ):
        person = builders.user("Rita Reader", is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename__in=rights))
        looking = Client()
        looking.force_login(person)
        assert (looking.get(address(draft)).status_code, looking.post(address(draft), data).status_code) == (403, 403)
    assert visitor.post(address(draft), data).status_code == 403
    assert reverse("admin:login") in client.post(address(draft), data)["Location"]
    assert rows() == before


def test_a_published_version_offers_no_copy_and_takes_none(administrator: Client, firm: Company) -> None:
    before = rows()
    shown = administrator.get(address(firm.hours, "change")).content.decode()
    assert address(firm.hours) not in shown
    assert administrator.get(address(firm.hours)).status_code == 403
    assert administrator.post(address(firm.hours), BAVARIA).status_code == 403
    assert rows() == before


def test_a_draft_that_was_published_meanwhile_takes_no_more_days(firm: Company, draft: CalendarVersion) -> None:
    stale = CalendarVersion.objects.get(pk=draft.pk)
    policies.publish_calendar(version=draft, by=firm.admin, at=LATER)
    before = rows()
    chosen = [ChosenDay(Holiday(EPIPHANY, "Epiphany", ("public",)))]
    wish = Selection("DE", "BY", ("public",), 2026, 2026)
    with pytest.raises(Refused) as refusal:
        holidays.copy_holidays(version=stale, selection=wish, days=chosen, by=firm.admin, at=LATER)
    assert (refusal.value.code, rows()) == ("not_a_draft", before)


# -- holidays that run out ---------------------------------------------------------------------------------------------

NOW = datetime.fromisoformat("2026-11-20T10:00:00+00:00")
RUNS_OUT = "Its holidays end with 2026: from 2027 on, clocks run on holidays as on any other day."


def hints(client: Client, version: CalendarVersion) -> tuple[bool, bool]:
    """Whether the page of a version and the question before publishing say that its holidays run out."""
    pages = (address(version, "change"), address(version, "publish"))
    return tuple(RUNS_OUT in client.get(page).content.decode() for page in pages)  # type: ignore[return-value]


@time_machine.travel(NOW)
def test_publishing_with_holidays_that_end_before_the_next_year_warns_and_goes_on(
    administrator: Client, draft: CalendarVersion
) -> None:
    assert hints(administrator, draft) == (True, True)
    administrator.post(address(draft, "publish"))
    draft.refresh_from_db()
    assert draft.state == VersionState.PUBLISHED


@time_machine.travel(NOW)
def test_no_warning_once_the_next_year_is_there(administrator: Client, draft: CalendarVersion) -> None:
    copied(administrator, draft, BAVARIA | {"last_year": 2027})
    assert hints(administrator, draft) == (False, False)


@time_machine.travel(NOW)
def test_a_calendar_without_holidays_is_pointed_out_unless_it_never_rests(
    administrator: Client, draft: CalendarVersion
) -> None:
    draft.special_days.all().delete()
    assert "It has no holidays" in administrator.get(address(draft, "publish")).content.decode()
    for weekday in (5, 6):
        Hours.objects.create(version=draft, weekday=weekday, opens=0, closes=1440)
    assert "It has no holidays" not in administrator.get(address(draft, "publish")).content.decode()
