"""Nobody reaches a case through the portal that is not theirs, by any address, in any way."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from customers.models import Membership, User
from escalations.models import Ask, Case, Event, Message
from tests.cast import Company
from tests.portal.rooms import ASKED, RAISED, VERBS, act, browser, page, pages_of, resolved

pytestmark = pytest.mark.django_db
OWN_PAGES = [("cases",), ("new",), ("suggestions",)]


def ledger() -> tuple[int, int, int, list[str]]:
    """What any act would change."""
    states = list(Case.objects.order_by("pk").values_list("state", flat=True))
    return Event.objects.count(), Message.objects.count(), Ask.objects.count(), states


def refused_everywhere(client: Client, case: Case, status: int) -> None:
    """Every address of the case answers so, by GET and POST, and nothing changes."""
    before = ledger()
    for address in pages_of(case):
        assert client.get(address).status_code == status, address
    for verb, fields in VERBS.items():
        assert client.post(act(case, verb), fields).status_code == status, verb
    assert client.post(page("ask", case.reference), ASKED).status_code == status
    assert ledger() == before


def test_the_anonymous_are_asked_to_sign_in_and_come_back(company: Company, client: Client) -> None:
    case = resolved(company)
    before = ledger()
    for address in [*pages_of(case), *(page(*name) for name in OWN_PAGES)]:
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"] == f"/accounts/login/?next={address}"
    assert client.post(page("new"), RAISED).status_code == 302
    for verb, fields in VERBS.items():
        assert client.post(act(case, verb), fields).status_code == 302
    assert client.post(page("ask", case.reference), ASKED).status_code == 302
    assert ledger() == before
    assert settings.LOGIN_URL == "login"


def test_a_contact_of_another_organization_finds_nothing(company: Company) -> None:
    refused_everywhere(browser(company.vera.user), resolved(company), 404)


def test_a_colleague_who_does_not_lead_finds_only_the_cases_he_follows(company: Company) -> None:
    otto = browser(company.otto.user)
    refused_everywhere(otto, resolved(company), 404)
    own = company.open(company.otto)
    assert otto.get(page("case", own.reference)).status_code == 200


def test_a_lead_sees_the_cases_of_the_organization(company: Company) -> None:
    case = company.open(company.otto)
    ida = browser(company.ida.user)
    assert ida.get(page("case", case.reference)).status_code == 200
    assert case.reference.encode() in ida.get(page("cases")).content


def test_with_the_membership_ends_the_sight_of_the_organization(company: Company) -> None:
    case = company.open(company.otto)
    Membership.objects.filter(contact=company.ida.contact).update(ended_on=date(2026, 3, 1))
    ida = browser(company.ida.user)
    refused_everywhere(ida, case, 404)
    assert case.reference.encode() not in ida.get(page("cases")).content


def test_staff_without_a_contact_have_no_portal(company: Company) -> None:
    case = resolved(company)
    for user in (company.agent.user, company.executive.user, company.administrator):
        client = browser(user)
        refused_everywhere(client, case, 404)
        for name in OWN_PAGES:
            assert client.get(page(*name)).status_code == 404
        assert client.post(page("new"), RAISED).status_code == 404


def test_somebody_who_is_both_sees_through_the_portal_only_what_the_contact_may(company: Company) -> None:
    company.vera.contact.user = company.agent.user
    company.vera.contact.save(update_fields=["user"])
    both = browser(company.agent.user)
    case = resolved(company)
    refused_everywhere(both, case, 404)
    assert both.get(page("cases")).status_code == 200
    assert case.reference.encode() not in both.get(page("cases")).content


def test_a_customer_has_no_desk(company: Company) -> None:
    case = company.open()
    ida = browser(company.ida.user)
    for address in ("/desk/", "/desk/queue/", f"/desk/cases/{case.reference}/"):
        assert ida.get(address).status_code == 404


def test_somebody_deactivated_is_outside(company: Company) -> None:
    ida = browser(company.ida.user)
    case = company.open()
    User.objects.filter(pk=company.ida.user.pk).update(is_active=False)
    assert ida.get(page("case", case.reference)).status_code == 302


@pytest.mark.parametrize(
    "reference", ["B-9999", "B-0", "B--1", "1", "b-", "B-1e3", "B-99999999999999999999", "%00", "B-1001;", "x" * 300]
)
def test_a_guessed_reference_is_not_there(company: Company, reference: str) -> None:
    ida = browser(company.ida.user)
    company.open(company.vera)
    for address in (f"/portal/cases/{reference}/", f"/portal/cases/{reference}/reply/"):
        assert ida.get(address).status_code == 404


def test_a_verb_of_the_staff_is_not_there(company: Company) -> None:
    case = company.open()
    ida = browser(company.ida.user)
    before = ledger()
    for verb in ("note", "resolve", "close", "triage", "escalate", "hold", "take", "decline_ask", "decline-ask"):
        assert ida.post(act(case, verb), {"text": "x", "outcome": "solved"}).status_code == 404
    assert ledger() == before


def test_a_form_of_another_site_is_refused(company: Company) -> None:
    case = company.open()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(company.ida.user)
    before = ledger()
    assert strict.post(act(case, "reply"), {"text": "x"}).status_code == 403
    assert strict.post(page("ask", case.reference), ASKED).status_code == 403
    assert strict.post(page("new"), RAISED).status_code == 403
    assert ledger() == before


def test_pages_of_the_portal_are_kept_by_nobody(company: Company) -> None:
    case = company.open()
    ida = browser(company.ida.user)
    for address in (page("cases"), page("new"), page("case", case.reference)):
        assert "private" in ida.get(address)["Cache-Control"]
