"""A broken promise of news leaves a case on top of every list until somebody writes to the customer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from escalations.actions import escalation, handling, promises, repair, resolution
from escalations.casefile import overview, queues
from escalations.casefile.customer import customer_casefile
from escalations.casefile.home import home
from escalations.casefile.promises import nobody_kept
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Kind, Outcome, Reason
from tests.actions.soundness import is_sound
from tests.api.calls import Api
from tests.cast import MONDAY, Company
from tests.listing import listed
from tests.portal.rooms import browser, page

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOON = MONDAY + 3 * HOUR
LATER = NOON + MINUTE

Act = Callable[[Company, Case], object]


def broken(company: Company) -> Case:
    """News of this case were promised by noon, nobody wrote, and it is not escalated: no clock of news runs."""
    case = company.open()
    actor = company.agent.standing
    promises.make(case=case, actor=actor, at=MONDAY, due_at=NOON, text="I try it over noon.")
    sweep(NOON)
    case.refresh_from_db()
    return case


def pressing(company: Company) -> Case:
    """Another case of Ida and Ben, due soon after that noon."""
    case = company.open(at=MONDAY + 4 * HOUR - 55 * MINUTE)
    handling.note(case=case, actor=company.agent.standing, at=MONDAY + 4 * HOUR - 55 * MINUTE, text="Mine.")
    Case.objects.filter(pk=case.pk).update(owner=company.agent.agent)
    return case


def test_the_case_is_first_in_the_queue_at_home_on_the_board_in_the_portal_and_for_programs(company: Company) -> None:
    other, case = pressing(company), broken(company)
    ben = company.agent.standing
    assert case.next_due_at == NOON
    for view in ("all", "team", "mine"):
        first, second = listed(ben, view, at=LATER).lines
        assert (first.case.pk, second.case.pk) == (case.pk, other.pk)
        assert (first.due.tone, first.due.due_at, first.due.owed_since) == ("late", NOON, NOON)
        assert (first.due.what, first.due.clock) == ("News are owed: a promise was broken", "next_update-2")
        assert second.due.owed_since is None
    assert [row.case for row in home(ben, at=LATER).mine] == [case, other]
    lines = overview.in_our_hands(company.ida.standing, LATER).lines
    assert [(line.reference, line.owed_since) for line in lines] == [(case.reference, NOON), (other.reference, None)]
    for who in (company.agent, company.ida):
        told = Api(who.user).get("cases/").data["results"]
        assert [line["reference"] for line in told] == [case.reference, other.reference]
        assert [bool(line["owed_since"]) for line in told] == [True, False]
    is_sound(case)


@time_machine.travel(LATER, tick=False)
def test_pages_say_that_news_are_owed_and_lead_to_the_promise(company: Company) -> None:
    case = broken(company)
    ida, ben = browser(company.ida.user), browser(company.agent.user)
    seen = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", ida.get(page("cases")).content.decode()))
    assert "▲ we owe you news since today 12:00" in seen
    for address in ("/desk/", "/desk/queue/"):
        assert "News are owed: a promise was broken" in ben.get(address).content.decode()
    key = f"/desk/cases/{case.reference}/clocks/next_update-2/"
    assert key in ben.get("/desk/queue/").content.decode()
    assert "Promise broken: news were due" in ben.get(key).content.decode()


def replied(company: Company, case: Case) -> object:
    return handling.reply(case=case, actor=company.agent.standing, at=LATER, text="It is the lock.")


def promised_with_words(company: Company, case: Case) -> object:
    due_at, actor = LATER + HOUR, company.agent.standing
    return promises.make(case=case, actor=actor, at=LATER, due_at=due_at, text="It takes longer.")


def promised_silently(company: Company, case: Case) -> object:
    return promises.make(case=case, actor=company.agent.standing, at=NOON, due_at=LATER + HOUR)


def solved(company: Company, case: Case) -> object:
    actor = company.agent.standing
    return resolution.resolve(case=case, actor=actor, at=LATER, outcome=Outcome.SOLVED, text="Done.")


def asked(company: Company, case: Case) -> object:
    return handling.reply(case=case, actor=company.ida.standing, at=LATER, text="Any news?")


def noted(company: Company, case: Case) -> object:
    return handling.note(case=case, actor=company.agent.standing, at=LATER, text="Nothing yet.")


def held(company: Company, case: Case) -> object:
    wake_at = LATER + timedelta(days=3)
    return handling.hold(case=case, actor=company.agent.standing, at=LATER, reason=company.waiting, wake_at=wake_at)


def climbed(company: Company, case: Case) -> object:
    return escalation.escalate(
        case=case,
        actor=company.agent.standing,
        at=LATER,
        kind=Kind.FUNCTIONAL,
        reason=Reason.SKILL,
        brief=company.brief(),
    )


def owed(company: Company, case: Case, at: datetime) -> set[datetime | None]:
    """What the page of the case, the queue, the customer's list and the stored clocks say; one word when they agree."""
    case.refresh_from_db()
    (row,), (line,) = queues.rows([case], at), overview.case_lines([case], company.ida.standing, at)
    stored = Clock.objects.filter(nobody_kept(), case=case).values_list("due_at", flat=True).first()
    of_page = customer_casefile(case, company.ida.standing, at).owed_since
    return {of_page, line.owed_since, stored, row.owed_since}


@pytest.mark.parametrize("act", [replied, promised_with_words, promised_silently, solved])
def test_words_another_promise_and_a_solution_end_it(company: Company, act: Act) -> None:
    case = broken(company)
    assert owed(company, case, NOON) == {NOON}
    act(company, case)
    assert owed(company, case, LATER) == {None}
    assert case.next_due_at > NOON
    is_sound(case)


@pytest.mark.parametrize("act", [asked, noted, held, climbed])
def test_nothing_else_ends_it(company: Company, act: Act) -> None:
    case = broken(company)
    act(company, case)
    assert owed(company, case, LATER) == {NOON}
    assert case.next_due_at == NOON
    is_sound(case)


def test_after_a_solution_that_was_none_nothing_old_is_owed(company: Company) -> None:
    case = broken(company)
    solved(company, case)
    resolution.reopen(case=case, actor=company.ida.standing, at=LATER, text="Not at all.")
    assert owed(company, case, LATER) == {None}
    is_sound(case)


def test_a_promise_broken_twice_is_owed_since_the_second_time(company: Company) -> None:
    case = broken(company)
    promised_silently(company, case)
    sweep(LATER + HOUR)
    assert owed(company, case, LATER + 2 * HOUR) == {LATER + HOUR}
    assert case.next_due_at == LATER + HOUR
    is_sound(case)


def test_what_was_missed_before_the_promise_comes_first_and_the_news_are_owed_all_the_same(company: Company) -> None:
    case = company.open()
    promises.make(case=case, actor=company.agent.standing, at=MONDAY, due_at=NOON)  # nobody has answered yet
    sweep(NOON)
    case.refresh_from_db()
    (row,) = queues.rows([case], LATER)
    assert (row.what, row.due_at, row.owed_since) == ("First response", MONDAY + HOUR, NOON)
    assert case.next_due_at == MONDAY + HOUR
    is_sound(case)


def test_a_row_that_forgot_it_is_found_and_repaired(company: Company) -> None:
    case = broken(company)
    Case.objects.filter(pk=case.pk).update(next_due_at=LATER + HOUR)
    case.refresh_from_db()
    (found,) = repair.compare(case=case).differences
    assert (found.column, found.journal) == ("next_due_at", NOON.isoformat())
    repair.repair(case=case, actor=SYSTEM, at=LATER)
    is_sound(case)
