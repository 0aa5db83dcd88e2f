"""When a case climbs by itself: one level an evaluation, after the dwell, never twice for one reason, up to a bound."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.rules import events as e
from escalations.rules.conditions.of_cases import DaysOpen, HandOffs
from escalations.rules.conditions.of_clocks import ClockBreached, ClockNear
from escalations.rules.conditions.of_customers import LowRating, Reopened
from escalations.rules.facts import CaseFacts, ClockFact, Surroundings
from escalations.rules.facts import story as told_of
from escalations.rules.ladder import (
    Climb,
    Next,
    Nudge,
    Position,
    Wait,
    acted,
    case_facts,
    dwell_ends,
    earliest,
    forecast,
    next_look,
    next_move,
    used_causes,
)
from escalations.rules.procedure import Procedure, Trigger
from escalations.rules.vocabulary import ClockKind, Effect, Kind
from escalations.timing.stopwatch import Terms
from tests.rules import told
from tests.rules.procedures import ALWAYS, MINUTE, OFFICE, START, acting, procedure, rung

FIRST, ACK, SOLVE = ClockKind.FIRST_RESPONSE, ClockKind.ACKNOWLEDGEMENT, ClockKind.RESOLUTION
DAY = 24 * 60


def missed(*clocks: tuple[ClockKind, int]) -> tuple[ClockFact, ...]:
    return tuple(ClockFact(kind, seq, START) for kind, seq in clocks)


def here(
    *clocks: ClockFact,
    level: int = 1,
    since: datetime | None = None,
    used: frozenset[str] = frozenset(),
    at: datetime = START,
    by: Procedure | None = None,
    rules: Counter[str] | None = None,
    is_solved: bool = False,
    **facts: object,
) -> Position:
    """A case with these clocks; `rules` says how often each trigger has acted."""
    found = CaseFacts(at=at, opened_at=START, level=level, clocks=clocks, **facts)  # type: ignore[arg-type]
    return Position(by or procedure(), found, since, used, rules or Counter(), is_solved)


def climbed(move: Next) -> Climb:
    assert isinstance(move, Climb)
    return move


def triggers(*conditions: object, effect: Effect = Effect.ACT) -> tuple[Trigger, ...]:
    return tuple(Trigger(n, found, effect, Kind.FUNCTIONAL) for n, found in enumerate(conditions))  # type: ignore[arg-type]


def test_nothing_missed_nothing_moves() -> None:
    assert next_move(here()) is None


def test_a_missed_clock_climbs_one_level() -> None:
    found = climbed(next_move(here(*missed((FIRST, 1)))))
    assert (found.to.number, found.reasons) == (2, ("first_response:1",))
    assert found.trigger.condition == ClockBreached(FIRST)


def test_esc_28_many_missed_clocks_climb_one_level_and_are_all_used_up_by_it() -> None:
    late = missed((FIRST, 1), (SOLVE, 1), (ACK, 7))
    found = climbed(next_move(here(*late)))
    assert found.to.number == 2
    assert set(found.reasons) == {"first_response:1", "resolution:1", "acknowledgement:7"}
    assert next_move(here(*late, level=2, used=frozenset(found.reasons))) is None


def test_esc_01_a_reason_moves_a_case_once_and_its_next_miss_is_a_new_reason() -> None:
    used = frozenset({"acknowledgement:4"})
    assert next_move(here(*missed((ACK, 4)), used=used)) is None
    assert climbed(next_move(here(*missed((ACK, 9)), used=used)))


def test_esc_10_a_step_stays_at_its_level_for_the_dwell() -> None:
    late = missed((ACK, 4))
    assert next_move(here(*late, level=2, since=START, at=START + 59 * MINUTE)) == Wait(START + 60 * MINUTE)
    assert climbed(next_move(here(*late, level=2, since=START, at=START + 60 * MINUTE)))


def test_without_an_escalation_there_is_no_dwell() -> None:
    assert climbed(next_move(here(*missed((FIRST, 1)), since=None)))


def test_the_dwell_is_the_working_time_of_its_level() -> None:
    made = Procedure("uid", "p", 1, (rung(1), rung(2, 120, OFFICE), rung(3)), (), (), (), 3)
    friday_half_past_four = START + (4 * DAY + 450) * MINUTE
    assert dwell_ends(made, 2, friday_half_past_four) == friday_half_past_four + (64 * 60 + 120) * MINUTE
    assert dwell_ends(made, 9, START) is None


def test_esc_16_a_level_that_waits_for_its_hours_is_reached_when_it_opens_and_by_the_severe_at_once() -> None:
    upper = replace(rung(2, schedule=OFFICE), waits_from=3)
    made = replace(procedure(), rungs=(rung(1), upper, rung(3)))
    friday_evening = START + (4 * DAY + 10 * 60) * MINUTE
    monday = START + 7 * DAY * MINUTE
    late = ClockFact(FIRST, 1, friday_evening)
    for severity in (3, 4):
        waiting = next_move(here(late, at=friday_evening, by=made, severity=severity))
        assert waiting == Wait(monday)
    for severity in (1, 2):
        assert climbed(next_move(here(late, at=friday_evening, by=made, severity=severity)))
    assert climbed(next_move(here(late, at=monday, by=made, severity=4)))


def test_at_the_top_of_the_ladder_people_are_reminded_once_and_nothing_climbs() -> None:
    late, at = missed((ACK, 4)), START + 999 * MINUTE
    assert next_move(here(*late, level=4, since=START, at=at)) == Nudge(("acknowledgement:4",), START)
    assert next_move(here(*late, level=4, since=START, at=at, used=frozenset({"acknowledgement:4"}))) is None


def test_a_trigger_that_reminds_does_not_climb_and_says_since_when_the_criterion_is_met() -> None:
    made = procedure(triggers=acting(FIRST, effect=Effect.NUDGE))
    assert next_move(here(*missed((FIRST, 1)), at=START + 9 * MINUTE, by=made)) == Nudge(("first_response:1",), START)


def test_an_act_goes_before_a_reminder() -> None:
    made = procedure(triggers=acting(SOLVE, effect=Effect.NUDGE) + acting(FIRST))
    assert climbed(next_move(here(*missed((FIRST, 1), (SOLVE, 1)), by=made))).reasons == ("first_response:1",)


def test_a_clock_without_a_trigger_moves_nothing() -> None:
    assert next_move(here(*missed((ClockKind.TRIAGE, 4)))) is None


def test_what_will_hold_by_time_alone_moves_nothing_before_and_is_looked_at_in_time() -> None:
    made = procedure(triggers=triggers(DaysOpen(2)))
    early, due = START + (2 * DAY - 1) * MINUTE, START + 2 * DAY * MINUTE
    assert (next_move(here(at=early, by=made)), next_look(here(at=early, by=made))) == (None, due)
    assert climbed(next_move(here(at=due, by=made))).reasons == ("days_open:2",)


def test_a_solved_case_climbs_no_more_and_only_a_bad_rating_is_told() -> None:
    made = procedure(triggers=(*acting(SOLVE), *triggers(LowRating(2)), *triggers(DaysOpen(1))))
    at = START + 5 * DAY * MINUTE
    assert next_move(here(*missed((SOLVE, 1)), by=made, at=at, is_solved=True)) is None
    rated = here(by=made, at=at, is_solved=True, rating=(9, START, 1))
    assert next_move(rated) == Nudge(("rated:9",), START)
    assert forecast(rated) is None


def test_esc_27_a_rule_that_would_fire_itself_again_stops_at_its_bound_and_is_reported() -> None:
    """Each climb is answered by a step back and a reopening, which would fire it again for ever."""
    made = replace(procedure(triggers=triggers(Reopened(1))), rule_bound=3)
    rules, used, moves = Counter[str](), set[str](), list[Next]()
    for number in range(1, 9):
        reopened = tuple((seq, START) for seq in range(1, number + 1))
        move = next_move(here(by=made, reopened=reopened, used=frozenset(used), rules=rules))
        moves.append(move)
        assert isinstance(move, Climb | Nudge)
        used |= set(move.reasons)
        if isinstance(move, Climb):
            rules[move.trigger.condition.name] += 1
    assert [isinstance(move, Climb) for move in moves] == [True] * 3 + [False] * 5
    assert all(isinstance(move, Nudge) and move.stopped == made.triggers[0] for move in moves[3:])


def test_esc_27_one_rule_at_its_bound_leaves_the_others_at_work() -> None:
    made = replace(procedure(triggers=triggers(Reopened(1), ClockBreached(SOLVE))), rule_bound=1)
    stopped = Counter({"reopened:1": 1})
    alone = next_move(here(by=made, reopened=((4, START),), rules=stopped))
    assert isinstance(alone, Nudge)
    assert alone.stopped == made.triggers[0]
    both = climbed(next_move(here(*missed((SOLVE, 1)), by=made, reopened=((4, START),), rules=stopped)))
    assert (both.trigger, both.reasons) == (made.triggers[1], ("resolution:1",))


def test_esc_02_after_the_first_level_the_next_is_planned() -> None:
    """Two clocks run out one after the other, and the second carries on from where the first one led."""
    soon = (ClockFact(FIRST, 1, START + 30 * MINUTE), ClockFact(SOLVE, 1, START + 90 * MINUTE))
    first = forecast(here(*soon))
    assert first is not None
    assert (first.to.number, first.at, first.trigger) == (2, START + 30 * MINUTE, procedure().triggers[0])
    later = forecast(here(*soon, level=2, since=START, at=START + 30 * MINUTE, used=frozenset({"first_response:1"})))
    assert later is not None
    assert (later.to.number, later.at) == (3, START + 90 * MINUTE)


def test_the_forecast_is_not_before_the_dwell_and_none_where_nothing_climbs() -> None:
    soon = ClockFact(FIRST, 1, START + 30 * MINUTE)
    dwelling = forecast(here(soon, level=2, since=START, by=procedure(dwell=600)))
    assert dwelling is not None
    assert dwelling.at == START + 600 * MINUTE
    assert forecast(here(soon, level=4)) is None
    assert forecast(here(soon, by=procedure(triggers=acting(FIRST, effect=Effect.NUDGE)))) is None
    assert forecast(here(soon, used=frozenset({"first_response:1"}))) is None
    bound = procedure().rule_bound
    assert forecast(here(soon, rules=Counter({"clock_breached:first_response": bound}))) is None


# -- what the journal says ------------------------------------------------------------------------------------


def lines(*data: e.EventData) -> list[e.Line]:
    return [e.Line(seq, START, found) for seq, found in enumerate(data, start=1)]


def test_esc_01_what_was_used_is_read_from_the_journal() -> None:
    """Climbs, reminders, causes known when a case woke up, and those a person left aside after a storm."""
    assert used_causes(
        lines(
            replace(told.STEP, causes=["a:1"]),
            e.CriteriaMet(["b:1"]),
            e.CaseTaken("user:1", causes=["c:1"]),
            e.ClimbHeld("w", 2, ["d:1"]),
            e.ClimbReleased("w", climbs=False, causes=["e:1"]),
            e.ClimbReleased("w", climbs=True, causes=["f:1"]),
        )
    ) == {"a:1", "b:1", "c:1", "e:1"}


def test_esc_27_how_often_a_rule_has_acted_is_read_from_the_journal() -> None:
    by_rule = replace(told.STEP, rule="hand_offs:3")
    found = acted(lines(by_rule, replace(told.UPPER, rule="hand_offs:3"), told.UPPER, replace(told.UPPER, rule="x")))
    assert found == Counter({"hand_offs:3": 2, "x": 1})


def test_facts_say_what_the_journal_and_the_surroundings_say() -> None:
    events = ((0, told.OPENED), (5, e.CaseTaken("user:1")), (9, told.WISHED), (12, e.SurveyAnswered("s", 2)))
    found = told.story(*events)
    around = Surroundings(skill="electrics", lacks_skill=True)
    journal = [e.Line(seq, told.instant(after), data) for seq, (after, data) in enumerate(events, start=1)]
    facts = case_facts(found, told_of(journal), told.instant(70), around)
    assert (facts.at, facts.opened_at, facts.level, facts.severity) == (told.instant(70), START, 1, 2)
    assert (facts.impact, facts.tier, facts.asked, facts.rating) == (
        "high", "vip", (3, told.instant(9)), (4, told.instant(12), 2),
    )  # fmt: skip
    assert [fact.kind for fact in facts.clocks if fact.due_at <= facts.at] == [FIRST]
    assert facts.around == around


# -- whatever happens ---------------------------------------------------------------------------------------------


@dataclass
class Run:
    """One case on its own ladder, carried on by nothing but the ladder; `path` has (level, since when, causes)."""

    by: Procedure
    clocks: tuple[ClockFact, ...]
    hand_offs: tuple[datetime, ...]
    at: datetime = START
    level: int = 1
    since: datetime | None = None
    used: set[str] = field(default_factory=set)
    rules: Counter[str] = field(default_factory=Counter)
    path: list[tuple[int, datetime, tuple[str, ...]]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def here(self) -> Position:
        past = tuple(at for at in self.hand_offs if at <= self.at)
        used, clocks = frozenset(self.used), self.clocks
        found = here(*clocks, level=self.level, since=self.since, used=used, at=self.at, by=self.by, hand_offs=past)
        return replace(found, acted=self.rules)

    def carry_out(self, move: Next) -> None:
        if isinstance(move, Climb):
            assert move.to.number == self.level + 1
            assert self.since is None or self.at >= self.since + self.by.rung(self.level).dwell_minutes * MINUTE
            self.rules[move.trigger.condition.name] += 1
            self.level, self.since = move.to.number, self.at
            self.path.append((self.level, self.at, move.reasons))
        if isinstance(move, Climb | Nudge):
            assert not self.used & set(move.reasons)
            assert len(set(move.reasons)) == len(move.reasons)
            self.used |= set(move.reasons)
            self.told += move.reasons
        if isinstance(move, Wait):
            assert move.until > self.at

    def until_quiet(self) -> None:
        """Looks whenever the ladder wants to be looked at, and again at each hand-off, until nothing comes any more."""
        for _look in range(200):
            self.carry_out(next_move(self.here))
            later = [at for at in self.hand_offs if at > self.at]
            if look := next_look(self.here):
                assert look >= self.at
                later.append(look)
            if not later:
                return
            self.at = min(later)
        pytest.fail("the ladder never comes to rest")


minutes = st.integers(-2 * DAY, 3 * DAY)
kinds = st.sampled_from((FIRST, ACK, SOLVE, ClockKind.TRIAGE))
clock_facts = st.lists(
    st.tuples(kinds, st.integers(1, 4), minutes), max_size=6, unique_by=lambda found: (found[0], found[1])
).map(lambda found: tuple(ClockFact(kind, seq, START + due * MINUTE) for kind, seq, due in found))
hand_offs = st.lists(minutes, max_size=5).map(lambda found: tuple(START + after * MINUTE for after in sorted(found)))
some_triggers = st.lists(
    st.tuples(
        st.sampled_from(
            (
                ClockBreached(FIRST),
                ClockBreached(SOLVE),
                ClockBreached(ACK),
                ClockNear(SOLVE, 50),
                HandOffs(1),
                HandOffs(3),
                DaysOpen(1),
            )
        ),
        st.sampled_from(Effect),
    ),
    max_size=5,
).map(lambda found: tuple(Trigger(n, rule, effect, Kind.FUNCTIONAL) for n, (rule, effect) in enumerate(found)))


@given(some_triggers, clock_facts, hand_offs, st.integers(0, 300), st.integers(1, 3))
def test_esc_01_one_level_an_evaluation_never_before_the_dwell_never_twice_for_a_cause_and_then_it_rests(
    rules: tuple[Trigger, ...], clocks: tuple[ClockFact, ...], moves: tuple[datetime, ...], dwell: int, bound: int
) -> None:
    run = Run(replace(procedure(dwell=dwell, triggers=rules), rule_bound=bound), clocks, moves)
    run.until_quiet()
    assert [level for level, _at, _causes in run.path] == list(range(2, 2 + len(run.path)))
    assert len(run.told) == len(set(run.told))
    assert all(times <= bound for times in run.rules.values())
    for (_level, before, _causes), (_upper, after, _more) in zip(run.path, run.path[1:], strict=False):
        assert after - before >= dwell * MINUTE
    assert not isinstance(next_move(run.here), Climb | Nudge)


@given(some_triggers, clock_facts, hand_offs, st.integers(0, 300))
def test_esc_28_looking_late_uses_the_same_causes_as_looking_in_time_and_climbs_no_further(
    rules: tuple[Trigger, ...], clocks: tuple[ClockFact, ...], moves: tuple[datetime, ...], dwell: int
) -> None:
    made = procedure(dwell=dwell, triggers=rules)
    in_time, late = Run(made, clocks, moves), Run(made, clocks, moves, at=START + 5 * DAY * MINUTE)
    in_time.until_quiet()
    late.until_quiet()
    assert late.level <= in_time.level
    assert len(late.path) <= 1 or made.next_rung(1) is None
    assert set(late.told) == set(in_time.told)


@given(some_triggers, clock_facts, st.integers(0, 300), minutes, minutes)
def test_esc_10_the_ladder_is_never_looked_at_too_late_and_nothing_moves_before_it_says(
    rules: tuple[Trigger, ...], clocks: tuple[ClockFact, ...], dwell: int, since: int, between: int
) -> None:
    """Between now and the next look nothing would have happened; at the look something does, or must wait longer."""
    position = here(*clocks, level=2, since=START + min(since, 0) * MINUTE, by=procedure(dwell=dwell, triggers=rules))
    look = next_look(position)
    until = look or START + 9 * DAY * MINUTE
    at = START + abs(between) * MINUTE
    if at < until:
        assert not isinstance(next_move(replace(position, facts=replace(position.facts, at=at))), Climb | Nudge)
    if look:
        assert next_move(replace(position, facts=replace(position.facts, at=look))) is not None


@given(some_triggers, clock_facts, st.integers(0, 300))
def test_what_is_forecast_happens_then_if_nobody_does_anything(
    rules: tuple[Trigger, ...], clocks: tuple[ClockFact, ...], dwell: int
) -> None:
    run = Run(procedure(dwell=dwell, triggers=rules), clocks, (), level=2, since=START)
    expected = forecast(run.here)
    run.until_quiet()
    if expected is None:
        assert run.path == []
    else:
        assert (run.path[0][0], run.path[0][1]) == (expected.to.number, expected.at)


@given(st.integers(0, 7 * DAY), st.integers(0, 900), st.integers(1, 4))
def test_esc_10_no_step_starts_before_its_dwell_and_before_the_hours_of_the_level_it_goes_to(
    after: int, dwell: int, severity: int
) -> None:
    upper = replace(rung(2, schedule=OFFICE), waits_from=3)
    made = replace(procedure(), rungs=(rung(1, dwell, OFFICE), upper))
    since = START + after * MINUTE
    found = earliest(here(since=since, by=made, severity=severity), upper, since)
    assert OFFICE.working_time_between(since, found) >= dwell
    assert severity < 3 or OFFICE.next_opening(found) == found


def test_a_clock_fact_knows_how_much_of_it_is_used_and_when_more_will_be() -> None:
    half = ClockFact(SOLVE, 1, START + 60 * MINUTE, Terms(120, 75, ALWAYS), 60, START)
    assert (half.percent, half.reaches(75), half.reaches(50)) == (50, START + 30 * MINUTE, START)
    assert ClockFact(SOLVE, 1, START).percent == 100
