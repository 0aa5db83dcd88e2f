"""What moving to another version does to the clocks of a case; the CLK numbers are the faults of other tools."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import effects
from escalations.rules import events as e
from escalations.rules.procedure import Procedure, Target
from escalations.rules.vocabulary import ClockKind, Elapsed
from escalations.timing.stopwatch import ClockState, Reading
from tests.rules.procedures import MINUTE, OFFICE, START, procedure, target
from tests.rules.told import FIRST, HELD, NEWS, OPENED, REPLY, RESUMED, SOLVE, STEP, both
from tests.rules.told import story as journal

CARRY, RESTART = Elapsed.CARRY, Elapsed.RESTART
HELD_FOR_THE_CUSTOMER = e.CaseHeld("customer", ["resolution"], "")


def version(number: int, *targets: Target) -> Procedure:
    return replace(procedure(targets=targets), uid=f"v{number}", version=number)


def to(number: int, elapsed: Elapsed = CARRY, before: int = 1) -> e.CaseMoved:
    return e.CaseMoved(f"v{before}", f"v{number}", elapsed.value)


def story(*told: tuple[float, e.EventData], versions: tuple[Procedure, ...]) -> effects.Tracks:
    """The clocks after these events; the case is opened under the first version."""
    return journal(*told, by={made.uid: made for made in versions})


def clocks(found: effects.Tracks, after: float, kind: ClockKind) -> list[Reading]:
    return [reading for _track, reading in both(found, kind, after)]


def due(found: effects.Tracks, after: int, kind: ClockKind) -> list[int | None]:
    """When each clock of this kind is due, in minutes after the opening."""
    return [(r.due_at - START) // MINUTE if r.due_at else None for r in clocks(found, after, kind)]


OPEN = (0, replace(OPENED, policy_version="v1"))
LONG, SHORT = target(SOLVE, 180), target(SOLVE, 120)


def test_clk_27_carried_over_an_hour_of_two_is_left_and_begun_again_two() -> None:
    both = (version(1, LONG), version(2, SHORT))
    carried = story(OPEN, (60, to(2, CARRY)), versions=both)
    restarted = story(OPEN, (60, to(2, RESTART)), versions=both)
    assert due(carried, 61, SOLVE) == [120]
    assert due(restarted, 61, SOLVE) == [None, 180]
    assert [r.state for r in clocks(restarted, 61, SOLVE)] == [ClockState.VOID, ClockState.RUNNING]


def test_clk_13_a_clock_with_less_time_than_it_has_used_is_missed_by_the_move_itself() -> None:
    found = story(OPEN, (150, to(2)), versions=(version(1, LONG), version(2, SHORT)))
    (reading,) = clocks(found, 150, SOLVE)
    assert reading.breached_at == START + 150 * MINUTE
    assert reading.next_at is not None
    assert reading.next_at <= START + 150 * MINUTE


@pytest.mark.parametrize("elapsed", Elapsed)
def test_equal_terms_change_nothing_also_not_the_start(elapsed: Elapsed) -> None:
    found = story(OPEN, (60, to(2, elapsed)), versions=(version(1, LONG), version(2, target(FIRST, 60), LONG)))
    assert due(found, 61, SOLVE) == [180]
    (track,) = [track for track in found.all if track.kind is SOLVE]
    assert [(basis.version, basis.row) for basis in track.bases] == [(1, 1), (2, 2)]


def test_a_miss_stays_on_record_and_the_rest_of_a_longer_target_is_left() -> None:
    found = story(OPEN, (150, to(2)), versions=(version(1, SHORT), version(2, LONG)))
    missed, running = clocks(found, 151, SOLVE)
    assert (missed.state, missed.breached_at) == (ClockState.VOID, START + 120 * MINUTE)
    assert (running.state, running.due_at, running.breached_at) == (ClockState.RUNNING, START + 180 * MINUTE, None)


def test_what_would_be_late_under_both_stays_one_miss() -> None:
    found = story(OPEN, (150, to(2)), versions=(version(1, SHORT), version(2, target(SOLVE, 140))))
    assert [r.breached_at for r in clocks(found, 151, SOLVE)] == [START + 120 * MINUTE]


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clk_21_a_clock_the_other_version_does_not_promise_ends_and_is_no_miss(elapsed: Elapsed) -> None:
    found = story(OPEN, (60, to(2, elapsed)), versions=(version(1, LONG), version(2, target(FIRST, 60))))
    (reading,) = clocks(found, 999, SOLVE)
    assert (reading.state, reading.ended_at, reading.breached_at) == (ClockState.VOID, START + 60 * MINUTE, None)


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clk_21_a_clock_only_the_other_version_promises_begins_at_the_move_if_it_is_owed(elapsed: Elapsed) -> None:
    versions = (version(1, LONG), version(2, LONG, target(FIRST, 60), target(NEWS, 90)))
    found = story(OPEN, (60, to(2, elapsed)), versions=versions)
    assert due(found, 61, FIRST) == [120]
    assert due(found, 61, NEWS) == []
    answered = story(OPEN, (30, REPLY), (60, to(2, elapsed)), versions=versions)
    assert due(answered, 61, FIRST) == []
    escalated = story(OPEN, (30, STEP), (60, to(2, elapsed)), versions=versions)
    assert due(escalated, 61, NEWS) == [150]


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clk_17_a_clock_ended_while_paused_comes_back_running_when_work_goes_on(elapsed: Elapsed) -> None:
    """Detached by one version and attached again by the next, after the pause: no stale pause."""
    versions = (version(1, LONG), version(2, target(FIRST, 60)), version(3, LONG))
    told = (OPEN, (30, HELD_FOR_THE_CUSTOMER), (40, to(2, elapsed)), (50, RESUMED), (60, to(3, elapsed, before=2)))
    found = story(*told, versions=versions)
    ended, running = clocks(found, 61, SOLVE)
    assert (ended.state, ended.pauses) == (ClockState.VOID, ((START + 30 * MINUTE, START + 40 * MINUTE, "customer"),))
    assert (running.state, running.due_at, running.pauses) == (ClockState.RUNNING, START + 240 * MINUTE, ())


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clk_17_a_clock_that_comes_back_during_the_pause_waits_for_its_end(elapsed: Elapsed) -> None:
    versions = (version(1, LONG), version(2, target(FIRST, 60)), version(3, LONG))
    told = (OPEN, (30, HELD_FOR_THE_CUSTOMER), (40, to(2, elapsed)), (50, to(3, elapsed, before=2)), (70, RESUMED))
    waiting = clocks(story(*told[:4], versions=versions), 60, SOLVE)[-1]
    assert (waiting.state, waiting.due_at) == (ClockState.PAUSED, None)
    assert waiting.pauses == ((START + 50 * MINUTE, START + 60 * MINUTE, "customer"),)
    running = clocks(story(*told, versions=versions), 71, SOLVE)[-1]
    assert (running.state, running.due_at) == (ClockState.RUNNING, START + 250 * MINUTE)


@pytest.mark.parametrize(("elapsed", "left"), [(CARRY, 90), (RESTART, 120)])
def test_clk_17_moved_while_paused_it_stays_paused_and_goes_on_with_the_rest(elapsed: Elapsed, left: int) -> None:
    told = (OPEN, (30, HELD), (40, to(2, elapsed)), (70, RESUMED))
    versions = (version(1, LONG), version(2, SHORT))
    paused = clocks(story(*told[:3], versions=versions), 60, SOLVE)[-1]
    assert (paused.state, paused.pauses[-1][2]) == (ClockState.PAUSED, "customer")
    assert due(story(*told, versions=versions), 71, SOLVE)[-1] == 70 + left


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clk_25_other_hours_count_from_the_move_on_and_what_has_counted_stays(elapsed: Elapsed) -> None:
    """The case is opened at nine in Berlin; from the move on only office hours count, until five."""
    versions = (version(1, target(SOLVE, 600)), version(2, target(SOLVE, 600, schedule=OFFICE)))
    found = story(OPEN, (240, to(2, elapsed)), versions=versions)
    reading = clocks(found, 241, SOLVE)[-1]
    left = 600 if elapsed is RESTART else 360
    assert reading.due_at == OFFICE.add_working_time(START + 240 * MINUTE, left)


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clocks_that_ended_and_promises_are_left_alone(elapsed: Elapsed) -> None:
    versions = (version(1, LONG, target(FIRST, 60)), version(2, SHORT, target(FIRST, 30), target(NEWS, 5)))
    promised = e.PromiseMade("p1", (START + 500 * MINUTE).isoformat(), "m9")
    found = story(OPEN, (45, REPLY), (50, promised), (60, to(2, elapsed)), versions=versions)
    (answered,) = clocks(found, 61, FIRST)
    assert (answered.state, answered.due_at, answered.breached_at) == (ClockState.MET, None, None)
    assert due(found, 61, NEWS) == [500]


def test_clk_27_a_corrected_severity_obeys_the_version_the_case_was_moved_to() -> None:
    triaged = e.CaseTriaged(2, 1, 1, 1, "t1", "t1")
    first = replace(version(1, target(SOLVE, 180)), on_severity=CARRY)
    second = replace(version(2, target(SOLVE, 120, severity=1), target(SOLVE, 180)), on_severity=RESTART)
    found = story(OPEN, (30, to(2)), (60, triaged), versions=(first, second))
    assert due(found, 61, SOLVE) == [None, 180]
