"""A customer raises a case in their own words and learns what happens next."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from customers import actions as people
from customers.models import Membership
from escalations.models import Case, Event, Policy, PolicyVersion, Topic
from knowledgebase.models import Audience
from tests.cast import Company
from tests.knowledgebase.shelf import category, published
from tests.portal.rooms import RAISED, browser, page

pytestmark = pytest.mark.django_db


def test_the_form_asks_in_the_words_of_a_customer(company: Company) -> None:
    seen = browser(company.ida.user).get(page("new")).content.decode()
    for words in ("Our business stands still", "It cannot wait", "I do not know", "Metering"):
        assert words in seen
    assert "severity" not in seen.lower()
    assert "priority" not in seen.lower()


def test_a_case_is_opened_as_it_was_told(company: Company) -> None:
    answer = browser(company.ida.user).post(page("new"), RAISED | {"topic": company.topic.pk, "key": "a" * 32})
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, page("received", case.reference))
    assert (case.subject, case.topic, case.contact) == ("Scanner stands still", company.topic, company.ida.contact)
    assert (case.impact, case.urgency, case.origin, case.organization) == (
        "high",
        "high",
        "portal",
        company.ida.organization,
    )
    assert case.messages.get().body == "Since this morning."


def test_the_confirmation_says_who_has_it_and_by_when_there_is_news(company: Company) -> None:
    ida = browser(company.ida.user)
    seen = ida.post(page("new"), RAISED, follow=True)
    told = seen.content.decode()
    first_response = Case.objects.get().clocks.get(kind="first_response")
    assert seen.context["file"].news_at == first_response.due_at
    for words in ("You hear from us by", "It is with Front line now", "It goes to Specialists by itself"):
        assert words in told


def test_a_form_sent_twice_opens_one_case(company: Company) -> None:
    ida = browser(company.ida.user)
    first = ida.post(page("new"), RAISED | {"key": "a" * 32})
    second = ida.post(page("new"), RAISED | {"key": "a" * 32})
    assert first["Location"] == second["Location"]
    assert (Case.objects.count(), Event.objects.count()) == (1, 1)


def test_the_key_of_somebody_else_opens_a_case_of_ones_own(company: Company) -> None:
    browser(company.ida.user).post(page("new"), RAISED | {"key": "a" * 32})
    browser(company.vera.user).post(page("new"), RAISED | {"key": "a" * 32})
    assert set(Case.objects.values_list("contact", flat=True)) == {company.ida.contact.pk, company.vera.contact.pk}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"subject": "a\x00b"}, "subject"),
        ({"text": ""}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"impact": "enormous"}, "impact"),
        ({"urgency": ""}, "urgency"),
        ({"topic": "77777"}, "topic"),
        ({"topic": "metering"}, "topic"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    company: Company, fields: dict[str, str], wrong: str
) -> None:
    kept = {"subject": "Scanner words to keep", "text": "Long words to keep"} | fields
    answer = browser(company.ida.user).post(page("new"), RAISED | kept)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]
    for name in {"subject", "text"} - {wrong}:
        assert kept[name] in answer.content.decode()
    assert not Case.objects.exists()


def test_a_refusal_is_a_field_error_in_words_for_customers(company: Company) -> None:
    PolicyVersion.objects.filter(pk=company.version.pk).update(state="retired")
    answer = browser(company.ida.user).post(page("new"), RAISED | {"topic": company.topic.pk})
    assert answer.status_code == 422
    assert "choose another topic" in str(answer.context["form"].errors["topic"])
    assert "polic" not in answer.content.decode().lower()
    assert "Since this morning." in answer.content.decode()
    assert (Case.objects.count(), Policy.objects.count()) == (0, 1)


def test_who_belongs_to_several_organizations_is_asked_for_which(company: Company) -> None:
    second = people.add_organization(name="Halden Farms", tier="plus")
    Membership.objects.create(contact=company.vera.contact, organization=second)
    vera = browser(company.vera.user)
    assert "Halden Farms" in vera.get(page("new")).content.decode()
    assert list(vera.post(page("new"), RAISED).context["form"].errors) == ["organization"]
    foreign = vera.post(page("new"), RAISED | {"organization": company.ida.organization.pk})
    assert list(foreign.context["form"].errors) == ["organization"]
    assert not Case.objects.exists()
    vera.post(page("new"), RAISED | {"organization": second.pk})
    assert Case.objects.get().organization == second


def test_an_organization_that_was_left_is_not_offered(company: Company) -> None:
    second = people.add_organization(name="Halden Farms", tier="plus")
    Membership.objects.create(contact=company.vera.contact, organization=second, ended_on=timezone.now().date())
    vera = browser(company.vera.user)
    assert "Halden Farms" not in vera.get(page("new")).content.decode()
    vera.post(page("new"), RAISED | {"organization": second.pk})
    assert Case.objects.get().organization == company.vera.organization


def test_topics_that_are_not_offered_cannot_be_chosen(company: Company) -> None:
    inner = Topic.objects.create(slug="inner", name="Inner topic", is_offered=False)
    ida = browser(company.ida.user)
    assert b"Inner topic" not in ida.get(page("new")).content
    assert list(ida.post(page("new"), RAISED | {"topic": inner.pk}).context["form"].errors) == ["topic"]


@pytest.fixture
def answers(db: None) -> None:
    shelf = category("scanning")
    published(shelf, "open", "Restart the scanner")
    published(shelf, "signed", "Scanner for customers", visibility=Audience.CUSTOMERS.value)
    published(shelf, "inner", "Scanner tricks of ours", visibility=Audience.INTERNAL.value)


@pytest.mark.parametrize(
    ("path", "data"),
    [("suggestions", {"subject": "scanner stands"}), ("new", {"subject": "scanner stands"})],
)
def test_answers_are_suggested_while_one_types(
    company: Company, answers: None, path: str, data: dict[str, Any]
) -> None:
    seen = browser(company.ida.user).get(page(path), data).content.decode()
    assert "Restart the scanner" in seen
    assert "Scanner for customers" in seen
    assert "Scanner tricks of ours" not in seen


def test_without_javascript_answers_are_looked_up_by_a_button_that_loses_nothing(
    company: Company, answers: None
) -> None:
    typed = RAISED | {"text": "", "subject": "Scanner stands still", "look": "1", "urgency": "low"}
    seen = browser(company.ida.user).post(page("new"), typed)
    assert seen.status_code == 200
    told = seen.content.decode()
    assert "Restart the scanner" in told
    assert 'value="Scanner stands still"' in told
    assert seen.context["form"]["urgency"].value() == "low"
    assert not Case.objects.exists()


def test_a_suggestion_that_is_not_there_is_no_noise(company: Company) -> None:
    assert browser(company.ida.user).get(page("suggestions"), {"subject": "zebra"}).content.strip() == b""
