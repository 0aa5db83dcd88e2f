"""An open promise of news is seen wherever somebody can keep it, and a broken one until somebody writes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import time_machine

from escalations.actions import escalation, handling, promises
from escalations.engine.sweep import sweep
from escalations.models import Case
from tests.cast import MONDAY, Company, Worker
from tests.desk.conftest import SignIn

NOON = MONDAY + timedelta(hours=3)
HOUR = timedelta(hours=1)


def promised(company: Company, due_at: datetime = NOON, who: Worker | None = None, text: str = "I try it.") -> Case:
    case = company.open()
    actor = (who or company.agent).standing
    promises.make(case=case, actor=actor, at=MONDAY, due_at=due_at, text=text, reason="The supplier forgot us.")
    return case


def words(html: str) -> str:
    """What a person reads of a page, without markup and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def read(sign_in: SignIn, who: Worker, address: str) -> str:
    return words(sign_in(who.user).get(address).content.decode())


def test_the_page_counts_down_to_the_promise_says_what_keeps_it_and_lets_it_be_moved(
    company: Company, sign_in: SignIn
) -> None:
    case = promised(company)
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/").content.decode()
    seen = words(page)
    assert "in 2 h 40 min today 12:00" in seen
    assert "Any words to the customer keep it." in seen
    assert "Keeps the promise of news by" in seen
    assert f'href="/desk/cases/{case.reference}/move-promise/"' in page
    assert f'href="/desk/cases/{case.reference}/promise/"' not in page
    assert "internal note The supplier forgot us." in seen


def test_a_promise_is_shown_beside_what_is_due_before_it(company: Company, sign_in: SignIn) -> None:
    case = promised(company, MONDAY + timedelta(days=2))
    seen = read(sign_in, company.agent, f"/desk/cases/{case.reference}/")
    assert seen.index("Due next") < seen.index("News promised by Wed 09:00")


def test_a_promise_that_is_over_asks_for_words_and_cannot_be_moved(
    company: Company, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    case = promised(company)
    standing_clock.move_to(NOON + timedelta(minutes=1))
    client = sign_in(company.agent.user)
    page = client.get(f"/desk/cases/{case.reference}/").content.decode()
    assert "This promise to the customer is over: write now." in words(page)
    assert f'href="/desk/cases/{case.reference}/move-promise/"' not in page
    data = {"due_at": "2026-03-02T15:00", "text": "", "reason": "Late again"}
    answer = client.post(f"/desk/cases/{case.reference}/move-promise/", data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["due_at"]
    assert "This promise was due already; write to the customer now." in answer.content.decode()


def test_a_broken_promise_is_said_until_somebody_writes(
    company: Company, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    case = promised(company)
    sweep(NOON)
    standing_clock.move_to(NOON + HOUR)
    address = f"/desk/cases/{case.reference}/"
    assert "A promise of news was broken" in read(sign_in, company.agent, address)
    handling.reply(case=case, actor=company.agent.standing, at=NOON + HOUR, text="It is the lock.")
    assert "A promise of news was broken" not in read(sign_in, company.agent, address)


def test_words_that_kept_a_promise_are_marked_in_the_timeline(company: Company, sign_in: SignIn) -> None:
    case = promised(company)
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + HOUR / 4, text="It is the lock.")
    seen = read(sign_in, company.agent, f"/desk/cases/{case.reference}/")
    assert "✓ Kept the promise of news by Mon 2 Mar, 12:00" in seen
    assert "Any words to the customer keep it." not in seen


def test_home_lists_the_promises_on_ones_own_cases_the_first_to_keep_first(company: Company, sign_in: SignIn) -> None:
    company.open(subject="Nothing promised")
    later, sooner = promised(company, NOON + HOUR / 2), promised(company)
    promised(company, NOON - HOUR / 2)  # the first of them stands on top of the page
    seen = read(sign_in, company.agent, "/desk/")
    part = seen[seen.index("News promised on your cases") : seen.index("New in the inbox")]
    assert part.index(sooner.reference) < part.index(later.reference)
    assert part.count(sooner.reference) == 1  # what is due there is the promise: it does not stand in “My cases” again
    assert "News promised on your cases" not in read(sign_in, company.manager, "/desk/")


def test_whoever_answers_for_an_escalation_sees_what_was_promised_on_it(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), MONDAY)
    mara = company.specialist
    escalation.accept(case=case, actor=mara.standing, at=MONDAY, text="I have it.")
    promises.make(case=case, actor=mara.standing, at=MONDAY, due_at=NOON)
    for who in (mara, company.agent):
        seen = read(sign_in, who, "/desk/")
        assert seen.index("Due next") < seen.index("News promised to the customer") < seen.index(case.reference)
