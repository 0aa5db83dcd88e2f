"""A customer asks for escalation: who may, when, and what nobody can do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from customers.models import Membership
from customers.refusal import Refused
from escalations.actions import asks, escalation, handling, resolution
from escalations.engine.sweep import sweep
from escalations.models import Ask, Clock, Escalation
from escalations.rules.vocabulary import AskReason, CaseState, ClockKind, Kind, Outcome, Reason
from escalations.timing.stopwatch import ClockState
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.portal.asking import STAKE, ask, from_level, last, ledger, promising, told
from tests.portal.rooms import HOUR

pytestmark = pytest.mark.django_db


def refused(code: str, act: Any, *arguments: Any, **fields: Any) -> Refused:
    """The act is refused with this code, and nothing has changed."""
    before = ledger()
    with pytest.raises(Refused) as found:
        act(*arguments, **fields)
    assert found.value.code == code
    assert str(found.value.remedy)
    assert ledger() == before
    return found.value


def test_an_ask_is_public_words_with_a_clock_until_it_is_answered(company: Company) -> None:
    promising(company)
    case = company.open()
    event = ask(case, company.ida)
    wish = Ask.objects.get()
    assert (wish.state, wish.reason, wish.reach, wish.contact) == (
        "open",
        "no_news",
        "+49 30 1234",
        company.ida.contact,
    )
    assert (wish.stake.body, wish.stake.is_public, wish.stake.contact) == (STAKE, True, company.ida.contact)
    clock = Clock.objects.get(case=case, kind=ClockKind.ASK)
    assert (clock.state, clock.due_at) == (ClockState.RUNNING, MONDAY + 3 * HOUR)
    assert told(event) == {(company.agent.agent.code, channel) for channel in ("in_app", "mail")}
    is_sound(case)


def test_the_same_form_twice_is_one_ask(company: Company) -> None:
    case = company.open()
    first = ask(case, company.ida, key="portal:twice")
    assert ask(case, company.ida, MONDAY + 2 * HOUR, key="portal:twice") == first
    assert Ask.objects.count() == 1


def test_who_asks_while_a_colleague_waits_for_an_answer_is_told_so(company: Company) -> None:
    case = company.open(company.otto)
    ask(case, company.otto)
    refused("already_asked", ask, case, company.ida)


def test_nobody_asks_for_a_case_of_another_organization(company: Company) -> None:
    refused("not_your_case", ask, company.open(), company.vera)


def test_a_colleague_who_does_not_follow_the_case_cannot_ask(company: Company) -> None:
    refused("not_your_case", ask, company.open(), company.otto)


def test_who_has_left_can_neither_ask_nor_withdraw(company: Company) -> None:
    case, other = company.open(company.otto), company.open(company.otto)
    ask(other, company.otto)
    standing = company.otto.standing
    Membership.objects.filter(contact=company.otto.contact).update(ended_on=date(2026, 3, 1))
    refused("not_your_case", asks.ask, case=case, actor=standing, at=MONDAY, reason=AskReason.AGAIN, text="x")
    refused("not_your_case", asks.withdraw_ask, case=other, actor=standing, at=MONDAY + 2 * HOUR)


def test_after_the_end_there_is_nothing_to_ask_for(company: Company) -> None:
    case, ben = company.open(), company.agent.standing
    resolution.resolve(case=case, actor=ben, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    refused("case_not_open", ask, case, company.ida)
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY)
    refused("case_not_open", ask, case, company.ida)


def test_only_customers_ask_and_only_staff_declines(company: Company) -> None:
    case, at = company.open(), MONDAY + HOUR
    refused("customer_only", asks.ask, case=case, actor=company.agent.standing, at=at, reason=AskReason.AGAIN, text="x")
    ask(case, company.ida)
    refused("staff_only", asks.decline_ask, case=case, actor=company.ida.standing, at=at, text="x")
    refused("customer_only", asks.withdraw_ask, case=case, actor=company.agent.standing, at=at)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"text": " "}, "text_missing", "text"),
        ({"reason": "because"}, "unknown_choice", "reason"),
        ({"reach": "9" * 201}, "too_long", "reach"),
    ],
)
def test_what_is_missing_is_named(company: Company, fields: dict[str, Any], code: str, field: str) -> None:
    assert refused(code, ask, company.open(), company.ida, **fields).field == field


def test_an_escalated_case_can_be_asked_higher_until_the_top(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    ask(case, company.ida)
    escalation.climb(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY + 2 * HOUR,
        kind=Kind.FUNCTIONAL,
        reason=Reason.CUSTOMER_ASKED,
        brief=company.brief(),
        level=4,
    )
    assert Ask.objects.get().state == "granted"
    refused("top_level", ask, case, company.ida, MONDAY + 40 * HOUR)
    is_sound(case)


def test_from_a_level_on_only_leads_ask_and_the_others_are_told_whom_to_talk_to(company: Company) -> None:
    promising(company, from_level(2))
    case = company.open(company.otto)
    assert "Ida Holm" in str(refused("ask_leads_only", ask, case, company.otto).remedy)
    ask(case, company.ida)
    Membership.objects.filter(contact=company.ida.contact).update(ended_on=date(2026, 3, 1))
    refused("ask_leads_missing", ask, company.open(company.otto), company.otto)


def test_below_that_level_everybody_asks(company: Company) -> None:
    promising(company, from_level(3))
    case = company.open(company.otto)
    ask(case, company.otto)
    company.escalate(case, MONDAY + 2 * HOUR)
    refused("ask_leads_only", ask, case, company.otto, MONDAY + 90 * HOUR)


def test_an_ask_wakes_a_case_on_hold_as_any_words_do(company: Company) -> None:
    promising(company)
    case, wake = company.open(), MONDAY + 99 * HOUR
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=wake)
    ask(case, company.ida)
    case.refresh_from_db()
    assert (case.state, case.pause_reason) == (CaseState.OPEN, None)
    assert Clock.objects.get(case=case, kind=ClockKind.RESOLUTION).state == ClockState.RUNNING
    is_sound(case)


def test_what_is_withdrawn_wants_no_answer_and_can_be_asked_again_at_once(company: Company) -> None:
    promising(company)
    case = company.open()
    ask(case, company.ida)
    event = asks.withdraw_ask(case=case, actor=company.ida.standing, at=MONDAY + 2 * HOUR, key="portal:w")
    assert asks.withdraw_ask(case=case, actor=company.ida.standing, at=MONDAY + 3 * HOUR, key="portal:w") == event
    assert Clock.objects.get(case=case, kind=ClockKind.ASK).state == ClockState.VOID
    assert {person for person, _channel in told(event)} == {company.agent.agent.code}
    refused("not_asked", asks.withdraw_ask, case=case, actor=company.ida.standing, at=MONDAY + 3 * HOUR)
    refused("not_asked", asks.decline_ask, case=case, actor=company.agent.standing, at=MONDAY + 3 * HOUR, text="x")
    ask(case, company.ida, MONDAY + 3 * HOUR)
    is_sound(case)


def test_a_no_needs_its_reason(company: Company) -> None:
    case = company.open()
    ask(case, company.ida)
    decline: dict[str, Any] = {"case": case, "actor": company.agent.standing, "at": MONDAY + 2 * HOUR}
    assert refused("text_missing", asks.decline_ask, **decline, text=" ").field == "text"
    event = asks.decline_ask(**decline, text="Not yet.", key="desk:no")
    assert asks.decline_ask(**decline, text="Not yet.", key="desk:no") == event
    assert Ask.objects.get().answered_by == company.agent.agent


@pytest.mark.parametrize(("passed", "free"), [(24 * HOUR - timedelta(seconds=1), False), (24 * HOUR, True)])
def test_the_time_between_two_asks_counts_from_the_answer(company: Company, passed: timedelta, free: bool) -> None:
    case, answered = company.open(), MONDAY + 5 * HOUR
    ask(case, company.ida)
    asks.decline_ask(case=case, actor=company.agent.standing, at=answered, text="Not yet.")
    assert (asks.why_not(case=case, actor=company.ida.standing, at=answered + passed) is None) is free
    if free:
        ask(case, company.ida, answered + passed)
    else:
        refused("ask_too_soon", ask, case, company.ida, answered + passed)


def test_a_step_that_does_not_lead_up_leaves_the_ask_open(company: Company) -> None:
    promising(company)
    case, mara = company.escalate(company.open(), MONDAY), company.specialist.standing
    ask(case, company.ida)
    escalation.hand_back(case=case, actor=mara, at=MONDAY + 2 * HOUR, reason="Yours after all.")
    assert Ask.objects.get().state == "open"
    assert Clock.objects.get(case=case, kind=ClockKind.ASK).state == ClockState.RUNNING
    is_sound(case)


def test_an_ask_is_not_granted_by_handing_back_to_a_level_above(company: Company) -> None:
    promising(company)
    case, mara, jan = company.escalate(company.open(), MONDAY), company.specialist.standing, company.manager.standing
    escalation.climb(case=case, actor=mara, at=MONDAY, kind=Kind.FUNCTIONAL, reason=Reason.SKILL, brief=company.brief())
    escalation.step_back(case=case, actor=jan, at=MONDAY + HOUR, reason="No authority needed.")
    ask(case, company.ida)
    escalation.hand_back(case=case, actor=mara, at=MONDAY + 2 * HOUR, reason="It is needed after all.")
    case.refresh_from_db()
    assert case.level == 3
    assert Ask.objects.get().state == "open"
    assert Clock.objects.get(case=case, kind=ClockKind.ASK).state == ClockState.RUNNING
    is_sound(case)


def test_granting_is_the_climb_itself_and_names_the_customer_as_its_source(company: Company) -> None:
    case = company.open()
    ask(case, company.ida)
    company.escalate(case, MONDAY + 2 * HOUR)
    wish = Ask.objects.get()
    assert (wish.state, wish.answered_at, wish.answered_by) == ("granted", MONDAY + 2 * HOUR, company.agent.agent)
    assert Escalation.objects.get().source == "customer"
    assert last(case).data["ask"] == wish.uid


@pytest.mark.parametrize("how", ["confirmed", "staff", "silence"])
def test_an_ask_nobody_answered_is_over_when_the_case_is_closed_and_can_be_made_again(
    company: Company, how: str
) -> None:
    promising(company)
    case, ida, ben = company.open(), company.ida.standing, company.agent.standing
    at = MONDAY + 2 * HOUR
    ask(case, company.ida)
    resolution.resolve(case=case, actor=ben, at=at, outcome=Outcome.SOLVED, text="Done.")
    assert Ask.objects.get().state == "open"
    if how == "silence":
        at += timedelta(days=30)
        sweep(at)
    else:
        act, who = (resolution.confirm, ida) if how == "confirmed" else (resolution.close, ben)
        act(case=case, actor=who, at=at)
    wish = Ask.objects.get()
    assert (wish.state, last(case).data["how"], last(case).data["ask"]) == ("withdrawn", how, wish.uid)
    resolution.reopen(case=case, actor=ida, at=at + HOUR, text="It is back.")
    assert not Clock.objects.filter(case=case, kind=ClockKind.ASK, state=ClockState.RUNNING).exists()
    ask(case, company.ida, at + 2 * HOUR)
    is_sound(case)


def test_an_ask_nobody_answered_is_owed_again_when_the_case_opens_again(company: Company) -> None:
    promising(company)
    case, at = company.open(), MONDAY + 2 * HOUR
    ask(case, company.ida)
    resolution.resolve(case=case, actor=company.agent.standing, at=at, outcome=Outcome.SOLVED, text="Done.")
    assert not Clock.objects.filter(case=case, kind=ClockKind.ASK, state=ClockState.RUNNING).exists()
    resolution.reopen(case=case, actor=company.ida.standing, at=at + HOUR, text="It is back.")
    assert Clock.objects.get(case=case, kind=ClockKind.ASK, state=ClockState.RUNNING).due_at == at + 3 * HOUR
    is_sound(case)
