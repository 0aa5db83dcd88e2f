"""What each kind of event means to the clocks of its case; the CLK numbers are the faults of other tools."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import effects, ladder
from escalations.rules import events as e
from escalations.timing.stopwatch import ClockState
from tests.rules.procedures import MINUTE, START, TARGETS, procedure
from tests.rules.told import (
    ACCEPTED,
    ACK,
    ACKED,
    AGAIN,
    BREACHED,
    COMPLETED,
    DECLINED,
    EASED,
    FIRST,
    FORGOTTEN,
    HANDED_OVER,
    HELD,
    JOINED,
    LEFT,
    LENT,
    LEVEL,
    NEWS,
    NEXT,
    NOTE,
    OPENED,
    OWN,
    PASSED_ON,
    REMINDED,
    REPLY,
    RESUMED,
    RETURNED,
    SOLVE,
    SOLVED,
    STEP,
    TRIAGE,
    UPPER,
    WARNED,
    WITHDRAWN,
    WORDS,
    clocks,
    everything,
    instant,
    missed,
    one,
    promised,
    still_owed,
    story,
)


def test_an_opened_case_owes_a_first_response_and_a_resolution() -> None:
    assert clocks(story((0, OPENED)), 1) == {"first_response:1": "running", "resolution:1": "running"}


def test_clk_16_a_reply_meets_the_first_response_and_not_the_resolution() -> None:
    assert clocks(story((0, OPENED), (5, REPLY)), 6) == {"first_response:1": "met", "resolution:1": "running"}


@pytest.mark.parametrize(
    "words", [NOTE, WORDS, e.CaseTaken("user:1"), WARNED, e.CriteriaMet(["resolution:1"]), promised(500)]
)
def test_clk_31_only_public_words_of_ours_are_a_response_a_reply_or_news(words: e.EventData) -> None:
    assert clocks(story((0, OPENED), (5, words)), 6)["first_response:1"] == "running"
    owed = ((0, OPENED), (1, REPLY), (2, STEP), (3, WORDS))
    found = clocks(story(*owed, (5, words), by=everything()), 6)
    assert found["next_reply:4"] == "running"
    assert found["next_update:3"] == ("void" if isinstance(words, e.PromiseMade) else "running")


def test_clk_01_a_shorter_update_target_does_not_touch_the_first_response() -> None:
    shorter = tuple(replace(row, terms=replace(row.terms, minutes=20)) if row.clock == NEWS else row for row in TARGETS)
    found = story((0, OPENED), (5, STEP), by=procedure(targets=shorter))
    assert (one(found, NEWS, 6).due_at, one(found, FIRST, 6).due_at) == (instant(25), instant(60))
    late = story((0, OPENED), (5, STEP), (30, NOTE), by=procedure(targets=shorter))
    assert (one(late, NEWS, 31).breached_at, one(late, FIRST, 31).breached_at) == (instant(25), None)
    assert one(late, FIRST, 31).due_at == instant(60)


def test_a_step_starts_acknowledgement_triage_and_the_cadence_of_news() -> None:
    started = {"acknowledgement:2": "running", "triage:2": "running", "next_update:2": "running"}
    assert clocks(story((0, OPENED), (5, STEP)), 6).items() >= started.items()


def test_the_next_step_starts_its_own_clocks_and_the_cadence_of_news_goes_on() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (50, UPPER)), 51)
    assert found["acknowledgement:2"] == "void"
    assert found["acknowledgement:3"] == found["triage:3"] == found["next_update:2"] == "running"
    assert "next_update:3" not in found


def test_an_acknowledgement_is_heard_and_is_news_and_leaves_the_triage() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, ACKED)), 10)
    assert (found["acknowledgement:2"], found["triage:2"], found["first_response:1"]) == ("met", "running", "met")
    assert (found["next_update:2"], found["next_update:3"]) == ("met", "running")


def test_accepting_what_was_acknowledged_ends_the_triage_and_meets_nothing_twice() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, ACKED), (20, ACCEPTED)), 21)
    assert (found["acknowledgement:2"], found["triage:2"], found["next_update:3"]) == ("met", "met", "running")
    assert "next_update:4" not in found


def test_accepting_ends_acknowledgement_and_triage_and_is_news_only_with_words() -> None:
    silent = clocks(story((0, OPENED), (5, STEP), (9, ACCEPTED)), 10)
    assert (silent["acknowledgement:2"], silent["triage:2"], silent["next_update:2"]) == ("met", "met", "running")
    told = clocks(story((0, OPENED), (5, STEP), (9, replace(ACCEPTED, message="m"))), 10)
    assert (told["next_update:2"], told["next_update:3"], told["first_response:1"]) == ("met", "running", "met")


def test_clk_04_the_first_reply_restarts_the_cadence_of_news_and_so_does_every_other() -> None:
    assert one(story((0, OPENED), (5, STEP), (100, REPLY)), NEWS, 101).due_at == instant(340)
    assert one(story((0, OPENED), (5, STEP), (100, REPLY), (200, REPLY)), NEWS, 201).due_at == instant(440)


def test_declining_ends_the_clocks_of_the_escalation_and_leaves_those_of_the_case() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, DECLINED)), 10)
    assert found == {
        "first_response:1": "running",
        "resolution:1": "running",
        "acknowledgement:2": "met",
        "triage:2": "met",
        "next_update:2": "void",
    }


@pytest.mark.parametrize("heard", [ACKED, replace(ACCEPTED, message="m")])
def test_what_was_heard_and_then_declined_has_met_its_clocks_and_owes_the_customer_nothing_more(
    heard: e.EventData,
) -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, heard), (20, DECLINED), by=everything()), 21)
    assert (found["acknowledgement:2"], found["triage:2"], found["first_response:1"]) == ("met", "met", "met")
    assert (found["next_update:2"], found["next_update:3"], found["time_at_level:2"]) == ("met", "void", "met")
    assert (found["ownership:1"], found["ownership:2"], found["ownership:4"]) == ("met", "met", "running")


def test_a_second_climb_after_a_decline_has_clocks_of_its_own() -> None:
    again = replace(STEP, escalation="esc2", step="s3")
    found = story((0, OPENED), (5, STEP), (9, DECLINED), (20, again), (25, ACKED), by=everything())
    kinds = {f"{track.kind}:{track.start_seq}": track.escalation for track in found.all}
    assert (kinds["acknowledgement:2"], kinds["acknowledgement:4"], kinds["next_update:5"]) == ("esc", "esc2", "esc2")
    assert clocks(found, 26)["acknowledgement:4"] == "met"


def test_clk_19_waiting_pauses_what_the_reason_names_and_never_what_is_owed_to_a_colleague() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, HELD)), 5000)
    assert found["resolution:1"] == found["first_response:1"] == "paused"
    assert found["acknowledgement:2"] == found["triage:2"] == found["next_update:2"] == "running"


@pytest.mark.parametrize("end", [RESUMED, WORDS, STEP])
def test_clk_32_going_on_the_customers_words_and_a_climb_end_the_pause(end: e.EventData) -> None:
    found = story((0, OPENED), (10, HELD), (70, end))
    assert one(found, SOLVE, 71).state == "running"
    assert one(found, SOLVE, 71).due_at == START + (480 + 60) * MINUTE


def test_a_pause_stops_the_reply_that_is_owed_and_the_time_at_the_level_when_its_reason_names_them() -> None:
    hold = replace(HELD, stops=["next_reply", "time_at_level"])
    owed = ((0, OPENED), (5, REPLY), (10, STEP), (20, WORDS), (30, hold))
    waiting = story(*owed, by=everything())
    assert {one(waiting, kind, 900).state for kind in (NEXT, LEVEL)} == {ClockState.PAUSED}
    assert one(waiting, OWN, 900).breached_at == instant(410)
    going_on = story(*owed, (130, RESUMED), by=everything())
    assert one(going_on, NEXT, 131).due_at == instant(20 + 90 + 100)
    assert one(going_on, LEVEL, 131).due_at == instant(10 + 300 + 100)


def test_clk_18_a_clock_that_was_missed_before_the_pause_still_says_so_in_it() -> None:
    found = story((0, OPENED), (70, HELD))
    assert (one(found, FIRST, 80).state, one(found, FIRST, 80).breached_at) == (ClockState.PAUSED, instant(60))


def test_clk_17_a_pause_that_ended_does_not_stop_clocks_that_begin_later() -> None:
    found = story((0, OPENED), (10, HELD), (20, RESUMED), (30, SOLVED), (40, AGAIN))
    assert one(found, SOLVE, 41).state == "running"
    inside = story((0, OPENED), (10, HELD), (30, SOLVED), (40, AGAIN))
    assert one(inside, SOLVE, 41).state == "running"


def test_a_clock_that_begins_while_its_kind_is_paused_begins_paused() -> None:
    hold = replace(HELD, stops=["first_response"])
    found = story((0, OPENED), (5, hold), (6, replace(OPENED)))
    assert one(found, FIRST, 50).state == "paused"


def test_clk_08_rounds_of_waiting_solving_and_reopening_each_count_their_own_time() -> None:
    rounds = [(0, OPENED), (10, HELD), (40, RESUMED), (60, SOLVED), (100, AGAIN), (110, HELD), (150, SOLVED)]
    found = story(*rounds, (200, AGAIN), (230, SOLVED), (300, AGAIN))
    solving = [r for t, r in effects.readings(found, instant(320)) if t.kind is SOLVE]
    assert [(r.state.value, r.elapsed_minutes) for r in solving] == [
        ("met", 30),
        ("met", 10),
        ("met", 30),
        ("running", 20),
    ]


def test_clk_09_spam_and_duplicates_void_every_clock_and_a_solution_meets_them() -> None:
    for outcome in ("spam", "duplicate", "withdrawn"):
        ended = clocks(story((0, OPENED), (5, STEP), (9, replace(SOLVED, outcome=outcome))), 10)
        assert set(ended.values()) == {"void"}
    assert set(clocks(story((0, OPENED), (5, STEP), (9, SOLVED)), 10).values()) == {"met"}


@pytest.mark.parametrize("late", [REPLY, WORDS, e.CaseTriaged(2, 2, 1, 2, "t1", "t2"), HELD, promised(900)])
def test_after_the_end_nothing_begins_any_more(late: e.EventData) -> None:
    """Thanks afterwards, a correction of where it was worked: nobody owes anything for it."""
    ended = ((0, OPENED), (5, STEP), (9, SOLVED))
    before, after = story(*ended, by=everything()), story(*ended, (20, late), by=everything())
    assert clocks(after, 30) == clocks(before, 30)
    going_on = story(*ended, (20, late), (40, AGAIN), by=everything())
    assert clocks(going_on, 41)["resolution:5"] == "running"


def test_clk_07_the_end_keeps_how_long_it_took_beside_what_was_promised() -> None:
    found = story((0, OPENED), (100, HELD), (200, RESUMED), (700, SOLVED), (710, NOTE))
    solved = one(found, SOLVE, 9000)
    assert (solved.elapsed_minutes, solved.terms.minutes, solved.remaining_minutes) == (600, 480, -120)


def test_clk_12_a_miss_stays_on_record_after_the_end_with_the_row_that_was_missed() -> None:
    found = story((0, OPENED), (500, SOLVED), (600, AGAIN))
    missed_, running = [(t, r) for t, r in effects.readings(found, instant(601)) if t.kind is SOLVE]
    assert (missed_[1].state, missed_[1].breached_at) == (ClockState.MET, instant(480))
    assert [(basis.policy, basis.version, basis.row) for basis in missed_[0].bases] == [("standard", 1, 6)]
    assert running[1].breached_at is None


def test_clk_29_a_late_first_reply_is_met_and_missed() -> None:
    found = one(story((0, OPENED), (70, REPLY)), FIRST, 5000)
    assert (found.state, found.met_at, found.breached_at) == (ClockState.MET, instant(70), instant(60))


def test_clk_11_a_reopened_case_owes_a_new_resolution_and_nobody_is_told_of_the_old_one() -> None:
    found = story((0, OPENED), (2000, SOLVED), (3000, replace(AGAIN, escalation="")))
    assert clocks(found, 3001) == {"first_response:1": "met", "resolution:1": "met", "resolution:3": "running"}
    again = one(found, SOLVE, 3001)
    assert (again.breached_at, again.due_at) == (None, START + (3000 + 480) * MINUTE)
    assert still_owed(found, START + 3001 * MINUTE) == []


def test_an_escalation_that_goes_on_owes_news_again() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, SOLVED), (20, AGAIN)), 21)
    assert found["next_update:4"] == "running"


def test_clk_21_a_clock_that_the_procedure_does_not_promise_never_starts() -> None:
    only = procedure(targets=tuple(row for row in TARGETS if row.clock != FIRST))
    assert clocks(story((0, OPENED), by=only), 1) == {"resolution:1": "running"}


def test_who_was_told_of_a_clock_is_not_told_again() -> None:
    warned = story((0, OPENED), (45, e.ClockWarned("first_response", 1, "", 0)))
    assert one(warned, FIRST, 46).next_at == START + 60 * MINUTE
    told = story((0, OPENED), (60, e.ClockBreached("first_response", 1, "", 0)))
    assert one(told, FIRST, 61).next_at is None
    assert one(told, SOLVE, 61).next_at == START + 360 * MINUTE


def test_clk_30_facts_name_what_is_missed_and_still_owed() -> None:
    found = story((0, OPENED))
    assert still_owed(found, START + 59 * MINUTE) == []
    assert [fact.kind for fact in still_owed(found, START + 60 * MINUTE)] == [FIRST]
    answered = story((0, OPENED), (70, REPLY))
    assert still_owed(answered, START + 80 * MINUTE) == []


def test_clk_30_what_is_missed_is_missed_at_its_very_instant_whether_or_not_anybody_looked() -> None:
    found = story((0, OPENED))
    assert missed(found, 60 - 1 / 60) == []
    assert missed(found, 60) == ["first_response:1"]
    assert missed(story((0, OPENED), (60, BREACHED)), 60) == ["first_response:1"]


def test_nobody_is_told_of_a_dormant_case_until_somebody_takes_it() -> None:
    asleep = replace(OPENED, dormant=True)
    assert {reading.next_at for _t, reading in effects.readings(story((0, asleep)), START + 9999 * MINUTE)} == {None}
    history = story((0, asleep), (10, e.CaseTaken("user:1", dormant=True)))
    assert one(history, FIRST, 11).next_at is None
    taken = story((0, asleep), (10, e.CaseTaken("user:1")))
    assert one(taken, FIRST, 11).next_at == START + 45 * MINUTE


def test_what_ran_out_while_a_case_slept_stays_a_miss_and_is_no_news_when_somebody_takes_it() -> None:
    asleep = replace(OPENED, dormant=True)
    awake = story((0, asleep), (70, e.CaseTaken("user:1")))
    first, solve = one(awake, FIRST, 71), one(awake, SOLVE, 71)
    assert (first.breached_at, first.next_at) == (instant(60), None)
    assert (solve.breached_at, solve.next_at) == (None, solve.warn_at)


def test_reasons_are_used_up_by_steps_and_by_reminders() -> None:
    told = [STEP, replace(UPPER, causes=["acknowledgement:2"]), e.CriteriaMet(["resolution:1"])]
    lines = [e.Line(seq, START, data) for seq, data in enumerate(told, start=1)]
    assert ladder.used_causes(lines) == {"acknowledgement:2", "resolution:1"}


def test_what_was_acknowledged_and_then_forgotten_must_be_acknowledged_again() -> None:
    found = story((0, OPENED), (5, STEP), (9, ACKED), (200, FORGOTTEN))
    assert (clocks(found, 201)["acknowledgement:2"], clocks(found, 201)["acknowledgement:4"]) == ("met", "running")
    assert clocks(found, 201)["triage:2"] == "running"


def test_a_reminder_and_other_hands_leave_the_same_clock_running() -> None:
    found = story((0, OPENED), (5, STEP), (20, REMINDED), (25, PASSED_ON))
    assert clocks(found, 26, ACK, TRIAGE) == {"acknowledgement:2": "running", "triage:2": "running"}
    assert one(found, ACK, 26).due_at == instant(35)


def test_what_was_acknowledged_must_be_acknowledged_by_whoever_it_is_handed_over_to() -> None:
    found = story((0, OPENED), (5, STEP), (9, ACKED), (200, HANDED_OVER))
    assert (clocks(found, 201)["acknowledgement:2"], clocks(found, 201)["acknowledgement:4"]) == ("met", "running")
    assert one(found, ACK, 201).due_at == instant(230)


def test_other_hands_want_no_second_acknowledgement_where_a_colleague_gave_it() -> None:
    found = story((0, OPENED), (5, STEP), (9, ACKED), (200, PASSED_ON))
    assert clocks(found, 201, ACK) == {"acknowledgement:2": "met"}


def test_what_came_back_as_incomplete_has_been_answered_and_waits_again_when_it_is_complete() -> None:
    back = story((0, OPENED), (5, STEP), (9, RETURNED))
    assert clocks(back, 10, ACK, TRIAGE, SOLVE) == {
        "resolution:1": "running",
        "acknowledgement:2": "met",
        "triage:2": "met",
    }
    again = story((0, OPENED), (5, STEP), (9, RETURNED), (50, COMPLETED))
    assert (one(again, ACK, 51).due_at, one(again, TRIAGE, 51).due_at) == (instant(80), instant(110))


def test_an_expert_lent_says_that_he_heard_and_what_waits_for_triage_or_was_taken_up_stays_so() -> None:
    found = story((0, OPENED), (5, STEP), (9, ACCEPTED), (20, LENT), by=everything())
    assert clocks(found, 21, ACK, TRIAGE, LEVEL) == {
        "acknowledgement:2": "met",
        "triage:2": "met",
        "time_at_level:2": "running",
        "acknowledgement:4": "running",
    }
    alone = story((0, OPENED), (20, replace(LENT, from_level=1, to_level=1)), by=everything())
    assert set(clocks(alone, 21, ACK, TRIAGE)) == {"acknowledgement:2", "triage:2"}


@pytest.mark.parametrize("over", [WITHDRAWN, EASED])
def test_what_need_not_be_escalated_any_more_owes_the_levels_nothing_and_the_customer_what_the_case_promises(
    over: e.EventData,
) -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, over)), 10)
    assert (found["acknowledgement:2"], found["triage:2"], found["next_update:2"]) == ("met", "met", "void")
    assert found["resolution:1"] == "running"


def test_a_case_of_an_account_owes_news_in_the_rhythm_of_the_account() -> None:
    found = story((0, OPENED), (10, JOINED), (50, REPLY))
    assert one(story((0, OPENED), (10, JOINED)), NEWS, 11).due_at == instant(110)
    assert one(found, NEWS, 51).due_at == instant(150)
    assert clocks(story((0, OPENED), (10, JOINED), (50, LEFT)), 51, NEWS) == {"next_update:2": "void"}
    escalated = story((0, OPENED), (5, STEP), (10, JOINED), (50, LEFT))
    assert one(escalated, NEWS, 51).due_at == instant(50 + 240)


def test_an_escalation_that_ends_leaves_the_rhythm_of_the_account_alone() -> None:
    found = story((0, OPENED), (10, JOINED), (20, STEP), (30, DECLINED))
    assert one(found, NEWS, 31).due_at == instant(130)
