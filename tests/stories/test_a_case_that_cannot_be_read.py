"""A case whose journal cannot be read has friendly pages, stands among the cases set aside at once, and is kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import User
from escalations.actions import set_aside
from escalations.admin.bases import page_of
from escalations.casefile import overview
from escalations.desk import cases as desk_cases
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Event, SetAside
from escalations.rules import events
from escalations.rules.kinds import KINDS
from tests.actions.soundness import everything
from tests.api.calls import Api
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

DESK = ("/desk/cases/{}/", "/desk/cases/{}/clocks/resolution-1/")
PORTAL = ("/portal/cases/{}/", "/portal/cases/{}/received/", "/portal/cases/{}/clocks/resolution-1/")
API = ("cases/{}/", "cases/{}/clocks/", "cases/{}/messages/")


@pytest.fixture
def case(company: Company) -> Case:
    """Its journal has a line of a kind that only a newer program knows."""
    case = company.open()
    line = {"kind": "case.teleported", "actor": "system", "actor_kind": "system", "data": {"finding": ""}}
    Event.objects.create(case=case, seq=case.last_seq + 1, occurred_at=MONDAY, recorded_at=MONDAY, **line)
    Case.objects.filter(pk=case.pk).update(last_seq=case.last_seq + 1)
    return case


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_desk_and_portal_say_so_and_lead_on(company: Company, case: Case) -> None:
    before = everything()
    for who, addresses, said in (
        (company.agent.user, DESK, f"{case.reference} cannot be read right now"),
        (company.ida.user, PORTAL, "This case cannot be shown right now"),
    ):
        for address in addresses:
            answer = browser(who).get(address.format(case.reference))
            assert answer.status_code == 503
            assert said in words(answer)
            assert "KeyError" not in words(answer)
    assert everything() == before


def test_what_is_sent_to_it_is_answered_alike_and_changes_nothing(company: Company, case: Case) -> None:
    before = everything()
    assert (
        browser(company.ida.user).post(f"/portal/cases/{case.reference}/reply/", {"text": "Hello?"}).status_code == 503
    )
    assert browser(company.agent.user).post(f"/desk/cases/{case.reference}/reply/", {"text": "Hi"}).status_code == 503
    assert Api(company.agent.user).post(f"cases/{case.reference}/messages/", {"text": "Hi"}).status == 503
    assert everything() == before


def test_programs_get_a_problem_document(company: Company, case: Case) -> None:
    for who in (company.agent.user, company.ida.user):
        for path in API:
            answer = Api(who).get(path.format(case.reference))
            assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
            assert (answer.data["code"], answer.headers["Retry-After"]) == ("case_unreadable", "300")
            assert "It is kept, and the administrators see it" in answer.data["detail"]


def test_the_administrator_finds_it_at_once_and_once(company: Company, case: Case) -> None:
    for _time in range(2):
        browser(company.ida.user).get(PORTAL[0].format(case.reference))
    row = SetAside.objects.get()
    assert (row.case, row.stage, row.tries) == (case, "reading", 1)
    assert "case.teleported" in row.error
    figures = browser(company.administrator).get("/admin/").context["front"]["figures"]
    assert [(row.number, row.tone) for row in figures if "set aside" in row.words] == [(1, "bad")]


def test_the_stored_clock_is_shown_without_its_explanation(company: Company, case: Case) -> None:
    answer = browser(company.administrator).get(page_of(Clock.objects.filter(case=case)[0]))
    assert answer.status_code == 200
    assert "knows no such clock, or cannot be read." in words(answer)
    assert SetAside.objects.get().case == case


def test_the_engine_keeps_what_failed_first_and_takes_it_back_once_it_can_be_read(
    company: Company, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set_aside.cannot_be_read(case_id=case.pk, at=MONDAY)
    sweep(MONDAY + timedelta(minutes=1))
    assert (SetAside.objects.get().stage, SetAside.objects.get().tries) == ("reading", 2)
    monkeypatch.setitem(KINDS, "case.teleported", events.FindingAdded)
    assert not set_aside.cannot_be_read(case_id=case.pk, at=MONDAY)
    sweep(SetAside.objects.get().next_try_at)
    assert not SetAside.objects.exists()


def test_others_learn_nothing_of_it(company: Company, case: Case) -> None:
    for client, addresses in ((browser(company.vera.user), PORTAL), (browser(company.ida.user), DESK)):
        for address in addresses:
            assert client.get(address.format(case.reference)).status_code == 404
    assert Api(company.vera.user).get(API[0].format(case.reference)).status == 404
    assert not SetAside.objects.exists()


def test_lists_show_it_with_all_the_others(company: Company, case: Case) -> None:
    assert browser(company.agent.user).get("/desk/queue/").status_code == 200
    assert [line.reference for line in overview.in_our_hands(company.ida.standing, timezone.now()).lines] == [
        case.reference
    ]


def test_a_fault_of_ours_on_a_case_that_can_be_read_stays_a_fault_of_ours(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = company.open()

    def broken(*_args: object, **_named: object) -> None:
        raise ValueError("a page is broken")

    monkeypatch.setattr(desk_cases, "staff_casefile", broken)
    with pytest.raises(ValueError, match="a page is broken"):
        browser(company.agent.user).get(DESK[0].format(case.reference))
    assert not SetAside.objects.exists()
