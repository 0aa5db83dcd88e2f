"""Somebody stops working here: what they were asked, and where they helped, goes to somebody who can be reached."""

from __future__ import annotations

from datetime import timedelta

from escalations.actions import escalation, people
from escalations.models import Event, Notice, Skill, Step, staff_standing
from escalations.rules.vocabulary import Move
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, worker

HOUR = timedelta(hours=1)


def test_a_question_to_somebody_who_leaves_is_asked_of_somebody_else_who_is_told(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    escalation.ask_decision(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY + HOUR,
        question=escalation.Question("May we refund the month?", amount=500),
        person=company.manager.agent,
    )
    worker("Nils Next", company.manager.agent.teams.get())
    people.deactivate(agent=company.manager.agent, by=company.administrator, at=MONDAY + 2 * HOUR)
    decision = case.escalations.get().decisions.get()
    event = Event.objects.filter(case=case).latest("seq")
    assert decision.person.works
    assert (event.kind, event.data["asked"]) == ("case.reassigned", decision.person.code)
    assert Notice.objects.filter(event=event, recipient=decision.person.code, channel="in_app").exists()
    is_sound(case)
    answering = staff_standing(decision.person.user)
    escalation.decide(case=case, actor=answering, at=MONDAY + 3 * HOUR, verdict="approved", answer="Yes.")
    is_sound(case)


def test_an_expert_who_leaves_leaves_the_step_to_whoever_answers_for_it(company: Company) -> None:
    expert = worker("Xenia Expert", company.manager.agent.teams.get(), is_lead=False)
    skill = Skill.objects.create(slug="electrics", name="Electrics")
    expert.agent.skills.add(skill)
    case = company.escalate(company.open(), MONDAY)
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, text="We look at it.")
    escalation.lend(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, skill=skill, asked="Measure it")
    climb, step = case.escalations.get(), Step.objects.get(escalation__case=case, ended_at=None)
    assert (step.person, step.move) == (expert.agent, Move.LEND)
    people.deactivate(agent=expert.agent, by=company.administrator, at=MONDAY + 2 * HOUR)
    step.refresh_from_db()
    climb.refresh_from_db()
    assert step.person == climb.accountable == company.specialist.agent
    is_sound(case)
