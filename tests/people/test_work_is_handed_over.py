"""When an absence begins, what was open goes to somebody who is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from escalations.actions import absences, escalation, routing, set_aside, triage
from escalations.actions.escalation import by_itself
from escalations.casefile.home import home
from escalations.casefile.standing_in import stand_ins
from escalations.engine.sweep import sweep
from escalations.models import Absence, Bulletin, Case, Escalation, Event, Notice, Skill
from tests.actions.soundness import is_sound
from tests.api.calls import Api
from tests.cast import MONDAY, Company, Worker, worker
from tests.ladder.ground import MINUTE, at_levels, kinds
from tests.notices.letterbox import letter_of, newest
from tests.people.absent import DAY, away, everything
from tests.policies.newer import newer

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def case(company: Company) -> Case:
    """Escalated to the specialist."""
    return company.escalate(company.open(), MONDAY + timedelta(minutes=10))


def climb_of(case: Case) -> Escalation:
    return Escalation.objects.get(case=case)


def hand_over(who: Worker, deputy: Worker) -> int:
    """This person goes on holiday; gives how many escalations the deputy got."""
    return absences.hand_over(absence_id=away(who, deputy, at=LATER).pk, at=LATER)


def running(case: Case, clock: str) -> list[datetime]:
    """Since when clocks of this kind run."""
    return list(case.clocks.filter(kind=clock, state="running").values_list("started_at", flat=True))


def waiting_for(who: Worker) -> list[int]:
    """The cases on the home page of this person that wait to be acknowledged."""
    return [row.case.pk for row in home(who.standing, at=LATER).to_acknowledge]


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


def test_what_was_acknowledged_has_to_be_acknowledged_anew_by_whoever_has_it_now(company: Company) -> None:
    newer(company, at_levels(2, remind_minutes=15))
    case = company.escalate(company.open(), MONDAY + 10 * MINUTE)
    mara, jan = company.specialist, company.manager
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 20 * MINUTE, text="I look at it.")
    assert hand_over(mara, jan) == 1
    assert climb_of(case).steps.get().acknowledged_at is None
    assert running(case, "acknowledgement") == [LATER]
    assert case.pk in waiting_for(jan)
    letter = letter_of(newest(case, jan.user.code))
    assert "This escalation was with Mara Lindt, who is away. It is with you now." in letter.text
    assert "Please acknowledge it by" in letter.text
    assert "nobody took it up" not in letter.text
    sweep(LATER + 14 * MINUTE)
    assert "escalation.reminded" not in kinds(case)
    sweep(LATER + 15 * MINUTE)
    assert jan.user.code in told(case, "escalation.reminded")
    escalation.acknowledge(
        case=case, actor=jan.standing, at=LATER + 16 * MINUTE, severity=2, text="I have it while Mara is away."
    )
    assert company.ida.contact.code in told(case, "escalation.acknowledged")
    assert (running(case, "acknowledgement"), case.pk in waiting_for(jan)) == ([], False)
    is_sound(case)


def test_an_expert_who_acknowledged_is_replaced_by_one_who_has_to_acknowledge(company: Company) -> None:
    skill = Skill.objects.create(slug="sql", name="Databases")
    for expert in (company.specialist, company.executive):
        expert.agent.skills.add(skill)
    case, mara = company.open(), company.specialist
    triage.take(case=case, actor=company.agent.standing, at=MONDAY)
    escalation.lend(case=case, actor=company.agent.standing, at=MONDAY, skill=skill, asked="Look at the index")
    escalation.acknowledge(case=case, actor=mara.standing, at=MONDAY + MINUTE, severity=2, text="I look at it.")
    hand_over(mara, company.executive)
    step = climb_of(case).steps.get()
    assert (step.person, step.acknowledged_at) == (company.executive.agent, None)
    assert climb_of(case).accountable == company.agent.agent
    assert running(case, "acknowledgement") == [LATER]
    is_sound(case)


def test_what_somebody_else_has_taken_up_needs_no_second_acknowledgement(company: Company, case: Case) -> None:
    nina = worker("Nina Falk", case.team, is_lead=False)
    escalation.accept(case=case, actor=nina.standing, at=MONDAY + 20 * MINUTE, text="I have it.")
    hand_over(company.specialist, company.manager)
    assert climb_of(case).steps.get().acknowledged_at == MONDAY + 20 * MINUTE
    assert running(case, "acknowledgement") == []
    is_sound(case)


def test_what_nobody_had_acknowledged_keeps_the_time_it_has_for_that(company: Company, case: Case) -> None:
    hand_over(company.specialist, company.manager)
    assert running(case, "acknowledgement") == [MONDAY + 10 * MINUTE]
    is_sound(case)


def test_a_brief_that_was_returned_is_owed_all_the_same_and_nobody_has_to_acknowledge(
    company: Company, case: Case
) -> None:
    mara, ben, jan = company.specialist.standing, company.agent.standing, company.manager
    escalation.acknowledge(case=case, actor=mara, at=MONDAY + 11 * MINUTE, severity=2, text="I look at it.")
    escalation.give_back(case=case, actor=mara, at=MONDAY + 12 * MINUTE, reason="Which firmware is it?")
    hand_over(company.specialist, jan)
    assert (running(case, "acknowledgement"), case.pk in waiting_for(jan)) == ([], False)
    escalation.complete(case=case, actor=ben, at=LATER + MINUTE, brief=company.brief())
    assert running(case, "acknowledgement") == [LATER + MINUTE]
    assert jan.user.code in told(case, "escalation.completed")
    is_sound(case)


def test_another_deputy_gets_what_comes_from_then_on_and_what_was_handed_over_stays(
    company: Company, case: Case
) -> None:
    hand_over(company.specialist, company.manager)
    absence = Absence.objects.get()
    absence.deputy = company.executive.agent
    absences.save(absence=absence, by=company.specialist.user, at=LATER + MINUTE)
    assert absences.due(LATER + MINUTE) == [absence.pk]
    assert absences.hand_over(absence_id=absence.pk, at=LATER + MINUTE) == 0
    assert climb_of(case).accountable == company.manager.agent
    newer_case = company.escalate(company.open(), LATER + 2 * MINUTE)
    assert climb_of(newer_case).accountable == company.executive.agent


def test_one_case_that_fails_is_set_aside_and_holds_up_no_other(
    company: Company, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = company.escalate(company.open(), MONDAY + timedelta(minutes=20))
    row = away(company.specialist, company.manager, at=LATER)
    right = by_itself.pass_on

    def fails(work: Any, found: Any, **said: Any) -> Event:
        if work.case.pk == case.pk:
            raise ValueError("spoilt")
        return right(work, found, **said)

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
