"""An open question always has somebody who can answer it, and ends with the work it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from escalations.actions import absences, escalation, resolution
from escalations.actions.escalation import Question
from escalations.models import Agent, Case, Decision, Notice
from escalations.rules.vocabulary import Outcome
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, Worker
from tests.ladder.ground import DAY, HOUR, MINUTE, away

LATER = MONDAY + 2 * HOUR


@pytest.fixture
def case(company: Company) -> Case:
    """The specialist works on it and has asked the manager for money."""
    case = company.escalate(company.open(), MONDAY + MINUTE)
    mara = company.specialist.standing
    escalation.accept(case=case, actor=mara, at=MONDAY + 2 * MINUTE, text="I look at it.")
    ask(company, case)
    return case


def ask(company: Company, case: Case, at: Any = MONDAY + 3 * MINUTE, amount: int = 0) -> None:
    wanted = Question("May we send somebody on Sunday?", amount=amount, due_at=MONDAY + 7 * HOUR)
    escalation.ask_decision(case=case, actor=company.specialist.standing, at=at, question=wanted)


def solve(case: Case, company: Company, at: Any = LATER) -> None:
    resolution.resolve(
        case=case, actor=company.specialist.standing, at=at, outcome=Outcome.SOLVED, text="Fixed.", cause="product"
    )


def end(verb: Callable[..., Any]) -> Callable[[Case, Company], None]:
    return lambda case, company: verb(case=case, actor=company.specialist.standing, at=LATER, reason="Not needed.")


@pytest.mark.parametrize("ends", [solve, end(escalation.withdraw), end(escalation.de_escalate)])
def test_a_question_that_is_open_when_the_work_ends_is_no_longer_needed(
    company: Company, case: Case, ends: Callable[[Case, Company], None]
) -> None:
    ends(case, company)
    question = Decision.objects.get()
    assert (question.decided_at, question.verdict, question.decided_by) == (LATER, "", None)
    assert case.clocks.get(kind="decision").state == "void"
    is_sound(case)


def test_what_is_not_solved_after_all_can_be_asked_again(company: Company, case: Case) -> None:
    solve(case, company)
    resolution.reopen(case=case, actor=company.specialist.standing, at=LATER + HOUR, text="It came back.")
    ask(company, case, LATER + HOUR + MINUTE)
    assert Decision.objects.filter(decided_at=None).count() == 1
    assert case.clocks.filter(kind="decision", state="running").count() == 1
    is_sound(case)


def test_a_question_of_an_escalation_that_is_declined_is_no_longer_needed(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    ask(company, case)
    escalation.decline(case=case, actor=company.specialist.standing, at=LATER, reason="See the article.")
    assert Decision.objects.get().decided_at == LATER
    assert case.clocks.get(kind="decision").state == "void"
    is_sound(case)


def goes(who: Worker, deputy: Worker | None = None) -> None:
    """This person is away from now on, and their work is handed over."""
    absences.hand_over(absence_id=away(who, LATER, LATER + 7 * DAY, deputy).pk, at=LATER)


def test_the_question_of_somebody_who_goes_away_is_asked_of_the_deputy(company: Company, case: Case) -> None:
    goes(company.manager, company.executive)
    assert Decision.objects.get().person == company.executive.agent
    event = case.events.get(kind="case.reassigned")
    assert (event.data["asked"], event.data["away"]) == (company.executive.agent.code, True)
    assert Notice.objects.filter(event=event, recipient=company.executive.agent.code).exists()
    escalation.decide(
        case=case, actor=company.executive.standing, at=LATER + MINUTE, verdict="approved", answer="Send somebody."
    )
    is_sound(case)


def test_a_deputy_who_may_not_decide_so_much_is_passed_over(company: Company, case: Case) -> None:
    Decision.objects.update(amount=900, currency="EUR")
    for who, limit in ((company.agent, 0), (company.manager, 5000), (company.executive, 50000)):
        Agent.objects.filter(pk=who.agent.pk).update(authority_limit=limit, authority_currency="EUR")
    goes(company.manager, company.agent)
    assert Decision.objects.get().person == company.executive.agent
    is_sound(case)


def test_without_a_deputy_the_levels_above_are_asked(company: Company, case: Case) -> None:
    goes(company.manager)
    assert Decision.objects.get().person == company.executive.agent
    assert absences.due(LATER) == []
