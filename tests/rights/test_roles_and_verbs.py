"""What each role may do with a case, verb by verb: refused with words, and nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group

from customers.refusal import Refused
from escalations.actions import handling, roles
from escalations.models import Agent, words
from escalations.rules import permits
from escalations.rules.permits import CHECKS, Situation
from escalations.rules.roles import ACTING, GRANTS, NEEDS, StaffRole
from escalations.rules.standing import SYSTEM, Door, Right, Standing
from escalations.rules.vocabulary import CaseState, EscalationState, Verb
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company, worker
from tests.rights import table

TEAM = 7
FULL = Situation(
    CaseState.OPEN,
    dormant=False,
    owner_id=1,
    team_id=TEAM,
    has_level_above=True,
    has_level_below=True,
    escalation_state=EscalationState.REQUESTED,
    accountable_id=1,
    person_id=1,
    deciders=frozenset({1}),
    teams_above=frozenset({TEAM}),
    decision_open=True,
    from_team_differs=True,
    promised=True,
    ask_open=True,
    has_requests=True,
    has_plan_steps=True,
    has_script=True,
)


def somebody(role: StaffRole | None) -> Standing:
    rights = GRANTS[role].rights if role else frozenset()
    team = frozenset({TEAM})
    return Standing(
        Door.STAFF, "user:a", user_id=1, agent_id=1, team_ids=team, rights=rights, roles=(role,) if role else ()
    )


def test_the_page_about_roles_is_what_the_code_draws() -> None:
    written = table.DOCUMENT.read_text(encoding="utf-8")
    assert written == table.document(), "run: .venv/bin/python -m tests.rights.table"


def test_every_verb_of_the_staff_needs_a_right_and_what_customers_do_needs_none() -> None:
    only_customers = {Verb.CONFIRM, Verb.RATE, Verb.ASK, Verb.WITHDRAW_ASK}
    assert set(NEEDS) == set(CHECKS) - only_customers


@pytest.mark.parametrize("lowest", [False, True])
@pytest.mark.parametrize("role", [*StaffRole, None])
@pytest.mark.parametrize("verb", NEEDS)
def test_a_role_is_refused_exactly_what_it_lacks_the_right_for(
    verb: Verb, role: StaffRole | None, lowest: bool
) -> None:
    case, who = replace(FULL, has_level_below=not lowest), somebody(role)
    daily = lowest and NEEDS[verb] is Right.RECEIVE and verb is not Verb.PULL_UP
    right = Right.WORK if daily else NEEDS[verb]
    lacks = role is None or right not in GRANTS[role].rights
    assert permits.lacks_right(verb, case, who) is lacks
    code = permits.refusal(verb, case, who)
    assert code if lacks else code != "role"
    assert code == "role" or who.rights & ACTING


def test_what_a_role_lacks_a_deputy_does_not_get_by_standing_in() -> None:
    away = replace(FULL, accountable_id=9, person_id=9, owner_id=9, team_id=TEAM + 1, deputies=frozenset({(1, 9)}))
    assert permits.refusal(Verb.ACKNOWLEDGE, away, somebody(StaffRole.SPECIALIST)) == ""
    assert permits.refusal(Verb.ACKNOWLEDGE, away, somebody(StaffRole.AGENT)) == "role"


def test_customers_and_belay_itself_are_asked_for_no_role() -> None:
    customer = Standing(Door.CUSTOMER, "contact:c", user_id=5, contact_id=5)
    assert permits.refusal(Verb.REPLY, FULL, customer) == ""
    assert "role" not in set(permits.offers(FULL, SYSTEM).values()) | set(permits.offers(FULL, customer).values())


def test_somebody_is_told_which_role_does_not_include_it_and_nothing_changes(company: Company) -> None:
    case, auditor = company.open(), worker("Rita Read", company.open().team, role=StaffRole.AUDITOR)
    before = everything()
    with pytest.raises(Refused) as refused:
        handling.note(case=case, actor=auditor.standing, at=MONDAY, text="May I?")
    assert refused.value.code == "role"
    assert "auditor" in str(refused.value.remedy)
    assert "ask an administrator" in str(refused.value.remedy)
    assert everything() == before


def test_without_any_role_somebody_is_told_so(company: Company) -> None:
    nobody = worker("Nora None", company.open().team)
    roles.assign(nobody.user, [])
    assert "none" in str(words.against("role", nobody.standing))
    assert nobody.standing.rights == frozenset()


@pytest.mark.parametrize(
    ("level", "leads", "role"),
    [
        (0, False, StaffRole.AGENT),
        (1, False, StaffRole.AGENT),
        (0, True, StaffRole.LEAD),
        (2, False, StaffRole.SPECIALIST),
        (2, True, StaffRole.LEAD),
        (3, True, StaffRole.MANAGER),
        (4, False, StaffRole.EXECUTIVE),
        (5, True, StaffRole.EXECUTIVE),
    ],
)
def test_whoever_has_no_role_gets_the_one_of_the_highest_level(
    company: Company, level: int, leads: bool, role: StaffRole
) -> None:
    rung = company.version.levels.filter(number=min(level, 4)).first()
    person = worker("Una Role", company.open().team if rung is None else rung.team, is_lead=leads)
    if rung is None:
        person.agent.memberships.all().delete()
        if leads:
            return
    roles.seed(at=MONDAY)
    roles.assign(person.user, [])
    assert roles.seed(at=MONDAY) == [person.agent]
    assert roles.roles_of(person.user) == {role}
    assert roles.seed(at=MONDAY) == []


def test_seeding_again_gives_back_nothing_that_an_administrator_took_away(company: Company) -> None:
    group = Group.objects.get(name=StaffRole.AGENT)
    group.permissions.clear()
    roles.seed(at=MONDAY)
    assert not group.permissions.exists()
    assert not company.agent.standing.rights
    assert Agent.objects.filter(user__groups=group).count() == 1


def test_the_back_office_opens_with_a_role_and_closes_with_it(company: Company) -> None:
    user = company.agent.user
    roles.give(user=user, roles=[StaffRole.AUDITOR], by=company.administrator, at=MONDAY)
    user.refresh_from_db()
    assert user.is_staff
    assert user.has_perm("escalations.view_policy")
    assert not user.has_perm("escalations.change_policy")
    roles.give(user=user, roles=[StaffRole.AGENT], by=company.administrator, at=MONDAY)
    user.refresh_from_db()
    assert not user.is_staff


def refused_roles() -> list[tuple[str, str, str]]:
    return [
        ("manager", "agent", "role_not_yours"),
        ("office", "office", "own_role"),
        ("office", "root", "role_not_yours"),
    ]


@pytest.mark.parametrize(("by", "whom", "code"), refused_roles())
def test_roles_are_given_by_administrators_alone_and_nobody_gives_his_own(
    company: Company, by: str, whom: str, code: str
) -> None:
    office = worker("Olga Office", company.open().team, role=StaffRole.ADMINISTRATOR).user
    people: dict[str, Any] = {
        "manager": company.manager.user,
        "agent": company.agent.user,
        "office": office,
        "root": company.administrator,
    }
    before = everything()
    with pytest.raises(Refused, match=code):
        roles.give(user=people[whom], roles=[StaffRole.EXECUTIVE], by=people[by], at=MONDAY)
    assert everything() == before
