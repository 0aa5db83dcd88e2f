"""What holds for every rota, in every zone, at every moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from escalations.timing.rotation import Override, Rotation, Turn, Turns, gaps, next_change, on_duty, turns, without
from tests.timing.hours import DAY, EXAMPLES, MINUTE, ZONES, Plan, moments, plans

TICK = timedelta(microseconds=1)
AGENTS = (1, 2, 3, 4)

quiet = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@dataclass(frozen=True)
class Roster:
    """A rota with the plan of its hours, and a moment that matters to both."""

    rotation: Rotation
    plan: Plan | None
    now: datetime

    def agent(self, at: datetime) -> tuple[int, Turns] | None:
        """Who is on duty, told a second time: shift by shift from the anchor, without any arithmetic."""
        rota, shift = self.rotation, -1
        while hand_over(rota, shift + 1) <= at:
            shift += 1
        if shift < 0 or (self.plan and not self.plan.is_open(at)):
            return None
        put = [override.agent for override in rota.overrides if override.start <= at < override.end]
        swapped = [agent for number, agent in rota.swaps if number == shift]
        if put or swapped:
            return (put[-1], Turns.OVERRIDE) if put else (swapped[-1], Turns.SWAP)
        return (rota.people[shift % len(rota.people)], Turns.ROTA) if rota.people else None


def hand_over(rota: Rotation, shift: int) -> datetime:
    """The first instant at which the wall shows the time of the hand-over; skipped, it is read by the clock before."""
    day = rota.anchor + shift * rota.shift_days * DAY
    wall = datetime(day.year, day.month, day.day) + rota.hands_over * MINUTE  # noqa: DTZ001 what the wall shows
    zone, noon = ZoneInfo(rota.zone), wall.replace(tzinfo=UTC)
    before, after = (at.astimezone(zone).utcoffset() or timedelta() for at in (noon - 2 * DAY, noon + 2 * DAY))
    shown = [at for at in (noon - before, noon - after) if at.astimezone(zone).replace(tzinfo=None) == wall]
    return min(shown, default=noon - before)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """A random rota that began not long ago, more often than not close to a change of the clocks."""
    zone = draw(st.sampled_from(ZONES))
    now = draw(moments(zone))
    shift_days = draw(st.sampled_from((1, 1, 2, 3, 7, 7, 14, 28, 366)) | st.integers(1, 366))
    anchor = now.date() - draw(st.integers(-2, 12 * min(shift_days, 30))) * DAY
    plan = draw(st.none() | plans(now, zone))
    rotation = Rotation(
        anchor,
        draw(st.sampled_from((0, 30, 60, 90, 105, 150, 540, 1439)) | st.integers(0, 1439)),
        zone,
        shift_days,
        tuple(draw(st.lists(st.sampled_from(AGENTS), max_size=4))),
        tuple(draw(st.lists(st.tuples(st.integers(-1, 14), st.sampled_from(AGENTS)), max_size=3))),
        tuple(draw(st.lists(overrides(now), max_size=4))),
        plan.schedule() if plan else None,
    )
    return Roster(rotation, plan, now)


def stretches(now: datetime) -> st.SearchStrategy[tuple[datetime, datetime]]:
    """A few hours or days near a moment."""
    begins, lengths = st.integers(-6000, 12000), st.integers(1, 6000)
    return st.tuples(begins, lengths).map(lambda drawn: (now + drawn[0] * MINUTE, now + sum(drawn) * MINUTE))


def overrides(now: datetime) -> st.SearchStrategy[Override]:
    return st.tuples(stretches(now), st.sampled_from(AGENTS)).map(lambda drawn: Override(*drawn[0], drawn[1]))


def holder(found: Sequence[Turn], at: datetime) -> Turn | None:
    """The one turn of these that is on at this instant."""
    on = [turn for turn in found if turn.start <= at < turn.end]
    assert len(on) < 2
    return on[0] if on else None


@quiet
@given(rosters(), st.integers(-20, 200))
def test_onc_03_shifts_follow_each_other_without_gap_or_overlap_and_hand_over_at_the_same_local_time(
    roster: Roster, shift: int
) -> None:
    rota = roster.rotation
    start, end = rota.bounds(shift)
    assert start <= end == rota.bounds(shift + 1)[0]
    assert start == hand_over(rota, shift)
    wall = start.astimezone(ZoneInfo(rota.zone))
    planned = datetime(wall.year, wall.month, wall.day, tzinfo=UTC) + rota.hands_over * MINUTE
    assert wall.fold == 0 or wall.replace(tzinfo=UTC, fold=0) != planned
    assert abs((end - start) - rota.shift_days * DAY) <= DAY


@quiet
@given(rosters(), st.integers(-40_000, 40_000), st.sampled_from((0, 1, -1)))
def test_onc_03_every_instant_lies_in_exactly_the_shift_it_is_said_to_lie_in(
    roster: Roster, minutes: int, ticks: int
) -> None:
    at = roster.now + minutes * MINUTE + ticks * TICK
    shift = roster.rotation.shift_at(at)
    start, end = roster.rotation.bounds(shift)
    assert start <= at < end


@quiet
@given(rosters(), st.integers(0, 14))
def test_onc_03_a_shift_is_on_from_its_first_moment_to_its_last(roster: Roster, shift: int) -> None:
    start, end = roster.rotation.bounds(shift)
    assume(start < end)
    at = [roster.rotation.shift_at(moment) for moment in (start - TICK, start, end - TICK, end)]
    assert at[0] < at[1] == at[2] == shift < at[3]


@quiet
@given(rosters(), st.integers(-4000, 9000))
def test_who_is_on_duty_is_who_looking_at_every_shift_gives(roster: Roster, minutes: int) -> None:
    at = roster.now + minutes * MINUTE
    turn = on_duty(roster.rotation, at)
    assert (turn and (turn.agent, turn.because)) == roster.agent(at)
    if turn:
        assert turn.start <= at < turn.end
        assert turn.shift == roster.rotation.shift_at(at)
        assert turns(roster.rotation, turn.start, turn.end) == [turn]


@quiet
@given(rosters(), st.integers(-3000, 3000), st.integers(0, 9000))
def test_turns_are_apart_in_order_and_cut_to_the_window_and_agree_with_who_is_on_duty(
    roster: Roster, minutes: int, length: int
) -> None:
    start = roster.now + minutes * MINUTE
    end = start + length * MINUTE
    found = turns(roster.rotation, start, end)
    assert all(start <= turn.start < turn.end <= end for turn in found)
    for one, two in pairwise(found):
        assert one.end <= two.start
        assert (one.end, one.agent, one.because) != (two.start, two.agent, two.because)
    edges = {edge for turn in found for edge in (turn.start, turn.end)} | {start, end}
    for at in {near for edge in edges for near in (edge - TICK, edge)}:
        if start <= at < end:
            turn, now = holder(found, at), on_duty(roster.rotation, at)
            assert (turn and (turn.agent, turn.because)) == (now and (now.agent, now.because)) == roster.agent(at)


@quiet
@given(rosters(), st.integers(-4000, 9000))
def test_until_the_next_change_the_same_agent_is_on_duty_and_from_then_on_another(roster: Roster, minutes: int) -> None:
    rota, at = roster.rotation, roster.now + minutes * MINUTE
    change = next_change(rota, at)
    until = change or at + 60 * DAY

    def agent(moment: datetime) -> int | None:
        turn = on_duty(rota, moment)
        return turn.agent if turn else None

    before = agent(at)
    assert at < until <= at + 60 * DAY
    between = {at, until - TICK, *(at + (until - at) * part // 7 for part in range(7))}
    between |= {turn.start for turn in turns(rota, at, until)}
    assert {agent(moment) for moment in between} == {before}
    assert change is None or agent(change) != before


@quiet
@given(rosters(), st.data())
def test_turns_absences_and_gaps_are_all_the_time_there_is(roster: Roster, data: st.DataObject) -> None:
    start, end = data.draw(stretches(roster.now))
    away = data.draw(st.dictionaries(st.sampled_from(AGENTS), st.lists(stretches(roster.now), max_size=3)))
    needed = data.draw(st.none() | plans(roster.now))
    found = turns(roster.rotation, start, end)
    present = without(found, away)
    missing = gaps(present, start, end, needed.schedule() if needed else None)
    assert all(start <= a < b <= end for a, b in missing)
    assert all(one[1] < two[0] for one, two in pairwise(missing))
    edges = {start, *(edge for gap in missing for edge in gap), *(turn.start for turn in present)}
    for at in {near for edge in edges for near in (edge - TICK, edge, edge + 17 * MINUTE)}:
        if not start <= at < end:
            continue
        turn, here = holder(found, at), holder(present, at)
        gone = turn is not None and any(a <= at < b for a, b in away.get(turn.agent, ()))
        assert (here and here.agent) == (None if gone else turn and turn.agent)
        uncovered = here is None and (needed is None or needed.is_open(at))
        assert any(a <= at < b for a, b in missing) == uncovered


@quiet
@given(rosters(), st.integers(0, 14), st.integers(0, 1439), st.integers(-5, 5), st.sampled_from(ZONES))
@example(
    Roster(Rotation(date(2026, 1, 5), 540, "Europe/Berlin", 7, (1, 2)), None, datetime(2026, 1, 5, tzinfo=UTC)),
    *(2, 1020, 0, "Europe/Berlin"),
)
def test_onc_04_wherever_the_shifts_are_moved_a_swap_is_that_shift_and_no_other(
    roster: Roster, shift: int, hands_over: int, days: int, zone: str
) -> None:
    swapped = replace(roster.rotation, swaps=((shift, 99),), overrides=(), hours=None)
    moved = replace(swapped, hands_over=hands_over, anchor=swapped.anchor + days * DAY, zone=zone)
    for rota in (swapped, moved):
        start, end = rota.bounds(shift)
        assume(start < end)
        theirs = [turn for turn in turns(rota, start - 9 * DAY, end + 9 * DAY) if turn.agent == 99]
        assert theirs == [Turn(start, end, 99, Turns.SWAP, shift)]
