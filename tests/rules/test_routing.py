"""Who gets a case: skill, then duty, then load, then the lead; managers for authority; deputies for those away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.rules.routing import (
    Because,
    Choice,
    Over,
    Person,
    Wanted,
    accountable,
    choose,
    circle,
    managers_above,
)

People = dict[int, Person]


def people(**given: dict[str, Any]) -> People:
    """`p1={...}` is the person of this number."""
    return {int(name[1:]): Person(int(name[1:]), **fields) for name, fields in given.items()}


def chosen(found: Choice | None) -> tuple[int, Because]:
    assert found is not None
    return found.agent_id, found.because


def pick(known: People, wanted: Wanted | None = None, *, last: int | None = None) -> Choice | None:
    """Everybody is in the team but the last resort."""
    return choose(known, [number for number in known if number != last], wanted or Wanted(), last)


SKILLED = {"skills": frozenset({"electrics"})}

# -- in the team ----------------------------------------------------------------------------------------------


def test_the_skill_goes_before_duty_load_and_lead() -> None:
    known = people(p1={"on_duty": True}, p2={"is_lead": True}, p3={**SKILLED, "load": 9})
    assert chosen(pick(known, Wanted(skill="electrics"))) == (3, Because.SKILL)
    assert chosen(pick(known)) == (1, Because.DUTY)


def test_of_several_with_the_skill_duty_decides_and_then_the_load() -> None:
    known = people(p1={**SKILLED, "load": 2}, p2={**SKILLED, "load": 1}, p3={**SKILLED, "load": 5, "on_duty": True})
    assert chosen(pick(known, Wanted(skill="electrics"))) == (3, Because.SKILL)
    assert chosen(pick({number: known[number] for number in (1, 2)}, Wanted(skill="electrics"))) == (2, Because.SKILL)


def test_a_skill_that_nobody_has_leads_to_the_rest_of_the_team() -> None:
    assert chosen(pick(people(p1={"load": 1}, p2={}), Wanted(skill="electrics"))) == (2, Because.MEMBER)


def test_the_load_goes_before_the_lead_and_the_lead_before_the_oldest() -> None:
    assert chosen(pick(people(p1={}, p2={"is_lead": True}))) == (2, Because.LEAD)
    assert chosen(pick(people(p1={}, p2={"is_lead": True, "load": 1}))) == (1, Because.MEMBER)
    assert chosen(pick(people(p4={}, p3={}))) == (3, Because.MEMBER)


def test_only_the_team_is_asked() -> None:
    known = people(p1={"on_duty": True}, p2={"load": 7})
    assert chosen(choose(known, [2], Wanted())) == (2, Because.MEMBER)


# -- authority ------------------------------------------------------------------------------------------------

CHAIN: dict[str, dict[str, Any]] = {
    "p1": {"manager_id": 2, "limit": 0},
    "p2": {"manager_id": 3, "limit": 1000},
    "p3": {"manager_id": 4, "limit": 20_000},
    "p4": {"limit": None},
}


@pytest.mark.parametrize(("amount", "who"), [(0, 2), (1000, 2), (1001, 3), (20_000, 3), (20_001, 4), (9_999_999, 4)])
def test_the_first_of_the_manager_chain_who_may_decide_so_much_is_asked(amount: int, who: int) -> None:
    known = people(**CHAIN, p5={"on_duty": True, "limit": None})
    assert chosen(pick(known, Wanted(managers_of=1, amount=amount))) == (who, Because.MANAGER)


def test_a_manager_who_does_not_work_at_this_level_is_not_asked() -> None:
    known = people(**CHAIN, p5={"on_duty": True, "limit": None})
    assert chosen(choose(known, [3, 5], Wanted(managers_of=1, amount=5))) == (3, Because.MANAGER)
    assert chosen(choose(known, [5], Wanted(managers_of=1, amount=5))) == (5, Because.DUTY)


def test_without_a_manager_those_who_may_decide_go_before_those_on_duty() -> None:
    known = people(p1={"on_duty": True, "limit": 10}, p2={"limit": 500})
    assert chosen(pick(known, Wanted(amount=400))) == (2, Because.MEMBER)
    assert chosen(pick(known, Wanted(amount=5))) == (1, Because.DUTY)


def test_what_only_somebody_with_authority_gets_passes_over_everybody_without_it() -> None:
    known = people(p1={"on_duty": True, "limit": 10}, p2={"limit": 500}, p8={"limit": 20}, p9={"limit": 900})
    strict = Wanted(amount=400, strictly=True)
    assert choose(known, [1, 2], strict, 9) == Choice(2, Because.MEMBER, None, ((1, Over.LIMIT),))
    assert choose(known, [1], strict, 9) == Choice(9, Because.LAST_RESORT, None, ((1, Over.LIMIT),))
    assert choose(known, [1], strict, 8) is None
    assert chosen(choose(known, [1], Wanted(strictly=True), 8)) == (1, Because.DUTY)
    away = known | people(p2={"limit": 500, "away": True, "deputy_id": 8})
    assert choose(away, [2], strict) is None  # the deputy may not decide it


def test_the_chain_of_managers_is_walked_once_even_when_it_is_a_circle() -> None:
    known = people(p1={"manager_id": 2}, p2={"manager_id": 3}, p3={"manager_id": 2})
    assert list(managers_above(known, 1)) == [2, 3]
    assert list(managers_above(known, None)) == list(managers_above(known, 9)) == []
    assert list(managers_above(people(p1={"manager_id": 8}), 1)) == []


# -- absences -------------------------------------------------------------------------------------------------


def test_onc_01_deputies_of_deputies_stand_in_however_long_the_chain() -> None:
    known = people(p1={"away": True, "deputy_id": 2}, p2={"away": True, "deputy_id": 3}, p3={})
    assert choose(known, [1], Wanted()) == Choice(3, Because.DEPUTY, instead_of=1)
    back = known | people(p2={})
    assert choose(back, [1], Wanted()) == Choice(2, Because.DEPUTY, instead_of=1)
    assert choose(known | people(p1={}), [1], Wanted()) == Choice(1, Because.MEMBER)


def test_onc_01_a_circle_of_deputies_is_nobody_and_does_not_go_on_for_ever() -> None:
    known = people(p1={"away": True, "deputy_id": 2}, p2={"away": True, "deputy_id": 1}, p3={})
    assert choose(known, [1, 3], Wanted()) == Choice(3, Because.MEMBER, None, ((1, Over.AWAY),))


def test_onc_01_circles_are_found_wherever_one_begins_to_look() -> None:
    deputies = [(1, 2), (2, 3), (3, 1), (4, 1)]
    assert circle(deputies, 1) == [1, 2, 3]
    assert circle(deputies, 3) == [3, 1, 2]
    assert circle(deputies, 4) == []  # leads into a circle, is none itself
    assert circle([(1, 1)], 1) == [1]
    assert circle([(1, 2)], 1) == circle([], 1) == []


def test_onc_02_who_is_away_without_a_deputy_is_passed_over_and_named() -> None:
    known = people(p1={"on_duty": True, "away": True}, p2={"active": False}, p3={"load": 3})
    assert choose(known, [1, 2, 3], Wanted()) == Choice(3, Because.MEMBER, None, ((1, Over.AWAY), (2, Over.LEFT)))


def test_onc_02_a_deputy_who_left_or_is_not_known_stands_in_for_nobody() -> None:
    for deputy in ({"active": False}, None):
        known = people(p1={"away": True, "deputy_id": 2}, p3={}) | (people(p2=deputy) if deputy else {})
        found = choose(known, [1, 3], Wanted())
        assert found is not None
        assert (found.agent_id, [who for who, _why in found.passed_over]) == (3, [1])


def test_who_was_asked_before_is_not_asked_again_nor_through_somebody_else() -> None:
    known = people(p1={}, p2={"away": True, "deputy_id": 1}, p3={"load": 4})
    found = choose(known, [1, 2, 3], Wanted(but_not=frozenset({1})))
    assert found == Choice(3, Because.MEMBER, None, ((1, Over.ASKED), (2, Over.ASKED)))


# -- nobody ---------------------------------------------------------------------------------------------------


def test_esc_06_a_team_in_which_nobody_can_be_reached_leads_to_the_last_resort_with_the_reasons() -> None:
    known = people(p1={"away": True}, p2={"active": False}, p9={})
    assert pick(known, last=9) == Choice(9, Because.LAST_RESORT, None, ((1, Over.AWAY), (2, Over.LEFT)))
    assert chosen(choose(people(p9={}), [], Wanted(), 9)) == (9, Because.LAST_RESORT)


def test_esc_06_a_last_resort_who_is_away_has_a_deputy_and_answers_alone_without_one() -> None:
    away = people(p8={}, p9={"away": True, "deputy_id": 8})
    assert choose(away, [], Wanted(), 9) == Choice(8, Because.LAST_RESORT, instead_of=9)
    assert choose(people(p9={"away": True}), [], Wanted(), 9) == Choice(9, Because.LAST_RESORT)


def test_esc_06_without_a_last_resort_who_works_here_there_is_nobody() -> None:
    assert choose(people(p1={"away": True}), [1], Wanted()) is None
    assert choose(people(p9={"active": False}), [], Wanted(), 9) is None
    assert choose({}, [], Wanted(), 9) is None


def test_somebody_answers_for_a_case_as_long_as_anybody_is_named() -> None:
    assert accountable(escalation_person=1, owner=2, lead=3) == 1
    assert accountable(escalation_person=None, owner=2, lead=3) == 2
    assert accountable(escalation_person=None, owner=None, lead=3) == 3
    assert accountable(escalation_person=None, owner=None, lead=None) is None


# -- whoever there is -------------------------------------------------------------------------------------------

numbers = st.integers(1, 6)


@st.composite
def companies(draw: st.DrawFn) -> People:
    """Up to six people with any deputies and managers, circles included."""
    other = st.none() | numbers
    return {
        number: Person(
            number,
            active=draw(st.booleans()),
            is_lead=draw(st.booleans()),
            load=draw(st.integers(0, 3)),
            skills=frozenset({"electrics"} if draw(st.booleans()) else ()),
            on_duty=draw(st.booleans()),
            away=draw(st.booleans()),
            deputy_id=draw(other),
            manager_id=draw(other),
            limit=draw(st.none() | st.integers(0, 100)),
        )
        for number in draw(st.sets(numbers))
    }


wishes = st.builds(
    Wanted,
    skill=st.sampled_from(("", "electrics")),
    managers_of=st.none() | numbers,
    amount=st.integers(0, 120),
    but_not=st.frozensets(numbers, max_size=3),
)


@given(companies(), st.sets(numbers), wishes, st.none() | numbers)
def test_whoever_gets_it_works_here_is_there_and_was_not_asked_unless_as_the_last_resort(
    known: People, team: set[int], wanted: Wanted, last: int | None
) -> None:
    found = choose(known, team, wanted, last)
    if found is None:
        assert last not in known or not known[last].active
        return
    person = known[found.agent_id]
    assert person.active
    if found.because is not Because.LAST_RESORT:
        assert not person.away
        assert person.agent_id not in wanted.but_not
        assert (found.instead_of or found.agent_id) in team
    assert (found.because is Because.DEPUTY) <= (found.instead_of is not None)
    assert found.instead_of is None or known[found.instead_of].away
    assert len({who for who, _why in found.passed_over}) == len(found.passed_over)


@given(companies(), st.sets(numbers), wishes)
def test_nobody_who_could_take_it_is_passed_over_for_the_last_resort(
    known: People, team: set[int], wanted: Wanted
) -> None:
    able = [
        p for p in known.values() if p.agent_id in team and p.active and not p.away and p.agent_id not in wanted.but_not
    ]
    assert (choose(known, team, wanted) is None) <= (not able)
