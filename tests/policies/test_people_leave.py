"""Somebody stops working here: nothing they held is left without somebody who answers for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from customers.actions import add_contact
from customers.refusal import Refused
from escalations.actions import escalation, people, resolution, triage
from escalations.models import Agent, Case, Event, Notice, TeamMembership
from escalations.models.events import chain_of
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company, worker

pytestmark = pytest.mark.django_db
SOON, LATER = MONDAY + timedelta(minutes=10), MONDAY + timedelta(hours=1)


def refused(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def leave(company: Company, agent: Agent) -> Agent:
    return people.deactivate(agent=agent, by=company.administrator, at=LATER)


def everything() -> list[Any]:
    kinds = (Agent, Case, Event, Notice, TeamMembership)
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


def test_who_leaves_cannot_be_given_anything_and_cannot_sign_in(company: Company) -> None:
    agent = leave(company, company.agent.agent)
    agent.user.refresh_from_db()
    assert (agent.is_active, agent.user.is_active, agent.works) == (False, False, False)


def test_a_customer_who_worked_here_still_signs_in(company: Company) -> None:
    add_contact(name="Ben Okafor", user=company.agent.user)
    agent = leave(company, Agent.objects.get(pk=company.agent.agent.pk))
    assert (agent.is_active, agent.user.is_active) == (False, True)


def test_owned_cases_lose_their_owner_and_stay_with_the_team(company: Company) -> None:
    case = company.open()
    triage.take(case=case, actor=company.agent.standing, at=SOON)
    colleague = worker("Nina Neu", case.team)
    leave(company, company.agent.agent)
    team = case.team
    case.refresh_from_db()
    assert (case.owner, case.team) == (None, team)
    event = case.events.get(kind="case.reassigned")
    assert event.data["from_owner"] == company.agent.agent.code
    assert (event.actor, event.occurred_at) == (company.administrator.code, LATER)
    assert {notice.recipient for notice in event.notices.all()} == {colleague.agent.code}


def test_an_escalation_goes_to_the_next_one_who_is_told(company: Company) -> None:
    case = company.escalate(company.open(), SOON)
    second = worker("Nina Neu", case.team, is_lead=False)
    leave(company, company.specialist.agent)
    climb = case.escalations.get()
    assert climb.accountable == second.agent
    event = case.events.get(kind="case.reassigned")
    assert event.escalation == climb
    assert (event.data["from_accountable"], event.data["accountable"]) == (
        company.specialist.agent.code,
        second.agent.code,
    )
    assert event.data["because"] == "member"
    assert event.notices.filter(recipient=second.agent.code, channel="in_app").count() == 1
    assert event.notices.exclude(recipient=second.agent.code).count() == 0


def test_when_the_team_is_empty_the_last_resort_answers(company: Company) -> None:
    case = company.escalate(company.open(), SOON)
    leave(company, company.specialist.agent)
    assert case.escalations.get().accountable == company.executive.agent
    assert case.events.get(kind="case.reassigned").data["because"] == "last_resort"


def test_owner_and_accountable_of_one_case_leave_with_one_event(company: Company) -> None:
    case = company.open()
    triage.take(case=case, actor=company.agent.standing, at=SOON, owner=company.specialist.agent)
    company.escalate(case, SOON)
    leave(company, company.specialist.agent)
    case.refresh_from_db()
    assert case.owner is None
    assert case.escalations.get().accountable != company.specialist.agent
    assert case.events.filter(kind="case.reassigned").count() == 1


def test_the_journal_stays_whole(company: Company) -> None:
    case = company.escalate(company.open(), SOON)
    leave(company, company.specialist.agent)
    case.refresh_from_db()
    assert chain_of(case.uid, case.events.order_by("seq")) == case.chain


def test_closed_cases_keep_who_solved_them(company: Company) -> None:
    case = company.open()
    who = company.agent.standing
    triage.take(case=case, actor=who, at=SOON)
    resolution.resolve(case=case, actor=who, at=SOON, outcome=Outcome.SOLVED, text="It runs again.")
    resolution.close(case=case, actor=who, at=SOON)
    leave(company, company.agent.agent)
    case.refresh_from_db()
    assert case.owner == company.agent.agent
    assert not case.events.filter(kind="case.reassigned").exists()


def test_a_resolved_case_has_nobody_who_left_as_its_owner(company: Company) -> None:
    case = company.open()
    triage.take(case=case, actor=company.agent.standing, at=SOON)
    resolution.resolve(case=case, actor=company.agent.standing, at=SOON, outcome=Outcome.SOLVED, text="It runs again.")
    leave(company, company.agent.agent)
    case.refresh_from_db()
    assert (case.owner, case.state) == (None, "resolved")


def test_cases_of_others_are_not_touched(company: Company) -> None:
    mine, other = company.open(), company.open(company.vera)
    triage.take(case=mine, actor=company.agent.standing, at=SOON)
    triage.take(case=other, actor=company.specialist.standing, at=SOON)
    leave(company, company.agent.agent)
    other.refresh_from_db()
    assert other.owner == company.specialist.agent
    assert not other.events.filter(kind="case.reassigned").exists()


def test_the_last_resort_of_a_published_level_does_not_leave(company: Company) -> None:
    before = everything()
    found = refused(lambda: leave(company, company.executive.agent))
    assert (found.field, found.code) == ("agent", "last_resort")
    assert "Standard: 1 Front line (Front line)" in str(found.remedy)
    assert everything() == before


def test_the_last_resort_of_a_retired_version_may_leave(company: Company) -> None:
    levels = [level.number for level in people.last_resort_of(company.executive.agent)]
    assert levels == [1, 2, 3, 4]
    type(company.version).objects.filter(pk=company.version.pk).update(state="retired", retired_at=LATER)
    assert people.last_resort_of(company.executive.agent) == []
    assert not leave(company, company.executive.agent).is_active


def test_nobody_leaves_when_nobody_could_take_over(company: Company) -> None:
    case = company.escalate(company.open(), SOON)
    Agent.objects.filter(pk=company.executive.agent.pk).update(is_active=False)
    before = everything()
    found = refused(lambda: leave(company, company.specialist.agent))
    assert (found.field, found.code) == ("agent", "nobody_takes_over")
    assert case.reference in str(found.remedy)
    assert everything() == before


def test_nobody_deactivates_themselves(company: Company) -> None:
    found = refused(lambda: people.deactivate(agent=company.agent.agent, by=company.agent.user, at=LATER))
    assert found.code == "yourself"
    company.agent.agent.refresh_from_db()
    assert company.agent.agent.is_active


def test_leaving_twice_is_refused(company: Company) -> None:
    agent = leave(company, company.agent.agent)
    before = everything()
    assert refused(lambda: leave(company, agent)).code == "already_inactive"
    assert everything() == before


def test_who_comes_back_is_given_work_again(company: Company) -> None:
    agent = leave(company, company.specialist.agent)
    people.reactivate(agent=agent, by=company.administrator, at=LATER)
    agent.user.refresh_from_db()
    assert (agent.is_active, agent.user.is_active) == (True, True)
    case = company.escalate(company.open(), LATER)
    assert case.escalations.get().accountable == agent
    escalation.accept(case=case, actor=company.specialist.standing, at=LATER, text="We are on it.")
    assert refused(lambda: people.reactivate(agent=agent, by=company.administrator, at=LATER)).code == "already_active"
