"""Whoever was deactivated keeps no way in: no session, no password, no link from a mail. (Pages: the access matrix.)"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from customers import tokens as access_tokens
from customers.models import User
from escalations.actions import people
from escalations.models import Decision, Event, tokens
from escalations.rules.vocabulary import Kind
from tests.api.calls import basic
from tests.cast import MONDAY, Company, worker

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(minutes=20)


def path_of(question: Decision, company: Company) -> str:
    return "/" + tokens.decision_url(question, company.manager.agent).split("/", 3)[3]


@time_machine.travel(LATER, tick=False)
def test_a_link_that_was_mailed_before_decides_nothing_any_more(company: Company) -> None:
    worker("Nina New", company.manager.agent.teams.get())  # somebody else takes over
    case = company.escalate(company.open(), MONDAY, Kind.HIERARCHICAL, level=3, justification="At once.")
    question = Decision.objects.get()
    path = path_of(question, company)
    assert Client().get(path).status_code == 200
    people.deactivate(agent=company.manager.agent, by=company.administrator, at=LATER)
    before = Event.objects.filter(case=case).count()
    for answer in (Client().get(path), Client().post(path, {"verdict": "approved", "answer": "Yes."})):
        assert answer.status_code == 404
    assert Event.objects.filter(case=case).count() == before
    assert Decision.objects.get(pk=question.pk).verdict == question.verdict


def test_neither_session_nor_token_nor_password_opens_the_api(company: Company) -> None:
    session, user = Client(), company.agent.user
    _token, secret = access_tokens.make(user=user, name="Script", at=LATER)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 200
    session.force_login(user)
    assert session.get("/api/v1/me/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    ways = [session.get("/api/v1/me/"), *(Client().get("/api/v1/me/", headers=way) for way in (basic(user), bearer))]
    assert [answer.status_code for answer in ways] == [401, 401, 401]


def test_somebody_who_is_no_agent_any_more_is_no_staff_anywhere(company: Company) -> None:
    session = Client()
    session.force_login(company.agent.user)
    reference = company.open().reference
    type(company.agent.agent).objects.filter(pk=company.agent.agent.pk).update(is_active=False)
    addresses = ("/desk/", f"/desk/cases/{reference}/", f"/api/v1/cases/{reference}/")
    assert [session.get(address).status_code for address in addresses] == [404, 404, 403]
