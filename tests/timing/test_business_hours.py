"""Business time by example; the CAL numbers are the faults of other tools that must not be ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalations.timing.schedule import Schedule, ScheduleError, Span, Why, Window
from tests.timing.hours import DAY, MINUTE, always, days, local, office, window

BERLIN = "Europe/Berlin"
MONDAY = local(BERLIN, "2026-03-02 09:00")
FRIDAY = local(BERLIN, "2026-03-06 09:00")


def test_cal_01_around_the_clock_is_wall_clock_time_and_midnight_costs_nothing() -> None:
    schedule = always(BERLIN)
    start = local(BERLIN, "2026-06-01 23:59")
    for minutes in (1, 2, 1440, 100_000):
        assert schedule.add_working_time(start, minutes) == start + minutes * MINUTE
        assert schedule.working_time_between(start, start + minutes * MINUTE) == minutes


def test_cal_02_split_shifts_are_honoured_in_due_date_elapsed_time_and_open_now() -> None:
    schedule = Schedule(BERLIN, days("08:00-12:00 13:30-18:00"))
    start = local(BERLIN, "2026-03-02 11:00")
    assert schedule.add_working_time(start, 90) == local(BERLIN, "2026-03-02 14:00")
    assert schedule.working_time_between(start, local(BERLIN, "2026-03-02 14:00")) == 90
    assert [schedule.is_open(local(BERLIN, f"2026-03-02 {at}")) for at in ("11:59", "12:00", "13:29", "13:30")] == [
        True,
        False,
        False,
        True,
    ]


def test_cal_03_a_night_shift_belongs_to_the_day_it_begins() -> None:
    schedule = Schedule(BERLIN, days("22:00-06:00"))
    saturday = local(BERLIN, "2026-03-07 05:59")
    assert schedule.is_open(saturday)
    assert not schedule.is_open(saturday + MINUTE)
    assert not schedule.is_open(local(BERLIN, "2026-03-07 23:00"))
    assert not schedule.is_open(local(BERLIN, "2026-03-02 05:00"))
    assert schedule.working_time_between(FRIDAY, FRIDAY + 2 * DAY) == 8 * 60


def test_cal_03_a_holiday_closes_the_shift_that_begins_on_it_and_not_the_one_that_ends_on_it() -> None:
    schedule = Schedule(BERLIN, days("22:00-06:00"), {date(2026, 3, 4): "Inventory"})
    assert schedule.is_open(local(BERLIN, "2026-03-04 05:00"))
    assert not schedule.is_open(local(BERLIN, "2026-03-04 23:00"))
    assert not schedule.is_open(local(BERLIN, "2026-03-05 05:00"))


def test_cal_04_what_happens_outside_a_night_shift_takes_no_working_time() -> None:
    schedule = Schedule(BERLIN, days("22:00-06:00"))
    noon = local(BERLIN, "2026-03-03 12:00")
    assert schedule.working_time_between(noon, noon + timedelta(hours=8)) == 0


def test_cal_08_a_pause_moves_the_due_date_by_its_working_overlap_only() -> None:
    schedule = office()
    start, evening = local(BERLIN, "2026-03-02 15:00"), local(BERLIN, "2026-03-02 17:00")
    overnight = [(evening, local(BERLIN, "2026-03-03 09:00"))]
    assert schedule.add_working_time(start, 180, overnight) == schedule.add_working_time(start, 180)
    into_the_day = [(evening, local(BERLIN, "2026-03-03 09:30"))]
    assert schedule.add_working_time(start, 180, into_the_day) == local(BERLIN, "2026-03-03 10:30")


def test_cal_08_a_pause_inside_the_hours_moves_the_due_date_by_all_of_it() -> None:
    start, noon = local(BERLIN, "2026-03-02 09:00"), local(BERLIN, "2026-03-02 12:00")
    pauses = [(noon, noon + 30 * MINUTE)]
    assert office().add_working_time(start, 240, pauses) == local(BERLIN, "2026-03-02 13:30")
    assert office().working_time_between(start, local(BERLIN, "2026-03-02 13:30"), pauses) == 240


@pytest.mark.parametrize("percent", [1, 25, 50, 99])
@pytest.mark.parametrize("at", ["2026-03-01 11:00", "2026-03-02 09:00", "2026-03-06 16:59", "2026-03-06 17:00"])
def test_cal_10_a_warning_before_the_due_date_never_fires_at_creation(at: str, percent: int) -> None:
    schedule, start = office(), local(BERLIN, at)
    due = schedule.add_working_time(start, 480)
    warning = schedule.subtract_working_time(due, 480 * percent / 100)
    assert start < warning < due
    assert schedule.is_open(warning)
    assert schedule.working_time_between(start, warning) == 480 * (100 - percent) / 100


def test_cal_11_a_case_from_outside_the_hours_gets_a_due_date_and_a_duration() -> None:
    schedule = office()
    sunday = local(BERLIN, "2026-03-01 11:00")
    due = schedule.add_working_time(sunday, 60)
    assert due == local(BERLIN, "2026-03-02 10:00")
    assert schedule.working_time_between(sunday, due) == 60
    assert schedule.next_opening(sunday) == MONDAY


def test_cal_12_the_explanation_names_the_holiday_that_moved_the_date() -> None:
    schedule = office(holidays={date(2026, 3, 3): "Town fair"})
    start, end = local(BERLIN, "2026-03-02 16:00"), local(BERLIN, "2026-03-04 10:00")
    assert schedule.add_working_time(start, 120) == end
    assert [(span.why, span.label, span.seconds / 60) for span in schedule.spans(start, end)] == [
        (Why.OPEN, "", 60),
        (Why.CLOSED, "", 7 * 60),
        (Why.HOLIDAY, "Town fair", 24 * 60),
        (Why.CLOSED, "", 9 * 60),
        (Why.OPEN, "", 60),
    ]


def test_cal_14_an_hour_from_friday_half_past_four_ends_on_monday_half_past_nine() -> None:
    assert office().add_working_time(local(BERLIN, "2026-03-06 16:30"), 60) == local(BERLIN, "2026-03-09 09:30")


def test_cal_14_at_the_naive_due_instant_nothing_is_breached_yet() -> None:
    start = local(BERLIN, "2026-03-06 16:30")
    assert office().working_time_between(start, start + 60 * MINUTE) == 30
    assert office().working_time_between(start, local(BERLIN, "2026-03-09 09:30")) == 60


def test_cal_15_the_zone_of_whoever_asks_makes_no_difference() -> None:
    schedule = Schedule("Asia/Riyadh", days("09:00-17:00", 6, 0, 1, 2, 3))
    start = local("Asia/Riyadh", "2026-03-01 16:30")
    expected = local("Asia/Riyadh", "2026-03-02 09:30")
    for zone in ("UTC", "Asia/Kolkata", "America/New_York"):
        asked = start.astimezone(ZoneInfo(zone))
        assert schedule.add_working_time(asked, 60) == expected
        assert schedule.working_time_between(asked, expected.astimezone(ZoneInfo(zone))) == 60
        assert schedule.spans(asked, expected) == schedule.spans(start, expected)
    assert not schedule.is_open(local("Asia/Riyadh", "2026-03-06 10:00"))


def test_cal_16_a_closed_day_makes_a_due_date_later_never_earlier() -> None:
    plain, closed = office(), office(holidays={date(2026, 3, 3): "Town fair"})
    for minutes in range(0, 4000, 60):
        assert closed.add_working_time(MONDAY, minutes) >= plain.add_working_time(MONDAY, minutes)
    assert closed.add_working_days(MONDAY, 1) == MONDAY + 2 * DAY


def test_cal_17_a_week_without_any_window_is_refused() -> None:
    with pytest.raises(ScheduleError, match="window"):
        Schedule("UTC", {})
    with pytest.raises(ScheduleError, match="window"):
        Schedule("UTC", {0: []}, {}, {date(2026, 3, 2): [window("09:00-17:00")]})


def test_cal_17_a_search_that_finds_nothing_ends_with_an_error_instead_of_hanging() -> None:
    first = date(2026, 3, 2)
    closed = {first + number * DAY: "closed for ever" for number in range(366 * 140)}
    schedule = Schedule("UTC", days("09:00-17:00"), closed)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(ScheduleError, match="hundred years"):
        schedule.add_working_time(start, 1)
    with pytest.raises(ScheduleError, match="hundred years"):
        schedule.next_opening(start)


def test_cal_17_a_search_backwards_that_finds_nothing_ends_with_an_error_too() -> None:
    last = date(2026, 3, 2)
    closed = {last - number * DAY: "closed since ever" for number in range(366 * 140)}
    schedule = Schedule("UTC", days("09:00-17:00"), closed)
    with pytest.raises(ScheduleError, match="hundred years"):
        schedule.subtract_working_time(datetime(2026, 3, 2, 18, tzinfo=UTC), 1)


def test_cal_17_a_zone_that_does_not_exist_is_refused() -> None:
    for name in ("Europe/Nowhere", "", "../etc/passwd"):
        with pytest.raises(ScheduleError, match="time zone"):
            Schedule(name, days("09:00-17:00"))


def test_holidays_that_cover_a_year_are_stepped_over() -> None:
    closed = {date(2026, 1, 1) + number * DAY: "closed" for number in range(365)}
    schedule = Schedule("UTC", days("09:00-17:00"), closed)
    assert schedule.next_opening(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2027, 1, 1, 9, tzinfo=UTC)


def test_an_override_opens_a_holiday_and_closes_or_changes_a_working_day() -> None:
    fair, short, shut = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)
    schedule = Schedule(
        BERLIN,
        days("09:00-17:00"),
        {fair: "Town fair"},
        {fair: [window("10:00-11:00")], short: [window("09:00-12:00")], shut: []},
    )
    assert schedule.working_time_between(MONDAY, FRIDAY) == 8 * 60 + 60 + 3 * 60
    assert schedule.holiday_on(fair) is None


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, "2026-03-02 15:00"),
        (1, "2026-03-02 15:01"),
        (120, "2026-03-02 17:00"),  # exactly closing time is still today
        (121, "2026-03-03 09:01"),
        (600, "2026-03-03 17:00"),
        (600.5, "2026-03-04 09:00:30"),
    ],
)
def test_what_ends_exactly_at_closing_time_ends_today(minutes: float, expected: str) -> None:
    assert office().add_working_time(local(BERLIN, "2026-03-02 15:00"), minutes) == local(BERLIN, expected)


HALF = Schedule(
    BERLIN,
    days("09:00-17:00"),
    {date(2026, 5, 14): "Ascension Day", date(2026, 12, 25): "Christmas"},
    {date(2026, 12, 24): [window("09:00-13:00")]},
)
SPLIT = Schedule(BERLIN, days("09:00-12:00 13:00-17:00"))
NIGHT = Schedule(BERLIN, days("22:00-06:00"))


@pytest.mark.parametrize(
    ("schedule", "start", "hours", "due"),
    [
        (HALF, "2026-06-10 10:00", 8, "2026-06-11 10:00"),
        (HALF, "2026-06-10 09:00", 8, "2026-06-10 17:00"),  # closing exactly when it is due: the earliest instant
        (HALF, "2026-06-12 16:00", 8, "2026-06-15 16:00"),  # over a weekend
        (HALF, "2026-06-14 12:00", 8, "2026-06-15 17:00"),  # from a Sunday
        (HALF, "2026-06-10 19:00", 8, "2026-06-11 17:00"),  # after closing
        (HALF, "2026-06-10 17:00", 1, "2026-06-11 10:00"),  # at closing
        (HALF, "2026-06-10 06:00", 1, "2026-06-10 10:00"),  # before opening
        (HALF, "2026-05-13 12:00", 8, "2026-05-15 12:00"),  # over a holiday
        (HALF, "2026-05-14 12:00", 1, "2026-05-15 10:00"),  # from a holiday
        (HALF, "2026-12-23 16:00", 5, "2026-12-24 13:00"),  # the half day before Christmas
        (HALF, "2026-12-23 16:00", 8, "2026-12-28 12:00"),
        (SPLIT, "2026-06-10 11:00", 8, "2026-06-11 12:00"),  # the last hour ends at lunch
        (SPLIT, "2026-06-10 12:00", 1, "2026-06-10 14:00"),
        (NIGHT, "2026-06-01 23:00", 8, "2026-06-02 23:00"),
        (NIGHT, "2026-06-06 01:00", 8, "2026-06-09 01:00"),  # Saturday 01:00 is inside Friday's shift
        (NIGHT, "2026-06-06 01:00", 5, "2026-06-06 06:00"),
    ],
)
def test_the_starts_that_other_tools_get_wrong(schedule: Schedule, start: str, hours: int, due: str) -> None:
    began, ended = local(BERLIN, start), local(BERLIN, due)
    assert schedule.add_working_time(began, hours * 60) == ended
    assert schedule.working_time_between(began, ended) == hours * 60
    back = schedule.subtract_working_time(ended, hours * 60)
    assert back == schedule.next_opening(began)


def test_a_window_to_24_00_meets_one_from_00_00_without_a_gap() -> None:
    schedule = Schedule(BERLIN, {0: [window("20:00-24:00")], 1: [window("00:00-04:00")]})
    start = local(BERLIN, "2026-03-02 20:00")
    assert schedule.add_working_time(start, 480) == local(BERLIN, "2026-03-03 04:00")
    assert schedule.is_open(local(BERLIN, "2026-03-03 00:00"))
    assert schedule.spans(start, start + 8 * 60 * MINUTE) == [Span(start, start + 8 * 60 * MINUTE, Why.OPEN)]


def test_a_night_shift_that_runs_into_the_next_days_hours_counts_each_minute_once() -> None:
    schedule = Schedule(BERLIN, days("08:00-20:00 18:00-09:00"))
    assert schedule.working_time_between(MONDAY, MONDAY + DAY) == 24 * 60


def test_a_leap_day_is_a_working_day_like_any_other() -> None:
    start = local(BERLIN, "2028-02-28 17:00")
    assert office().add_working_time(start, 480) == local(BERLIN, "2028-02-29 17:00")
    assert office().add_working_days(start, 2) == local(BERLIN, "2028-03-01 17:00")


def test_working_days_step_over_weekends_and_holidays_and_keep_the_time_of_day() -> None:
    schedule = office(holidays={date(2026, 3, 9): "Town fair"})
    assert schedule.add_working_days(FRIDAY, 1) == local(BERLIN, "2026-03-10 09:00")
    assert schedule.add_working_days(FRIDAY, 0) == FRIDAY
    before_summer = local(BERLIN, "2026-03-27 16:00")
    assert schedule.add_working_days(before_summer, 1) == local(BERLIN, "2026-03-30 16:00")


def test_no_time_passes_backwards() -> None:
    assert office().working_time_between(FRIDAY, MONDAY) == 0
    for question in (office().add_working_time, office().subtract_working_time, office().add_working_days):
        with pytest.raises(ScheduleError, match="negative"):
            question(MONDAY, -1)


@pytest.mark.parametrize(("opens", "closes"), [(-1, 60), (1440, 1500), (540, 540), (540, 500), (60, 1501)])
def test_a_window_that_makes_no_sense_is_refused(opens: int, closes: int) -> None:
    with pytest.raises(ScheduleError):
        Window(opens, closes)


NAIVE = datetime(2026, 3, 2, 12)  # noqa: DTZ001


@pytest.mark.parametrize(
    "question",
    [
        lambda: office().is_open(NAIVE),
        lambda: office().next_opening(NAIVE),
        lambda: office().add_working_time(NAIVE, 5),
        lambda: office().add_working_time(MONDAY, 5, [(MONDAY, NAIVE)]),
        lambda: office().subtract_working_time(NAIVE, 5),
        lambda: office().subtract_working_time(FRIDAY, 5, [(NAIVE, FRIDAY)]),
        lambda: office().add_working_days(NAIVE, 1),
        lambda: office().add_working_days(NAIVE, 0),
        lambda: office().working_time_between(NAIVE, FRIDAY),
        lambda: office().working_time_between(MONDAY, NAIVE),
        lambda: office().working_time_between(NAIVE, NAIVE),
        lambda: office().working_time_between(MONDAY, FRIDAY, [(NAIVE, NAIVE)]),
        lambda: office().working_time_between(FRIDAY, MONDAY, [(NAIVE, NAIVE)]),
        lambda: office().spans(NAIVE, FRIDAY),
        lambda: office().spans(MONDAY, NAIVE),
        lambda: office().spans(MONDAY, FRIDAY, [(NAIVE, FRIDAY, "waiting")]),
    ],
)
def test_an_instant_without_a_zone_is_refused(question: Callable[[], object]) -> None:
    with pytest.raises(ScheduleError, match="time zone"):
        question()
