"""What is refused is said where it belongs, changes nothing, and loses no word."""

import re
from datetime import timedelta
from typing import Any

import pytest

from customers.models import Organization
from escalations.actions import resolution
from escalations.models import Case, Event, Message
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn

AT = MONDAY + timedelta(minutes=10)
TYPED = "Half an hour of careful words about the collector"

INCOMPLETE: list[tuple[str, dict[str, Any], str]] = [
    ("reply", {"text": "   "}, "Write at least one sentence."),
    ("note", {"text": ""}, "Write at least one sentence."),
    ("triage", {"severity": 1, "level": 1, "reason": ""}, "Write at least one sentence."),
    ("triage", {"severity": 9, "level": 1, "reason": TYPED}, "Choose one of the offered values."),
    ("hold", {"reason": "", "wake_at": "2026-03-03T09:00"}, "Choose one of the offered values."),
    ("hold", {"reason": "waiting", "wake_at": "2026-03-02T08:00"}, "Choose a moment in the future"),
    ("hold", {"reason": "waiting", "wake_at": "someday"}, "Say when this case comes back by itself."),
    (
        "promise",
        {"due_at": "2026-03-02T19:00", "text": TYPED, "reason": ""},
        "than the policy wants news; say why",
    ),
    (
        "promise",
        {"due_at": "2026-03-02T08:00", "text": TYPED, "reason": "x"},
        "Promise news for a moment in the future",
    ),
    ("promise", {"due_at": "soon", "text": TYPED, "reason": "x"}, "Promise news for a moment in the future"),
    (
        "promise",
        {"due_at": "2028-03-02T08:00", "text": TYPED, "reason": "x"},
        "Nobody waits longer than a year",
    ),
    (
        "promise",
        {"due_at": "9999-12-31T23:59", "text": TYPED, "reason": "x"},
        "Nobody waits longer than a year",
    ),
    (
        "promise",
        {"due_at": "0001-01-01T00:00", "text": TYPED, "reason": "x"},
        "Promise news for a moment in the future",
    ),
    ("move-promise", {"due_at": "2026-03-02T12:00", "text": TYPED, "reason": ""}, "Nothing is promised here"),
    (
        "escalate",
        {"kind": "functional", "reason": "skill", "level": 2, "tried": TYPED, "impact": "", "asked": "x"},
        "The next level needs this",
    ),
    (
        "escalate",
        {"kind": "hierarchical", "reason": "authority", "level": 3, "tried": TYPED, "impact": "x", "asked": "x"},
        "Say what has to be decided",
    ),
    ("resolve", {"outcome": "", "text": TYPED}, "Choose one of the offered values."),
]


@pytest.mark.parametrize(
    ("verb", "data", "remedy"), INCOMPLETE, ids=[f"{row[0]}-{i}" for i, row in enumerate(INCOMPLETE)]
)
def test_an_incomplete_form_names_the_remedy_and_keeps_the_words(
    company: Company, sign_in: SignIn, verb: str, data: dict[str, Any], remedy: str
) -> None:
    case = company.open()
    before = snapshot(case)
    filled = {**data, "key": "3" * 32}
    if data.get("reason") == "waiting":
        filled["reason"] = company.waiting.pk
    answer = sign_in(company.agent.user).post(f"/desk/cases/{case.reference}/{verb}/", filled)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert remedy in page
    assert ("3" * 32) in page
    if TYPED in data.values():
        assert TYPED in page
    assert snapshot(case) == before


def snapshot(case: Case) -> list[Any]:
    """Everything about a case that an act could change."""
    return [
        Case.objects.filter(pk=case.pk).values().get(),
        list(Event.objects.values_list("pk", flat=True)),
        list(Message.objects.values_list("pk", flat=True)),
        list(case.clocks.values()),
    ]


def test_a_reply_to_a_case_that_was_closed_meanwhile_is_kept_and_the_reason_said(
    company: Company, sign_in: SignIn
) -> None:
    case = company.open()
    resolution.resolve(case=case, actor=company.agent.standing, at=AT, outcome=Outcome.SOLVED, text="Fixed.")
    resolution.confirm(case=case, actor=company.ida.standing, at=AT)
    before = snapshot(case)
    answer = sign_in(company.agent.user).post(f"/desk/cases/{case.reference}/reply/", {"text": TYPED})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This case is closed; reopen it first." in page
    assert TYPED in page
    assert snapshot(case) == before


def test_the_missing_reason_of_a_late_promise_is_asked_for_at_its_own_field(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    data = {"due_at": "2026-03-02T19:00", "text": TYPED, "reason": "", "key": ""}
    answer = sign_in(company.agent.user).post(f"/desk/cases/{case.reference}/promise/", data)
    assert list(answer.context["form"].errors) == ["reason"]
    assert 'value="2026-03-02T19:00"' in answer.content.decode()


def test_somebody_of_another_team_cannot_take_up_what_is_not_theirs(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT)
    before = snapshot(case)
    answer = sign_in(company.executive.user).post(
        f"/desk/cases/{case.reference}/accept/", {"severity": 1, "text": TYPED, "key": ""}
    )
    assert answer.status_code == 422
    assert "Another team has this case now" in answer.content.decode()
    assert snapshot(case) == before


def test_who_accepts_without_having_acknowledged_must_tell_the_customer(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT)
    answer = sign_in(company.specialist.user).post(f"/desk/cases/{case.reference}/accept/", {"severity": 1, "text": ""})
    assert answer.status_code == 422
    assert "Tell the customer who has it now" in answer.content.decode()


def test_a_form_that_makes_no_sense_now_says_why_instead(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/acknowledge/").content.decode()
    assert "This case is not escalated; escalate it first." in page
    assert "<textarea" not in page


def test_a_case_for_an_organization_that_is_not_the_contacts_is_refused_with_all_words_kept(
    company: Company, sign_in: SignIn
) -> None:
    data = {
        "contact": company.vera.contact.pk,
        "organization": Organization.objects.get(name="Norlight Energy").pk,
        "impact": "high",
        "urgency": "high",
        "subject": "No labels",
        "text": TYPED,
        "key": "4" * 32,
    }
    answer = sign_in(company.agent.user).post("/desk/cases/new/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This person does not belong to that organization" in page
    assert TYPED in page
    assert Case.objects.count() == 0


def test_a_draft_has_a_name_of_its_own_and_is_forgotten_when_it_is_saved(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    client = sign_in(company.agent.user)
    draft = f"{case.reference}-reply-text"
    assert f'data-draft="{draft}"' in client.get(f"/desk/cases/{case.reference}/").content.decode()
    saved = client.post(f"/desk/cases/{case.reference}/reply/", {"text": TYPED}, follow=True).content.decode()
    assert draft in re.findall(r'data-saved="([^"]*)"', saved)[0].split()


def test_words_that_look_like_markup_are_shown_as_words(company: Company, sign_in: SignIn) -> None:
    case = company.open(text="<script>alert(1)</script> see https://example.test/?a=1&b=2")
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
