"""Next reply: owed from the first words of a customer that nobody has answered, and never by the customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import events as e
from escalations.rules.vocabulary import Origin
from tests.rules.told import (
    ACCEPTED,
    ACKED,
    AGAIN,
    DECLINED,
    HELD,
    NEXT,
    NOTE,
    OPENED,
    REPLY,
    RESUMED,
    SOLVED,
    STEP,
    WORDS,
    both,
    clocks,
    everything,
    instant,
    missed,
    one,
    promised,
    story,
)

BY = everything()
ANSWERED_ONCE = ((0, OPENED), (5, REPLY))


def test_before_the_first_response_that_one_is_what_is_owed() -> None:
    found = story((0, OPENED), (10, WORDS), (20, WORDS), by=BY)
    assert clocks(found, 21, NEXT) == {}
    answered = story((0, OPENED), (10, WORDS), (30, REPLY), by=BY)
    assert clocks(answered, 31) == {"first_response:1": "met", "ownership:1": "running", "resolution:1": "running"}


@pytest.mark.parametrize("origin", Origin)
def test_clk_05_words_of_the_customer_start_the_clock_by_whatever_channel_they_come(origin: Origin) -> None:
    found = story(*ANSWERED_ONCE, (30, e.MessageReceived("m", origin.value)), by=BY)
    assert one(found, NEXT, 31).due_at == instant(120)


def test_clk_06_it_counts_from_the_first_words_nobody_answered_and_not_from_the_last() -> None:
    found = story(*ANSWERED_ONCE, (30, WORDS), (60, WORDS), (110, WORDS), by=BY)
    assert clocks(found, 111, NEXT) == {"next_reply:3": "running"}
    assert one(found, NEXT, 111).due_at == instant(120)


def test_clk_06_each_stretch_from_the_first_unanswered_words_to_the_answer_is_on_record() -> None:
    talk = ((30, WORDS), (40, WORDS), (70, REPLY), (80, REPLY), (100, WORDS), (125, REPLY))
    found = story(*ANSWERED_ONCE, *talk, by=BY)
    assert [(r.started_at, r.elapsed_minutes) for _t, r in both(found, NEXT, 9000)] == [
        (instant(30), 40),
        (instant(100), 25),
    ]


def test_clk_03_an_answer_stops_it_and_the_silence_of_the_customer_is_never_a_miss() -> None:
    found = story(*ANSWERED_ONCE, (30, WORDS), (40, REPLY), by=BY)
    (answered,) = both(found, NEXT, 90_000)
    assert (answered[1].state, answered[1].breached_at, answered[1].next_at) == ("met", None, None)
    assert "next_reply:3" not in missed(found, 90_000)


@pytest.mark.parametrize("words", [REPLY, ACKED, replace(ACCEPTED, message="m"), promised(900, message="m"), SOLVED])
def test_public_words_of_ours_answer_by_whatever_act_they_come(words: e.EventData) -> None:
    found = story(*ANSWERED_ONCE, (10, STEP), (30, WORDS), (50, words), by=BY)
    ((_track, reading),) = both(found, NEXT, 51)
    assert (reading.state, reading.met_at) == ("met", instant(50))


@pytest.mark.parametrize("silent", [NOTE, ACCEPTED, DECLINED, promised(900), e.CaseTaken("user:1"), WORDS])
def test_what_the_customer_does_not_read_answers_nothing(silent: e.EventData) -> None:
    found = story(*ANSWERED_ONCE, (10, STEP), (30, WORDS), (50, silent), by=BY)
    assert clocks(found, 51, NEXT) == {"next_reply:4": "running"}


def test_clk_29_a_late_reply_is_met_and_stays_a_miss() -> None:
    late = one(story(*ANSWERED_ONCE, (30, WORDS), (200, REPLY), by=BY), NEXT, 9000)
    assert (late.state, late.met_at, late.breached_at) == ("met", instant(200), instant(120))


def test_clk_19_waiting_stops_it_when_the_reason_says_so_and_words_of_the_customer_go_on_where_it_was() -> None:
    waits = replace(HELD, stops=["next_reply"])
    found = story(*ANSWERED_ONCE, (30, WORDS), (60, waits), (1060, WORDS), by=BY)
    assert one(found, NEXT, 1061).due_at == instant(30 + 90 + 1000)
    other = story(*ANSWERED_ONCE, (30, WORDS), (60, replace(HELD, stops=["resolution"])), by=BY)
    assert one(other, NEXT, 500).breached_at == instant(120)


def test_clk_32_words_in_the_middle_of_a_pause_end_it_and_want_a_reply() -> None:
    waits = replace(HELD, stops=["next_reply", "resolution"])
    found = story(*ANSWERED_ONCE, (30, waits), (60, WORDS), by=BY)
    assert (one(found, NEXT, 61).state, one(found, NEXT, 61).due_at) == ("running", instant(150))


def test_a_reply_owed_through_waiting_and_going_on_is_answered_once() -> None:
    waits = replace(HELD, stops=["next_reply"])
    found = story(*ANSWERED_ONCE, (30, WORDS), (40, waits), (50, RESUMED), (60, REPLY), (70, REPLY), by=BY)
    assert clocks(found, 71, NEXT) == {"next_reply:3": "met"}


@pytest.mark.parametrize(("by", "owed"), [("customer", {"next_reply:4": "running"}), ("staff", {}), ("", {})])
def test_who_opens_it_again_says_whether_somebody_waits_for_an_answer(by: str, owed: dict[str, str]) -> None:
    found = story(*ANSWERED_ONCE, (30, SOLVED), (60, replace(AGAIN, by=by)), by=BY)
    assert clocks(found, 61, NEXT) == owed


def test_the_clock_of_a_reopened_case_is_the_one_further_words_wait_for() -> None:
    found = story(*ANSWERED_ONCE, (30, SOLVED), (60, replace(AGAIN, by="customer")), (70, WORDS), by=BY)
    assert clocks(found, 71, NEXT) == {"next_reply:4": "running"}
    assert one(found, NEXT, 71).due_at == instant(150)


@pytest.mark.parametrize("outcome", ["spam", "duplicate", "withdrawn"])
def test_clk_09_what_should_never_have_been_a_case_owes_no_reply(outcome: str) -> None:
    found = story(*ANSWERED_ONCE, (30, WORDS), (40, replace(SOLVED, outcome=outcome)), (50, WORDS), by=BY)
    assert clocks(found, 51, NEXT) == {"next_reply:3": "void"}
