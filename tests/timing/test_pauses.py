"""Pauses come as they were written: in any order, one inside the other, touching, empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import permutations

import pytest

from escalations.timing.axis import merged
from escalations.timing.schedule import Schedule, Span, Why
from tests.timing.hours import DAY, MINUTE, days, local, office

BERLIN = "Europe/Berlin"
NINE, TEN, ELEVEN, NOON, ONE = (local(BERLIN, f"2026-03-02 {hour:02d}:00") for hour in range(9, 14))
HOUR = 60 * MINUTE

SHAPES = {
    "none": ([], 0),
    "one": ([(TEN, ELEVEN)], 60),
    "overlapping": ([(TEN, ELEVEN), (TEN + HOUR / 2, NOON)], 120),
    "nested": ([(TEN, ONE), (ELEVEN, NOON)], 180),
    "touching": ([(TEN, ELEVEN), (ELEVEN, NOON)], 120),
    "apart": ([(TEN, ELEVEN), (NOON, ONE)], 120),
    "twice the same": ([(TEN, ELEVEN), (TEN, ELEVEN)], 60),
    "empty": ([(TEN, TEN)], 0),
    "backwards": ([(NOON, TEN)], 0),
    "from before the start": ([(NINE - DAY, TEN)], 60),
    "at the very start": ([(NINE, TEN)], 60),
    "outside the hours": ([(local(BERLIN, "2026-03-01 08:00"), local(BERLIN, "2026-03-02 08:00"))], 0),
    "all at once": ([(TEN, ELEVEN), (TEN, TEN), (NINE, ELEVEN), (ELEVEN, NOON), (ONE, NINE)], 180),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_pause_counts_once_however_it_was_written(shape: str) -> None:
    (pauses, minutes), schedule = SHAPES[shape], office()
    for order in permutations(pauses):
        due = schedule.add_working_time(NINE, 240, order)
        assert due == NINE + (240 + minutes) * MINUTE
        assert schedule.working_time_between(NINE, due, order) == 240
        begin = schedule.subtract_working_time(due, 240, order)
        assert schedule.working_time_between(NINE, begin, order) == 0
        assert schedule.working_time_between(begin, due, order) == 240


def test_a_pause_from_the_due_instant_on_moves_nothing() -> None:
    for pause in ((ELEVEN, NOON), (ELEVEN, ELEVEN)):
        assert office().add_working_time(NINE, 120, [pause]) == ELEVEN
    assert office().add_working_time(NINE, 120, [(ELEVEN - MINUTE, NOON)]) == NOON + MINUTE


def test_counting_back_stops_where_a_pause_ended() -> None:
    assert office().subtract_working_time(ONE, 60, [(TEN, NOON)]) == NOON
    assert office().subtract_working_time(ONE, 61, [(TEN, NOON)]) == TEN - MINUTE


def test_intervals_that_touch_or_overlap_become_one_and_empty_ones_none() -> None:
    assert merged([(5, 7), (1, 2), (2, 3), (6, 6), (9, 8), (6, 10), (12, 13)]) == [(1, 3), (5, 10), (12, 13)]


def test_no_time_at_all_is_due_at_once_even_inside_a_pause() -> None:
    assert office().add_working_time(TEN, 0, [(NINE, ONE)]) == TEN
    assert office().subtract_working_time(TEN, 0, [(NINE, ONE)]) == TEN


def test_pauses_may_come_one_by_one() -> None:
    def told() -> Iterator[tuple[datetime, datetime]]:
        yield NOON, ONE
        yield TEN, ELEVEN

    assert office().add_working_time(NINE, 240, told()) == NINE + 360 * MINUTE
    assert office().working_time_between(NINE, NINE + 360 * MINUTE, told()) == 240
    assert office().subtract_working_time(NINE + 360 * MINUTE, 240, told()) == NINE


def test_a_pause_over_a_change_of_the_clocks_takes_the_hours_that_really_were() -> None:
    schedule = Schedule(BERLIN, days("00:00-24:00", *range(7)))
    midnight, four = local(BERLIN, "2026-10-25 00:00"), local(BERLIN, "2026-10-25 04:00")
    assert schedule.add_working_time(midnight, 60, [(midnight, four)]) == midnight + 6 * HOUR
    assert schedule.working_time_between(midnight, four + HOUR, [(midnight, four)]) == 60


def test_of_two_pauses_at_once_the_explanation_names_the_first_given() -> None:
    pauses = [(TEN, NOON, "waiting for the customer"), (ELEVEN, ONE, "waiting for a part"), (ONE, ONE, "nothing")]
    assert office().spans(NINE, ONE + HOUR, pauses) == [
        Span(NINE, TEN, Why.OPEN),
        Span(TEN, NOON, Why.PAUSED, "waiting for the customer"),
        Span(NOON, ONE, Why.PAUSED, "waiting for a part"),
        Span(ONE, ONE + HOUR, Why.OPEN),
    ]
