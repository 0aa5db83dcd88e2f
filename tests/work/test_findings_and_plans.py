"""What was found and how it is solved: dated entries, and a plan with owners and dates."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, people, resolution, work
from escalations.models import Absence, Event, Finding, Plan, PlanStep
from escalations.rules.vocabulary import Kind, Outcome, Reason
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, worker
from tests.work.ground import DAY, HOUR, MINUTE, TOMORROW, accepted, all_rows, climb_of, line, told


def test_a_finding_keeps_the_date_it_was_found(company: Company) -> None:
    case = accepted(company)
    yesterday = MONDAY - DAY
    made = work.find(
        case=case, actor=company.specialist.standing, at=MONDAY + HOUR, text=" The lock is stale. ", found_at=yesterday
    )
    found = Finding.objects.get()
    assert (found.body, found.found_at, found.written_at) == ("The lock is stale.", yesterday, MONDAY + HOUR)
    assert made.data == {"finding": found.uid, "escalation": climb_of(case).uid}
    assert "finding.added" in told(company.agent)
    is_sound(case)


@pytest.mark.parametrize(
    ("text", "found_at", "field", "code"),
    [
        ("  ", None, "text", "text_missing"),
        ("The lock is stale.", MONDAY + DAY, "found_at", "found_in_the_future"),
    ],
)
def test_a_finding_needs_words_and_a_moment_that_is_over(
    company: Company, text: str, found_at: datetime | None, field: str, code: str
) -> None:
    case = accepted(company)
    before = all_rows()
    with pytest.raises(Refused) as refused:
        work.find(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, text=text, found_at=found_at)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert all_rows() == before


def test_findings_belong_to_escalations(company: Company) -> None:
    case = company.open()
    before = all_rows()
    with pytest.raises(Refused) as refused:
        work.find(case=case, actor=company.agent.standing, at=MONDAY, text="The lock is stale.")
    assert refused.value.code == "not_escalated"
    assert all_rows() == before


def test_a_plan_says_that_it_is_being_resolved_and_tells_everybody_with_a_step(company: Company) -> None:
    case = accepted(company)
    target = MONDAY + 2 * DAY
    work.plan(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY + HOUR,
        steps=[line(company.specialist), line(company.manager, "Order the part")],
        target_at=target,
    )
    assert climb_of(case).state == "resolving"
    rows = list(PlanStep.objects.values_list("position", "body", "owner", "due_on"))
    assert rows == [
        (1, "Replace the lock", company.specialist.agent.pk, TOMORROW),
        (2, "Order the part", company.manager.agent.pk, TOMORROW),
    ]
    assert Plan.objects.get().target_at == target
    assert told(company.manager) == ["plan.made"]
    is_sound(case)


def test_a_second_plan_takes_the_place_of_the_first(company: Company) -> None:
    case = accepted(company)
    specialist = company.specialist
    for body in ("Replace the lock", "Replace the collector"):
        work.plan(case=case, actor=specialist.standing, at=MONDAY + HOUR, steps=[line(specialist, body)])
    assert climb_of(case).state == "resolving"
    assert [step.body for step in PlanStep.objects.to_do()] == ["Replace the collector"]
    before = all_rows()
    old = PlanStep.objects.get(body="Replace the lock")
    with pytest.raises(Refused) as refused:
        work.finish(case=case, actor=specialist.standing, at=MONDAY + HOUR, step=old)
    assert (refused.value.field, refused.value.code) == ("step", "plan_step_unknown")
    assert all_rows() == before


def test_a_plan_waits_until_the_escalation_was_taken_up(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    before = all_rows()
    with pytest.raises(Refused) as refused:
        work.plan(case=case, actor=company.specialist.standing, at=MONDAY, steps=[line(company.specialist)])
    assert refused.value.code == "accept_first"
    assert all_rows() == before


@pytest.mark.parametrize("wrong", ["nothing", "no words", "yesterday", "left", "target over", "too long"])
def test_a_plan_without_what_whom_and_when_changes_nothing(company: Company, wrong: str) -> None:
    case = accepted(company)
    somebody = worker("Nils Falk", company.specialist.agent.teams.get(), is_lead=False)
    steps = {
        "nothing": [],
        "no words": [line(company.specialist), line(company.specialist, "  ")],
        "yesterday": [line(company.specialist, due_on=date(2026, 3, 1))],
        "left": [line(somebody)],
        "too long": [line(company.specialist, "x" * 301)],
    }.get(wrong, [line(company.specialist)])
    if wrong == "left":
        somebody.agent.is_active = False
        somebody.agent.save()
    codes = {
        "nothing": ("steps", "plan_step_missing"),
        "no words": ("steps", "plan_step_missing"),
        "yesterday": ("steps", "date_in_the_past"),
        "left": ("steps", "inactive_agent"),
        "target over": ("target_at", "date_in_the_past"),
        "too long": ("steps", "too_long"),
    }
    before = all_rows()
    with pytest.raises(Refused) as refused:
        work.plan(
            case=case,
            actor=company.specialist.standing,
            at=MONDAY + HOUR,
            steps=steps,
            target_at=MONDAY if wrong == "target over" else None,
        )
    assert (refused.value.field, refused.value.code) == codes[wrong]
    assert all_rows() == before


def test_a_step_is_due_by_the_day_where_the_level_works(company: Company) -> None:
    """It is Monday 23:30 in London and already Tuesday in Berlin, where the level works."""
    case = accepted(company)
    late = datetime.fromisoformat("2026-03-02T23:30:00+00:00")
    with pytest.raises(Refused) as refused:
        work.plan(
            case=case,
            actor=company.specialist.standing,
            at=late,
            steps=[line(company.specialist, due_on=date(2026, 3, 2))],
        )
    assert refused.value.code == "date_in_the_past"


def test_a_step_is_finished_by_its_owner_a_deputy_or_whoever_is_accountable(company: Company) -> None:
    case = accepted(company)
    bodies = ("Order the part", "Build it in", "Watch a night")
    work.plan(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY,
        steps=[line(company.manager, body) for body in bodies],
    )
    first, second, third = PlanStep.objects.order_by("position")
    work.finish(case=case, actor=company.manager.standing, at=MONDAY + MINUTE, step=first)
    work.finish(case=case, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE, step=second)
    Absence.objects.create(
        agent=company.manager.agent, starts_at=MONDAY, ends_at=MONDAY + DAY, deputy=company.executive.agent
    )
    work.finish(case=case, actor=company.executive.standing, at=MONDAY + 3 * MINUTE, step=third)
    done = list(PlanStep.objects.order_by("position").values_list("done_by", "done_at"))
    assert done == [
        (company.manager.agent.pk, MONDAY + MINUTE),
        (company.specialist.agent.pk, MONDAY + 2 * MINUTE),
        (company.executive.agent.pk, MONDAY + 3 * MINUTE),
    ]
    assert told(company.specialist).count("plan.step_finished") == 2
    is_sound(case)


def test_nobody_finishes_somebody_elses_step(company: Company) -> None:
    case = accepted(company)
    work.plan(case=case, actor=company.specialist.standing, at=MONDAY, steps=[line(company.manager)])
    before = all_rows()
    with pytest.raises(Refused) as refused:
        work.finish(case=case, actor=company.agent.standing, at=MONDAY, step=PlanStep.objects.get())
    assert (refused.value.field, refused.value.code) == ("step", "not_your_step")
    assert "Jan Brandt" in refused.value.remedy
    assert all_rows() == before


def test_steps_of_a_plan_stay_to_do_while_the_case_climbs_further(company: Company) -> None:
    case = accepted(company)
    work.plan(case=case, actor=company.specialist.standing, at=MONDAY, steps=[line(company.specialist)])
    escalation.climb(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY + HOUR,
        kind=Kind.FUNCTIONAL,
        reason=Reason.COMPLEXITY,
        brief=company.brief(),
    )
    assert climb_of(case).state == "requested"
    step = PlanStep.objects.get()
    work.finish(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, step=step)
    assert not PlanStep.objects.to_do().exists()
    is_sound(case)


def test_steps_of_a_plan_are_over_with_the_escalation(company: Company) -> None:
    case = accepted(company)
    specialist = company.specialist.standing
    work.plan(case=case, actor=specialist, at=MONDAY, steps=[line(company.specialist)])
    resolution.resolve(case=case, actor=specialist, at=MONDAY + HOUR, outcome=Outcome.SOLVED, text="Done.")
    assert not PlanStep.objects.to_do().exists()


def test_the_same_plan_sent_twice_is_one_plan(company: Company) -> None:
    case = accepted(company)
    specialist = company.specialist
    first, second = (
        work.plan(case=case, actor=specialist.standing, at=MONDAY, steps=[line(specialist)], key="k1")
        for _twice in "ab"
    )
    assert first == second
    assert Plan.objects.count() == 1
    assert Event.objects.filter(kind="plan.made").count() == 1


def test_a_step_of_somebody_who_left_is_finished_by_whoever_is_accountable(company: Company) -> None:
    case = accepted(company)
    somebody = worker("Nils Falk", company.specialist.agent.teams.get(), is_lead=False)
    work.plan(case=case, actor=company.specialist.standing, at=MONDAY, steps=[line(somebody)])
    people.deactivate(agent=somebody.agent, by=company.administrator, at=MONDAY + HOUR)
    work.finish(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, step=PlanStep.objects.get())
    assert not PlanStep.objects.to_do().exists()
