"""One escalation worked to its end: finding, plan, a request to an outside party, a promise, “not solved”, follow-up.

Findings are dated, plans have owners, outside parties are reminded, promises kept, nobody is asked twice for what is on
record, and everybody received what was for them and nothing else.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, promises, resolution, review, work
from escalations.casefile.staff import staff_casefile
from escalations.casefile.work import follow_ups, plan_steps, tried_so_far
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, PlanStep, Request
from escalations.rules.vocabulary import ClockKind, Kind, Outcome, Reason
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, Customer, Worker, worker
from tests.work.ground import DAY, HOUR, MINUTE, all_rows, carrier, climb_of, line, script, strict, told

TUESDAY, WEDNESDAY, FRIDAY = MONDAY + DAY, MONDAY + 2 * DAY, MONDAY + 4 * DAY
NEXT_FRIDAY = FRIDAY + timedelta(days=7)
CLOSING_TIME = NEXT_FRIDAY - timedelta(hours=16)  # of Thursday: five working days after Friday at opening time


def escalated_with_what_was_tried(company: Company) -> Case:
    """The front line does its script; the brief of the climb says so without anybody typing it again."""
    case = company.open()
    for number, done in enumerate(script(company)):
        at = MONDAY + number * MINUTE
        handling.tick(case=case, actor=company.agent.standing, at=at, line=done, helped=False)
    brief = escalation.BriefText(tried_so_far(case), "No billing on Thursday", "Find the cause")
    escalation.escalate(
        case=case,
        actor=company.agent.standing,
        at=MONDAY + 5 * MINUTE,
        kind=Kind.FUNCTIONAL,
        reason=Reason.SKILL,
        brief=brief,
    )
    assert "Restart the collector: it did not help." in climb_of(case).steps.get().brief.tried
    return case


def worked_on(company: Company, case: Case) -> Request:
    """Taken up, a finding, a plan with a part for Nils, the carrier asked, and the target date promised."""
    specialist = company.specialist
    nils = worker("Nils Falk", case.escalations.get().accountable.teams.get(), is_lead=False)
    standing = specialist.standing
    escalation.accept(case=case, actor=standing, at=MONDAY + HOUR, text="I have it; news by the evening.")
    work.find(case=case, actor=standing, at=MONDAY + 2 * HOUR, text="The modem loses its line.", found_at=MONDAY)
    work.plan(
        case=case,
        actor=standing,
        at=MONDAY + 2 * HOUR,
        steps=[line(nils, "Watch the line for a night"), line(specialist, "Change the modem")],
        target_at=WEDNESDAY + 2 * HOUR,
    )
    work.request(
        case=case,
        actor=standing,
        at=MONDAY + 2 * HOUR,
        party=carrier(),
        text="Why does the line drop at two?",
        contact="Ove",
        their_reference="NC-77",
        chase_minutes=240,
    )
    promises.make(
        case=case,
        actor=standing,
        at=MONDAY + 3 * HOUR,
        due_at=WEDNESDAY + 2 * HOUR,
        reason="The carrier needs a day.",
    )
    assert told(nils) == ["plan.made"]
    assert [step.body for step in plan_steps(nils.standing)] == ["Watch the line for a night"]
    work.finish(case=case, actor=nils.standing, at=TUESDAY, step=PlanStep.objects.get(position=1))
    assert plan_steps(nils.standing) == []
    return Request.objects.get()


def solved(company: Company, case: Case, at: timedelta) -> None:
    resolution.resolve(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY + at,
        outcome=Outcome.SOLVED,
        text="The line is steady now.",
        cause="outside",
        prevention="The carrier tells us of works on the line.",
    )


def the_carrier_is_silent_and_answers(company: Company, case: Case, asked: Request) -> None:
    """Half a working day later we are reminded, and its clock of the same length is missed."""
    sweep(MONDAY + 6 * HOUR)
    face = staff_casefile(case, company.specialist.standing, MONDAY + 6 * HOUR).work.asked[0]
    assert (face.is_critical, face.request.chased, face.clock and face.clock.tone) == (True, 1, "late")
    work.answer_request(
        case=case, actor=company.agent.standing, at=TUESDAY + HOUR, request=asked, text="They had works on the line."
    )


def solved_not_without_the_cause(company: Company, case: Case) -> None:
    """The news of the solution keep the promise, and the customer is asked."""
    before, standing = all_rows(), company.specialist.standing
    with pytest.raises(Refused) as refused:
        resolution.resolve(
            case=case, actor=standing, at=TUESDAY + 2 * HOUR, outcome=Outcome.SOLVED, text="The line is steady now."
        )
    assert refused.value.field == "cause"
    assert all_rows() == before
    work.finish(case=case, actor=standing, at=TUESDAY + 2 * HOUR, step=PlanStep.objects.get(position=2))
    solved(company, case, timedelta(days=1, hours=3))
    promise = Clock.objects.filter(case=case, kind=ClockKind.NEXT_UPDATE).exclude(promise="").get()
    assert (promise.state, promise.breached_at) == ("met", None)


def not_solved_and_solved_again(company: Company, case: Case) -> None:
    """It goes on at its level, with its people and what was found; what is planned anew counts."""
    resolution.reopen(case=case, actor=company.ida.standing, at=WEDNESDAY, text="It dropped again last night.")
    climb, specialist = climb_of(case), company.specialist
    assert (climb.state, climb.accountable) == ("investigating", specialist.agent)
    case.refresh_from_db()
    assert case.level == 2
    at = WEDNESDAY + HOUR
    work.find(case=case, actor=specialist.standing, at=at, text="A second modem, same model.")
    step = line(specialist, "Change the second modem", (WEDNESDAY + DAY).date())
    work.plan(case=case, actor=specialist.standing, at=at, steps=[step])
    assert climb_of(case).state == "resolving"
    solved(company, case, timedelta(days=3))
    resolution.confirm(case=case, actor=company.ida.standing, at=FRIDAY)


def followed_up_and_learned(company: Company, case: Case) -> None:
    """Five working days later the last owner is due to ask once more."""
    standing = company.agent.standing
    assert [(clock.case, clock.due_at) for clock in follow_ups(standing)] == [(case, CLOSING_TIME)]
    resolution.follow_up(case=case, actor=standing, at=NEXT_FRIDAY, text="Is the line steady still?", public=True)
    assert follow_ups(standing) == []
    review.write_review(
        case=case,
        actor=company.specialist.standing,
        at=NEXT_FRIDAY,
        causes="Works on the line.",
        lessons="Ask the carrier first.",
    )
    climb = climb_of(case)
    assert (climb.state, climb.cause) == ("closed", "outside")
    assert climb.prevention == "The carrier tells us of works on the line."


def test_from_a_finding_to_the_follow_up_with_what_each_person_received(company: Company) -> None:
    strict(company)
    case = escalated_with_what_was_tried(company)
    asked = worked_on(company, case)
    the_carrier_is_silent_and_answers(company, case, asked)
    solved_not_without_the_cause(company, case)
    not_solved_and_solved_again(company, case)
    followed_up_and_learned(company, case)
    assert received(company) == {
        "ida": [
            "case.opened",
            "escalation.requested",
            "escalation.accepted",
            "promise.made",
            "case.resolved",
            "case.resolved",
            "follow_up.sent",
        ],
        "manager": [],
        "executive": [],
    }
    assert {"finding.added", "plan.made", "request.chased", "case.reopened", "case.closed"} <= set(told(company.agent))
    assert {"request.chased", "request.answered", "plan.step_finished"} <= set(told(company.specialist))
    is_sound(case)


def received(company: Company) -> dict[str, list[str]]:
    """What the customer and those who had no part in it were told, in order."""
    people: dict[str, Worker | Customer] = {
        "ida": company.ida,
        "manager": company.manager,
        "executive": company.executive,
    }
    return {name: told(person) for name, person in people.items()}
