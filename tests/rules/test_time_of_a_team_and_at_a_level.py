"""Ownership is the time one team has a case, time at level the time an escalation stays where it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import events as e
from escalations.rules.vocabulary import ClockKind, Elapsed
from escalations.timing.stopwatch import ClockState
from tests.rules.procedures import procedure, target
from tests.rules.told import (
    ACCEPTED,
    ACKED,
    AGAIN,
    CLOSED,
    DECLINED,
    HELD,
    LEVEL,
    NOTE,
    OPENED,
    OWN,
    REPLY,
    RESUMED,
    SOLVE,
    SOLVED,
    STEP,
    UPPER,
    both,
    clocks,
    everything,
    instant,
    one,
    story,
)

BY = everything()
BACK = e.EscalationStepped("esc", "s3", "hand_back", "functional", "skill", 2, 1, "t2", "t1", "user:1", "")


def triaged(team: str, severity: int = 2, level: int = 1) -> e.CaseTriaged:
    return e.CaseTriaged(2, severity, 1, level, "t1", team)


# -- ownership -------------------------------------------------------------------------------------------


def test_the_time_of_the_first_team_runs_from_the_opening() -> None:
    ((track, reading),) = both(story((0, OPENED), by=BY), OWN, 1)
    assert (track.team, reading.started_at, reading.due_at) == ("t1", instant(0), instant(400))


def test_clk_23_the_clock_of_the_customer_runs_from_creation_and_that_of_a_team_from_the_hand_over() -> None:
    found = story((0, OPENED), (100, STEP), by=BY)
    assert one(found, SOLVE, 101).started_at == instant(0)
    first, second = both(found, OWN, 101)
    assert (first[0].team, first[1].state, first[1].breached_at) == ("t1", ClockState.MET, None)
    assert (second[0].team, second[1].started_at, second[1].due_at) == ("t2", instant(100), instant(500))


def test_clk_23_a_late_hand_over_is_the_miss_of_the_first_team_and_not_of_the_second() -> None:
    found = story((0, OPENED), (450, STEP), (460, SOLVED), by=BY)
    first, second = both(found, OWN, 9000)
    assert (first[0].team, first[1].state, first[1].breached_at) == ("t1", ClockState.MET, instant(400))
    assert (second[0].team, second[1].state, second[1].breached_at) == ("t2", ClockState.MET, None)


@pytest.mark.parametrize("act", [e.CaseTaken("user:9"), NOTE, REPLY, triaged("t1", severity=1, level=2), ACKED])
def test_what_stays_with_the_team_leaves_its_clock(act: e.EventData) -> None:
    assert clocks(story((0, OPENED), (30, act), by=BY), 31, OWN) == {"ownership:1": "running"}


def test_every_way_to_another_team_begins_its_time() -> None:
    told = ((0, OPENED), (10, triaged("t9")), (20, STEP), (30, UPPER), (40, BACK))
    teams = [(t.team, r.state.value) for t, r in both(story(*told, by=BY), OWN, 41)]
    assert teams == [("t1", "met"), ("t9", "met"), ("t2", "met"), ("t3", "met"), ("t1", "running")]


def test_a_declined_case_is_with_the_team_it_came_from_again_and_its_time_begins_anew() -> None:
    found = story((0, OPENED), (350, STEP), (360, DECLINED), by=BY)
    assert [(t.team, r.state.value, r.elapsed_minutes) for t, r in both(found, OWN, 370)] == [
        ("t1", "met", 350),
        ("t2", "met", 10),
        ("t1", "running", 10),
    ]


@pytest.mark.parametrize("elapsed", Elapsed)
def test_another_team_and_another_severity_in_one_act_are_one_new_clock(elapsed: Elapsed) -> None:
    by = replace(procedure(targets=(target(OWN, 90, severity=1), target(OWN, 400))), on_severity=elapsed)
    found = story((0, OPENED), (30, triaged("t9", severity=1)), by=by)
    assert [(t.start_seq, t.team, r.state.value) for t, r in both(found, OWN, 31)] == [
        (1, "t1", "met"),
        (2, "t9", "running"),
    ]
    assert one(found, OWN, 31).due_at == instant(120)


def test_the_time_of_a_team_stops_only_for_reasons_that_name_it() -> None:
    stops = replace(HELD, stops=["ownership"])
    found = story((0, OPENED), (10, stops), (110, RESUMED), by=BY)
    assert one(found, OWN, 111).due_at == instant(500)
    assert one(story((0, OPENED), (10, HELD), by=BY), OWN, 450).breached_at == instant(400)


def test_a_hand_over_out_of_a_pause_begins_the_other_teams_time_running() -> None:
    found = story((0, OPENED), (10, replace(HELD, stops=["ownership"])), (60, STEP), by=BY)
    first, second = both(found, OWN, 61)
    assert (first[1].elapsed_minutes, second[1].state, second[1].due_at) == (10, ClockState.RUNNING, instant(460))


def test_a_reopened_case_begins_the_time_of_the_team_that_has_it_anew() -> None:
    found = story((0, OPENED), (10, STEP), (20, SOLVED), (30, CLOSED), (50, replace(AGAIN, escalation="")), by=BY)
    team, reading = both(found, OWN, 51)[-1]
    assert (team.team, reading.state, reading.due_at) == ("t2", ClockState.RUNNING, instant(450))


# -- time at a level --------------------------------------------------------------------------------------


def test_without_an_escalation_no_time_at_a_level_is_promised() -> None:
    assert clocks(story((0, OPENED), (10, triaged("t2", level=2)), by=BY), 11, LEVEL) == {}


def test_every_step_begins_the_time_at_its_level_with_the_target_of_that_level() -> None:
    found = story((0, OPENED), (10, STEP), (50, UPPER), by=BY)
    second, third = both(found, LEVEL, 51)
    assert (second[0].level, second[1].state, second[1].elapsed_minutes) == (2, ClockState.MET, 40)
    assert (third[0].level, third[1].state, third[1].due_at) == (3, ClockState.RUNNING, instant(650))


def test_a_climb_after_too_long_a_stay_leaves_the_miss_at_the_level_where_it_was() -> None:
    lower, upper = both(story((0, OPENED), (10, STEP), (400, UPPER), by=BY), LEVEL, 401)
    assert (lower[1].breached_at, upper[1].breached_at) == (instant(310), None)


def test_handed_back_it_is_at_the_lower_level_again() -> None:
    found = story((0, OPENED), (10, STEP), (50, BACK), by=BY)
    assert [t.level for t, _r in both(found, LEVEL, 51)] == [2, 1]
    assert one(found, LEVEL, 51).state == ClockState.RUNNING


@pytest.mark.parametrize("heard", [ACKED, ACCEPTED, replace(ACCEPTED, message="m")])
def test_being_heard_and_taken_up_does_not_end_the_time_at_the_level(heard: e.EventData) -> None:
    assert clocks(story((0, OPENED), (10, STEP), (20, heard), by=BY), 21, LEVEL) == {"time_at_level:2": "running"}


@pytest.mark.parametrize("end", [DECLINED, SOLVED])
def test_a_decline_and_a_solution_end_it(end: e.EventData) -> None:
    assert clocks(story((0, OPENED), (10, STEP), (20, end), by=BY), 21, LEVEL) == {"time_at_level:2": "met"}


def test_an_escalation_that_goes_on_after_the_reopening_stays_at_its_level_for_another_time() -> None:
    goes_on = story((0, OPENED), (10, STEP), (20, SOLVED), (30, AGAIN), by=BY)
    assert clocks(goes_on, 31, LEVEL) == {"time_at_level:2": "met", "time_at_level:4": "running"}
    ended = story((0, OPENED), (10, STEP), (20, SOLVED), (25, CLOSED), (30, replace(AGAIN, escalation="")), by=BY)
    assert clocks(ended, 31, LEVEL) == {"time_at_level:2": "met"}


@pytest.mark.parametrize("kind", [OWN, LEVEL])
def test_both_are_no_business_of_a_reply(kind: ClockKind) -> None:
    with_words = story((0, OPENED), (10, STEP), (20, REPLY), by=BY)
    without = story((0, OPENED), (10, STEP), (20, NOTE), by=BY)
    assert clocks(with_words, 21, kind) == clocks(without, 21, kind)
