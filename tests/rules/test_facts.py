"""What conditions may know of a case, folded from its journal: hands, words, wishes, ratings – and clocks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import effects, facts
from escalations.rules import events as e
from escalations.rules.facts import ClockFact, Story
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import Terms
from tests.rules import told
from tests.rules.procedures import ALWAYS, MINUTE, OFFICE, START
from tests.rules.told import (
    ACCEPTED,
    ACKED,
    AGAIN,
    ASSESSED,
    BROKEN,
    DECLINED,
    EASED,
    HELD,
    LENT,
    NOT_GRANTED,
    NOTE,
    OPENED,
    REPLY,
    SOLVED,
    STEP,
    UNWISHED,
    UPPER,
    WISHED,
    WITHDRAWN,
    WORDS,
    instant,
    promised,
)

MINE, YOURS = e.CaseTaken("user:1"), e.CaseTaken("user:2")


def of(*happened: tuple[float, e.EventData]) -> Story:
    lines = [(0, OPENED), *happened]
    return facts.story([e.Line(seq, instant(at), data) for seq, (at, data) in enumerate(lines, start=1)])


def test_a_case_begins_with_what_it_was_opened_with() -> None:
    found = of()
    assert (found.opened_at, found.impact, found.tier, found.heard) == (START, "high", "vip", (1, START))
    assert (found.hand_offs, found.exchanges, found.reopened) == ([], [], [])


# -- hands ------------------------------------------------------------------------------------------------------


def test_the_first_who_takes_it_is_no_hand_off_and_everybody_after_is() -> None:
    assert of((1, MINE)).hand_offs == []
    assert of((1, MINE), (2, MINE)).hand_offs == []
    assert of((1, MINE), (2, YOURS), (3, MINE)).hand_offs == [instant(2), instant(3)]


def test_another_team_is_a_hand_off_by_triage_and_by_climbing_and_a_helping_expert_is_none() -> None:
    elsewhere = e.CaseTriaged(2, 2, 1, 1, "t1", "t2")
    assert of((1, elsewhere)).hand_offs == [instant(1)]
    assert of((1, replace(elsewhere, team="t1"))).hand_offs == []
    assert of((1, STEP), (5, UPPER)).hand_offs == [instant(1), instant(5)]
    assert of((1, STEP), (5, LENT)).hand_offs == [instant(1)]


def test_what_comes_back_changes_hands_again_and_so_does_the_next_climb() -> None:
    for back in (DECLINED, WITHDRAWN, EASED):
        assert of((1, STEP), (5, back), (9, STEP)).hand_offs == [instant(1), instant(5), instant(9)]
        assert of((1, STEP), (5, replace(back, team="t2"))).hand_offs == [instant(1)]


# -- words ------------------------------------------------------------------------------------------------------


def test_each_answer_of_the_customer_to_us_is_an_exchange_and_two_in_a_row_are_one() -> None:
    assert of((1, WORDS)).exchanges == []
    assert of((1, REPLY), (2, WORDS), (3, WORDS)).exchanges == [instant(2)]
    assert of((1, REPLY), (2, WORDS), (3, REPLY), (4, REPLY), (5, WORDS)).exchanges == [instant(2), instant(5)]
    assert of((1, NOTE), (2, WORDS)).exchanges == []


@pytest.mark.parametrize(
    "words",
    [REPLY, ACKED, replace(ACCEPTED, message="m"), promised(900, message="m"), NOT_GRANTED, SOLVED],
    ids=lambda data: data.kind,
)
def test_public_words_of_ours_are_heard(words: e.EventData) -> None:
    assert of((1, STEP), (5, words)).heard == (3, instant(5))


@pytest.mark.parametrize(
    "quiet", [NOTE, WORDS, ACCEPTED, promised(900), HELD, STEP, WISHED, BROKEN, DECLINED], ids=lambda data: data.kind
)
def test_what_the_customer_does_not_hear_of_or_said_leaves_the_silence_as_it_is(quiet: e.EventData) -> None:
    assert of((5, quiet)).heard == (1, START)


# -- wishes, ratings, rounds ------------------------------------------------------------------------------------


def test_a_wish_stands_until_it_is_granted_declined_or_taken_back() -> None:
    assert of((1, WISHED)).asked == (2, instant(1))
    assert of((1, WISHED), (2, REPLY)).asked == (2, instant(1))
    for answer in (STEP, UPPER, NOT_GRANTED, UNWISHED):
        assert of((1, WISHED), (2, answer)).asked is None


def test_the_newest_rating_and_the_newest_assessment_count_and_every_reopening() -> None:
    found = of((1, e.SurveyAnswered("s", 5)), (2, e.SurveyAnswered("s", 1)), (3, ASSESSED), (4, ASSESSED))
    assert (found.rating, found.assessed) == ((3, instant(2), 1), (5, instant(4)))
    assert of((1, SOLVED), (2, AGAIN), (3, SOLVED), (4, AGAIN)).reopened == [(3, instant(2)), (5, instant(4))]


# -- clocks -----------------------------------------------------------------------------------------------------


def test_facts_know_the_clocks_that_run_with_what_they_used_and_none_that_waits_or_is_over() -> None:
    found = told.story((0, OPENED), (30, REPLY))
    assert [
        (fact.kind, fact.start_seq, fact.due_at, fact.used_minutes, fact.percent)
        for fact in effects.clock_facts(found, instant(120))
    ] == [(ClockKind.RESOLUTION, 1, instant(480), 120, 25)]
    waiting = told.story((0, OPENED), (30, replace(HELD, stops=["resolution", "first_response"])))
    assert effects.clock_facts(waiting, instant(120)) == ()


def test_a_broken_promise_is_a_fact_until_somebody_gives_news() -> None:
    broken = ((0, OPENED), (5, promised(100)), (100, BROKEN))
    late = [fact for fact in effects.clock_facts(told.story(*broken), instant(200)) if fact.start_seq == 2]
    assert [(fact.kind, fact.due_at) for fact in late] == [(ClockKind.NEXT_UPDATE, instant(100))]
    kept = told.story(*broken, (150, REPLY))
    assert [fact for fact in effects.clock_facts(kept, instant(200)) if fact.start_seq == 2] == []


def test_a_share_of_a_clock_is_reached_in_its_own_working_time() -> None:
    """Friday at 16:00 in Berlin, one of four working hours left until the office closes."""
    friday = START + (4 * 24 * 60 + 420) * MINUTE
    fact = ClockFact(ClockKind.RESOLUTION, 1, START, Terms(240, 75, OFFICE), 60, friday)
    assert fact.percent == 25
    assert fact.reaches(50) == friday + 60 * MINUTE
    assert fact.reaches(75) == friday + (64 * 60 + 120) * MINUTE
    assert fact.reaches(25) == friday
    assert fact.reaches(1) == friday - 57.6 * MINUTE


def test_a_clock_that_is_over_its_time_is_at_a_hundred_percent_and_no_further() -> None:
    assert ClockFact(ClockKind.RESOLUTION, 1, START, Terms(60, 75, ALWAYS), 600, START + 600 * MINUTE).percent == 100
