"""The pages of account escalations: what the manager sees and does there, and everybody who must not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import User
from escalations.actions import accounts
from escalations.models import AccountEscalation, Case, Event, Message
from tests.accounts.test_account_escalations import WORDS, ledger, opened
from tests.cast import MONDAY, Company
from tests.portal.rooms import HOUR, browser
from tests.portal.test_following_a_case import words

pytestmark = pytest.mark.django_db
NOW = MONDAY + 2 * HOUR
LIST = "/desk/accounts/"


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def new_for(company: Company) -> str:
    return f"{LIST}new/?organization={company.ida.organization.uid}"


def page_of(account: AccountEscalation, act: str = "") -> str:
    return f"{LIST}{account.uid}/{act}/" if act else f"{LIST}{account.uid}/"


def filled(company: Company, *cases: Case, **fields: Any) -> dict[str, Any]:
    """The form of a new one, as the agent sends it."""
    chosen = [case.reference for case in cases]
    usual = {
        "manager": company.manager.agent.pk,
        "hours": "2",
        "why": "Three outages.",
        "cases": chosen,
        "key": "a" * 32,
    }
    return usual | fields


def test_several_cases_are_put_into_one_hand_and_steered_from_one_page(company: Company) -> None:
    first, second = company.open(), company.escalate(company.open(company.otto, subject="Invoices are late"), MONDAY)
    ben, jan = browser(company.agent.user), browser(company.manager.user)
    seen = ben.get(LIST)
    assert "Norlight Energy" in words(seen.content)
    assert new_for(company) in seen.content.decode()
    assert ben.get(new_for(company)).status_code == 200
    for _ in range(2):
        answer = ben.post(new_for(company), filled(company, first, second))
        account = AccountEscalation.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, page_of(account))
    assert account.rhythm_minutes == 120
    sight = words(jan.get(page_of(account)).content)
    for said in ("Meter readings stop arriving", "Invoices are late", "Mara Lindt", "news every 2 working hours"):
        assert said in sight
    third = company.open(subject="A third one")
    assert jan.post(page_of(account, "add"), {"case": third.reference, "key": "b" * 32}).status_code == 303
    assert jan.post(page_of(account, "tell"), {"text": WORDS, "key": "c" * 32}).status_code == 303
    assert Message.objects.filter(body=WORDS).count() == 3
    for _ in range(2):
        assert jan.post(page_of(account, "remove"), {"case": third.reference, "key": "d" * 32}).status_code == 303
    assert "A third one" not in words(jan.get(page_of(account)).content).split("Add a case")[0]
    assert jan.post(page_of(account, "close"), {"lessons": "Test the switch.", "key": "e" * 32}).status_code == 303
    sight = words(jan.get(page_of(account)).content)
    assert "Test the switch." in sight
    assert "Invoices are late" in sight
    assert "Those that are over" in words(jan.get(LIST).content)


def test_the_case_leads_to_its_account_and_back(company: Company) -> None:
    case = company.open()
    ben = browser(company.agent.user)
    assert new_for(company) in ben.get(f"/desk/cases/{case.reference}/").content.decode()
    account = opened(company, case)
    assert page_of(account) in ben.get(f"/desk/cases/{case.reference}/").content.decode()
    assert f"/desk/cases/{case.reference}/" in ben.get(page_of(account)).content.decode()
    answer = ben.get(new_for(company))
    assert (answer.status_code, answer["Location"]) == (303, page_of(account))


def test_every_clock_of_a_case_in_an_account_is_explained(company: Company) -> None:
    case = company.open()
    opened(company, case)
    ben = browser(company.agent.user)
    for clock in case.clocks.all():
        found = ben.get(f"/desk/cases/{case.reference}/clocks/{clock.kind}-{clock.start_seq}/")
        assert found.status_code == 200, clock.kind


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"why": ""}, "why"), ({"hours": "0.1"}, "hours"), ({"hours": "169"}, "hours"), ({"cases": []}, "cases")],
)
def test_what_is_missing_stands_at_its_field_and_nothing_is_lost(
    company: Company, fields: dict[str, Any], field: str
) -> None:
    case = company.open()
    before = ledger()
    answer: Any = browser(company.agent.user).post(new_for(company), filled(company, case, **fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert ledger() == before


def test_who_is_not_the_manager_is_refused_on_the_page_too(company: Company) -> None:
    case = company.open()
    account = opened(company, case)
    ben, before = browser(company.agent.user), ledger()
    sight = words(ben.get(page_of(account)).content)
    assert "Say it on every open case" not in sight
    sent = {"tell": {"text": WORDS}, "remove": {"case": case.reference}, "close": {"lessons": "x"}}
    for verb, fields in sent.items():
        answer = ben.post(page_of(account, verb), fields)
        assert answer.status_code == 422
        assert "Only the manager of the account, or a deputy, can do this." in words(answer.content)
    assert ledger() == before


def refused_everywhere(client: Client, company: Company, account: AccountEscalation, status: int) -> None:
    """Every address of it answers so, by GET and POST, and nothing changes."""
    before = ledger()
    case = Case.objects.filter(account=account)[0]
    for address in (LIST, new_for(company), page_of(account), page_of(account, "tell")):
        assert client.get(address).status_code == status, address
    assert client.post(new_for(company), filled(company, case)).status_code == status
    for verb in ("tell", "add", "remove", "close"):
        fields = {"text": WORDS, "case": case.reference, "lessons": "x"}
        assert client.post(page_of(account, verb), fields).status_code == status, verb
    assert ledger() == before


def test_only_the_staff_finds_any_of_it(company: Company) -> None:
    account = opened(company, company.open())
    refused_everywhere(Client(), company, account, 302)
    refused_everywhere(browser(company.ida.user), company, account, 404)
    refused_everywhere(browser(company.administrator), company, account, 404)
    User.objects.filter(pk=company.agent.user.pk).update(is_active=False)
    refused_everywhere(browser(company.agent.user), company, account, 302)


def test_what_does_not_exist_is_not_found(company: Company) -> None:
    account, ben = opened(company, company.open()), browser(company.agent.user)
    assert ben.get(f"{LIST}0123456789abcdef/").status_code == 404
    assert ben.get(f"{LIST}new/?organization=nobody").status_code == 404
    assert ben.get(f"{LIST}new/").status_code == 404
    assert ben.post(page_of(account, "destroy")).status_code == 404
    before = Event.objects.count()
    assert ben.get(page_of(account, "tell")).status_code == 303
    hers = company.open(company.vera)
    assert ben.post(page_of(account, "add"), {"case": hers.reference}).status_code == 422
    assert Event.objects.count() == before + 1  # her case was opened, and nothing else happened


def test_a_form_of_another_site_is_refused(company: Company) -> None:
    account = opened(company, company.open())
    strict, before = Client(enforce_csrf_checks=True), ledger()
    strict.force_login(company.manager.user)
    assert strict.post(page_of(account, "close"), {"lessons": "x"}).status_code == 403
    assert strict.post(new_for(company), filled(company)).status_code == 403
    assert ledger() == before


def test_the_pages_take_as_many_statements_with_many_cases_as_with_one(company: Company) -> None:
    account, jan = opened(company, company.open()), browser(company.manager.user)

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert jan.get(address).status_code == 200
        return len(seen)

    few = statements(LIST), statements(page_of(account))
    for number in range(5):
        case = company.open(subject=f"Number {number}")
        accounts.add(account, case=case, actor=company.manager.standing, at=NOW)
        company.escalate(case, NOW)
    assert (statements(LIST), statements(page_of(account))) == few


def test_words_of_people_cannot_become_markup(company: Company) -> None:
    account = opened(company, company.open(subject="<script>x</script>"), why="<img src=x>")
    seen = browser(company.manager.user).get(page_of(account)).content.decode()
    assert "<script>x" not in seen
    assert "<img src=x" not in seen
