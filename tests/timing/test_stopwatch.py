"""One clock read from its marks, by example; the CLK numbers are the faults of other tools that must not be ours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from escalations.timing.schedule import Schedule, Why
from escalations.timing.stopwatch import ClockState, Mark, MarkKind, Reading, Terms, read
from tests.timing.hours import DAY, always, days, local, office

BERLIN = "Europe/Berlin"
MONDAY = local(BERLIN, "2026-03-02 09:00")
HOUR = timedelta(hours=1)
FOUR_HOURS = Terms(240, 75, office())


def started(terms: Terms = FOUR_HOURS, at: datetime = MONDAY) -> Mark:
    return Mark(MarkKind.START, at, terms)


def after(hours: float, *marks: tuple[MarkKind, float], terms: Terms = FOUR_HOURS) -> Reading:
    """The clock so many hours after Monday nine o'clock, with marks at such hours."""
    row = [Mark(kind, MONDAY + at * HOUR, label="customer" if kind is MarkKind.PAUSE else "") for kind, at in marks]
    return read([started(terms), *row], MONDAY + hours * HOUR)


def test_a_fresh_clock_runs_and_says_when_it_warns_and_ends() -> None:
    clock = after(0)
    assert (clock.state, clock.elapsed_minutes, clock.remaining_minutes) == (ClockState.RUNNING, 0, 240)
    assert (clock.warn_at, clock.due_at, clock.next_at) == (MONDAY + 3 * HOUR, MONDAY + 4 * HOUR, MONDAY + 3 * HOUR)
    assert (clock.warned_at, clock.breached_at, clock.met_at, clock.ended_at) == (None, None, None, None)


def test_clk_29_a_late_reply_is_met_and_stays_on_record_as_missed() -> None:
    clock = after(9, (MarkKind.MEET, 5))
    assert (clock.state, clock.met_at, clock.breached_at) == (ClockState.MET, MONDAY + 5 * HOUR, MONDAY + 4 * HOUR)
    assert clock.warned_at == MONDAY + 3 * HOUR
    assert clock.next_at is None


def test_what_happens_exactly_on_time_is_on_time() -> None:
    clock = after(9, (MarkKind.MEET, 4))
    assert (clock.state, clock.breached_at, clock.elapsed_minutes) == (ClockState.MET, None, 240)


def test_clk_30_a_clock_read_at_its_very_due_instant_has_breached_and_just_before_it_has_not() -> None:
    assert after(4).breached_at == MONDAY + 4 * HOUR
    just_before = read([started()], MONDAY + 4 * HOUR - timedelta(microseconds=1))
    assert (just_before.breached_at, just_before.warned_at) == (None, MONDAY + 3 * HOUR)


def test_clk_12_a_breach_stays_on_record_after_the_end() -> None:
    for end in (MarkKind.MEET, MarkKind.VOID):
        assert after(2000, (end, 6)).breached_at == MONDAY + 4 * HOUR


def test_clk_07_an_ended_clock_keeps_its_duration_whatever_comes_after() -> None:
    clock = after(2000, (MarkKind.MEET, 1), (MarkKind.PAUSE, 2), (MarkKind.RESUME, 3), (MarkKind.VOID, 4))
    assert (clock.state, clock.elapsed_minutes, clock.ended_at) == (ClockState.MET, 60, MONDAY + HOUR)


def test_clk_15_a_pause_stops_time_and_moves_the_due_instant_by_its_working_time() -> None:
    clock = after(4, (MarkKind.PAUSE, 1), (MarkKind.RESUME, 3))
    assert (clock.state, clock.elapsed_minutes, clock.due_at) == (ClockState.RUNNING, 120, MONDAY + 6 * HOUR)
    overnight = after(26, (MarkKind.PAUSE, 2), (MarkKind.RESUME, 25))  # until Tuesday 10:00
    assert overnight.due_at == MONDAY + DAY + 3 * HOUR


def test_clk_19_a_paused_clock_cannot_breach_and_owes_nobody_an_answer() -> None:
    clock = after(5000, (MarkKind.PAUSE, 3.5))
    assert (clock.state, clock.breached_at, clock.due_at, clock.next_at) == (ClockState.PAUSED, None, None, None)
    assert clock.elapsed_minutes == 210


def test_clk_18_a_clock_that_breached_and_then_paused_still_shows_the_breach() -> None:
    clock = after(9, (MarkKind.PAUSE, 5))
    assert (clock.state, clock.breached_at, clock.due_at) == (ClockState.PAUSED, *[MONDAY + 4 * HOUR] * 2)


def test_a_pause_at_the_very_due_instant_saves_the_clock_until_it_goes_on() -> None:
    paused = after(20, (MarkKind.PAUSE, 4))
    assert (paused.breached_at, paused.remaining_minutes) == (None, 0)
    assert after(7, (MarkKind.PAUSE, 4), (MarkKind.RESUME, 6)).breached_at == MONDAY + 6 * HOUR


def test_clk_08_pausing_twice_or_resuming_what_runs_changes_nothing() -> None:
    once = after(8, (MarkKind.PAUSE, 1), (MarkKind.RESUME, 3))
    twice = after(
        8, (MarkKind.RESUME, 0.5), (MarkKind.PAUSE, 1), (MarkKind.PAUSE, 2), (MarkKind.RESUME, 3), (MarkKind.RESUME, 4)
    )
    assert (once.elapsed_minutes, once.due_at, once.pauses) == (twice.elapsed_minutes, twice.due_at, twice.pauses)


def test_an_end_while_paused_ends_the_pause_with_it() -> None:
    clock = after(9, (MarkKind.PAUSE, 1), (MarkKind.MEET, 3))
    assert clock.pauses == ((MONDAY + HOUR, MONDAY + 3 * HOUR, "customer"),)
    assert (clock.elapsed_minutes, clock.breached_at) == (60, None)


def retargeted(minutes: int, at: float, schedule: Schedule | None = None, percent: int = 75) -> Mark:
    return Mark(MarkKind.RETARGET, MONDAY + at * HOUR, Terms(minutes, percent, schedule or office()))


def test_clk_27_a_shorter_target_keeps_what_has_elapsed() -> None:
    three_hours = started(Terms(180, 75, office()))
    clock = read([three_hours, retargeted(120, 1)], MONDAY + HOUR)
    assert (clock.elapsed_minutes, clock.remaining_minutes, clock.due_at) == (60, 60, MONDAY + 2 * HOUR)


def test_a_target_that_is_already_over_when_it_comes_is_breached_at_that_instant_and_not_in_the_past() -> None:
    clock = read([started(), retargeted(60, 2)], MONDAY + 2 * HOUR)
    assert (clock.breached_at, clock.due_at) == (MONDAY + 2 * HOUR, MONDAY + 2 * HOUR)


def test_a_longer_target_does_not_take_a_breach_back() -> None:
    clock = read([started(), retargeted(480, 5)], MONDAY + 6 * HOUR)
    assert (clock.breached_at, clock.remaining_minutes) == (MONDAY + 4 * HOUR, 120)


def test_who_was_warned_is_told_of_the_breach_only_and_who_was_told_of_that_of_nothing_more() -> None:
    warned = after(3.5, (MarkKind.WARNED, 3))
    assert (warned.next_at, warned.warned_at) == (MONDAY + 4 * HOUR, MONDAY + 3 * HOUR)
    assert after(5, (MarkKind.WARNED, 3), (MarkKind.BREACHED, 4)).next_at is None
    assert after(5, (MarkKind.BREACHED, 4), (MarkKind.WARNED, 4)).next_at is None
    untold = after(6)
    assert untold.next_at == MONDAY + 3 * HOUR


def test_a_breach_that_people_were_told_of_stays_even_when_the_answer_carries_the_same_instant() -> None:
    clock = after(5, (MarkKind.BREACHED, 4), (MarkKind.MEET, 4))
    assert (clock.state, clock.breached_at) == (ClockState.MET, MONDAY + 4 * HOUR)


def test_cal_14_only_working_time_breaches() -> None:
    friday = local(BERLIN, "2026-03-06 16:30")
    hour = [Mark(MarkKind.START, friday, Terms(60, 50, office()))]
    assert read(hour, local(BERLIN, "2026-03-08 12:00")).breached_at is None
    assert read(hour, local(BERLIN, "2026-03-09 09:30")).breached_at == local(BERLIN, "2026-03-09 09:30")


def test_the_spans_say_what_counted_and_what_did_not() -> None:
    clock = after(25, (MarkKind.PAUSE, 2), (MarkKind.RESUME, 3))
    until = MONDAY + 25 * HOUR
    assert [(span.why, span.label, span.seconds / 3600) for span in clock.spans(until)] == [
        (Why.OPEN, "", 2),
        (Why.PAUSED, "customer", 1),
        (Why.OPEN, "", 5),
        (Why.CLOSED, "", 16),
        (Why.OPEN, "", 1),
    ]


def test_the_spans_add_up_also_when_a_new_target_counts_other_hours() -> None:
    clock = read([started(), retargeted(6000, 4, always(BERLIN))], MONDAY + 12 * HOUR)
    assert clock.elapsed_minutes == 12 * 60
    night = read([started(), retargeted(6000, 20, always(BERLIN))], MONDAY + 24 * HOUR)
    assert night.elapsed_minutes == 8 * 60 + 4 * 60
    counted = sum(span.seconds for span in night.spans(MONDAY + 24 * HOUR) if span.counted)
    assert counted == night.elapsed_minutes * 60


def test_a_clock_needs_a_beginning() -> None:
    with pytest.raises(ValueError, match="begins"):
        read([Mark(MarkKind.MEET, MONDAY)], MONDAY)
    with pytest.raises(ValueError, match="begins"):
        read([Mark(MarkKind.START, MONDAY)], MONDAY)


def test_a_warning_at_a_hundred_percent_comes_with_the_breach() -> None:
    clock = read([started(Terms(240, 100, office()))], MONDAY)
    assert clock.warn_at == clock.due_at == clock.next_at == MONDAY + 4 * HOUR


def test_a_clock_in_a_night_shift_is_due_in_the_night_it_belongs_to() -> None:
    nights = Schedule(BERLIN, days("22:00-06:00"))
    clock = read([Mark(MarkKind.START, MONDAY, Terms(300, 80, nights))], MONDAY)
    assert clock.due_at == local(BERLIN, "2026-03-03 03:00")
    assert clock.warn_at == local(BERLIN, "2026-03-03 02:00")


def test_a_target_with_more_time_forgets_the_warning_of_the_one_before_and_warns_again() -> None:
    told = Mark(MarkKind.WARNED, MONDAY + 3 * HOUR)
    clock = read([started(), told, retargeted(2400, 3.5)], MONDAY + 4 * HOUR)
    assert (clock.warned_at, clock.breached_at) == (None, None)
    assert clock.next_at == clock.warn_at == local(BERLIN, "2026-03-05 15:00")  # 30 of 40 hours
    late = read([started(), told, retargeted(2400, 3.5)], local(BERLIN, "2026-03-05 15:00"))
    assert late.warned_at == clock.warn_at


def test_a_target_whose_warning_has_passed_as_well_keeps_the_warning_people_had() -> None:
    told = Mark(MarkKind.WARNED, MONDAY + 3 * HOUR)
    clock = read([started(), told, retargeted(245, 3.5)], MONDAY + 3.6 * HOUR)
    assert clock.warned_at == MONDAY + 3 * HOUR
    assert clock.next_at == clock.due_at == MONDAY + timedelta(minutes=245)
