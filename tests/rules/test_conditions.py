"""Each condition on its own: what makes it hold, from when on, by which name – and what it says while it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalations.rules.conditions import CONDITIONS, Condition, Holding, Progress, UnknownCondition, build, flattened
from escalations.rules.conditions.combined import AnyOf
from escalations.rules.conditions.of_customers import Silence
from escalations.rules.facts import CaseFacts, ClockFact, Surroundings
from escalations.rules.vocabulary import ClockKind, Impact, Reason
from escalations.timing.stopwatch import Terms
from tests.rules.procedures import ALWAYS, MINUTE, OFFICE, START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def facts(at: datetime = START, **told: Any) -> CaseFacts:
    return CaseFacts(at=at, opened_at=START, **told)


def running(used: float, *, minutes: int = 100, seq: int = 1, at: datetime = START) -> ClockFact:
    """A resolution clock of this many minutes round the clock, of which so many are used at this instant."""
    due = at + (minutes - used) * MINUTE
    return ClockFact(ClockKind.RESOLUTION, seq, due, Terms(minutes, 75, ALWAYS), used, at)


BREACHED = build("clock_breached", {"clock": "resolution"})
NEAR = build("clock_near", {"clock": "resolution", "percent": 80})
AROUND = Surroundings(repeats=(START - 9 * DAY, START - DAY))
SKILL = Surroundings(skill="electrics", lacks_skill=True)
MONEY = Surroundings(amount=5000, currency="EUR", lacks_authority=True)

# Name, parameters, facts for which it holds, the one holding, why the case climbs, and facts for which it does not.
Example = tuple[str, dict[str, Any], CaseFacts, Holding, Reason, CaseFacts]
EXAMPLES: tuple[Example, ...] = (
    (
        *("clock_breached", {"clock": "resolution"}, facts(clocks=(running(100, seq=3),))),
        *(Holding("resolution:3", START), Reason.CLOCK, facts(clocks=(replace(running(5), kind=ClockKind.TRIAGE),))),
    ),
    (
        *("clock_near", {"clock": "resolution", "percent": 80}, facts(clocks=(running(90, seq=3),))),
        *(Holding("resolution:3:80", START - 10 * MINUTE), Reason.CLOCK, facts()),
    ),
    (
        *("hand_offs", {"at_least": 2}, facts(START + 2 * DAY, hand_offs=(START, START + HOUR, START + DAY))),
        *(Holding("hand_offs:2", START + HOUR), Reason.COMPLEXITY, facts(hand_offs=(START,))),
    ),
    (
        *("exchanges", {"at_least": 1}, facts(START + 2 * DAY, exchanges=(START + HOUR, START + DAY))),
        *(Holding("exchanges:1", START + HOUR), Reason.COMPLEXITY, facts(exchanges=())),
    ),
    (
        *("reopened", {"at_least": 2}, facts(START + 2 * DAY, reopened=((4, START), (9, START + DAY)))),
        *(Holding("reopened:9", START + DAY), Reason.REPEATED, facts(reopened=((4, START),))),
    ),
    (
        *("repeated_complaint", {"at_least": 3, "days": 9}, facts(around=AROUND)),
        *(Holding("repeated_complaint:3:9", START), Reason.REPEATED),
        facts(around=Surroundings(repeats=(START - 10 * DAY, START - DAY))),
    ),
    (
        *("customer_asked", {}, facts(START + DAY, asked=(7, START + HOUR))),
        *(Holding("asked:7", START + HOUR), Reason.CUSTOMER_ASKED, facts()),
    ),
    (
        *("low_rating", {"at_most": 2}, facts(START + DAY, rating=(8, START + HOUR, 2))),
        *(Holding("rated:8", START + HOUR), Reason.DISSATISFIED, facts(rating=(8, START + HOUR, 3))),
    ),
    (
        *("impact", {"impact": "major"}, facts(impact="major")),
        *(Holding("impact:major", START), Reason.IMPACT, facts(impact="high")),
    ),
    ("tier", {"tier": "vip"}, facts(tier="vip"), Holding("tier:vip", START), Reason.IMPACT, facts(tier="plus")),
    (
        *("missing_skill", {}, facts(START + DAY, around=SKILL, assessed=(5, START + HOUR))),
        *(Holding("skill:electrics", START + HOUR), Reason.SKILL, facts(around=replace(SKILL, lacks_skill=False))),
    ),
    (
        *("missing_authority", {}, facts(START + DAY, around=MONEY, assessed=(5, START + HOUR))),
        *(Holding("authority:5000:eur", START + HOUR), Reason.AUTHORITY),
        facts(around=replace(MONEY, lacks_authority=False)),
    ),
    (
        *("days_open", {"days": 3}, facts(START + 3 * DAY)),
        *(Holding("days_open:3", START + 3 * DAY), Reason.COMPLEXITY, facts(START + 3 * DAY - SECOND)),
    ),
    (
        *("age", {"hours": 8}, facts(START + 8 * HOUR, schedule=OFFICE)),
        *(Holding("age:8", START + 8 * HOUR), Reason.UNRESOLVED, facts(START + 8 * HOUR - SECOND, schedule=OFFICE)),
    ),
    (
        *("silence", {"hours": 4}, facts(START + DAY, schedule=OFFICE, heard=(2, START))),
        *(Holding("silence:2", START + 4 * HOUR), Reason.SILENCE, facts(START + DAY)),
    ),
)
NAMES = [example[0] for example in EXAMPLES]


@pytest.mark.parametrize(("name", "parameters", "met", "holding", "reason", "unmet"), EXAMPLES, ids=NAMES)
def test_a_condition_holds_for_its_reason_since_its_instant_and_by_its_own_name(
    name: str, parameters: dict[str, Any], met: CaseFacts, holding: Holding, reason: Reason, unmet: CaseFacts
) -> None:
    condition = build(name, parameters)
    assert (condition.holdings(met), condition.reason) == ([holding], reason)
    assert condition.progress(met).percent == 100
    assert [found for found in condition.holdings(unmet) if found.since <= unmet.at] == []
    assert condition.progress(unmet).percent < 100


def test_every_condition_is_shown_by_an_example() -> None:
    assert {*NAMES, "all", "any"} == set(CONDITIONS)


@pytest.mark.parametrize(
    ("name", "parameters", "due", "before"),
    [
        ("days_open", {"days": 2}, START + 2 * DAY, facts(START + HOUR)),
        # Monday 09:00 in Berlin, eight hours a day: the ninth working hour is the first on Tuesday.
        ("age", {"hours": 9}, START + DAY + HOUR, facts(START + HOUR, schedule=OFFICE)),
        ("silence", {"hours": 9}, START + DAY + HOUR, facts(START + HOUR, schedule=OFFICE, heard=(1, START))),
        ("clock_breached", {"clock": "resolution"}, START + 90 * MINUTE, facts(clocks=(running(10),))),
        ("clock_near", {"clock": "resolution", "percent": 80}, START + 70 * MINUTE, facts(clocks=(running(10),))),
    ],
)
def test_what_only_time_is_missing_for_is_known_in_advance(
    name: str, parameters: dict[str, Any], due: datetime, before: CaseFacts
) -> None:
    (found,) = build(name, parameters).holdings(before)
    assert found.since == due > before.at


def test_a_name_says_what_is_asked_and_a_cause_keeps_its_name_while_the_facts_go_on() -> None:
    assert build("clock_near", {"clock": "triage", "percent": 80}).name == "clock_near:triage:80"
    assert build("customer_asked", {}).name == "customer_asked"
    names = {
        NEAR.holdings(facts(at, clocks=(running(used, at=at),)))[0].cause
        for used, at in ((1, START), (99, START + HOUR))
    }
    assert names == {"resolution:1:80"}


def test_each_further_reopening_and_each_wish_is_a_reason_of_its_own() -> None:
    times = tuple((seq, START) for seq in (3, 6, 9))
    assert [found.cause for found in build("reopened", {"at_least": 2}).holdings(facts(reopened=times))] == [
        "reopened:6",
        "reopened:9",
    ]
    asked = build("customer_asked", {})
    assert asked.holdings(facts(asked=(4, START))) != asked.holdings(facts(asked=(9, START)))


def test_more_hand_offs_are_no_new_reason() -> None:
    once, thrice = facts(hand_offs=(START,)), facts(hand_offs=(START, START + HOUR, START + DAY))
    condition = build("hand_offs", {"at_least": 1})
    assert condition.holdings(once) == condition.holdings(thrice)


def test_progress_counts_what_the_condition_counts() -> None:
    def told(name: str, parameters: dict[str, Any], found: CaseFacts) -> Progress:
        return build(name, parameters).progress(found)

    assert told("hand_offs", {"at_least": 3}, facts(hand_offs=(START, START))) == Progress(2, 3)
    assert told("exchanges", {"at_least": 4}, facts(exchanges=(START,))) == Progress(1, 4)
    assert told("days_open", {"days": 5}, facts(START + 2.5 * DAY)) == Progress(2, 5)
    assert told("age", {"hours": 10}, facts(START + DAY + HOUR, schedule=OFFICE)) == Progress(9, 10)
    assert told("silence", {"hours": 10}, facts(START + DAY, schedule=OFFICE, heard=(1, START))) == Progress(8, 10)
    assert told("silence", {"hours": 10}, facts(START + DAY)) == Progress(0, 10)
    assert told("clock_near", {"clock": "resolution", "percent": 80}, facts(clocks=(running(40),))) == Progress(40, 80)
    assert told("clock_breached", {"clock": "resolution"}, facts()) == Progress(0, 100)
    assert told("repeated_complaint", {"at_least": 4, "days": 9}, facts(around=AROUND)) == Progress(3, 4)
    assert told("tier", {"tier": "vip"}, facts(tier="plus")) == Progress(0, 1)
    assert told("days_open", {"days": 2}, facts(START + 9 * DAY)).percent == 100


# -- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parameters", "told"),
    [
        ("phase_of_moon", {}, "“phase_of_moon” is no condition; known are: clock_breached, clock_near, hand_offs"),
        ("clock_breached", {}, "clock_breached takes exactly these parameters: clock"),
        ("clock_breached", {"clock": "triage", "percent": 9}, "takes exactly these parameters: clock"),
        ("customer_asked", {"times": 2}, "customer_asked takes exactly these parameters: none"),
        ("clock_breached", {"clock": "lunch"}, "known are: first_response, next_reply, next_update"),
        ("impact", {"impact": "huge"}, "known are: major, high, medium, low"),
        ("tier", {"tier": "gold"}, "a tier is needed: standard, plus, vip"),
        ("clock_near", {"clock": "triage", "percent": 100}, "from 1 to 99 is needed; use clock_breached for all of it"),
        ("low_rating", {"at_most": 5}, "a score from 1 to 4 is needed"),
        ("all", {"of": []}, "at least two conditions are needed"),
        ("any", {"of": "clock_breached"}, "at least two conditions are needed"),
        ("any", {"of": [{"condition": "missing_skill"}]}, "at least two conditions are needed"),
        ("all", {"of": [{"parameters": {}}, {"condition": "missing_skill"}]}, 'each part needs "condition"'),
        ("all", {"of": ["missing_skill", "missing_authority"]}, 'each part needs "condition" and "parameters"'),
        ("all", {"of": [{"condition": "missing_skill", "or": 1}, {"condition": "tier"}]}, "each part needs"),
        ("all", {"of": [{"condition": "missing_skill"}, {"condition": "lunch"}]}, "“lunch” is no condition"),
        ("all", {"of": [{"condition": "missing_skill"}, {"condition": "tier"}]}, "tier takes exactly these"),
    ],
)
def test_what_is_unknown_is_refused_with_what_is_allowed(name: str, parameters: dict[str, Any], told: str) -> None:
    with pytest.raises(UnknownCondition) as problem:
        build(name, parameters)
    assert told in str(problem.value)


@pytest.mark.parametrize("value", [0, -1, 1.5, "3", True, None])
@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        *(("hand_offs", "at_least"), ("exchanges", "at_least"), ("reopened", "at_least")),
        *(("days_open", "days"), ("age", "hours"), ("silence", "hours"), ("low_rating", "at_most")),
    ],
)
def test_what_is_counted_is_a_whole_number_from_one(name: str, parameter: str, value: object) -> None:
    with pytest.raises(UnknownCondition, match="a whole number from 1 is needed"):
        build(name, {parameter: value})


# -- several as one -------------------------------------------------------------------------------------------

VIP: dict[str, Any] = {"condition": "tier", "parameters": {"tier": "vip"}}
OLD: dict[str, Any] = {"condition": "days_open", "parameters": {"days": 2}}
ASKED: dict[str, Any] = {"condition": "customer_asked"}
SOLVE: dict[str, Any] = {"condition": "clock_breached", "parameters": {"clock": "resolution"}}


def test_all_of_them_hold_since_the_last_came_true_under_one_name() -> None:
    condition = build("all", {"of": [VIP, ASKED]})
    assert condition.holdings(facts(tier="vip")) == []
    assert condition.holdings(facts(asked=(4, START))) == []
    both = facts(START + DAY, tier="vip", asked=(4, START + HOUR))
    assert condition.holdings(both) == [Holding("tier:vip+asked:4", START + HOUR)]


def test_all_of_them_hold_in_the_future_when_only_time_is_missing() -> None:
    condition = build("all", {"of": [VIP, OLD]})
    assert condition.holdings(facts(START + HOUR, tier="vip")) == [Holding("tier:vip+days_open:2", START + 2 * DAY)]
    assert condition.holdings(facts(START + HOUR)) == []


def test_a_second_reason_inside_of_all_is_one_of_its_own_and_leaves_the_first_its_name() -> None:
    either = {"condition": "any", "parameters": {"of": [OLD, ASKED]}}
    condition = build("all", {"of": [VIP, either]})
    first = Holding("tier:vip+asked:4", START + HOUR)
    second = Holding("tier:vip+days_open:2", START + 2 * DAY)
    for at in (START + HOUR, START + 3 * DAY):
        assert condition.holdings(facts(at, tier="vip", asked=(4, START + HOUR))) == [second, first]


def test_any_of_them_is_enough_and_each_keeps_its_own_name() -> None:
    condition = build("any", {"of": [VIP, ASKED]})
    assert condition.holdings(facts()) == []
    found = condition.holdings(facts(START + DAY, tier="vip", asked=(4, START + HOUR)))
    assert [holding.cause for holding in found] == ["tier:vip", "asked:4"]


def test_combinations_nest_and_come_apart_again() -> None:
    condition = build("any", {"of": [ASKED, {"condition": "all", "parameters": {"of": [VIP, OLD, SOLVE]}}]})
    assert [leaf.code for leaf in flattened(condition)] == ["customer_asked", "tier", "days_open", "clock_breached"]
    assert condition.clocks == frozenset({ClockKind.RESOLUTION})
    assert condition.name == "any:customer_asked+all:tier:vip+days_open:2+clock_breached:resolution"
    assert condition.reason is Reason.CUSTOMER_ASKED
    late = facts(START + 3 * DAY, tier="vip", clocks=(replace(running(100), due_at=START + HOUR),))
    assert condition.holdings(late) == [Holding("tier:vip+days_open:2+resolution:1", START + 2 * DAY)]


def test_all_is_as_far_as_its_hindmost_and_any_as_its_foremost() -> None:
    found = facts(START + DAY, tier="vip")
    parts = [VIP, {"condition": "days_open", "parameters": {"days": 4}}]
    assert build("all", {"of": parts}).progress(found) == Progress(1, 4)
    assert build("any", {"of": parts}).progress(found) == Progress(1, 1)


# -- whatever the facts are --------------------------------------------------------------------------------------

after = st.integers(0, 9 * 24 * 60).map(lambda minutes: START + minutes * MINUTE)
seqs = st.integers(1, 9)
numbers = st.integers(1, 6)
simple = st.one_of(
    st.sampled_from(
        (BREACHED, NEAR, build("customer_asked", {}), build("missing_skill", {}), build("tier", VIP["parameters"]))
    ),
    st.builds(lambda n: build("hand_offs", {"at_least": n}), numbers),
    st.builds(lambda n: build("reopened", {"at_least": n}), numbers),
    st.builds(lambda n: build("days_open", {"days": n}), numbers),
    st.builds(lambda n: build("age", {"hours": n * 3}), numbers),
    st.builds(lambda n: build("silence", {"hours": n * 2}), numbers),
    st.builds(lambda impact: build("impact", {"impact": impact}), st.sampled_from(Impact)),
)


def combined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(lambda cls, of: cls(of=of), st.sampled_from((CONDITIONS["all"], CONDITIONS["any"])), several)


conditions: st.SearchStrategy[Condition] = st.recursive(simple, combined, max_leaves=5)


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    """A case with anything that has happened to it until some instant; its clocks count round the clock."""
    at = draw(after)
    past = st.integers(0, int((at - START) / MINUTE)).map(lambda minutes: START + minutes * MINUTE)
    happened = st.lists(past, max_size=4).map(lambda found: tuple(sorted(found)))
    once = st.none() | st.tuples(seqs, past)
    used = draw(st.lists(st.integers(0, 100), max_size=2))
    return CaseFacts(
        at=at,
        opened_at=START,
        schedule=draw(st.sampled_from((ALWAYS, OFFICE))),
        impact=draw(st.sampled_from(Impact)),
        tier=draw(st.sampled_from(("standard", "vip"))),
        hand_offs=draw(happened),
        reopened=tuple(enumerate(draw(happened), start=2)),
        heard=draw(once),
        asked=draw(once),
        clocks=tuple(running(minutes, seq=seq, at=at) for seq, minutes in enumerate(used, start=1)),
        around=Surroundings(skill="electrics", lacks_skill=draw(st.booleans())),
    )


def later(case: CaseFacts, at: datetime) -> CaseFacts:
    """The same case at another instant if nothing happens but time."""
    passed = (at - case.at) / MINUTE
    clocks = (replace(clock, at=at, used_minutes=clock.used_minutes + passed) for clock in case.clocks)
    return replace(case, at=at, clocks=tuple(clocks))


def held(condition: Condition, case: CaseFacts) -> set[str]:
    return {found.cause for found in condition.holdings(case) if found.since <= case.at}


TWICE_SILENT = AnyOf(of=(Silence(2), Silence(4)))  # both name the same reason


@given(conditions, cases())
@example(TWICE_SILENT, CaseFacts(at=START, opened_at=START, schedule=ALWAYS))
def test_what_will_hold_holds_at_that_instant_and_not_a_second_before(condition: Condition, case: CaseFacts) -> None:
    for found in condition.holdings(case):
        if found.since <= case.at:
            continue
        assert found.cause in held(condition, later(case, found.since))
        assert found.cause not in held(condition, later(case, max(found.since - SECOND, case.at)))


@given(conditions, cases(), st.integers(0, 9 * 24 * 60))
def test_time_alone_takes_no_reason_away_and_adds_none_that_was_not_foreseen(
    condition: Condition, case: CaseFacts, minutes: int
) -> None:
    then = later(case, case.at + minutes * MINUTE)
    foreseen = {found.cause for found in condition.holdings(case)}
    assert held(condition, case) <= held(condition, then) <= foreseen


@given(conditions, cases(), st.integers(0, 9 * 24 * 60))
def test_the_name_and_the_instant_of_a_reason_stay_what_they_are(
    condition: Condition, case: CaseFacts, minutes: int
) -> None:
    then = later(case, case.at + minutes * MINUTE)
    assert condition.holdings(then) == condition.holdings(case)


@given(conditions, cases())
def test_progress_is_full_exactly_when_something_holds(condition: Condition, case: CaseFacts) -> None:
    assert (condition.progress(case).percent >= 100) == bool(held(condition, case))


# -- opened again within days ------------------------------------------------------------------------------------------

TWICE = build("reopened", {"at_least": 2, "days": 14})
TIMES = ((3, START), (6, START + 14 * DAY), (9, START + 29 * DAY), (12, START + 30 * DAY))


def test_opened_again_within_days_holds_for_each_time_that_completes_so_many() -> None:
    """The first two are 14 days apart, to the second; the third comes a day too late after the second."""
    assert TWICE.holdings(facts(reopened=TIMES)) == [
        Holding("reopened:6", START + 14 * DAY),
        Holding("reopened:12", START + 30 * DAY),
    ]
    late = (TIMES[0], (6, START + 14 * DAY + SECOND))
    assert TWICE.holdings(facts(reopened=late)) == []


def test_opened_again_without_days_counts_over_the_whole_life_and_keeps_its_name() -> None:
    ever = build("reopened", {"at_least": 2})
    assert [found.cause for found in ever.holdings(facts(reopened=TIMES))] == [
        "reopened:6",
        "reopened:9",
        "reopened:12",
    ]
    assert (ever.name, TWICE.name) == ("reopened:2", "reopened:2:14")


def test_only_what_lies_within_the_days_brings_it_nearer() -> None:
    once = TIMES[:1]
    assert TWICE.progress(facts(START + 14 * DAY, reopened=once)) == Progress(1, 2)
    assert TWICE.progress(facts(START + 15 * DAY, reopened=once)) == Progress(0, 2)
    assert TWICE.progress(facts(START + 90 * DAY, reopened=TIMES)) == Progress(2, 2)


@pytest.mark.parametrize("wrong", [{"at_least": 1, "days": 14}, {"at_least": 2, "days": 0}, {"days": 14}])
def test_opened_again_once_within_days_and_within_no_days_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnknownCondition):
        build("reopened", wrong)


def test_the_trigger_opened_again_twice_within_14_days_by_a_vip_can_be_said() -> None:
    of = [
        {"condition": "reopened", "parameters": {"at_least": 2, "days": 14}},
        {"condition": "tier", "parameters": {"tier": "vip"}},
    ]
    both = build("all", {"of": of})
    assert both.holdings(facts(reopened=TIMES[:2], tier="vip")) == [Holding("reopened:6+tier:vip", START + 14 * DAY)]
    assert both.holdings(facts(reopened=TIMES[:2], tier="plus")) == []
    assert both.holdings(facts(reopened=TIMES[:1], tier="vip")) == []
