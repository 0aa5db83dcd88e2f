"""Who gets a step when: duty when routed and when a shift begins, deputies, and nobody at all."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import escalation
from escalations.casefile import climbs
from escalations.casefile.reading import read_case
from escalations.engine.sweep import sweep
from escalations.models import Agent, Bulletin, Escalation, Rota, RotaMember, Step, Team
from escalations.rules.vocabulary import ClockKind, Kind
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker, worker
from tests.ladder.ground import DAY, HOUR, MINUTE, at_levels, away, bulletins, gone, kinds, newest_step, place, told
from tests.policies.newer import acting_on, newer

NINE_TO_EIGHTEEN = time(10, 0)  # hands over at ten in Berlin: an hour after the story begins


def rota(team: Team, *people: Worker, hands_over: time = NINE_TO_EIGHTEEN, anchor: date = date(2026, 2, 27)) -> Rota:
    """Daily turns of these people, round the clock."""
    made = Rota.objects.create(team=team, time_zone="Europe/Berlin", anchor=anchor, hands_over=hands_over, shift_days=1)
    for position, who in enumerate(people):
        RotaMember.objects.create(rota=made, position=position, agent=who.agent)
    return made


@pytest.fixture
def specialists(company: Company) -> Team:
    return company.specialist.agent.memberships.get().team


def test_onc_05_whoever_is_on_duty_when_it_is_routed_gets_it(company: Company, specialists: Team) -> None:
    kim = worker("Kim Aas", specialists, is_lead=False)
    rota(specialists, kim, company.specialist)
    company.escalate(company.open(), MONDAY + MINUTE)  # the shift of Sunday: the third, so Kim's
    step = Step.objects.get()
    assert (step.person, step.because) == (kim.agent, "duty")
    assert told(kim) == ["escalation.requested"]


def test_onc_05_whoever_comes_on_duty_during_the_wait_gets_it_when_the_shift_begins(
    company: Company, specialists: Team
) -> None:
    kim, mara = worker("Kim Aas", specialists, is_lead=False), company.specialist
    newer(company, acting_on(ClockKind.RESOLUTION))
    rota(specialists, kim, mara)
    case = company.escalate(company.open(), MONDAY + MINUTE)
    sweep(MONDAY + 59 * MINUTE)
    assert newest_step(case).person == kim.agent
    sweep(MONDAY + 60 * MINUTE)
    step = newest_step(case)
    assert (step.person, step.because, Escalation.objects.get().accountable) == (mara.agent, "duty", mara.agent)
    assert told(mara)[-1] == "escalation.passed_on"
    assert place(case) == (2, "specialists")
    is_sound(case)


def test_onc_05_a_shift_that_begins_after_the_acknowledgement_takes_nothing_away(
    company: Company, specialists: Team
) -> None:
    kim = worker("Kim Aas", specialists, is_lead=False)
    newer(company, acting_on(ClockKind.RESOLUTION))
    rota(specialists, kim, company.specialist)
    case = company.escalate(company.open(), MONDAY + MINUTE)
    escalation.acknowledge(case=case, actor=kim.standing, at=MONDAY + 5 * MINUTE, severity=2, text="I have it.")
    sweep(MONDAY + 60 * MINUTE)
    sweep(MONDAY + 61 * MINUTE)
    assert newest_step(case).person == kim.agent
    assert "escalation.passed_on" not in kinds(case)


def test_onc_05_the_first_shift_takes_over_what_went_to_the_lead_while_nobody_was_on_duty(
    company: Company, specialists: Team
) -> None:
    kim = worker("Kim Aas", specialists, is_lead=False)
    newer(company, acting_on(ClockKind.RESOLUTION))
    rota(specialists, kim, anchor=MONDAY.date())  # the very first shift begins at ten
    case = company.escalate(company.open(), MONDAY + MINUTE)
    assert (newest_step(case).person, newest_step(case).because) == (company.specialist.agent, "lead")
    sweep(MONDAY + 60 * MINUTE)
    assert (newest_step(case).person, newest_step(case).because) == (kim.agent, "duty")
    is_sound(case)


def test_a_shift_gives_nothing_back_to_somebody_who_was_asked_already(company: Company, specialists: Team) -> None:
    kim, mara = worker("Kim Aas", specialists, is_lead=False), company.specialist
    newer(company, acting_on(ClockKind.RESOLUTION), at_levels(2, pass_on_minutes=30))
    rota(specialists, mara, kim)
    case = company.escalate(company.open(), MONDAY + MINUTE)  # the lead is on duty until ten, and does not answer
    for minute in range(5, 200, 5):
        sweep(MONDAY + minute * MINUTE)
    asked = [event.data["person"] for event in case.events.filter(kind="escalation.passed_on").order_by("seq")]
    assert len(asked) == len(set(asked))
    assert mara.user.code not in asked


def test_who_is_away_is_passed_over_for_the_deputy_and_the_case_says_so(company: Company) -> None:
    kim = worker("Kim Aas", Team.objects.create(slug="other", name="Other", public_name="Other"))
    away(company.specialist, MONDAY - DAY, MONDAY + DAY, kim)
    case = company.escalate(company.open(), MONDAY + MINUTE)
    step = newest_step(case)
    assert (step.person, step.instead_of, step.because) == (kim.agent, company.specialist.agent, "deputy")
    assert told(kim)[0] == "escalation.requested"
    escalation.accept(case=case, actor=kim.standing, at=MONDAY + 5 * MINUTE, text="I stand in for Mara.")
    is_sound(case)


def test_esc_06_where_nobody_of_the_team_is_there_the_last_resort_gets_it_at_once(company: Company) -> None:
    away(company.specialist, MONDAY - DAY, MONDAY + DAY)
    case = company.escalate(company.open(), MONDAY + MINUTE)
    step, event = newest_step(case), case.events.get(kind="escalation.requested")
    assert (step.person, step.because, step.to_level) == (company.executive.agent, "last_resort", 2)
    assert event.data["passed_over"] == [f"{company.specialist.user.code}:away"]
    assert told(company.executive) == ["escalation.requested"]
    assert bulletins(company.administrator) == ["nobody"]
    assert Bulletin.objects.get().about == f"nobody:step:{step.uid}"
    is_sound(case)


def test_esc_06_a_level_without_anybody_is_left_out_by_the_engine_and_the_administrators_hear_of_it(
    company: Company,
) -> None:
    newer(company, acting_on(ClockKind.FIRST_RESPONSE), at_levels(2, last_resort=company.specialist.agent))
    gone(company.specialist)
    case = company.open()
    sweep(MONDAY + 61 * MINUTE)
    step, event = newest_step(case), case.events.get(kind="escalation.requested")
    assert place(case) == (3, "managers")
    assert (step.move, step.person, step.because) == ("jump", company.manager.agent, "lead")
    assert event.data["passed_over"] == ["level:2:nobody"]
    having = climbs.who_has_it(read_case(case, MONDAY + 62 * MINUTE))
    assert having is not None
    assert [str(name) for name, _why in having.passed_over] == ["Level 2"]
    assert told(company.manager) == ["escalation.requested"]
    sweep(MONDAY + 62 * MINUTE)
    assert bulletins(company.administrator) == ["nobody"]
    is_sound(case)


def test_esc_06_where_all_levels_above_are_empty_people_are_told_once_and_nothing_loops(company: Company) -> None:
    newer(
        company,
        acting_on(ClockKind.FIRST_RESPONSE),
        *(at_levels(n, last_resort=who.agent) for n, who in ((2, company.specialist), (3, company.manager))),
    )
    gone(company.specialist, company.manager, company.executive)
    case = company.open()
    for minute in range(60, 120, 5):
        sweep(MONDAY + minute * MINUTE)
    assert place(case) == (1, "front")
    assert kinds(case).count("criteria.met") == 1
    assert told(company.agent)[-1] == "criteria.met"
    assert bulletins(company.administrator) == ["nobody"]
    assert case.check_at is not None
    assert case.check_at > MONDAY + 2 * HOUR  # once in an hour is enough
    Agent.objects.filter(pk=company.manager.agent.pk).update(is_active=True)
    sweep(case.check_at)
    assert place(case) == (3, "managers")  # somebody is there again, and the reason still stands
    is_sound(case)


def test_esc_06_a_person_is_told_that_nobody_is_there_and_nothing_changes(company: Company) -> None:
    newer(company, at_levels(2, last_resort=company.specialist.agent))
    gone(company.specialist)
    case = company.open()
    before = everything()
    with pytest.raises(Refused) as refused:
        company.escalate(case, MONDAY + MINUTE)
    assert (refused.value.field, refused.value.code, everything()) == ("level", "nobody_there", before)


def test_a_hierarchical_climb_goes_to_the_manager_of_whoever_has_it_before_anybody_else(company: Company) -> None:
    kim = worker("Kim Aas", company.manager.agent.memberships.get().team, is_lead=False)
    company.agent.agent.manager = kim.agent
    company.agent.agent.save()
    case = company.escalate(company.open(), MONDAY + MINUTE, kind=Kind.HIERARCHICAL, level=3)
    assert (newest_step(case).person, newest_step(case).because) == (kim.agent, "manager")


def test_of_two_who_could_the_one_with_less_to_answer_for_gets_it(company: Company, specialists: Team) -> None:
    kim = worker("Kim Aas", specialists, is_lead=False)
    first, second = (company.escalate(company.open(), MONDAY + n * MINUTE) for n in (1, 2))
    assert [newest_step(case).person for case in (first, second)] == [company.specialist.agent, kim.agent]


def test_a_night_without_anybody_on_duty_ends_with_the_first_shift(company: Company, specialists: Team) -> None:
    """Duty only in office hours: outside of them the lead is asked, and the duty of the morning takes it over."""
    kim = worker("Kim Aas", specialists, is_lead=False)
    newer(company, acting_on(ClockKind.RESOLUTION))
    made = rota(specialists, kim, anchor=date(2026, 2, 2))
    made.calendar = company.calendar
    made.save()
    evening = MONDAY + timedelta(hours=10)
    case = company.escalate(company.open(at=evening), evening + MINUTE)
    assert newest_step(case).because == "lead"
    sweep(MONDAY + DAY - MINUTE)
    assert newest_step(case).because == "lead"
    sweep(MONDAY + DAY)
    assert (newest_step(case).person, newest_step(case).because) == (kim.agent, "duty")
    assert told(kim)[-1] == "escalation.passed_on"
    is_sound(case)
