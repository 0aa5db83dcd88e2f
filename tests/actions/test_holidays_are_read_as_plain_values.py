"""What the `holidays` package says, as plain values: the same on every machine, and small enough for our columns."""

from __future__ import annotations

from datetime import date

import pytest

from escalations.actions import holidays
from escalations.actions.holidays import Selection
from escalations.models import SpecialDay

NAME_LENGTH = SpecialDay._meta.get_field("name").max_length or 0
SOURCE_LENGTH = SpecialDay._meta.get_field("source").max_length or 0


def days(
    country: str, subdivision: str = "", *categories: str, years: tuple[int, int] = (2026, 2026), language: str = "en"
) -> dict[date, tuple[str, tuple[str, ...]]]:
    wish = Selection(country, subdivision, categories or ("public",), *years)
    return {day.date: (day.name, day.categories) for day in holidays.listed(wish, language).days}


def test_countries_are_named_as_people_look_for_them() -> None:
    names = [choice.name for choice in holidays.countries()]
    assert {"Germany", "United Kingdom", "Côte d’Ivoire", "Kosovo"} <= set(names)
    assert names.index("Azerbaijan") < names.index("Åland Islands") < names.index("Bahamas")
    assert len(names) == len(set(names)) > 200


def test_states_and_regions_have_names_and_abbreviations_are_none() -> None:
    france = holidays.country("FR")
    assert france is not None
    assert {"Guadeloupe (971)", "La Réunion (974)", "Zone A"} <= {choice.name for choice in france.subdivisions}
    assert holidays.country("QQ") is None
    assert holidays.country("UK") is None  # an alias: its rows would say another place than GB


def test_a_time_zone_tells_the_country() -> None:
    assert [holidays.country_of(zone) for zone in ("Europe/Berlin", "America/New_York", "UTC")] == ["DE", "US", ""]


def test_the_assumption_is_a_catholic_holiday_of_bavaria() -> None:
    assumption = date(2026, 8, 15)
    assert days("DE", "BY", "public", "catholic")[assumption] == ("Assumption Day", ("catholic",))
    assert assumption not in days("DE", "BY", "public")
    assert assumption not in days("DE", "", "public", "catholic")


def test_a_day_of_several_categories_names_all_of_them() -> None:
    listed = days("US", "", "public", "government")
    assert listed[date(2026, 7, 4)][1] == ("public", "government")


def test_years_are_those_that_were_asked_for_and_come_in_order() -> None:
    found = list(days("DE", years=(2027, 2029)))
    assert (found[0], found[-1]) == (date(2027, 1, 1), date(2029, 12, 26))
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [
        ("DE", "de", "Neujahr"),
        ("DE", "de-at", "Neujahr"),
        ("DE", "fr", "New Year's Day"),
        ("GB", "de", "New Year's Day"),
        ("NZ", "de", "New Year's Day"),  # the package translates nothing of New Zealand
    ],
)
def test_names_follow_the_wanted_language_and_never_the_machine(
    monkeypatch: pytest.MonkeyPatch, country: str, language: str, name: str
) -> None:
    monkeypatch.setenv("LANGUAGE", "uk")
    assert days(country, language=language)[date(2026, 1, 1)][0] == name


def test_every_day_of_every_country_fits_our_columns_and_has_a_category() -> None:
    for code, _name in holidays.countries():
        offered = holidays.country(code)
        assert offered is not None
        for day, (name, categories) in days(code, "", *offered.categories, years=(2026, 2028)).items():
            source = f"{holidays.PACKAGE} {code} {'+'.join(categories)}"
            assert 0 < len(name) <= NAME_LENGTH, (code, day)
            assert categories, (code, day)
            assert len(source) <= SOURCE_LENGTH, (code, day)


def test_a_long_name_ends_where_a_word_ends() -> None:
    belarus = days("BY", "", "public", "workday", years=(2026, 2030)).values()
    name = next(name for name, _categories in belarus if name.startswith("Day of the National Coat of Arms"))
    assert name == "Day of the National Coat of Arms of the Republic of Belarus, the National Flag …"


def test_days_of_rest_on_which_people_work_are_told_apart() -> None:
    hungary = holidays.listed(Selection("HU", "", ("public",), 2026, 2026), "en")
    assert hungary.moved == (date(2026, 1, 10), date(2026, 8, 8))
    assert not set(hungary.moved) & {day.date for day in hungary.days}
