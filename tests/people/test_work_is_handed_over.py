"""When an absence begins, what was open goes to somebody who is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from escalations.actions import absences, escalation, routing, set_aside, triage
from escalations.actions.escalation import by_itself
from escalations.casefile.standing_in import stand_ins
from escalations.models import Bulletin, Case, Escalation, Event, Notice, Skill
from tests.actions.soundness import is_sound
from tests.api.calls import Api
from tests.cast import MONDAY, Company, worker
from tests.people.absent import DAY, away, everything

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def case(company: Company) -> Case:
    """Escalated to the specialist."""
    return company.escalate(company.open(), MONDAY + timedelta(minutes=10))


def climb_of(case: Case) -> Escalation:
    return Escalation.objects.get(case=case)


def told(case: Case, kind: str) -> set[str]:
    return set(Notice.objects.filter(case=case, event__kind=kind).values_list("recipient", flat=True))


def test_onc_01_the_deputy_of_the_deputy_gets_what_is_escalated(company: Company, case: Case) -> None:
    away(company.manager, company.executive, at=LATER)
    row = away(company.specialist, company.manager, at=LATER)
    assert absences.hand_over(absence_id=row.pk, at=LATER) == 1
    assert climb_of(case).accountable == company.executive.agent
    event = case.events.get(kind="escalation.passed_on")
    assert (event.data["because"], event.data["instead_of"]) == ("deputy", company.specialist.agent.code)
    assert company.executive.user.code in told(case, "escalation.passed_on")
    is_sound(case)


def test_handing_over_twice_hands_over_once(company: Company, case: Case) -> None:
    row = away(company.specialist, company.manager, at=LATER)
    assert [absences.hand_over(absence_id=row.pk, at=LATER) for _round in range(2)] == [1, 0]
    assert absences.due(LATER) == []


def test_nothing_is_handed_over_before_it_begins_or_after_it_is_over(company: Company, case: Case) -> None:
    row = away(company.specialist, company.manager, at=LATER, days=1)
    before = everything()
    for at in (LATER - timedelta(seconds=1), LATER + DAY):
        assert absences.due(at) == []
        assert absences.hand_over(absence_id=row.pk, at=at) == 0
    assert everything() == before


def test_without_a_deputy_the_next_of_the_team_gets_it(company: Company, case: Case) -> None:
    other = worker("Nina Falk", case.team, is_lead=False)
    row = away(company.specialist, at=LATER)
    absences.hand_over(absence_id=row.pk, at=LATER)
    assert climb_of(case).accountable == other.agent
    is_sound(case)


def test_with_nobody_else_the_last_resort_gets_it(company: Company, case: Case) -> None:
    row = away(company.specialist, at=LATER)
    absences.hand_over(absence_id=row.pk, at=LATER)
    assert climb_of(case).accountable == company.executive.agent
    assert case.events.get(kind="escalation.passed_on").data["because"] == "last_resort"


def test_where_nobody_is_left_at_all_the_administrators_are_told(company: Company, case: Case) -> None:
    """The last resort is the one who is away."""
    Escalation.objects.update(accountable=company.executive.agent)
    climb_of(case).steps.update(person=company.executive.agent)
    away(company.specialist, at=LATER)
    row = away(company.executive, at=LATER)
    assert absences.hand_over(absence_id=row.pk, at=LATER) == 0
    bulletin = Bulletin.objects.get(kind="nobody")
    assert case.reference in bulletin.path
    assert Notice.objects.filter(bulletin=bulletin, recipient=company.administrator.code).exists()


def test_an_owner_who_lent_an_expert_is_replaced_and_the_expert_stays(company: Company) -> None:
    skill = Skill.objects.create(slug="sql", name="Databases")
    company.specialist.agent.skills.add(skill)
    case = company.open()
    triage.take(case=case, actor=company.agent.standing, at=MONDAY)
    escalation.lend(case=case, actor=company.agent.standing, at=MONDAY, skill=skill, asked="Look at the index")
    row = away(company.agent, company.manager, at=LATER)
    absences.hand_over(absence_id=row.pk, at=LATER)
    climb = climb_of(case)
    assert climb.accountable == company.manager.agent
    assert climb.steps.get().person == company.specialist.agent
    assert case.events.get(kind="case.reassigned").data["away"]
    is_sound(case)


def test_whoever_took_it_up_stays_accountable_when_the_one_who_was_asked_goes(company: Company, case: Case) -> None:
    nina = worker("Nina Falk", case.team, is_lead=False)
    escalation.accept(case=case, actor=nina.standing, at=MONDAY + timedelta(minutes=20), text="I have it.")
    row = away(company.specialist, company.manager, at=LATER)
    assert absences.hand_over(absence_id=row.pk, at=LATER) == 1
    climb = climb_of(case)
    assert (climb.accountable, climb.steps.get().person) == (nina.agent, company.manager.agent)
    is_sound(case)


def test_one_case_that_fails_is_set_aside_and_holds_up_no_other(
    company: Company, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = company.escalate(company.open(), MONDAY + timedelta(minutes=20))
    row = away(company.specialist, company.manager, at=LATER)
    right = by_itself.pass_on

    def fails(work: Any, found: Any) -> Event:
        if work.case.pk == case.pk:
            raise ValueError("spoilt")
        return right(work, found)

    monkeypatch.setattr(by_itself, "pass_on", fails)
    assert absences.hand_over(absence_id=row.pk, at=LATER) == 1
    assert climb_of(other).accountable == company.manager.agent
    assert absences.due(LATER) == [row.pk]
    monkeypatch.undo()
    set_aside.over(case_id=case.pk)
    assert absences.hand_over(absence_id=row.pk, at=LATER) == 1
    assert climb_of(case).accountable == company.manager.agent
    assert absences.due(LATER) == []


def test_onc_02_open_cases_are_offered_to_the_deputy_by_one_bulletin(company: Company) -> None:
    for _number in range(3):
        triage.take(case=company.open(), actor=company.agent.standing, at=MONDAY)
    row = away(company.agent, company.specialist, at=LATER)
    absences.hand_over(absence_id=row.pk, at=LATER)
    bulletin = Bulletin.objects.get(kind="absence")
    assert bulletin.data == {"person": "Ben Okafor", "cases": 3}
    recipients = set(Notice.objects.filter(bulletin=bulletin).values_list("recipient", flat=True))
    assert recipients == {company.specialist.user.code}
    found = stand_ins(company.specialist.standing, at=LATER)
    assert [(other.agent, len(other.rows)) for other in found] == [(company.agent.agent, 3)]
    assert stand_ins(company.manager.standing, at=LATER) == []
    assert set(Case.objects.values_list("owner", flat=True)) == {company.agent.agent.pk}


def test_onc_02_automatic_assignment_skips_who_is_away(company: Company) -> None:
    away(company.specialist)
    other = worker("Nina Falk", company.specialist.agent.teams.get(), is_lead=False)
    case = company.escalate(company.open(), MONDAY + timedelta(minutes=10))
    assert climb_of(case).accountable == other.agent
    assert routing.present(other.agent, MONDAY)
    assert not routing.present(company.specialist.agent, MONDAY)


def test_who_is_away_is_refused_by_every_door(company: Company, case: Case) -> None:
    away(company.specialist, company.manager)
    client = Client()
    client.force_login(company.specialist.user)
    before = everything()
    with time_machine.travel(LATER, tick=False):
        page = client.post(f"/desk/cases/{case.reference}/accept/", {"severity": 2, "text": "Mine"})
        answer = Api(company.specialist.user).post(f"cases/{case.reference}/accept/", {"text": "Mine"})
    assert page.status_code == 422
    assert "You are away until your absence ends" in page.content.decode()
    assert (answer.status, "you_are_away" in answer.text) == (403, True)
    assert everything() == before
