"""A corrected severity gives running clocks what it promises; the version says what their elapsed time becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import events as e
from escalations.rules.procedure import Procedure, Target
from escalations.rules.tracks import Because
from escalations.rules.vocabulary import Elapsed
from escalations.timing.stopwatch import ClockState
from tests.rules.procedures import OFFICE, procedure, target
from tests.rules.told import (
    ACCEPTED,
    ACK,
    ACKED,
    FIRST,
    HELD,
    NEWS,
    NEXT,
    OPENED,
    OWN,
    REPLY,
    RESUMED,
    SOLVE,
    SOLVED,
    STEP,
    TRIAGE,
    WARNED,
    WORDS,
    both,
    clocks,
    everything,
    instant,
    missed,
    one,
    story,
)

WORSE = e.CaseTriaged(2, 1, 1, 1, "t1", "t1")
MILDER = e.CaseTriaged(1, 2, 1, 1, "t1", "t1")
SEVERE = replace(OPENED, severity=1)


def restarting(*targets: Target) -> Procedure:
    by = procedure(targets=targets) if targets else everything()
    return replace(by, on_severity=Elapsed.RESTART)


# -- the time is carried over ------------------------------------------------------------------------------


def test_clk_27_carried_over_what_has_elapsed_stays_and_the_rest_is_left() -> None:
    for worse in (WORSE, replace(ACKED, severity=1), replace(ACCEPTED, severity=1)):
        found = one(story((0, OPENED), (5, STEP), (60, worse)), SOLVE, 60)
        assert (found.terms.minutes, found.elapsed_minutes, found.due_at) == (120, 60, instant(120))


def test_the_track_knows_both_promises_and_why() -> None:
    ((track, _reading),) = both(story((0, OPENED), (60, WORSE)), SOLVE, 60)
    assert [(b.at, b.row, b.severity, b.because) for b in track.bases] == [
        (instant(0), 6, 2, Because.STARTED),
        (instant(60), 5, 1, Because.SEVERITY),
    ]


def test_a_severity_with_the_same_row_leaves_no_trace() -> None:
    ((track, _reading),) = both(story((0, OPENED), (10, WORSE)), FIRST, 11)
    assert (len(track.bases), len(track.marks)) == (1, 1)


def test_a_clock_that_has_ended_is_not_touched() -> None:
    found = story((0, OPENED), (10, SOLVED), (20, WORSE))
    assert one(found, SOLVE, 30).terms.minutes == 480


def test_other_hours_count_from_then_on() -> None:
    rows = (target(SOLVE, 120, severity=1), target(SOLVE, 480, schedule=OFFICE))
    found = one(story((0, OPENED), (600, WORSE), by=procedure(targets=rows)), SOLVE, 600)
    assert (found.elapsed_minutes, found.due_at) == (480, instant(480))


def test_a_shorter_promise_that_is_over_already_is_missed_when_it_is_given_and_not_before() -> None:
    found = story((0, OPENED), (200, WORSE))
    assert one(found, SOLVE, 200).breached_at == instant(200)
    assert "resolution:1" in missed(found, 200)


def test_a_miss_stays_on_record_and_the_milder_promise_is_still_watched() -> None:
    """Otherwise nobody would be told of a promise that was given after the first was missed."""
    found = story((0, SEVERE), (150, MILDER))
    late, running = both(found, SOLVE, 151)
    assert (late[1].state, late[1].breached_at, late[1].terms.minutes) == (ClockState.VOID, instant(120), 120)
    assert (running[1].state, running[1].due_at, running[1].elapsed_minutes) == ("running", instant(480), 151)
    assert (running[1].breached_at, running[1].next_at) == (None, instant(360))
    assert running[0].bases[0].carried_minutes == 150
    assert "resolution:1" not in missed(found, 200)


def test_a_correction_at_the_very_due_instant_comes_in_time_unless_people_were_told() -> None:
    in_time = story((0, SEVERE), (120, MILDER))
    assert [(r.due_at, r.breached_at) for _t, r in both(in_time, SOLVE, 121)] == [(instant(480), None)]
    told = (120, e.ClockBreached("resolution", 1, "", 0))
    late = story((0, SEVERE), told, (120, MILDER))
    assert [(r.due_at, r.breached_at) for _t, r in both(late, SOLVE, 121)] == [
        (instant(120), instant(120)),
        (instant(480), None),
    ]


def test_a_missed_clock_that_waits_goes_on_waiting_in_its_new_form() -> None:
    waits = ((0, SEVERE), (130, HELD), (150, MILDER))
    (_first, paused) = both(story(*waits), SOLVE, 155)
    assert paused[1].elapsed_minutes == 130
    assert paused[1].pauses == ((instant(150), instant(155), "customer"),)
    assert one(story(*waits, (160, RESUMED)), SOLVE, 161).due_at == instant(480 + 30)


def test_the_target_stays_that_of_the_level_where_the_clock_began() -> None:
    rows = (
        target(SOLVE, 60, severity=1, level=1),
        target(SOLVE, 90, severity=1),
        target(SOLVE, 700, level=1),
        target(SOLVE, 800),
    )
    found = story((0, OPENED), (5, STEP), (20, replace(ACKED, severity=1)), by=procedure(targets=rows))
    assert one(found, SOLVE, 21).due_at == instant(60)
    longer = story((0, SEVERE), (5, STEP), (65, replace(ACKED, severity=2)), by=procedure(targets=rows))
    assert [t.level for t, _r in both(longer, SOLVE, 66)] == [1, 1]
    assert one(longer, SOLVE, 66).due_at == instant(700)


@pytest.mark.parametrize("elapsed", Elapsed)
def test_what_only_the_other_severity_promises_begins_with_the_correction_and_what_it_does_not_ends(
    elapsed: Elapsed,
) -> None:
    rows = (target(OWN, 100, severity=1), target(FIRST, 60, severity=2), target(NEWS, 50, severity=1))
    by = replace(procedure(targets=rows), on_severity=elapsed)
    found = story((0, OPENED), (30, WORSE), by=by)
    assert clocks(found, 31) == {"first_response:1": "void", "ownership:2": "running"}
    assert one(found, OWN, 31).due_at == instant(130)
    back = story((0, OPENED), (30, WORSE), (40, MILDER), by=by)
    assert clocks(back, 41) == {"first_response:1": "void", "ownership:2": "void", "first_response:3": "running"}


# -- the clocks begin again ---------------------------------------------------------------------------------


def test_clk_27_begun_again_the_whole_of_the_other_promise_is_left() -> None:
    for worse in (WORSE, replace(ACKED, severity=1), replace(ACCEPTED, severity=1)):
        found = story((0, OPENED), (5, STEP), (60, worse), by=restarting())
        first, again = both(found, SOLVE, 61)
        assert (first[1].state, first[1].breached_at) == (ClockState.VOID, None)
        assert (again[1].due_at, again[1].elapsed_minutes) == (instant(180), 1)
        assert [basis.because for basis in again[0].bases] == [Because.SEVERITY]


def test_begun_again_a_miss_stays_with_the_clock_that_was_missed() -> None:
    found = story((0, SEVERE), (150, MILDER), by=restarting())
    assert [(r.state.value, r.breached_at, r.due_at) for _t, r in both(found, SOLVE, 151)] == [
        ("void", instant(120), instant(120)),
        ("running", None, instant(630)),
    ]


def test_begun_again_only_what_the_severity_promises_otherwise_begins_again() -> None:
    found = story((0, OPENED), (5, STEP), (30, replace(ACKED, severity=1)), by=restarting())
    assert clocks(found, 31, OWN, TRIAGE, FIRST, ACK) == {
        "first_response:1": "met",
        "ownership:1": "met",
        "acknowledgement:2": "met",
        "triage:2": "running",
        "ownership:2": "running",
    }


def test_what_the_same_act_meets_is_met_and_not_begun_again() -> None:
    rows = tuple(
        target(kind, minutes, severity=severity)
        for kind in (FIRST, ACK, TRIAGE, NEWS)
        for severity, minutes in ((1, 30), (None, 300))
    )
    found = story((0, OPENED), (5, STEP), (30, replace(ACKED, severity=1)), by=restarting(*rows))
    assert clocks(found, 31) == {
        "first_response:1": "met",
        "acknowledgement:2": "met",
        "triage:2": "void",
        "next_update:2": "met",
        "triage:3": "running",
        "next_update:3": "running",
    }
    accepted = story((0, OPENED), (5, STEP), (30, replace(ACCEPTED, severity=1)), by=restarting(*rows))
    assert clocks(accepted, 31, NEWS, TRIAGE) == {
        "triage:2": "met",
        "next_update:2": "void",
        "next_update:3": "running",
    }


def test_begun_again_in_a_pause_it_waits_for_its_end() -> None:
    waits = ((0, OPENED), (30, HELD), (60, WORSE))
    assert one(story(*waits, by=restarting()), SOLVE, 90).state == ClockState.PAUSED
    assert one(story(*waits, (100, RESUMED), by=restarting()), SOLVE, 101).due_at == instant(220)


def test_a_reply_that_is_owed_counts_from_the_correction_when_clocks_begin_again() -> None:
    rows = (target(kind, minutes, severity=s) for kind in (FIRST, NEXT) for s, minutes in ((1, 30), (None, 90)))
    found = story((0, OPENED), (5, REPLY), (10, WORDS), (60, WORSE), by=restarting(*rows))
    assert [r.due_at for _t, r in both(found, NEXT, 61)] == [None, instant(90)]


def test_who_was_warned_of_the_first_is_warned_of_the_second() -> None:
    rows = (target(FIRST, 30, severity=1), target(FIRST, 60))
    found = story((0, OPENED), (45, WARNED), (50, WORSE), by=restarting(*rows))
    assert one(found, FIRST, 51).next_at == instant(50 + 22.5)
