"""The desk says whether every open escalation is accounted for, and is honest when nobody has looked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from escalations.models import Audit
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn

PAGES = ("/desk/", "/desk/escalations/")
LIST = "/admin/escalations/violation/?over=no"


def said(client: Client, page: str, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        return client.get(page).content.decode()


def look(*, escalations: int, violations: int = 0) -> Audit:
    return Audit.objects.create(
        at=MONDAY, milliseconds=9, open_escalations=escalations, statements=20, findings=violations
    )


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("escalations", "words"),
    [
        (37, "All 37 open escalations are accounted for, proven 2 min ago."),
        (1, "The one open escalation is accounted for, proven 2 min ago."),
        (0, "No escalation is open, and nothing else went silent, proven 2 min ago."),
    ],
)
def test_all_is_accounted_for(company: Company, sign_in: SignIn, page: str, escalations: int, words: str) -> None:
    look(escalations=escalations)
    assert words in said(sign_in(company.agent.user), page, MONDAY + timedelta(minutes=2, seconds=5))


@pytest.mark.parametrize("page", PAGES)
def test_what_was_found_is_said_and_whoever_may_see_it_is_led_there(
    company: Company, sign_in: SignIn, page: str
) -> None:
    look(escalations=37, violations=2)
    seen = said(sign_in(company.agent.user), page, MONDAY)
    assert "The auditor found 2 violations that are not over." in seen
    assert "accounted for" not in seen
    assert LIST not in seen
    type(company.agent.user).objects.filter(pk=company.agent.user.pk).update(is_staff=True)
    assert LIST in said(sign_in(company.agent.user), page, MONDAY)


@pytest.mark.parametrize("page", PAGES)
def test_a_look_of_long_ago_proves_nothing_and_neither_does_none(company: Company, sign_in: SignIn, page: str) -> None:
    client = sign_in(company.agent.user)
    assert "has not looked yet" in said(client, page, MONDAY)
    look(escalations=37)
    assert "All 37" in said(client, page, MONDAY + timedelta(minutes=6))
    seen = said(client, page, MONDAY + timedelta(hours=3))
    assert "Nobody has proven for 3 h" in seen
    assert "All 37" not in seen
