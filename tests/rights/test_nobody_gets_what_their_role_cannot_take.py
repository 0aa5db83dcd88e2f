"""Routing passes over people whose role does not let them take something, and says so; nothing goes silent."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, paths, roles
from escalations.models import Bulletin, Step, TeamMembership
from escalations.rules.roles import StaffRole
from escalations.rules.routing import Because, Choice, Over, Person, Wanted, choose
from escalations.rules.vocabulary import Kind
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker, worker

MINUTE = timedelta(minutes=1)


def test_whoever_may_take_it_goes_before_duty_load_and_lead() -> None:
    people = {1: Person(1, on_duty=True, is_lead=True, is_entitled=False), 2: Person(2, load=9)}
    assert choose(people, [1, 2], Wanted(), 3) == Choice(2, Because.MEMBER, None, ((1, Over.ROLE),))


def test_the_last_resort_with_the_right_goes_before_colleagues_without_it() -> None:
    people = {1: Person(1, is_entitled=False), 3: Person(3)}
    assert choose(people, [1], Wanted(), 3) == Choice(3, Because.LAST_RESORT, None, ((1, Over.ROLE),))


@pytest.mark.parametrize("last", [Person(3, is_entitled=False), Person(3, active=False)])
def test_where_nobody_may_somebody_of_the_team_gets_it_all_the_same(last: Person) -> None:
    found = choose({1: Person(1, is_entitled=False), 3: last}, [1], Wanted(), 3)
    assert found == Choice(1, Because.MEMBER, None, (), is_entitled=False)


def test_the_deputy_needs_the_right_and_not_whoever_is_away() -> None:
    away = Person(1, away=True, deputy_id=2, is_entitled=False)
    assert choose({1: away, 2: Person(2)}, [1], Wanted()) == Choice(2, Because.DEPUTY, 1)
    people = {1: Person(1, away=True, deputy_id=2), 2: Person(2, is_entitled=False), 4: Person(4)}
    assert choose(people, [1, 4], Wanted()) == Choice(4, Because.MEMBER, None, ((1, Over.ROLE),))


def colleague(company: Company, name: str, role: StaffRole, *, of: str = "specialist") -> Worker:
    team = TeamMembership.objects.get(agent=getattr(company, of).agent).team
    return worker(name, team, is_lead=False, role=role)


def test_an_escalation_passes_over_an_auditor_of_the_team_and_the_journal_says_why(company: Company) -> None:
    auditor = colleague(company, "Anna Read", StaffRole.AUDITOR)
    TeamMembership.objects.filter(agent=auditor.agent).update(is_lead=True)
    TeamMembership.objects.filter(agent=company.specialist.agent).update(is_lead=False)
    case = company.escalate(company.open(), MONDAY + MINUTE)
    step = Step.objects.get(escalation__case=case)
    assert step.person == company.specialist.agent
    requested = case.events.get(kind="escalation.requested")
    assert requested.data["passed_over"] == [f"{auditor.user.code}:role"]
    is_sound(case)


def test_a_question_goes_to_nobody_who_may_not_decide(company: Company) -> None:
    roles.assign(company.specialist.user, [StaffRole.SPECIALIST])
    kim = colleague(company, "Kim Aas", StaffRole.LEAD)
    case = company.escalate(company.open(), MONDAY + MINUTE, Kind.HIERARCHICAL)
    assert case.escalations.get().accountable == kim.agent
    assert case.escalations.get().decisions.get().person == kim.agent


def test_where_nobody_of_a_level_has_the_right_administrators_are_told(company: Company) -> None:
    for who in (company.specialist, company.executive):  # the team, and the last resort
        roles.assign(who.user, [StaffRole.AGENT])
    case = company.escalate(company.open(), MONDAY + MINUTE)
    assert case.escalations.get().accountable == company.specialist.agent
    assert Bulletin.objects.filter(kind="nobody", data__reference=case.reference).exists()
    is_sound(case)


def test_nobody_hands_an_escalation_to_somebody_whose_role_cannot_take_it(company: Company) -> None:
    kim = colleague(company, "Kim Aas", StaffRole.AGENT)
    case = company.escalate(company.open(), MONDAY + MINUTE)
    before = everything()
    with pytest.raises(Refused, match="person_role"):
        escalation.redirect(
            case=case, actor=company.specialist.standing, at=MONDAY + MINUTE, reason="Take it.", person=kim.agent
        )
    assert everything() == before


def test_the_daily_look_names_levels_whose_people_cannot_take_anything_up(company: Company) -> None:
    for who in (company.specialist, company.executive):
        roles.assign(who.user, [StaffRole.AGENT])
    found = paths.check(policy=company.policy, on=MONDAY.astimezone(UTC).date(), at=MONDAY).findings
    said = [(one["code"], one["level"]) for one in found if one["code"].endswith("_role")]
    assert said == [
        ("team_role", 2),
        ("last_resort_role", 2),
        ("last_resort_role", 3),
        ("team_role", 4),
        ("last_resort_role", 4),
    ]
