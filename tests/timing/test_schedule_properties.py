"""What holds for every schedule, in every zone, at every moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from escalations.timing.schedule import Why
from tests.timing.hours import DAY, EXAMPLES, MINUTE, ZONES, Plan, days, local, plans, situations

TICK = timedelta(microseconds=1)

quiet = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

Drawn = list[tuple[int, int]]

pauses_near = st.lists(st.tuples(st.integers(-9000, 9000), st.integers(0, 3000)), max_size=4)
lengths = st.integers(0, 2_000_000_000).map(lambda ticks: ticks / 1_000_000)  # working minutes, to the microsecond
BERLIN = Plan("Europe/Berlin", days("02:15-02:45", *range(7))), local("Europe/Berlin", "2026-10-24 12:00")
APIA = Plan("Pacific/Apia", days("00:00-24:00 22:00-06:00")), local("Pacific/Apia", "2011-12-28 22:00")


def from_start(start: datetime, drawn: Drawn) -> list[tuple[datetime, datetime]]:
    return [(start + begin * MINUTE, start + (begin + length) * MINUTE) for begin, length in drawn]


@quiet
@given(situations(), lengths, pauses_near)
def test_cal_20_the_time_to_the_due_date_is_what_was_added(
    situation: tuple[Plan, datetime], length: float, drawn: Drawn
) -> None:
    plan, start = situation
    schedule, pauses = plan.schedule(), from_start(start, drawn)
    due = schedule.add_working_time(start, length, pauses)
    assert schedule.working_time_between(start, due, pauses) == length
    if length:
        assert schedule.working_time_between(start, due - TICK, pauses) < length
    else:
        assert due == start


@quiet
@given(situations(), lengths, pauses_near)
def test_cal_20_the_time_from_where_counting_back_ends_is_what_was_taken_away(
    situation: tuple[Plan, datetime], length: float, drawn: Drawn
) -> None:
    plan, end = situation
    schedule, pauses = plan.schedule(), from_start(end, drawn)
    begin = schedule.subtract_working_time(end, length, pauses)
    assert schedule.working_time_between(begin, end, pauses) == length
    if length:
        assert schedule.working_time_between(begin + TICK, end, pauses) < length
    else:
        assert begin == end


@quiet
@given(situations(), lengths, pauses_near)
def test_cal_20_counting_back_from_the_due_date_comes_back_to_the_start_or_to_the_first_opening_after_it(
    situation: tuple[Plan, datetime], length: float, drawn: Drawn
) -> None:
    plan, start = situation
    schedule, pauses = plan.schedule(), from_start(start, drawn)
    due = schedule.add_working_time(start, length, pauses)
    back = schedule.subtract_working_time(due, length, pauses)
    assert start <= back <= due
    assert schedule.working_time_between(start, back, pauses) == 0
    assert schedule.add_working_time(back, length, pauses) == due


@quiet
@given(situations(), lengths, lengths, pauses_near)
def test_cal_20_more_time_or_a_later_start_is_never_due_earlier(
    situation: tuple[Plan, datetime], first: float, second: float, drawn: Drawn
) -> None:
    plan, start = situation
    schedule, later, pauses = plan.schedule(), start + first * MINUTE, from_start(start, drawn)
    shorter, longer = sorted((first, second))
    due = schedule.add_working_time(start, shorter, pauses)
    assert due <= schedule.add_working_time(start, longer, pauses)
    assert due <= schedule.add_working_time(later, shorter, pauses)
    begin = schedule.subtract_working_time(later, shorter, pauses)
    assert begin >= schedule.subtract_working_time(later, longer, pauses)
    assert begin >= schedule.subtract_working_time(start, shorter, pauses)


@quiet
@given(situations(), st.integers(0, 4000), pauses_near)
@example(APIA, 4000, [])
@example(BERLIN, 2000, [])
def test_cal_20_business_time_is_what_looking_at_every_minute_gives(
    situation: tuple[Plan, datetime], minutes: int, drawn: Drawn
) -> None:
    plan, start = situation
    schedule, pauses, end = plan.schedule(), from_start(start, drawn), start + minutes * MINUTE
    counted = plan.counted(start, end, pauses)
    assert schedule.is_open(start) == plan.is_open(start)
    assert schedule.working_time_between(start, end, pauses) == len(counted)
    due = counted[-1] + MINUTE if counted else start
    assert schedule.add_working_time(start, len(counted), pauses) == due
    assert schedule.subtract_working_time(end, len(counted), pauses) == (counted[0] if counted else end)


@quiet
@given(situations(), st.integers(0, 4000), pauses_near)
def test_the_spans_tile_the_time_and_those_that_count_add_up(
    situation: tuple[Plan, datetime], minutes: int, drawn: Drawn
) -> None:
    plan, start = situation
    end, schedule = start + minutes * MINUTE, plan.schedule()
    pauses = from_start(start, drawn)
    spans = schedule.spans(start, end, [(a, b, "waiting") for a, b in pauses])
    assert [span.start for span in spans] == [start, *(span.end for span in spans[:-1])][: len(spans)]
    assert all(span.start < span.end for span in spans)
    assert bool(spans) == (start < end)
    assert not spans or spans[-1].end == end
    counted = sum(span.seconds for span in spans if span.counted) / 60
    assert counted == schedule.working_time_between(start, end, pauses)
    assert all((one.why, one.label) != (two.why, two.label) for one, two in pairwise(spans))
    for span in spans:
        assert (span.why is Why.OPEN) == (plan.is_open(span.start) and span.why is not Why.PAUSED)


@quiet
@given(situations())
def test_the_next_opening_is_open_and_nothing_before_it_was(situation: tuple[Plan, datetime]) -> None:
    plan, start = situation
    schedule = plan.schedule()
    opening = schedule.next_opening(start)
    assert opening >= start
    assert schedule.is_open(opening)
    assert schedule.working_time_between(start, opening) == 0


@quiet
@given(
    plans(),
    st.lists(st.tuples(st.integers(-60_000, 60_000), st.integers(0, 600)), min_size=2, max_size=4),
)
def test_an_answer_does_not_depend_on_what_was_asked_before(plan: Plan, questions: Drawn) -> None:
    start = local(plan.timezone, "2026-03-29 12:00")
    used = plan.schedule()
    for day, minutes in questions:
        at, fresh = start + day * DAY, plan.schedule()
        assert used.is_open(at) == fresh.is_open(at)
        assert used.add_working_time(at, minutes) == fresh.add_working_time(at, minutes)
        assert used.subtract_working_time(at, minutes) == fresh.subtract_working_time(at, minutes)
        near = at + minutes * DAY
        assert used.working_time_between(at, near) == fresh.working_time_between(at, near)
    assert used == plan.schedule()


@quiet
@given(situations(), st.integers(0, 9), st.integers(0, 9))
def test_more_working_days_are_never_earlier(situation: tuple[Plan, datetime], first: int, second: int) -> None:
    plan, start = situation
    schedule = plan.schedule()
    fewer, more = sorted((first, second))
    assert start <= schedule.add_working_days(start, fewer) <= schedule.add_working_days(start, more)


def test_the_zones_of_these_properties_exist_on_this_machine() -> None:
    for zone in ZONES:
        assert local(zone, "2026-01-01 12:00").tzinfo is not None
