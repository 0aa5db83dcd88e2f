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

pauses_after = st.lists(st.tuples(st.integers(-3000, 9000), st.integers(0, 3000)), max_size=4)
lengths = st.integers(0, 2_000_000_000).map(lambda ticks: ticks / 1_000_000)  # working minutes, to the microsecond


def from_start(start: datetime, drawn: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
    return [(start + begin * MINUTE, start + (begin + length) * MINUTE) for begin, length in drawn]


@quiet
@given(situations(), lengths, pauses_after)
def test_cal_20_the_time_to_the_due_date_is_what_was_added(
    situation: tuple[Plan, datetime], length: float, drawn: list[tuple[int, int]]
) -> None:
    plan, start = situation
    schedule, pauses = plan.schedule(), from_start(start, drawn)
    due = schedule.add_working_time(start, length, pauses)
    assert abs(schedule.working_time_between(start, due, pauses) - length) < 1e-7
    if length > 1e-6:
        assert schedule.working_time_between(start, due - TICK, pauses) < length


@quiet
@given(situations(), lengths, lengths)
def test_cal_20_more_time_or_a_later_start_is_never_due_earlier(
    situation: tuple[Plan, datetime], first: float, second: float
) -> None:
    plan, start = situation
    schedule = plan.schedule()
    shorter, longer = sorted((first, second))
    assert schedule.add_working_time(start, shorter) <= schedule.add_working_time(start, longer)
    assert schedule.add_working_time(start, shorter) <= schedule.add_working_time(start + first * MINUTE, shorter)


@quiet
@given(situations(), st.integers(0, 4000), pauses_after)
@example((Plan("Pacific/Apia", days("00:00-24:00 22:00-06:00")), local("Pacific/Apia", "2011-12-28 22:00")), 4000, [])
@example((Plan("Europe/Berlin", days("02:15-02:45", *range(7))), local("Europe/Berlin", "2026-10-24 12:00")), 2000, [])
def test_business_time_is_what_looking_at_every_minute_gives(
    situation: tuple[Plan, datetime], minutes: int, drawn: list[tuple[int, int]]
) -> None:
    plan, start = situation
    pauses, end = from_start(start, drawn), start + minutes * MINUTE
    expected = plan.minutes_between(start, end, pauses)
    assert plan.schedule().working_time_between(start, end, pauses) == expected
    assert plan.schedule().is_open(start) == plan.is_open(start)


@quiet
@given(situations(), st.integers(0, 4000), st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 500)), max_size=2))
def test_the_spans_tile_the_time_and_those_that_count_add_up(
    situation: tuple[Plan, datetime], minutes: int, drawn: list[tuple[int, int]]
) -> None:
    plan, start = situation
    end, schedule = start + minutes * MINUTE, plan.schedule()
    pauses = from_start(start, drawn)
    spans = schedule.spans(start, end, [(a, b, "waiting") for a, b in pauses])
    assert [span.start for span in spans] == [start, *(span.end for span in spans[:-1])][: len(spans)]
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
@given(plans(), st.lists(st.tuples(st.integers(-1500, 1500), st.integers(0, 600)), min_size=2, max_size=4))
def test_an_answer_does_not_depend_on_what_was_asked_before(plan: Plan, questions: list[tuple[int, int]]) -> None:
    start = local(plan.timezone, "2026-03-29 12:00")
    used = plan.schedule()
    for day, minutes in questions:
        at = start + day * DAY
        fresh = plan.schedule()
        assert used.is_open(at) == fresh.is_open(at)
        assert used.add_working_time(at, minutes) == fresh.add_working_time(at, minutes)
        assert used.working_time_between(start, at) == fresh.working_time_between(start, at)


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
