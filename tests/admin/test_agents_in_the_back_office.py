"""Deactivating somebody is an act with a question before it, never a tick in a form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from escalations.actions import triage
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db


def address(company: Company, verb: str, who: str = "agent") -> str:
    agent = getattr(company, who).agent
    return reverse("admin:escalations_agent_change", args=[agent.pk]).replace("change/", f"{verb}/")


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


@pytest.fixture
def office(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def test_deactivating_asks_first_and_hands_over_on_post(office: Client, company: Company) -> None:
    case = company.open()
    triage.take(case=case, actor=company.agent.standing, at=MONDAY + timedelta(minutes=5))
    asked = office.get(address(company, "deactivate"))
    assert "not closed: 1" in asked.content.decode()
    company.agent.agent.refresh_from_db()
    assert company.agent.agent.is_active
    assert office.post(address(company, "deactivate")).status_code == 302
    company.agent.agent.refresh_from_db()
    case.refresh_from_db()
    assert (company.agent.agent.is_active, case.owner) == (False, None)


def test_what_stands_in_the_way_is_said_in_words(office: Client, company: Company) -> None:
    answer = office.post(address(company, "deactivate", "executive"))
    assert "last resort of Standard: 1 Front line" in said(answer)
    company.executive.agent.refresh_from_db()
    assert company.executive.agent.is_active


def test_who_left_is_reactivated(office: Client, company: Company) -> None:
    office.post(address(company, "deactivate"))
    assert office.post(address(company, "deactivate")).status_code == 403
    assert office.post(address(company, "reactivate")).status_code == 302
    company.agent.agent.refresh_from_db()
    assert company.agent.agent.works


@pytest.mark.parametrize("verb", ["deactivate", "reactivate"])
def test_nobody_without_the_right_does_either(company: Company, client: Client, verb: str) -> None:
    company.specialist.user.is_staff = True
    company.specialist.user.save()
    visitor = Client()
    visitor.force_login(company.specialist.user)
    assert visitor.post(address(company, verb)).status_code == 403
    assert reverse("admin:login") in client.post(address(company, verb))["Location"]
    company.agent.agent.refresh_from_db()
    assert company.agent.agent.is_active
