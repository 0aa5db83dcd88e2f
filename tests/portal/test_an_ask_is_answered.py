"""A customer asks, is declined with a reason to read, asks too soon, asks again later and is granted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse

from escalations.models import Ask, Case, Escalation, Notice
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, Customer, Worker
from tests.notices.letterbox import letter_of
from tests.portal.asking import ask, last, ledger, promising, told
from tests.portal.rooms import ASKED, HOUR, act, browser, page
from tests.portal.test_following_a_case import words

pytestmark = pytest.mark.django_db
WHY_NOT = "The part arrives tomorrow at nine, and the front line fits it."
INSIDE = ("justification-of-ours", "Ben Okafor", "Mara Lindt", "Platform specialists", "Restarted the collector")


def sent(who: Customer | Worker, address: str, fields: dict[str, Any], at: datetime) -> HttpResponse:
    """The form is sent at this instant."""
    with time_machine.travel(at, tick=False):
        answer: Any = browser(who.user).post(address, fields)
        return answer


def seen(who: Customer | Worker, address: str, at: datetime) -> str:
    """What the person reads there at this instant."""
    with time_machine.travel(at, tick=False):
        answer: Any = browser(who.user).get(address)
    assert answer.status_code == 200
    for secret in INSIDE if isinstance(who, Customer) else ():
        assert secret not in answer.content.decode()
    return words(answer.content)


def people(case: Case) -> set[str]:
    """Who was told of the last event, in the inbox and by mail alike."""
    event = last(case)
    reached = told(event)
    everybody = {person for person, _channel in reached}
    assert reached == {(person, channel) for person in everybody for channel in ("in_app", "mail")}
    return everybody


def test_the_story_of_an_ask(company: Company) -> None:
    promising(company)
    case, ida, ben = company.open(), company.ida, company.agent
    here, there = page("case", case.reference), page("ask", case.reference)

    assert "Ask for escalation" in seen(ida, here, MONDAY + HOUR)
    assert "Specialists join in" in seen(ida, there, MONDAY + HOUR)
    answer = sent(ida, there, ASKED | {"key": "a" * 32}, MONDAY + HOUR)
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert people(case) == {ben.agent.code}
    told_so = seen(ida, here, MONDAY + HOUR)
    assert "Heard. You have our answer by today 12:00" in told_so
    assert ASKED["text"] in told_so
    assert "I hear nothing, or not often enough" in told_so
    assert "You have asked already; we answer that first." in seen(ida, there, MONDAY + HOUR)

    sight = seen(ben, f"/desk/cases/{case.reference}/", MONDAY + HOUR)
    for said in ("The customer asks for escalation", ASKED["text"], ASKED["reach"], "Decline with a reason"):
        assert said in sight
    at = MONDAY + 2 * HOUR
    answer = sent(ben, f"/desk/cases/{case.reference}/decline-ask/", {"text": WHY_NOT, "key": "b" * 32}, at)
    assert answer.status_code == 303
    assert people(case) == {ida.contact.code}
    told_so = seen(ida, here, at)
    assert "Not escalated " + WHY_NOT in told_so
    assert "You can ask again from tomorrow 11:00" in told_so

    before = ledger()
    answer = sent(ida, there, ASKED | {"key": "c" * 32, "text": "Please!"}, MONDAY + 3 * HOUR)
    assert answer.status_code == 422
    refusal = words(answer.content)
    assert "You had an answer on Mon 2 Mar 2026, 11:00; you can ask again from Tue 3 Mar 2026, 11:00 on" in refusal
    assert "Please!" in answer.content.decode()
    assert ledger() == before
    assert "You had an answer on" in seen(ida, there, MONDAY + 3 * HOUR)

    later = MONDAY + 26 * HOUR
    assert "you can ask again" in seen(ida, here, later)
    assert sent(ida, there, ASKED | {"key": "d" * 32}, later).status_code == 303
    company.escalate(case, later + HOUR, justification="justification-of-ours")
    assert Escalation.objects.get().source == "customer"
    assert people(case) == {ida.contact.code, company.specialist.agent.code}
    told_so = seen(ida, here, later + HOUR)
    assert "Escalated as asked" in told_so
    assert "Now with Specialists" in told_so
    assert list(Ask.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "granted"]
    is_sound(case)


def test_an_answer_that_is_late_is_owned_up_to_and_explained(company: Company) -> None:
    promising(company)
    case = company.open()
    ask(case, company.ida)
    at = MONDAY + 5 * HOUR
    told_so = seen(company.ida, page("case", case.reference), at)
    assert "We owe you this answer since today 12:00" in told_so
    with time_machine.travel(at, tick=False):
        file = browser(company.ida.user).get(page("case", case.reference)).context["file"]
    explained = seen(company.ida, page("clock", case.reference, file.ask.clock), at)
    assert "It ends when we escalate your case, or tell you why not." in explained


def test_an_ask_is_withdrawn_with_one_button(company: Company) -> None:
    case = company.open()
    ask(case, company.ida)
    at = MONDAY + 2 * HOUR
    assert "I no longer need it" in seen(company.ida, page("case", case.reference), at)
    for _ in range(2):
        assert sent(company.ida, act(case, "withdraw_ask"), {"key": "e" * 32}, at).status_code == 303
    assert Ask.objects.get().state == "withdrawn"
    told_so = seen(company.ida, page("case", case.reference), at)
    assert "Escalation was asked for" not in told_so
    assert "Ask for escalation" in told_so


def test_an_ask_without_its_words_is_refused_and_keeps_the_rest(company: Company) -> None:
    case = company.open()
    before = ledger()
    answer: Any = sent(company.ida, page("ask", case.reference), {"reach": "In the morning"}, MONDAY + HOUR)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"reason", "text"}
    assert "In the morning" in answer.content.decode()
    assert ledger() == before


def test_of_a_solved_case_the_page_says_what_to_do_instead(company: Company) -> None:
    case = company.open()
    ask(case, company.ida)
    from_desk = f"/desk/cases/{case.reference}/resolve/"
    waits = "The customer asks for escalation"
    assert waits in seen(company.agent, f"/desk/cases/{case.reference}/", MONDAY + 2 * HOUR)
    done = sent(company.agent, from_desk, {"outcome": "solved", "text": "Done.", "key": "f" * 32}, MONDAY + 2 * HOUR)
    assert done.status_code == 303
    at = MONDAY + 3 * HOUR
    assert "say “Not solved”; then you can ask" in seen(company.ida, page("ask", case.reference), at)
    assert "Escalation was asked for" not in seen(company.ida, page("case", case.reference), at)
    assert waits not in seen(company.agent, f"/desk/cases/{case.reference}/", at)


def test_the_mail_of_a_no_holds_the_reason_and_nothing_of_ours(company: Company) -> None:
    case = company.open()
    ask(case, company.ida)
    sent(company.agent, f"/desk/cases/{case.reference}/decline-ask/", {"text": WHY_NOT}, MONDAY + 2 * HOUR)
    letter = letter_of(Notice.objects.get(event=last(case), recipient=company.ida.contact.code, channel="mail"))
    assert WHY_NOT in letter.text
    assert [secret for secret in INSIDE if secret in letter.text + letter.subject] == []
