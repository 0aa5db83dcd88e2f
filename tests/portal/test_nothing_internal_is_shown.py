"""What stays with us stays with us, on every page of the portal."""

from __future__ import annotations

import pytest

from escalations.actions import handling, promises, resolution
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company
from tests.portal.rooms import HOUR, INTERNAL, act, browser, full_of_secrets, page

pytestmark = pytest.mark.django_db


def told(company: Company, *addresses: str) -> str:
    ida = browser(company.ida.user)
    answers = [ida.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {200}
    return " ".join(answer.content.decode() for answer in answers)


def test_no_page_of_a_case_shows_anything_internal(company: Company) -> None:
    case = full_of_secrets(company)
    seen = told(company, page("case", case.reference), page("received", case.reference), page("cases"), page("new"))
    assert [secret for secret in INTERNAL if secret.lower() in seen.lower()] == []
    assert "We look into it." in seen
    assert "Heard you." in seen
    assert "We wait for your answer" in seen


def test_a_page_with_an_error_shows_nothing_internal_either(company: Company) -> None:
    case = full_of_secrets(company)
    seen = browser(company.ida.user).post(act(case, "reply"), {"text": ""}).content.decode()
    assert [secret for secret in INTERNAL if secret.lower() in seen.lower()] == []


def test_a_broken_promise_shows_nothing_internal_either(company: Company) -> None:
    case = company.open()
    staff, due_at = company.agent.standing, MONDAY + 30 * HOUR
    promises.make(case=case, actor=staff, at=MONDAY, due_at=due_at, reason="an inner delay")
    promises.break_promise(case=case, actor=SYSTEM, at=due_at)
    seen = told(company, page("case", case.reference), page("received", case.reference), page("cases"))
    assert [secret for secret in INTERNAL if secret.lower() in seen.lower()] == []
    assert "and did not keep it" in seen


def test_a_solved_and_closed_case_shows_nothing_internal_either(company: Company) -> None:
    case = full_of_secrets(company)
    at, staff = MONDAY + 30 * HOUR, company.agent.standing
    resolution.resolve(case=case, actor=staff, at=at, outcome=Outcome.WORKAROUND, text="Solved.")
    handling.note(case=case, actor=staff, at=at, text="an inner note after the end")
    seen = told(company, page("case", case.reference), page("cases"))
    resolution.confirm(case=case, actor=company.ida.standing, at=at)
    seen += told(company, page("case", case.reference), page("cases") + "?show=closed")
    assert [secret for secret in INTERNAL if secret.lower() in seen.lower()] == []
    assert "Solved." in seen


def test_words_of_people_cannot_become_markup(company: Company) -> None:
    case = company.open(subject="<script>alert('s')</script>", text="<img src=x onerror=alert(1)>")
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + HOUR, text="javascript:alert(1) <b>bold</b>")
    seen = told(company, page("case", case.reference), page("cases"), page("received", case.reference))
    assert "<script>alert" not in seen
    assert "<img src=x" not in seen
    assert "<b>bold" not in seen
    assert 'href="javascript' not in seen
