"""What comes after the end – review, follow-up – and what others were asked for: each on a clock of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import events as e
from escalations.rules.vocabulary import VOIDING, ClockKind, Elapsed, Outcome
from escalations.timing.stopwatch import ClockState
from tests.rules.procedures import procedure, target
from tests.rules.told import (
    AGAIN,
    ANSWERED,
    ASKED,
    ASKED_FOR,
    CANCELLED,
    CHASED,
    CLOSED,
    DECIDED,
    DECISION,
    DECLINED,
    EASED,
    EVERY_TARGET,
    FIRST,
    FOLLOW_UP,
    FOLLOWED_UP,
    HELD,
    MOVED,
    NOT_GRANTED,
    NOTE,
    OPENED,
    PLANNED,
    QUESTION,
    REPLY,
    RESUMED,
    REVIEW,
    SOLVE,
    SOLVED,
    STEP,
    UNWISHED,
    UPPER,
    WISH,
    WISHED,
    WITHDRAWN,
    WRITTEN_UP,
    both,
    clocks,
    everything,
    instant,
    missed,
    one,
    story,
)

BY = everything()
ENDED = ((0, OPENED), (10, STEP), (20, SOLVED), (30, CLOSED))
SECOND = replace(ASKED, request="q2", team="t5")

# -- review -----------------------------------------------------------------------------------------------


def test_a_closed_escalation_owes_its_review_from_the_closing() -> None:
    ((track, reading),) = both(story(*ENDED, by=BY), REVIEW, 31)
    assert (track.escalation, reading.started_at, reading.due_at) == ("esc", instant(30), instant(30 + 2880))


def test_the_review_meets_it_and_a_late_one_stays_a_miss() -> None:
    in_time = one(story(*ENDED, (90, WRITTEN_UP), by=BY), REVIEW, 99_999)
    assert (in_time.state, in_time.met_at, in_time.breached_at) == (ClockState.MET, instant(90), None)
    late = one(story(*ENDED, (5000, WRITTEN_UP), by=BY), REVIEW, 99_999)
    assert (late.state, late.breached_at) == (ClockState.MET, instant(30 + 2880))
    assert missed(story(*ENDED, by=BY), 5000) == ["review:4", "follow_up:4"]


def test_a_case_that_was_never_escalated_or_only_in_vain_owes_no_review() -> None:
    plain = story((0, OPENED), (20, SOLVED), (30, replace(CLOSED, escalation="")), by=BY)
    assert clocks(plain, 31, REVIEW) == {}
    in_vain = story((0, OPENED), (10, STEP), (15, DECLINED), (20, SOLVED), (30, replace(CLOSED, escalation="")), by=BY)
    assert clocks(in_vain, 31, REVIEW) == {}


def test_what_was_written_up_before_the_closing_is_not_owed_again() -> None:
    """It could never be met: there is one review of an escalation."""
    early = ((0, OPENED), (10, STEP), (20, SOLVED), (25, WRITTEN_UP))
    assert clocks(story(*early, (30, CLOSED), by=BY), 31, REVIEW) == {}
    climbed_on = (*early, (40, AGAIN), (50, UPPER), (60, SOLVED), (70, CLOSED))
    assert clocks(story(*climbed_on, by=BY), 71, REVIEW) == {}


def test_a_review_on_record_before_reviews_named_their_escalation_counts_for_the_newest() -> None:
    early = ((0, OPENED), (10, STEP), (20, SOLVED), (25, e.ReviewWritten("r")), (30, CLOSED))
    assert clocks(story(*early, by=BY), 31, REVIEW) == {}


@pytest.mark.parametrize("outcome", ["spam", "duplicate", "withdrawn"])
def test_clk_09_what_should_never_have_been_a_case_owes_no_review(outcome: str) -> None:
    found = story((0, OPENED), (10, STEP), (20, replace(SOLVED, outcome=outcome)), (30, CLOSED), by=BY)
    assert clocks(found, 31, REVIEW) == {}
    again = ((0, OPENED), (10, STEP), (20, replace(SOLVED, outcome=outcome)), (30, AGAIN), (40, SOLVED), (50, CLOSED))
    assert clocks(story(*again, by=BY), 51, REVIEW) == {"review:6": "running"}


def test_reopening_and_closing_again_does_not_do_away_with_the_review() -> None:
    quietly = replace(AGAIN, escalation="")
    reopened = (*ENDED, (40, quietly))
    assert clocks(story(*reopened, by=BY), 41, REVIEW) == {"review:4": "void"}
    found = story(*reopened, (50, SOLVED), (60, replace(CLOSED, escalation="")), by=BY)
    first, second = both(found, REVIEW, 61)
    assert (first[1].state, second[1].state, second[0].escalation) == ("void", "running", "esc")
    assert second[1].due_at == instant(60 + 2880)


def test_another_escalation_is_the_one_to_be_reviewed() -> None:
    again = ((40, replace(AGAIN, escalation="")), (50, replace(STEP, escalation="esc2")), (60, SOLVED))
    found = story(*ENDED, (35, WRITTEN_UP), *again, (70, replace(CLOSED, escalation="esc2")), by=BY)
    assert [(t.escalation, r.state.value) for t, r in both(found, REVIEW, 71)] == [("esc", "met"), ("esc2", "running")]


# -- follow-up --------------------------------------------------------------------------------------------


def test_closing_an_escalated_case_asks_somebody_to_ask_once_more_whether_all_is_well() -> None:
    assert one(story(*ENDED, by=BY), FOLLOW_UP, 31).due_at == instant(30 + 1440)
    done = one(story(*ENDED, (60, FOLLOWED_UP), by=BY), FOLLOW_UP, 9000)
    assert (done.state, done.elapsed_minutes) == (ClockState.MET, 30)


@pytest.mark.parametrize("outcome", VOIDING)
def test_nobody_asks_after_spam_a_duplicate_or_what_was_withdrawn(outcome: Outcome) -> None:
    ended = ((0, OPENED), (10, STEP), (20, replace(SOLVED, outcome=outcome.value)), (30, CLOSED))
    assert clocks(story(*ended, by=BY), 31, FOLLOW_UP, REVIEW) == {}


def test_what_was_never_escalated_or_only_in_vain_is_not_followed_up() -> None:
    plainly = replace(CLOSED, escalation="")
    assert clocks(story((0, OPENED), (20, SOLVED), (30, plainly), by=BY), 31, FOLLOW_UP) == {}
    for in_vain in (DECLINED, WITHDRAWN):
        told = ((0, OPENED), (10, STEP), (15, in_vain), (20, SOLVED), (30, plainly))
        assert clocks(story(*told, by=BY), 31, FOLLOW_UP) == {}


def test_what_was_de_escalated_was_an_escalation_all_the_same_and_is_followed_up() -> None:
    told = ((0, OPENED), (10, STEP), (15, EASED), (20, SOLVED), (30, replace(CLOSED, escalation="")))
    assert clocks(story(*told, by=BY), 31, REVIEW, FOLLOW_UP) == {"review:5": "running", "follow_up:5": "running"}


def test_a_follow_up_runs_from_its_plan_after_the_end_to_its_answer() -> None:
    found = story(*ENDED, (40, PLANNED), by=BY)
    assert one(found, FOLLOW_UP, 41).due_at == instant(40 + 1440)
    done = one(story(*ENDED, (40, PLANNED), (60, FOLLOWED_UP), by=BY), FOLLOW_UP, 9000)
    assert (done.state, done.elapsed_minutes) == (ClockState.MET, 20)


def test_planning_it_anew_puts_the_other_plan_in_its_place() -> None:
    found = story(*ENDED, (40, PLANNED), (50, PLANNED), by=BY)
    assert clocks(found, 51, FOLLOW_UP) == {"follow_up:4": "void", "follow_up:5": "void", "follow_up:6": "running"}


def test_a_reopened_case_is_not_followed_up() -> None:
    assert clocks(story(*ENDED, (50, AGAIN), by=BY), 51, FOLLOW_UP) == {"follow_up:4": "void"}
    planned = story(*ENDED, (40, PLANNED), (50, AGAIN), by=BY)
    assert clocks(planned, 51, FOLLOW_UP) == {"follow_up:4": "void", "follow_up:5": "void"}


# -- requests to others -----------------------------------------------------------------------------------


def test_several_requests_run_side_by_side_and_each_answer_ends_its_own() -> None:
    found = story((0, OPENED), (10, ASKED), (20, SECOND), (50, ANSWERED), by=BY)
    assert clocks(found, 51, ASKED_FOR) == {"request:2": "met", "request:3": "running"}
    assert one(found, ASKED_FOR, 51).due_at == instant(170)


def test_an_answer_nobody_waits_for_changes_nothing() -> None:
    found = story((0, OPENED), (10, ASKED), (20, replace(ANSWERED, request="q9")), by=BY)
    assert clocks(found, 21, ASKED_FOR) == {"request:2": "running"}


def test_a_request_that_is_no_longer_needed_is_nobodys_miss() -> None:
    found = story((0, OPENED), (10, ASKED), (20, SECOND), (50, CANCELLED), by=BY)
    assert clocks(found, 51, ASKED_FOR) == {"request:2": "void", "request:3": "running"}


def test_chasing_an_answer_leaves_its_clock_alone() -> None:
    before, after = story((0, OPENED), (10, ASKED), by=BY), story((0, OPENED), (10, ASKED), (50, CHASED), by=BY)
    assert both(before, ASKED_FOR, 99) == both(after, ASKED_FOR, 99)


# -- wishes and decisions ---------------------------------------------------------------------------------


def test_a_customer_who_asks_for_escalation_is_owed_an_answer() -> None:
    found = story((0, OPENED), (10, WISHED), by=BY)
    assert one(found, WISH, 11).due_at == instant(130)
    assert one(story((0, OPENED), (10, WISHED), (20, HELD), by=BY), WISH, 5000).breached_at == instant(130)


def test_a_climb_or_a_reason_why_not_answers_the_wish_and_other_words_do_not() -> None:
    asked = ((0, OPENED), (10, WISHED))
    assert clocks(story(*asked, (20, STEP), by=BY), 21, WISH) == {"ask:2": "met"}
    assert clocks(story(*asked, (20, NOT_GRANTED), by=BY), 21, WISH, FIRST) == {
        "ask:2": "met",
        "first_response:1": "met",
    }
    assert clocks(story(*asked, (20, REPLY), by=BY), 21, WISH) == {"ask:2": "running"}
    assert clocks(story(*asked, (20, UNWISHED), by=BY), 21, WISH) == {"ask:2": "void"}


def test_a_wish_nobody_answered_is_owed_again_after_not_solved_and_over_when_the_case_is_closed() -> None:
    asked = ((0, OPENED), (10, WISHED), (20, replace(SOLVED, escalation="")))
    again = replace(AGAIN, escalation="")
    assert clocks(story(*asked, (30, again), by=BY), 31, WISH) == {"ask:2": "met", "ask:4": "running"}
    over = replace(CLOSED, escalation="", ask="a1")
    assert clocks(story(*asked, (30, over), (40, again), by=BY), 41, WISH) == {"ask:2": "met"}


def test_a_decision_is_due_at_the_instant_that_was_named_else_in_the_time_of_the_procedure() -> None:
    named = replace(QUESTION, due_at=instant(500).isoformat())
    assert one(story((0, OPENED), (5, STEP), (10, QUESTION), by=BY), DECISION, 11).due_at == instant(210)
    found = story((0, OPENED), (5, STEP), (10, named), by=BY)
    assert (one(found, DECISION, 11).due_at, found.all[-1].is_exact) == (instant(500), True)


def test_an_answer_ends_the_decision_it_belongs_to_and_the_end_of_the_escalation_makes_it_void() -> None:
    asked = ((0, OPENED), (5, STEP), (10, QUESTION))
    assert clocks(story(*asked, (20, DECIDED), by=BY), 21, DECISION) == {"decision:3": "met"}
    other = replace(DECIDED, decision="d9")
    assert clocks(story(*asked, (20, other), by=BY), 21, DECISION) == {"decision:3": "running"}
    for over in (DECLINED, WITHDRAWN, EASED):
        assert clocks(story(*asked, (20, over), by=BY), 21, DECISION) == {"decision:3": "void"}


def test_asking_the_same_again_begins_anew() -> None:
    found = story((0, OPENED), (10, ASKED), (20, ASKED), (30, ANSWERED), by=BY)
    assert clocks(found, 31, ASKED_FOR) == {"request:2": "void", "request:3": "met"}


def test_the_own_clocks_of_a_case_go_on_while_others_are_asked_and_words_answer_no_request() -> None:
    found = clocks(story((0, OPENED), (10, ASKED), (20, REPLY), (30, STEP), by=BY), 31)
    assert (found["resolution:1"], found["request:2"]) == ("running", "running")


def test_requests_stop_for_a_reason_that_names_them_and_end_with_the_case() -> None:
    held = replace(HELD, stops=["request"])
    waited = story((0, OPENED), (10, ASKED), (20, SECOND), (30, held), (80, RESUMED), by=BY)
    assert [r.due_at for _t, r in both(waited, ASKED_FOR, 81)] == [instant(210), instant(220)]
    ended = story((0, OPENED), (10, ASKED), (20, SECOND), (30, SOLVED), (40, ASKED), by=BY)
    assert clocks(ended, 41, ASKED_FOR) == {"request:2": "void", "request:3": "void"}


def test_a_late_answer_of_others_is_theirs_and_no_miss_of_the_solution() -> None:
    found = story((0, OPENED), (10, ASKED), (300, ANSWERED), (310, NOTE), by=BY)
    assert one(found, ASKED_FOR, 311).breached_at == instant(160)
    assert one(found, SOLVE, 311).breached_at is None


@pytest.mark.parametrize("elapsed", Elapsed)
@pytest.mark.parametrize("kind", [ASKED_FOR, REVIEW, FOLLOW_UP])
def test_other_versions_and_severities_leave_what_was_agreed_with_others_alone(
    elapsed: Elapsed, kind: ClockKind
) -> None:
    """Two requests begun again by one event would be two clocks of one name; and what others agreed to, stands."""
    doubled = [replace(row, terms=replace(row.terms, minutes=row.terms.minutes * 2)) for row in EVERY_TARGET]
    severe = target(kind, 5, severity=1)
    old = replace(procedure(targets=(severe, *EVERY_TARGET)), on_severity=elapsed)
    versions = {"uid": old, "newer": replace(procedure(targets=(severe, *doubled)), on_severity=elapsed)}
    told: list[tuple[float, e.EventData]] = [(0, OPENED), (5, STEP), (10, ASKED), (20, SECOND)]
    if kind is not ASKED_FOR:
        told += [(30, SOLVED), (40, CLOSED), (50, PLANNED)]
    worse = e.CaseTriaged(2, 1, 2, 2, "t2", "t2")
    found = story(*told, (60, replace(MOVED, elapsed=elapsed.value)), (70, worse), by=versions)
    plain = story(*told, by=versions)
    assert both(found, kind, 500) == both(plain, kind, 500)
