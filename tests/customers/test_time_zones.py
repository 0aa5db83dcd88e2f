"""Time zones are chosen by their names of today: old ones differ between browsers, databases and releases."""

from __future__ import annotations

import zoneinfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from customers.models import validate_time_zone
from customers.time_zones import name_of_today, time_zones


def refusal(name: str) -> str:
    with pytest.raises(ValidationError) as caught:
        validate_time_zone(name)
    return str(caught.value.messages[0])


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Europe/Oslo", "Europe/Kyiv", "America/Los_Angeles"])
def test_a_time_zone_of_today_is_taken(name: str) -> None:
    validate_time_zone(name)


@pytest.mark.parametrize(
    ("name", "today"),
    [("US/Pacific", "America/Los_Angeles"), ("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Kiev", "Europe/Kyiv")],
)
def test_cal_18_an_old_name_is_refused_and_told_its_successor(name: str, today: str) -> None:
    assert name_of_today(name) == today
    assert refusal(name) == f"“{name}” is an old name; use {today}."


@pytest.mark.parametrize("name", ["PST8PDT", "CST6CDT", "localtime", "Factory", "Etc/GMT+8", "Berlin", "", "../etc"])
def test_cal_18_a_name_of_no_place_is_refused_with_an_example(name: str) -> None:
    assert refusal(name) == f"“{name}” is no time zone of today; use a name such as Europe/Berlin."


def test_cal_18_every_zone_that_can_be_chosen_can_be_computed_with() -> None:
    assert len(time_zones()) > 300
    assert time_zones() <= zoneinfo.available_timezones()


@pytest.mark.django_db
def test_cal_18_the_database_knows_every_zone_that_can_be_chosen() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no time zones")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        known = {name for (name,) in cursor.fetchall()}
    assert time_zones() - known == set()
