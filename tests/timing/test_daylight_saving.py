"""Days of 23, 24½ and 25 hours, and a day that never was: time counts as it really passes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from escalations.timing.schedule import Schedule, Span, Why
from tests.timing.hours import DAY, MINUTE, ZONES, always, changes, days, local, office, window

BERLIN = "Europe/Berlin"
EVERY_DAY = tuple(range(7))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, "2026-03-29", 23),
        (BERLIN, "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Antarctica/Troll", "2026-03-29", 22),
        ("Antarctica/Troll", "2026-10-25", 26),
        ("Asia/Beirut", "2026-03-29", 23),  # the clocks change at midnight
        ("Asia/Beirut", "2026-10-24", 25),
        ("America/Havana", "2026-03-08", 23),
        ("America/Havana", "2026-11-01", 25),
        ("America/Caracas", "2016-05-01", 23.5),  # for good
        ("Asia/Pyongyang", "2015-08-14", 24.5),
        ("America/Sao_Paulo", "2018-11-04", 23),  # 00:00 to 01:00 never was
        ("America/Sao_Paulo", "2018-02-17", 25),  # 23:00 to 24:00 was twice
        ("Pacific/Apia", "2011-12-29", 24),
        ("Asia/Riyadh", "2026-03-29", 24),
    ],
)
def test_a_day_has_the_hours_it_really_has(zone: str, day: str, hours: float) -> None:
    schedule = Schedule(zone, days("00:00-24:00", *EVERY_DAY))
    noon = local(zone, f"{day} 12:00")
    week = Schedule(zone, {datetime.fromisoformat(day).weekday(): [window("00:00-24:00")]})
    assert week.working_time_between(noon - 2 * DAY, noon + 2 * DAY) == hours * 60
    assert schedule.working_time_between(noon - 2 * DAY, noon + 2 * DAY) == 4 * 1440


@pytest.mark.parametrize(
    ("start", "fold", "hours", "due", "due_fold"),
    [
        ("2026-03-28 20:00", 0, 8, "2026-03-29 05:00", 0),
        ("2026-03-29 01:59", 0, 1, "2026-03-29 03:59", 0),
        ("2026-10-24 20:00", 0, 8, "2026-10-25 03:00", 0),
        ("2026-10-25 01:30", 0, 1, "2026-10-25 02:30", 0),
        ("2026-10-25 01:30", 0, 2, "2026-10-25 02:30", 1),
        ("2026-10-25 02:30", 1, 2, "2026-10-25 04:30", 0),
    ],
)
def test_cal_07_around_the_clock_over_a_change_ends_when_the_hours_have_really_passed(
    start: str, fold: int, hours: int, due: str, due_fold: int
) -> None:
    began, ended = local(BERLIN, start, fold), local(BERLIN, due, due_fold)
    assert always(BERLIN).add_working_time(began, hours * 60) == ended
    assert always(BERLIN).subtract_working_time(ended, hours * 60) == began


@pytest.mark.parametrize("zone", ZONES)
def test_cal_07_no_change_of_the_clocks_of_any_zone_makes_time_stall(zone: str) -> None:
    schedule = always(zone)
    for change in changes(zone)[-6:]:
        for minutes in range(0, 2 * 1440, 97):
            start = change + minutes * MINUTE
            assert schedule.add_working_time(start, 45) == start + 45 * MINUTE
            assert schedule.subtract_working_time(start, 45) == start - 45 * MINUTE


def test_cal_07_around_the_clock_goes_on_through_both_changes_without_a_stall() -> None:
    schedule = always(BERLIN)
    for change in ("2026-03-29 00:30", "2026-10-25 00:30"):
        start = local(BERLIN, change)
        for hours in range(1, 6):
            assert schedule.add_working_time(start, hours * 60) == start + timedelta(hours=hours)


@pytest.mark.parametrize(("evening", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-05", 8)])
def test_a_night_shift_has_an_hour_less_in_spring_and_one_more_in_autumn(evening: str, hours: int) -> None:
    schedule = Schedule(BERLIN, days("22:00-06:00", *EVERY_DAY))
    noon = local(BERLIN, f"{evening} 12:00")
    assert schedule.working_time_between(noon, noon + DAY) == hours * 60
    shift = local(BERLIN, f"{evening} 22:00")
    assert schedule.add_working_time(shift, hours * 60) == shift + hours * 60 * MINUTE
    assert schedule.subtract_working_time(shift + hours * 60 * MINUTE, hours * 60) == shift


def test_office_hours_are_the_same_length_across_a_change_and_the_due_time_reads_the_same() -> None:
    for before, after in [("2026-03-27", "2026-03-30"), ("2026-10-23", "2026-10-26")]:
        assert office().add_working_time(local(BERLIN, f"{before} 16:00"), 120) == local(BERLIN, f"{after} 10:00")


def test_a_window_inside_the_gap_of_spring_is_open_for_no_time_and_comes_back_the_next_day() -> None:
    schedule = Schedule(BERLIN, days("02:15-02:45", *EVERY_DAY))
    noon = local(BERLIN, "2026-03-28 12:00")
    assert schedule.working_time_between(noon, noon + DAY) == 0
    assert schedule.next_opening(noon) == local(BERLIN, "2026-03-30 02:15")


@pytest.mark.parametrize(("text", "minutes"), [("01:30-02:30", 30), ("02:30-03:30", 30), ("01:00-04:00", 120)])
def test_a_window_that_touches_the_gap_of_spring_loses_what_was_skipped(text: str, minutes: int) -> None:
    schedule = Schedule(BERLIN, days(text, *EVERY_DAY))
    noon = local(BERLIN, "2026-03-28 12:00")
    assert schedule.working_time_between(noon, noon + DAY) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("02:15-02:45", 60), ("01:30-02:30", 90), ("02:30-03:30", 90), ("01:00-02:00", 60), ("03:00-04:00", 60)],
)
def test_a_window_in_the_hour_of_autumn_that_comes_twice_is_open_both_times(text: str, minutes: int) -> None:
    schedule = Schedule(BERLIN, days(text, *EVERY_DAY))
    noon = local(BERLIN, "2026-10-24 12:00")
    assert schedule.working_time_between(noon, noon + DAY) == minutes


def test_between_the_two_times_of_a_window_that_comes_twice_it_is_closed() -> None:
    schedule = Schedule(BERLIN, days("02:15-02:45", *EVERY_DAY))
    assert schedule.is_open(local(BERLIN, "2026-10-25 02:30"))
    assert not schedule.is_open(local(BERLIN, "2026-10-25 02:50"))
    assert not schedule.is_open(local(BERLIN, "2026-10-25 02:10", fold=1))
    assert schedule.is_open(local(BERLIN, "2026-10-25 02:30", fold=1))
    first = local(BERLIN, "2026-10-25 02:40")
    assert schedule.add_working_time(first, 10) == local(BERLIN, "2026-10-25 02:20", fold=1)


def test_where_summer_time_begins_at_midnight_the_day_opens_when_it_begins() -> None:
    schedule = Schedule("America/Sao_Paulo", days("00:00-01:30", *EVERY_DAY))
    saturday = local("America/Sao_Paulo", "2018-11-03 12:00")
    assert schedule.next_opening(saturday) == local("America/Sao_Paulo", "2018-11-04 01:00")
    assert schedule.working_time_between(saturday, saturday + DAY) == 30


def test_the_half_hour_of_lord_howe_counts_as_half_an_hour() -> None:
    schedule = Schedule("Australia/Lord_Howe", days("22:00-06:00", *EVERY_DAY))
    for evening, minutes in [("2026-10-03", 450), ("2026-04-04", 510)]:
        noon = local("Australia/Lord_Howe", f"{evening} 12:00")
        assert schedule.working_time_between(noon, noon + DAY) == minutes


def test_the_friday_that_apia_skipped_has_no_working_time() -> None:
    schedule = office("Pacific/Apia")
    thursday = local("Pacific/Apia", "2011-12-29 16:00")
    assert schedule.add_working_time(thursday, 60) == local("Pacific/Apia", "2011-12-29 17:00")
    assert schedule.add_working_time(thursday, 61) == local("Pacific/Apia", "2012-01-02 09:01")
    assert schedule.working_time_between(thursday, thursday + 2 * DAY) == 60


def test_the_night_shift_before_the_skipped_day_ends_with_its_day() -> None:
    schedule = Schedule("Pacific/Apia", {3: [window("22:00-06:00")]})
    evening = local("Pacific/Apia", "2011-12-29 22:00")
    assert schedule.working_time_between(evening - DAY, evening + 3 * DAY) == 120


def test_a_day_that_was_skipped_is_no_working_day() -> None:
    thursday = local("Pacific/Apia", "2011-12-29 16:00")
    assert office("Pacific/Apia").add_working_days(thursday, 1) == local("Pacific/Apia", "2012-01-02 16:00")
    assert always("Pacific/Apia").add_working_days(thursday, 1) == local("Pacific/Apia", "2011-12-31 16:00")


def test_a_day_whose_only_window_was_skipped_is_no_working_day() -> None:
    schedule = Schedule(BERLIN, days("02:15-02:45", *EVERY_DAY))
    saturday = local(BERLIN, "2026-03-28 12:00")
    assert schedule.add_working_days(saturday, 1) == local(BERLIN, "2026-03-30 12:00")


def test_the_explanation_of_the_skipped_day_shows_no_time_on_it() -> None:
    schedule = always("Pacific/Apia", {date(2011, 12, 30): "Never was"})
    noon = local("Pacific/Apia", "2011-12-29 12:00")
    assert schedule.spans(noon, noon + DAY) == [Span(noon, noon + DAY, Why.OPEN)]


def test_where_midnight_was_skipped_the_holiday_begins_with_its_day() -> None:
    zone, holiday = "America/Sao_Paulo", {date(2018, 11, 4): "Town fair"}
    begins, ends = (local(zone, at) for at in ("2018-11-04 01:00", "2018-11-05 00:00"))
    for schedule, why in [(always(zone, holiday), Why.OPEN), (office(zone, holiday), Why.CLOSED)]:
        assert schedule.spans(begins - 60 * MINUTE, ends + 60 * MINUTE) == [
            Span(begins - 60 * MINUTE, begins, why),
            Span(begins, ends, Why.HOLIDAY, "Town fair"),
            Span(ends, ends + 60 * MINUTE, why),
        ]


def test_working_days_that_land_on_a_time_that_was_skipped_land_after_it() -> None:
    schedule = always(BERLIN)
    start = local(BERLIN, "2026-03-28 02:30")
    assert schedule.add_working_days(start, 1) == local(BERLIN, "2026-03-29 03:30")
