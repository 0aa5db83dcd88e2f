"""A promise of news is the clock of news while it is open: made, moved, kept by words, broken by silence once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.rules import effects
from escalations.rules import events as e
from escalations.rules.tracks import Because
from escalations.rules.vocabulary import Elapsed
from escalations.timing.stopwatch import ClockState
from tests.rules.procedures import START, procedure
from tests.rules.told import (
    ACCEPTED,
    ACKED,
    BROKEN,
    DECLINED,
    FIRST,
    HELD,
    MOVED,
    NEWS,
    NEXT,
    NOTE,
    OPENED,
    REPLY,
    RESUMED,
    SOLVED,
    STEP,
    UPPER,
    WORDS,
    both,
    clocks,
    everything,
    instant,
    missed,
    one,
    postponed,
    promised,
    story,
)

BY = everything()
OWED = ((0, OPENED), (10, STEP))  # news by the cadence at 250
WARNED_OF = e.ClockWarned("next_update", 3, "", 0)

# -- making ----------------------------------------------------------------------------------------------


def test_an_open_promise_is_the_one_clock_of_news_due_at_its_instant_whatever_the_hours() -> None:
    found = story(*OWED, (20, promised(5000)), by=BY)
    cadence, promise = both(found, NEWS, 21)
    assert cadence[1].state == ClockState.VOID
    assert (promise[0].promise, promise[1].state, promise[1].due_at) == ("p1", ClockState.RUNNING, instant(5000))
    assert found.promise is promise[0]


def test_it_rests_on_nothing_but_the_word_of_a_person() -> None:
    ((track, _reading),) = both(story((0, OPENED), (20, promised(500)), by=BY), NEWS, 21)
    assert (track.target.calendar_version_id, track.escalation) == (None, "")
    assert [(basis.row, basis.because) for basis in track.bases] == [(0, Because.PROMISED)]


def test_words_that_come_with_it_are_the_news_that_were_owed_and_answer_the_customer() -> None:
    told = clocks(story(*OWED, (20, promised(500, message="m")), by=BY), 21)
    assert (told["next_update:2"], told["first_response:1"]) == ("met", "met")
    silent = clocks(story(*OWED, (20, promised(500)), by=BY), 21)
    assert (silent["next_update:2"], silent["first_response:1"]) == ("void", "running")


def test_a_promise_without_words_does_not_wipe_out_news_that_were_late() -> None:
    found = story(*OWED, (300, promised(500)), by=BY)
    assert both(found, NEWS, 301)[0][1].breached_at == instant(250)


@given(
    made=st.timedeltas(timedelta(0), timedelta(days=20 * 365)).map(lambda since: START + since),
    after=st.timedeltas(timedelta(microseconds=1), timedelta(days=366)),
    look=st.lists(st.floats(0, 1), max_size=4),
)
def test_it_is_due_to_the_microsecond_however_often_somebody_looked(
    made: datetime, after: timedelta, look: list[float]
) -> None:
    due = made + after
    lines = [e.Line(1, made, OPENED), e.Line(2, made, e.PromiseMade("p1", due.isoformat()))]
    for part in sorted(look):
        lines.append(e.Line(len(lines) + 1, made + after * part, replace(WARNED_OF, start_seq=2)))
    found = effects.tracks(lines, lambda _uid: BY)
    at = lines[-1].at
    reading = next(r for t, r in effects.readings(found, at) if t.promise)
    assert reading.due_at == due
    just_before = max(at, due - timedelta(microseconds=1))
    assert next(r for t, r in effects.readings(found, just_before) if t.promise).breached_at in (
        None if just_before < due else due,
    )
    assert next(r for t, r in effects.readings(found, due) if t.promise).breached_at == due


# -- keeping ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [REPLY, ACKED, replace(ACCEPTED, message="m")])
def test_public_words_keep_it_and_the_cadence_begins_again(words: e.EventData) -> None:
    found = story(*OWED, (20, promised(500)), (100, words), by=BY)
    _cadence, kept, again = both(found, NEWS, 101)
    assert (kept[1].state, kept[1].met_at, kept[1].breached_at) == (ClockState.MET, instant(100), None)
    assert (again[0].promise, again[1].due_at) == ("", instant(340))
    assert found.promise is None


def test_kept_without_an_escalation_nothing_more_is_owed() -> None:
    found = story((0, OPENED), (20, promised(500)), (100, REPLY), by=BY)
    assert clocks(found, 101, NEWS) == {"next_update:2": "met"}


@pytest.mark.parametrize("silent", [NOTE, WORDS, ACCEPTED, DECLINED, UPPER, HELD, RESUMED, e.CaseTaken("user:1")])
def test_what_the_customer_does_not_read_keeps_no_promise_and_ends_none(silent: e.EventData) -> None:
    found = story(*OWED, (20, promised(500)), (100, silent), by=BY)
    assert (found.promise is not None, one(found, NEWS, 101).due_at) == (True, instant(500))


def test_words_after_its_instant_come_late_whether_or_not_the_sweep_was_there() -> None:
    found = story(*OWED, (20, promised(500)), (501, REPLY), by=BY)
    late = both(found, NEWS, 600)[1][1]
    assert (late.state, late.met_at, late.breached_at) == (ClockState.MET, instant(501), instant(500))


def test_words_at_its_very_instant_are_on_time() -> None:
    kept = both(story((0, OPENED), (20, promised(500)), (500, REPLY), by=BY), NEWS, 600)[0][1]
    assert (kept.state, kept.breached_at) == (ClockState.MET, None)


@pytest.mark.parametrize(("outcome", "state"), [("solved", "met"), ("spam", "void"), ("duplicate", "void")])
def test_the_end_of_the_case_is_the_news_unless_there_should_never_have_been_any(outcome: str, state: str) -> None:
    found = story((0, OPENED), (20, promised(500)), (30, replace(SOLVED, outcome=outcome)), by=BY)
    assert clocks(found, 9000, NEWS) == {"next_update:2": state}


def test_waiting_never_stops_it() -> None:
    held = replace(HELD, stops=["next_update", "resolution"])
    found = story((0, OPENED), (20, promised(500)), (30, held), by=BY)
    assert one(found, NEWS, 501).breached_at == instant(500)


# -- moving ------------------------------------------------------------------------------------------------


def test_moved_it_is_due_at_the_other_instant_and_the_first_one_is_no_miss() -> None:
    found = story((0, OPENED), (20, promised(500)), (100, postponed(500, 800)), by=BY)
    first, second = both(found, NEWS, 700)
    assert (first[1].state, first[1].breached_at) == (ClockState.VOID, None)
    assert (second[0].promise, second[1].state, second[1].due_at) == ("p1", ClockState.RUNNING, instant(800))


def test_people_are_warned_before_the_other_instant_too() -> None:
    warned = (490, replace(WARNED_OF, start_seq=2))
    found = story((0, OPENED), (20, promised(500)), warned, (495, postponed(500, 895)), by=BY)
    assert one(found, NEWS, 496).next_at == instant(495 + 300)


def test_moving_it_with_words_answers_the_customer_and_keeps_nothing() -> None:
    found = story((0, OPENED), (20, promised(500)), (30, postponed(500, 800, message="m")), by=BY)
    assert clocks(found, 31, NEWS, FIRST) == {
        "first_response:1": "met",
        "next_update:2": "void",
        "next_update:3": "running",
    }
    asked = story((0, OPENED), (5, REPLY), (10, promised(500)), (20, WORDS), (30, postponed(500, 800, "m")), by=BY)
    assert clocks(asked, 31, NEXT) == {"next_reply:4": "met"}


# -- breaking ----------------------------------------------------------------------------------------------


def test_broken_it_counts_once_and_the_cadence_begins_again() -> None:
    found = story(*OWED, (20, promised(500)), (503, BROKEN), by=BY)
    _cadence, broken, again = both(found, NEWS, 510)
    assert (broken[1].state, broken[1].breached_at, broken[1].met_at) == (ClockState.VOID, instant(500), None)
    assert (again[0].promise, again[1].due_at, again[1].breached_at) == ("", instant(743), None)
    assert found.promise is None


def test_broken_without_an_escalation_no_cadence_begins() -> None:
    found = story((0, OPENED), (20, promised(500)), (503, BROKEN), by=BY)
    assert clocks(found, 9000, NEWS) == {"next_update:2": "void"}


def test_a_broken_promise_is_a_standing_reason_until_somebody_gives_news() -> None:
    told = ((0, OPENED), (5, REPLY), (20, promised(500)))
    assert missed(story(*told, by=BY), 499) == ["ownership:1", "resolution:1"]
    assert "next_update:3" in missed(story(*told, (503, BROKEN), by=BY), 9000)
    assert "next_update:3" in missed(story(*told, (503, BROKEN), (600, NOTE), (610, promised(900)), by=BY), 700)
    for words in (REPLY, promised(900, message="m"), SOLVED):
        assert "next_update:3" not in missed(story(*told, (503, BROKEN), (600, words), by=BY), 700)
    silent = (*told, (503, BROKEN), (510, promised(800)))
    assert "next_update:3" in missed(story(*silent, (600, postponed(800, 900)), by=BY), 700)
    assert "next_update:3" not in missed(story(*silent, (600, postponed(800, 900, "m")), by=BY), 700)


def test_a_promise_is_broken_by_its_own_name_only_and_only_while_it_is_open() -> None:
    told = (*OWED, (20, promised(500)))
    other = story(*told, (503, replace(BROKEN, promise="p9")), by=BY)
    assert other.promise is not None
    kept = story(*told, (100, REPLY), (503, BROKEN), by=BY)
    assert clocks(kept, 504, NEWS) == {"next_update:2": "void", "next_update:3": "met", "next_update:4": "running"}


def test_people_are_warned_of_it_and_its_breach_is_an_event_of_its_own() -> None:
    told = ((0, OPENED), (20, promised(420)))
    assert one(story(*told, by=BY), NEWS, 21).next_at == instant(20 + 300)
    warned = story(*told, (330, replace(WARNED_OF, start_seq=2)), by=BY)
    assert one(warned, NEWS, 331).next_at is None
    assert one(warned, NEWS, 500).next_at is None
    bare = procedure(targets=())
    assert one(story(*told, by=bare), NEWS, 21).next_at == instant(20 + 300)


# -- what does not touch it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("elapsed", Elapsed)
def test_other_versions_and_severities_leave_a_promise_as_it_was_given(elapsed: Elapsed) -> None:
    by = {"uid": replace(BY, on_severity=elapsed), "newer": procedure(targets=())}
    worse = e.CaseTriaged(2, 1, 1, 1, "t1", "t1")
    told = ((0, OPENED), (20, promised(500)))
    found = story(*told, (30, worse), (40, replace(MOVED, elapsed=elapsed.value)), by=by)
    assert both(found, NEWS, 600) == both(story(*told, by=by), NEWS, 600)
