"""Questions to somebody with authority: options, amounts, deadlines, limits, and one answer however often it comes."""

from __future__ import annotations

from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import accounts, escalation, roles
from escalations.actions.escalation import Question
from escalations.engine.sweep import sweep
from escalations.models import Agent, Case, Decision, Team, TeamMembership
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import ClockKind, Kind, Reason
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker, worker
from tests.ladder.ground import HOUR, MINUTE, at_levels, away, newest_step, question, told, up
from tests.policies.newer import acting_on, newer


@pytest.fixture
def limits(company: Company) -> Company:
    """Specialists decide up to 500, managers up to 5000, executives anything."""
    front, experts, managers = (at_levels(n, authority_limit=to) for n, to in ((1, 0), (2, 500), (3, 5000)))
    newer(company, acting_on(ClockKind.RESOLUTION), front, experts, managers)
    return company


def asked(company: Company, *, level: int = 3, **fields: Any) -> Case:
    """The agent asks the managers."""
    case = company.open()
    escalation.escalate(
        case=case,
        actor=company.agent.standing,
        at=MONDAY + MINUTE,
        kind=Kind.HIERARCHICAL,
        reason=Reason.AUTHORITY,
        brief=question(**fields),
        level=level,
    )
    return case


def decide(case: Case, who: Worker, at: Any = MONDAY + 5 * MINUTE, **given: Any) -> Any:
    words: dict[str, Any] = {"verdict": "approved", "answer": "Do it.", **given}
    return escalation.decide(case=case, actor=who.standing, at=at, **words)


def test_options_amount_and_deadline_reach_the_manager_and_the_answer_reaches_whoever_asked(limits: Company) -> None:
    due = MONDAY + 2 * HOUR
    case = asked(limits, options=("Refund", "Credit"), recommendation="Refund", amount=900, currency="EUR", due_at=due)
    made = Decision.objects.get()
    assert (made.person, made.was_needed, made.amount, made.currency) == (limits.manager.agent, True, 900, "EUR")
    clock = case.clocks.get(kind="decision")
    assert (clock.state, clock.due_at) == ("running", due)
    assert told(limits.manager) == ["escalation.requested"]
    before = everything()
    with pytest.raises(Refused) as refused:
        decide(case, limits.manager)
    assert (refused.value.field, everything()) == ("option", before)
    decide(case, limits.manager, option=2, answer="A credit is enough.")
    made.refresh_from_db()
    assert (made.verdict, made.chosen, made.decided_by) == ("approved", "Credit", limits.manager.agent)
    assert case.clocks.get(kind="decision").state == "met"
    assert told(limits.agent)[-1] == "decision.made"
    assert "decision.made" not in told(limits.ida)
    is_sound(case)


def test_a_deadline_nobody_keeps_is_told_to_whoever_was_asked(limits: Company) -> None:
    case = asked(limits, due_at=MONDAY + HOUR)
    sweep(MONDAY + HOUR - MINUTE)
    sweep(MONDAY + HOUR)
    assert case.clocks.get(kind="decision").breached_at == MONDAY + HOUR
    assert "clock.breached" in told(limits.manager)


def test_over_the_limit_a_yes_is_refused_and_nothing_is_changed_and_a_no_costs_nothing(limits: Company) -> None:
    case = asked(limits, level=4, amount=9000)
    escalation.step_back(case=case, actor=limits.executive.standing, at=MONDAY + 2 * MINUTE, reason="You do.", level=3)
    Decision.objects.update(person=limits.manager.agent)
    before = everything()
    with pytest.raises(Refused) as refused:
        decide(case, limits.manager)
    assert (refused.value.field, refused.value.code, everything()) == ("verdict", "over_limit", before)
    assert "5000" in str(refused.value.remedy)
    decide(case, limits.manager, verdict="refused", answer="Too much.")
    assert Decision.objects.get().verdict == "refused"


def test_the_own_limit_of_a_person_counts_before_that_of_the_level(limits: Company) -> None:
    Agent.objects.filter(pk=limits.manager.agent.pk).update(authority_limit=800, authority_currency="EUR")
    case = asked(limits, amount=900)
    with pytest.raises(Refused, match="over_limit"):
        decide(case, limits.manager)
    Agent.objects.filter(pk=limits.manager.agent.pk).update(authority_currency="USD")  # says nothing about euros
    decide(case, limits.manager)


def test_the_manager_of_an_account_gains_no_authority_by_it(company: Company) -> None:
    """Neither where every limit is open nor by the level at which the case is."""
    case = asked(company, amount=9000)
    roles.assign(company.agent.user, [StaffRole.LEAD])
    accounts.open_account(
        organization=company.ida.organization, actor=company.agent.standing, at=MONDAY + 2 * MINUTE,
        manager=company.agent.agent, why="Three cases at once.", rhythm_minutes=240, cases=[case],
    )  # fmt: skip
    case.refresh_from_db()
    before = everything()
    with pytest.raises(Refused, match="other_team"):
        decide(case, company.agent)
    assert everything() == before
    decide(case, company.manager)


def test_the_limit_is_that_of_the_own_teams_wherever_the_case_is(limits: Company) -> None:
    """Somebody of no level decides no amount at all, though asked by name at the top."""
    case = asked(limits, level=4, amount=600)
    elsewhere = worker("Kim Aas", Team.objects.create(slug="sales", name="Sales"))
    for who, limit in ((elsewhere, "up to 0 EUR"), (limits.specialist, "up to 500 EUR")):
        Decision.objects.update(person=who.agent)
        before = everything()
        with pytest.raises(Refused) as refused:
            decide(case, who)
        assert (refused.value.code, everything()) == ("over_limit", before)
        assert limit in str(refused.value.remedy)
    TeamMembership.objects.create(agent=limits.specialist.agent, team=limits.manager.agent.memberships.get().team)
    decide(case, limits.specialist)  # of two levels now: the higher one counts


def test_whoever_is_asked_by_name_is_measured_by_the_own_level(limits: Company) -> None:
    case = limits.escalate(limits.open(), MONDAY + MINUTE)
    mara, jan = limits.specialist, limits.manager
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, text="I look at it.")
    wanted, at = Question("May we send somebody on Sunday?", amount=900), MONDAY + 3 * MINUTE
    roles.assign(limits.agent.user, [StaffRole.LEAD])  # what is looked at here is how much they may decide
    for nobody in (limits.agent, worker("Kim Aas", mara.agent.memberships.get().team)):
        before = everything()
        with pytest.raises(Refused) as refused:
            escalation.ask_decision(case=case, actor=mara.standing, at=at, question=wanted, person=nobody.agent)
        assert (refused.value.field, refused.value.code, everything()) == ("person", "person_over_limit", before)
    assert "Kim Aas may decide up to 500 EUR" in str(refused.value.remedy)
    escalation.ask_decision(case=case, actor=mara.standing, at=at, question=wanted, person=jan.agent)
    decide(case, jan)
    assert Decision.objects.get().decided_by == jan.agent


def test_an_amount_climbs_past_those_who_may_not_decide_it(limits: Company) -> None:
    newer(limits, at_levels(2, 3, last_resort=limits.specialist.agent))
    case = asked(limits, level=2, amount=90_000)
    taken, made = newest_step(case), Decision.objects.get()
    assert (taken.to_level, taken.move, made.person) == (4, "jump", limits.executive.agent)
    requested = case.events.get(kind="escalation.requested")
    over = [f"{limits.specialist.agent.code}:limit", f"{limits.manager.agent.code}:limit"]
    assert requested.data["passed_over"] == over
    is_sound(case)


def test_an_amount_that_nobody_above_may_decide_does_not_climb(limits: Company) -> None:
    Agent.objects.filter(pk=limits.executive.agent.pk).update(authority_limit=10_000, authority_currency="EUR")
    case = limits.open()
    before = everything()
    with pytest.raises(Refused) as refused:
        up_ = {"kind": Kind.HIERARCHICAL, "reason": Reason.AUTHORITY, "brief": question(amount=90_000)}
        escalation.escalate(case=case, actor=limits.agent.standing, at=MONDAY + MINUTE, **up_)  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.code, everything()) == ("amount", "no_decider", before)


def test_what_whoever_asked_could_have_decided_is_recorded_as_not_needed(limits: Company) -> None:
    case = limits.escalate(limits.open(), MONDAY + MINUTE)
    mara = limits.specialist
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, text="I look at it.")
    up(limits, case, MONDAY + 3 * MINUTE, kind=Kind.HIERARCHICAL, brief=question(amount=400))
    assert Decision.objects.get().was_needed is False
    other = asked(limits, amount=400)
    assert Decision.objects.get(escalation__case=other).was_needed is True


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"text": " "}, "question", "question_missing"),
        ({"amount": 10, "currency": "USD"}, "currency", "other_currency"),
        ({"due_at": MONDAY}, "due_at", "deadline_in_the_past"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    limits: Company, fields: dict[str, Any], field: str, code: str
) -> None:
    case = limits.open()
    before = everything()
    with pytest.raises(Refused) as refused:
        escalation.escalate(
            case=case,
            actor=limits.agent.standing,
            at=MONDAY + MINUTE,
            kind=Kind.HIERARCHICAL,
            reason=Reason.AUTHORITY,
            brief=question(**fields),
        )
    assert (refused.value.field, refused.value.code, everything()) == (field, code, before)


def test_asked_beside_the_work_the_level_stays_and_only_whoever_was_asked_decides(limits: Company) -> None:
    case = limits.escalate(limits.open(), MONDAY + MINUTE)
    mara, jan = limits.specialist, limits.manager
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, text="I look at it.")
    wanted = Question("May we send somebody on Sunday?", amount=900)
    escalation.ask_decision(case=case, actor=mara.standing, at=MONDAY + 3 * MINUTE, question=wanted)
    case.refresh_from_db()
    assert (case.level, case.escalations.get().state) == (2, "investigating")
    assert told(jan) == ["decision.asked"]
    before = everything()
    with pytest.raises(Refused, match="not_asked_to_decide"):
        decide(case, mara)
    with pytest.raises(Refused, match="decision_open"):
        escalation.ask_decision(case=case, actor=mara.standing, at=MONDAY + 4 * MINUTE, question=wanted)
    assert everything() == before
    decide(case, jan)
    assert told(mara)[-1] == "decision.made"
    is_sound(case)


def test_a_question_beyond_the_managers_goes_to_the_executive(limits: Company) -> None:
    case = limits.escalate(limits.open(), MONDAY + MINUTE)
    mara = limits.specialist
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, text="I look at it.")
    escalation.ask_decision(
        case=case, actor=mara.standing, at=MONDAY + 3 * MINUTE, question=Question("A new line?", amount=90_000)
    )
    assert told(limits.executive) == ["decision.asked"]
    assert told(limits.manager) == []


def test_the_deputy_of_whoever_was_asked_decides(limits: Company) -> None:
    managers = limits.manager.agent.memberships.get().team
    kim = worker("Kim Aas", managers, is_lead=False)
    case = asked(limits, amount=900)
    away(limits.manager, MONDAY + 2 * MINUTE, MONDAY + 24 * HOUR, kim)
    with pytest.raises(Refused, match="you_are_away"):
        decide(case, limits.manager)
    decide(case, kim)
    assert Decision.objects.get().decided_by == kim.agent


def test_who_takes_a_step_over_takes_over_its_question(limits: Company) -> None:
    kim = worker("Kim Aas", limits.manager.agent.memberships.get().team, is_lead=False)
    case = asked(limits)
    escalation.redirect(
        case=case, actor=limits.manager.standing, at=MONDAY + 3 * MINUTE, reason="Hers.", person=kim.agent
    )
    assert Decision.objects.get().person == newest_step(case).person == kim.agent


def test_asked_anew_one_level_up_the_question_before_needs_no_answer(limits: Company) -> None:
    case = asked(limits, due_at=MONDAY + HOUR)
    first = Decision.objects.get()
    up(limits, case, MONDAY + 5 * MINUTE, by=limits.manager, kind=Kind.HIERARCHICAL, brief=question("May I?"))
    first.refresh_from_db()
    assert (first.verdict, first.decided_at) == ("", MONDAY + 5 * MINUTE)
    assert sorted(case.clocks.filter(kind="decision").values_list("state", flat=True)) == ["void"]
    before = everything()
    with pytest.raises(Refused, match="decision_replaced"):
        decide(case, limits.executive, decision=first.uid)
    assert everything() == before
    decide(case, limits.executive)
    is_sound(case)


# -- twice, at once, and too late ------------------------------------------------------------------------


def test_esc_30_the_same_answer_twice_is_one(limits: Company) -> None:
    case = asked(limits)
    uid = Decision.objects.get().uid
    first = decide(case, limits.manager, decision=uid, key="mail-1")
    before = everything()
    assert decide(case, limits.manager, decision=uid, key="mail-1").pk == first.pk
    assert decide(case, limits.manager, decision=uid, key="mail-2").pk == first.pk
    assert everything() == before
    assert told(limits.agent).count("decision.made") == 1


def test_esc_30_who_says_something_else_than_before_is_told_what_counts(limits: Company) -> None:
    case = asked(limits)
    uid = Decision.objects.get().uid
    decide(case, limits.manager, decision=uid)
    before = everything()
    with pytest.raises(Refused, match="already_decided"):
        decide(case, limits.manager, decision=uid, verdict="refused", answer="No, stop it.", key="another-tab")
    assert everything() == before


def test_esc_30_of_two_approvers_the_first_decides(limits: Company) -> None:
    kim = worker("Kim Aas", limits.manager.agent.memberships.get().team, is_lead=False)
    case = asked(limits)
    uid = Decision.objects.get().uid
    first = decide(case, kim, decision=uid, verdict="refused", answer="No.")
    before = everything()
    assert decide(case, limits.manager, decision=uid).pk == first.pk
    assert everything() == before
    assert Decision.objects.get().verdict == "refused"


def test_esc_30_after_the_end_nothing_is_decided_any_more(limits: Company) -> None:
    answered, open_one = asked(limits), asked(limits)
    uids = [Decision.objects.get(escalation__case=case).uid for case in (answered, open_one)]
    first = decide(answered, limits.manager, decision=uids[0])
    for case in (answered, open_one):
        escalation.withdraw(case=case, actor=limits.agent.standing, at=MONDAY + 9 * MINUTE, reason="Solved by phone.")
    before = everything()
    assert decide(answered, limits.manager, at=MONDAY + HOUR, decision=uids[0]).pk == first.pk
    with pytest.raises(Refused, match="not_escalated"):
        decide(open_one, limits.manager, at=MONDAY + HOUR, decision=uids[1])
    assert everything() == before
