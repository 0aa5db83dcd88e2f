"""One case goes on in another: nothing is lost, nothing goes silent, and nobody reads what is not theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import asks, escalation, handling, merging, promises, resolution, work
from escalations.casefile.customer import customer_casefile
from escalations.models import Case, Escalation, Message, Notice, Request, Team
from escalations.rules.vocabulary import AskReason, Outcome
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company

AT = MONDAY + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def merge(company: Company, case: Case, into: Case, **fields: Any) -> None:
    values = {"actor": company.agent.standing, "at": AT, "text": "Both are one matter.", **fields}
    merging.merge(case=case, into=into, **values)
    case.refresh_from_db()
    into.refresh_from_db()


def told(case: Case) -> set[str]:
    """Who was told of the last event of this case, by the local part of their address or uid."""
    last = case.events.latest("seq")
    return set(Notice.objects.filter(event=last).values_list("recipient", flat=True))


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("kind", flat=True))


def refused(company: Company, case: Case, into: Case) -> str:
    """The code with which it is refused, foreseen in the same words, and nothing has changed."""
    before = everything()
    with pytest.raises(Refused) as said:
        merge(company, case, into)
    into.refresh_from_db()
    with pytest.raises(Refused) as foreseen:
        merging.foresee(case, into, AT)
    assert everything() == before
    assert foreseen.value.code == said.value.code
    return said.value.code


def test_the_case_ends_and_names_the_other_and_both_journals_keep_everything(company: Company) -> None:
    case, into = company.open(), company.open(subject="The collector stops")
    before = kinds(case)
    merge(company, case, into)
    assert (case.state, case.outcome, case.merged_into) == ("closed", "merged", into)
    assert kinds(case) == [*before, "case.merged"]
    assert kinds(into)[-1] == "case.absorbed"
    assert set(case.clocks.values_list("state", flat=True)) == {"void"}
    is_sound(case)
    is_sound(into)


def test_its_customer_is_told_in_plain_words_and_reads_where_it_goes_on(company: Company) -> None:
    case, into = company.open(company.otto), company.open()
    merge(company, case, into)
    assert company.otto.contact.code in told(case)
    assert Message.objects.get(case=case, user__isnull=False).is_public
    found = customer_casefile(case, company.otto.standing, AT)
    assert found.goes_on_as == into.reference
    assert found.entries[-1].words == f"Goes on as {into.reference}"


def test_its_followers_and_watchers_follow_the_other_case(company: Company) -> None:
    case, into = company.open(company.otto), company.open()
    handling.watch(case=case, actor=company.manager.standing, at=AT)
    merge(company, case, into)
    assert set(into.participants.values_list("contact__name", flat=True)) == {"Ida Holm", "Otto Berg"}
    assert into.watchers.filter(agent=company.manager.agent).exists()
    assert into.events.latest("seq").data["contacts"] == [company.otto.contact.code]


def test_an_answer_that_was_owed_is_owed_where_it_goes_on(company: Company) -> None:
    case, into = company.open(), company.open()
    handling.reply(case=into, actor=company.agent.standing, at=AT, text="We look at it.")
    assert not into.clocks.filter(kind="next_reply").exists()
    wake = AT + timedelta(days=1)
    handling.hold(case=into, actor=company.agent.standing, at=AT, reason=company.waiting, wake_at=wake)
    merge(company, case, into)
    assert into.state == "open"
    assert into.events.latest("seq").data["owed"] is True
    is_sound(into)


def test_what_was_answered_leaves_the_other_case_as_it_was(company: Company) -> None:
    case, into = company.open(), company.open()
    handling.reply(case=case, actor=company.agent.standing, at=AT, text="It is known.")
    merge(company, case, into)
    assert into.events.latest("seq").data["owed"] is False


def test_both_escalated_its_climb_ends_and_everybody_who_answered_for_it_is_told(company: Company) -> None:
    case, into = (company.escalate(company.open(), MONDAY + MINUTE) for _number in range(2))
    escalation.accept(case=case, actor=company.specialist.standing, at=AT, text="I have it.")
    team = Team.objects.get(slug="managers")
    work.request(case=case, actor=company.specialist.standing, at=AT, text="Who signs?", team=team)
    merge(company, case, into)
    assert Escalation.objects.get(case=case).state == "withdrawn"
    assert Escalation.objects.open().get().case == into
    assert Request.objects.get().state == "cancelled"
    people = {company.specialist.user.code, company.manager.user.code, company.ida.contact.code}
    assert people <= told(case)
    assert company.specialist.user.code in told(into)
    is_sound(case)
    is_sound(into)


def test_an_escalated_case_never_goes_silent_in_one_that_stands_lower(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    assert refused(company, case, company.open()) == "merge_higher"


def test_words_of_one_customer_never_reach_another(company: Company) -> None:
    assert refused(company, company.open(), company.open(company.vera)) == "merge_other_customer"


def test_nothing_goes_on_in_a_case_that_is_over_or_in_itself(company: Company) -> None:
    case, into = company.open(), company.open()
    assert refused(company, case, case) == "link_self"
    resolution.resolve(case=into, actor=company.agent.standing, at=AT, outcome=Outcome.SOLVED, text="Done.")
    assert refused(company, case, into) == "merge_other_over"


def test_a_promise_and_a_wish_are_kept_first(company: Company) -> None:
    case, into = company.open(), company.open()
    promises.make(case=case, actor=company.agent.standing, at=AT, due_at=AT + timedelta(hours=1))
    case.refresh_from_db()
    assert refused(company, case, into) == "merge_promised"
    wishing = company.open()
    asks.ask(case=wishing, actor=company.ida.standing, at=AT, reason=AskReason.NO_NEWS, text="We stand still.")
    with pytest.raises(Refused) as said:
        merge(company, wishing, into)
    assert said.value.code == "answer_ask_first"


def test_the_customers_words_to_the_old_case_arrive_where_it_goes_on_however_often(company: Company) -> None:
    first, second, third = (company.open(company.otto) for _number in range(3))
    merge(company, first, second)
    merge(company, second, third)
    event = handling.reply(case=first, actor=company.otto.standing, at=AT + MINUTE, text="Still broken.")
    assert event.case == third
    assert Message.objects.get(body="Still broken.").case == third
    assert kinds(first)[-1] == kinds(second)[-1] == "case.merged"
    is_sound(third)


def test_staff_is_told_where_to_go_on_and_nothing_changes(company: Company) -> None:
    case, into = company.open(), company.open()
    merge(company, case, into)
    before = everything()
    with pytest.raises(Refused) as said:
        handling.reply(case=case, actor=company.agent.standing, at=AT, text="We look at it.")
    assert (said.value.code, into.reference in str(said.value.remedy)) == ("merged", True)
    assert everything() == before


def test_nothing_is_merged_back_or_in_a_circle(company: Company) -> None:
    case, into = company.open(), company.open()
    merge(company, case, into)
    assert refused(company, into, case) == "merge_other_over"


def test_the_same_form_twice_merges_once(company: Company) -> None:
    case, into = company.open(), company.open()
    merge(company, case, into, key="form-1")
    before = everything()
    merge(company, case, into, key="form-1")
    assert everything() == before
