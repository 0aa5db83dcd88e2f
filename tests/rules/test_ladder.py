"""When a case climbs by itself."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from escalations.rules.conditions import BreachedClock, CaseFacts
from escalations.rules.ladder import Climb, Nudge, Wait, dwell_ends, forecast, next_move
from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import ClockKind, Effect
from tests.rules.procedures import MINUTE, OFFICE, START, acting, procedure, rung

FIRST, ACK, SOLVE = ClockKind.FIRST_RESPONSE, ClockKind.ACKNOWLEDGEMENT, ClockKind.RESOLUTION


def missed(*clocks: tuple[ClockKind, int]) -> CaseFacts:
    return CaseFacts(tuple(BreachedClock(kind, seq) for kind, seq in clocks))


def move(
    facts: CaseFacts,
    *,
    level: int = 1,
    since: datetime | None = None,
    used: tuple[str, ...] = (),
    at: datetime = START,
    by: Procedure | None = None,
) -> Climb | Wait | Nudge | None:
    return next_move(by or procedure(), facts, level=level, since=since, used=used, at=at)


def test_nothing_missed_nothing_moves() -> None:
    assert move(missed()) is None


def test_a_missed_clock_climbs_one_level() -> None:
    found = move(missed((FIRST, 1)))
    assert isinstance(found, Climb)
    assert (found.to.number, found.reasons) == (2, ("first_response:1",))


def test_many_missed_clocks_climb_one_level_and_are_all_used_up_by_it() -> None:
    found = move(missed((FIRST, 1), (SOLVE, 1), (ACK, 7)))
    assert isinstance(found, Climb)
    assert found.to.number == 2
    assert set(found.reasons) == {"first_response:1", "resolution:1", "acknowledgement:7"}
    assert move(missed((FIRST, 1), (SOLVE, 1), (ACK, 7)), level=2, used=found.reasons) is None


def test_a_reason_moves_a_case_once_and_its_next_miss_is_a_new_reason() -> None:
    assert move(missed((ACK, 4)), used=("acknowledgement:4",)) is None
    assert isinstance(move(missed((ACK, 9)), used=("acknowledgement:4",)), Climb)


def test_a_step_stays_at_its_level_for_the_dwell() -> None:
    waiting = move(missed((ACK, 4)), level=2, since=START, at=START + 59 * MINUTE)
    assert waiting == Wait(START + 60 * MINUTE)
    assert isinstance(move(missed((ACK, 4)), level=2, since=START, at=START + 60 * MINUTE), Climb)


def test_without_an_escalation_there_is_no_dwell() -> None:
    assert isinstance(move(missed((FIRST, 1)), since=None), Climb)


def test_the_dwell_is_the_working_time_of_its_level() -> None:
    made = Procedure("uid", "p", 1, (rung(1), rung(2, 120, OFFICE), rung(3)), (), (), (), 3)
    friday_half_past_four = START + (4 * 24 * 60 + 450) * MINUTE
    assert dwell_ends(made, 2, friday_half_past_four) == friday_half_past_four + (64 * 60 + 120) * MINUTE
    assert dwell_ends(made, 9, START) is None


def test_at_the_top_of_the_ladder_people_are_reminded_once_and_nothing_climbs() -> None:
    found = move(missed((ACK, 4)), level=4, since=START, at=START + 999 * MINUTE)
    assert found == Nudge(("acknowledgement:4",))
    assert move(missed((ACK, 4)), level=4, used=("acknowledgement:4",)) is None


def test_a_trigger_that_reminds_does_not_climb() -> None:
    made = procedure(triggers=acting(FIRST, effect=Effect.NUDGE))
    assert move(missed((FIRST, 1)), by=made) == Nudge(("first_response:1",))


def test_an_act_goes_before_a_reminder() -> None:
    made = procedure(triggers=acting(SOLVE, effect=Effect.NUDGE) + acting(FIRST))
    found = move(missed((FIRST, 1), (SOLVE, 1)), by=made)
    assert isinstance(found, Climb)
    assert found.reasons == ("first_response:1",)


def test_a_clock_without_a_trigger_moves_nothing() -> None:
    assert move(missed((ClockKind.TRIAGE, 4))) is None


breaches = st.lists(st.tuples(st.sampled_from((FIRST, ACK, SOLVE, ClockKind.TRIAGE)), st.integers(1, 5)), max_size=6)
levels = st.integers(1, 4)


@given(breaches, levels, st.none() | st.integers(-200, 0), st.integers(0, 200), st.sets(st.integers(0, 5)))
def test_one_evaluation_is_one_level_at_most_and_never_for_a_used_reason(
    found: list[tuple[ClockKind, int]], level: int, since: int | None, dwell: int, used_up: set[int]
) -> None:
    made = procedure(dwell=dwell)
    began = None if since is None else START + since * MINUTE
    used = tuple(f"{kind}:{seq}" for n, (kind, seq) in enumerate(found) if n in used_up)
    moved = move(missed(*found), level=level, since=began, used=used, by=made)
    if isinstance(moved, Climb):
        assert moved.to.number == level + 1
        assert not set(moved.reasons) & set(used)
        assert began is None or began + dwell * MINUTE <= START
    if isinstance(moved, Nudge):
        assert level == 4
        assert not set(moved.reasons) & set(used)
    if isinstance(moved, Wait):
        assert moved.until > START


@given(breaches, levels, st.integers(0, 200))
def test_evaluating_again_with_what_was_used_ends_in_silence(
    found: list[tuple[ClockKind, int]], level: int, dwell: int
) -> None:
    made, used, at = procedure(dwell=dwell), set[str](), START
    for _round in range(8):
        moved = move(missed(*found), level=level, since=START, used=tuple(used), at=at, by=made)
        if isinstance(moved, Wait):
            at = moved.until
        elif moved:
            used |= set(moved.reasons)
        else:
            break
    assert move(missed(*found), level=level, since=START, used=tuple(used), at=at, by=made) is None


def test_the_forecast_is_the_first_unused_acting_clock_and_not_before_the_dwell() -> None:
    due = {FIRST: (1, START + 30 * MINUTE), SOLVE: (1, START + 90 * MINUTE)}
    soon = forecast(procedure(), due, level=1, since=None, used=())
    assert soon is not None
    assert (soon.to.number, soon.at) == (2, START + 30 * MINUTE)
    later = forecast(procedure(), due, level=2, since=START, used=("first_response:1",))
    assert later is not None
    assert (later.to.number, later.at) == (3, START + 90 * MINUTE)
    dwelling = forecast(procedure(dwell=600), due, level=2, since=START, used=())
    assert dwelling is not None
    assert dwelling.at == START + 600 * MINUTE
    assert forecast(procedure(), due, level=4, since=None, used=()) is None
    assert forecast(procedure(triggers=acting(FIRST, effect=Effect.NUDGE)), due, level=1, since=None, used=()) is None
