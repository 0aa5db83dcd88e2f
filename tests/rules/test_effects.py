"""What each kind of event means to the clocks of its case; the CLK numbers are the faults of other tools."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import effects
from escalations.rules import events as e
from escalations.rules import kinds
from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import Reading
from tests.rules.procedures import MINUTE, OFFICE, START, TARGETS, procedure, target

FIRST, ACK, TRIAGE, NEWS, SOLVE = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.ACKNOWLEDGEMENT,
    ClockKind.TRIAGE,
    ClockKind.NEXT_UPDATE,
    ClockKind.RESOLUTION,
)

OPENED = e.CaseOpened(
    origin="portal",
    contact="c",
    organization="o",
    topic="",
    impact="high",
    urgency="high",
    tier="vip",
    plan="",
    policy_version="uid",
    matrix_row=1,
    severity=2,
    level=1,
    team="t1",
    message="m1",
)
STEP = e.EscalationRequested("esc", "s1", "climb", "functional", "skill", 1, 2, "t1", "t2", "user:2", "lead")
UPPER = e.EscalationStepped("esc", "s2", "climb", "functional", "clock", 2, 3, "t2", "t3", "user:3", "lead")
REPLY, WORDS, NOTE = e.MessageSent("m2", "desk"), e.MessageReceived("m3", "portal"), e.NoteAdded("m4")
ACKED = e.EscalationAcknowledged("esc", "s1", 2, 2, "m5")
ACCEPTED = e.EscalationAccepted("esc", "s1", 2, 2, "")
DECLINED = e.EscalationDeclined("esc", "s1", 2, 1, "t2", "t1", "m6")
HELD = e.CaseHeld("customer", ["resolution", "first_response", "acknowledgement", "triage", "next_update"], "")
RESUMED = e.CaseResumed("person")
SOLVED = e.CaseResolved("solved", "m7", "esc")
AGAIN = e.CaseReopened("m8", "esc")


def story(*told: tuple[int, e.EventData], by: Procedure | None = None) -> effects.Tracks:
    """The clocks after these events, each so many minutes after the case was opened."""
    lines = [e.Line(seq, START + after * MINUTE, data) for seq, (after, data) in enumerate(told, start=1)]
    follows = by or procedure()
    return effects.tracks(lines, lambda _uid: follows)


def clocks(found: effects.Tracks, after: int) -> dict[str, str]:
    """`kind:start` → state of every clock, so many minutes after the start."""
    read = effects.readings(found, START + after * MINUTE)
    return {f"{track.kind}:{track.start_seq}": reading.state.value for track, reading in read}


def one(found: effects.Tracks, kind: ClockKind, after: int) -> Reading:
    """The newest clock of this kind."""
    return [r for track, r in effects.readings(found, START + after * MINUTE) if track.kind == kind][-1]


def test_an_opened_case_owes_a_first_response_and_a_resolution() -> None:
    assert clocks(story((0, OPENED)), 1) == {"first_response:1": "running", "resolution:1": "running"}


def test_clk_16_a_reply_meets_the_first_response_and_not_the_resolution() -> None:
    assert clocks(story((0, OPENED), (5, REPLY)), 6) == {"first_response:1": "met", "resolution:1": "running"}


@pytest.mark.parametrize("words", [NOTE, WORDS, e.CaseTaken("user:1"), e.ClockWarned("first_response", 1, "", 0)])
def test_clk_31_only_public_words_of_ours_are_a_response(words: e.EventData) -> None:
    assert clocks(story((0, OPENED), (5, words)), 6)["first_response:1"] == "running"


def test_clk_01_an_update_target_does_not_touch_the_first_response() -> None:
    found = story((0, OPENED), (5, STEP))
    assert one(found, FIRST, 6).due_at == START + 60 * MINUTE
    assert one(found, NEWS, 6).due_at == START + 245 * MINUTE


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


def test_accepting_ends_acknowledgement_and_triage_and_is_news_only_with_words() -> None:
    silent = clocks(story((0, OPENED), (5, STEP), (9, ACCEPTED)), 10)
    assert (silent["acknowledgement:2"], silent["triage:2"], silent["next_update:2"]) == ("met", "met", "running")
    told = clocks(story((0, OPENED), (5, STEP), (9, replace(ACCEPTED, message="m"))), 10)
    assert (told["next_update:2"], told["next_update:3"], told["first_response:1"]) == ("met", "running", "met")


def test_clk_04_every_reply_restarts_the_cadence_of_news() -> None:
    found = story((0, OPENED), (5, STEP), (100, REPLY), (200, REPLY))
    assert one(found, NEWS, 201).due_at == START + 440 * MINUTE


def test_declining_ends_the_clocks_of_the_escalation_and_leaves_those_of_the_case() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, DECLINED)), 10)
    assert found == {
        "first_response:1": "running",
        "resolution:1": "running",
        "acknowledgement:2": "met",
        "triage:2": "met",
        "next_update:2": "void",
    }


def test_clk_19_waiting_pauses_what_the_reason_names_and_never_what_is_owed_to_a_colleague() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, HELD)), 5000)
    assert found["resolution:1"] == found["first_response:1"] == "paused"
    assert found["acknowledgement:2"] == found["triage:2"] == found["next_update:2"] == "running"


@pytest.mark.parametrize("end", [RESUMED, WORDS, STEP])
def test_clk_32_going_on_the_customers_words_and_a_climb_end_the_pause(end: e.EventData) -> None:
    found = story((0, OPENED), (10, HELD), (70, end))
    assert one(found, SOLVE, 71).state == "running"
    assert one(found, SOLVE, 71).due_at == START + (480 + 60) * MINUTE


def test_clk_17_a_pause_that_ended_does_not_stop_clocks_that_begin_later() -> None:
    found = story((0, OPENED), (10, HELD), (20, RESUMED), (30, SOLVED), (40, AGAIN))
    assert one(found, SOLVE, 41).state == "running"
    inside = story((0, OPENED), (10, HELD), (30, SOLVED), (40, AGAIN))
    assert one(inside, SOLVE, 41).state == "running"


def test_a_clock_that_begins_while_its_kind_is_paused_begins_paused() -> None:
    hold = replace(HELD, stops=["first_response"])
    found = story((0, OPENED), (5, hold), (6, replace(OPENED)))
    assert one(found, FIRST, 50).state == "paused"


def test_clk_09_spam_and_duplicates_void_every_clock_and_a_solution_meets_them() -> None:
    for outcome in ("spam", "duplicate", "withdrawn"):
        ended = clocks(story((0, OPENED), (5, STEP), (9, replace(SOLVED, outcome=outcome))), 10)
        assert set(ended.values()) == {"void"}
    assert set(clocks(story((0, OPENED), (5, STEP), (9, SOLVED)), 10).values()) == {"met"}


def test_clk_11_a_reopened_case_owes_a_new_resolution_and_nobody_is_told_of_the_old_one() -> None:
    found = story((0, OPENED), (2000, SOLVED), (3000, replace(AGAIN, escalation="")))
    assert clocks(found, 3001) == {"first_response:1": "met", "resolution:1": "met", "resolution:3": "running"}
    again = one(found, SOLVE, 3001)
    assert (again.breached_at, again.due_at) == (None, START + (3000 + 480) * MINUTE)
    assert effects.facts(found, START + 3001 * MINUTE).breached == ()


def test_an_escalation_that_goes_on_owes_news_again() -> None:
    found = clocks(story((0, OPENED), (5, STEP), (9, SOLVED), (20, AGAIN)), 21)
    assert found["next_update:4"] == "running"


def test_clk_27_a_new_severity_gives_running_clocks_new_targets_and_keeps_what_has_elapsed() -> None:
    triaged = e.CaseTriaged(2, 1, 1, 1, "t1", "t1")
    found = one(story((0, OPENED), (60, triaged)), SOLVE, 60)
    assert (found.terms.minutes, found.elapsed_minutes, found.due_at) == (120, 60, START + 120 * MINUTE)
    for heard in (replace(ACKED, severity=1), replace(ACCEPTED, severity=1)):
        assert one(story((0, OPENED), (5, STEP), (60, heard)), SOLVE, 60).terms.minutes == 120


def test_a_new_severity_does_not_touch_a_clock_that_has_ended() -> None:
    found = story((0, OPENED), (10, SOLVED), (20, e.CaseTriaged(2, 1, 1, 1, "t1", "t1")))
    assert one(found, SOLVE, 30).terms.minutes == 480


def test_a_new_severity_may_count_other_hours_from_then_on() -> None:
    rows = (target(SOLVE, 120, severity=1), target(SOLVE, 480, schedule=OFFICE))
    found = one(
        story((0, OPENED), (600, e.CaseTriaged(2, 1, 1, 1, "t1", "t1")), by=procedure(targets=rows)), SOLVE, 600
    )
    assert found.elapsed_minutes == 480
    assert found.due_at == START + 480 * MINUTE


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
    assert effects.facts(found, START + 59 * MINUTE).breached == ()
    assert [fact.kind for fact in effects.facts(found, START + 60 * MINUTE).breached] == [FIRST]
    answered = story((0, OPENED), (70, REPLY))
    assert effects.facts(answered, START + 80 * MINUTE).breached == ()


def test_nobody_is_told_of_a_dormant_case_until_somebody_takes_it() -> None:
    asleep = replace(OPENED, dormant=True)
    assert {reading.next_at for _t, reading in effects.readings(story((0, asleep)), START + 9999 * MINUTE)} == {None}
    history = story((0, asleep), (10, e.CaseTaken("user:1", dormant=True)))
    assert one(history, FIRST, 11).next_at is None
    taken = story((0, asleep), (10, e.CaseTaken("user:1")))
    assert one(taken, FIRST, 11).next_at == START + 45 * MINUTE


def test_reasons_are_used_up_by_steps_and_by_reminders() -> None:
    told = [STEP, replace(UPPER, causes=["acknowledgement:2"]), e.CriteriaMet(["resolution:1"])]
    lines = [e.Line(seq, START, data) for seq, data in enumerate(told, start=1)]
    assert effects.used_causes(lines) == {"acknowledgement:2", "resolution:1"}


def test_every_kind_of_event_has_been_thought_of() -> None:
    """A new kind either moves clocks, or is named here as one that does not."""
    silent = {
        e.NoteAdded, e.CriteriaMet, e.DecisionMade, e.SurveyAnswered, e.CaseReassigned, e.ClocksRepaired,
    }  # fmt: skip
    moving = {
        cls for cls in kinds.KINDS.values()
        if clocks_change(cls)
    }  # fmt: skip
    assert moving | silent == set(kinds.KINDS.values())
    assert not moving & silent


def clocks_change(cls: type[e.EventData]) -> bool:
    """Whether some sample of this kind changes the clocks of an escalated case, paused or not, dormant or not."""
    data = SAMPLES[cls.kind]
    befores = (
        [(0, OPENED), (5, STEP)],
        [(0, OPENED), (5, HELD)],
        [(0, replace(OPENED, dormant=True))],
        [(0, OPENED), (5, SOLVED)],
    )
    for before in befores:
        plain, told = story(*before), story(*before, (300, data))
        if [(r.state, r.next_at, r.due_at) for _t, r in effects.readings(plain, START + 400 * MINUTE)] != [
            (r.state, r.next_at, r.due_at) for _t, r in effects.readings(told, START + 400 * MINUTE)
        ]:
            return True
    return False


SAMPLES: dict[str, e.EventData] = {
    data.kind: data
    for data in (
        *(OPENED, STEP, UPPER, REPLY, WORDS, NOTE, ACKED, ACCEPTED, DECLINED, HELD, RESUMED, SOLVED, AGAIN),
        e.CaseTriaged(2, 1, 1, 1, "t1", "t1"),
        e.CaseTaken("user:1"),
        e.CaseReassigned(),
        e.CaseClosed("silence"),
        e.ClockWarned("first_response", 1, "", 0),
        e.ClockBreached("first_response", 1, "", 0),
        e.CriteriaMet(["resolution:1"]),
        e.DecisionMade("esc", "d", "approved"),
        e.SurveyAnswered("s", 5),
        e.ReviewWritten("r"),
    )
}
