"""Deadlines decades away, questions centuries apart, and the ends of the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from escalations.timing.schedule import ROUND_THE_CLOCK, Schedule, ScheduleError
from tests.timing.hours import DAY, MINUTE, days, local, office, window

BERLIN = "Europe/Berlin"
START = local(BERLIN, "2026-03-02 09:00")
YEAR = 52 * 5 * 480  # working minutes of 52 weeks


@pytest.mark.parametrize("years", [1, 4, 5, 30, 99])
def test_a_deadline_decades_away_is_found_from_both_ends(years: int) -> None:
    due = office().add_working_time(START, years * YEAR)
    assert due == local(BERLIN, f"{(START + (years * 364 - 3) * DAY).date()} 17:00")
    assert office().working_time_between(START, due) == years * YEAR
    assert office().subtract_working_time(due, years * YEAR) == START


def test_deadlines_that_meet_the_end_of_an_era_are_the_earliest_and_the_latest_instants() -> None:
    """An era is compiled for 1461 days from 1970 on: 2026-01-01 begins one."""
    schedule = Schedule("UTC", days("22:00-06:00", *range(7)), {}, {date(2026, 1, 1): [], date(2025, 12, 30): []})
    border = datetime(2026, 1, 1, tzinfo=UTC)
    evening = datetime(2025, 12, 31, 22, tzinfo=UTC)
    assert schedule.add_working_time(evening, 120) == border
    assert schedule.add_working_time(evening, 121) == border + MINUTE
    assert schedule.add_working_time(evening, 480) == border + 360 * MINUTE
    assert schedule.subtract_working_time(border + 360 * MINUTE, 360) == border
    assert schedule.subtract_working_time(border, 120) == evening
    assert schedule.subtract_working_time(border, 121) == datetime(2025, 12, 30, 5, 59, tzinfo=UTC)
    assert schedule.next_opening(border + 360 * MINUTE) == datetime(2026, 1, 2, 22, tzinfo=UTC)
    assert [span.seconds for span in schedule.spans(evening, border + 360 * MINUTE)] == [8 * 3600]


def test_questions_centuries_apart_are_each_answered_as_by_a_schedule_of_their_own() -> None:
    used = office()
    for year in (1990, 2200, 1990, 3000, 1700, 2026):
        start = datetime(year, 6, 1, 12, tzinfo=UTC)
        assert used.next_opening(start) == office().next_opening(start)
        assert used.add_working_time(start, 9600) == office().add_working_time(start, 9600)
        assert used.working_time_between(start, start + 30 * DAY) == office().working_time_between(
            start, start + 30 * DAY
        )


def test_a_question_far_from_the_last_one_compiles_no_centuries_between() -> None:
    schedule = office()
    schedule.is_open(datetime(1990, 1, 1, tzinfo=UTC))
    schedule.add_working_time(datetime(4200, 1, 1, tzinfo=UTC), 480)
    assert len(schedule._eras) == 2


def test_questions_all_over_the_calendar_do_not_fill_the_memory() -> None:
    schedule = office()
    for year in range(100, 9000, 60):
        assert schedule.next_opening(datetime(year, 6, 1, tzinfo=UTC)).year == year
    assert len(schedule._eras) <= 64


def test_a_hundred_years_are_counted_from_the_question_and_not_from_the_first_one_ever_asked() -> None:
    closed = {date(1990, 1, 1) + number * DAY: "closed" for number in range(366 * 90)}
    schedule = Schedule("UTC", days("09:00-17:00"), closed)
    opening = datetime(2080, 3, 7, 9, tzinfo=UTC)
    for year in (1990, 2050, 2079, 1995):
        assert schedule.next_opening(datetime(year, 1, 1, tzinfo=UTC)) == schedule.next_opening(opening)


def test_a_search_that_finds_nothing_looks_at_a_hundred_years_and_no_more() -> None:
    closed = {START.date() + number * DAY: "closed" for number in range(-366 * 200, 366 * 200)}
    for question in (Schedule.add_working_time, Schedule.subtract_working_time):
        schedule = Schedule("UTC", days("09:00-17:00"), closed)
        with pytest.raises(ScheduleError, match="hundred years"):
            question(schedule, START, 1)
        assert len(schedule._eras) in (25, 26, 27)


MUCH = 60_000_000  # minutes: 114 years without a break


@pytest.mark.parametrize(
    "question",
    [
        lambda: ROUND_THE_CLOCK.add_working_time(START, MUCH),
        lambda: ROUND_THE_CLOCK.subtract_working_time(START, MUCH),
        lambda: ROUND_THE_CLOCK.add_working_time(START, 1440, [(START, START + 40_000 * DAY)]),
        lambda: ROUND_THE_CLOCK.subtract_working_time(START, 1440, [(START - 40_000 * DAY, START)]),
        lambda: office().add_working_time(START, 15_000_000),
        lambda: office().subtract_working_time(START, 15_000_000),
        lambda: office().add_working_time(START, float("inf")),
        lambda: office().add_working_time(START, float("nan")),
        lambda: office().add_working_time(START, 1e300),
        lambda: office().add_working_days(START, 30_000),
        lambda: office().working_time_between(START, START + 40_000 * DAY),
        lambda: office().spans(START, START + 40_000 * DAY),
    ],
)
def test_further_than_a_hundred_years_is_refused(question: Callable[[], object]) -> None:
    with pytest.raises(ScheduleError, match="hundred years"):
        question()


def test_a_pause_that_never_ends_does_not_matter_to_what_is_due_before_it() -> None:
    endless = [(START + DAY, datetime.max.replace(tzinfo=UTC)), (datetime.min.replace(tzinfo=UTC), START - DAY)]
    assert office().add_working_time(START, 60, endless) == START + 60 * MINUTE
    assert office().subtract_working_time(START + 60 * MINUTE, 60, endless) == START
    assert office().working_time_between(START, START + 10 * DAY, endless) == 480
    with pytest.raises(ScheduleError):
        office().add_working_time(START, 481, endless)
    with pytest.raises(ScheduleError):
        office().subtract_working_time(START, 481, endless)


FIRST, LAST = datetime(1, 1, 1, 12, tzinfo=UTC), datetime(9999, 12, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "question",
    [
        lambda: office().is_open(LAST),
        lambda: office().is_open(FIRST),
        lambda: office().next_opening(LAST),
        lambda: office().add_working_time(LAST, 60),
        lambda: office().add_working_time(datetime(9990, 1, 1, tzinfo=UTC), 20 * YEAR),
        lambda: office().subtract_working_time(FIRST, 60),
        lambda: office().subtract_working_time(datetime(20, 1, 1, tzinfo=UTC), 30 * YEAR),
        lambda: office().add_working_days(LAST, 2),
        lambda: office().working_time_between(START, LAST),
        lambda: office().spans(LAST, datetime.max.replace(tzinfo=UTC)),
        lambda: office("Pacific/Auckland").add_working_days(datetime.max.replace(tzinfo=UTC), 1),
    ],
)
def test_the_end_of_the_calendar_is_an_error_that_can_be_caught_and_never_a_crash(
    question: Callable[[], object],
) -> None:
    with pytest.raises(ScheduleError):
        question()


def test_a_leap_century_and_one_that_is_none_have_the_days_they_have() -> None:
    always = Schedule("UTC", {day: [window("00:00-24:00")] for day in range(7)})
    for year, leap in [(2000, 366), (2100, 365), (2096, 366), (2400, 366)]:
        first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        assert always.working_time_between(first, after) == leap * 1440
        assert always.add_working_days(first, leap) == after
