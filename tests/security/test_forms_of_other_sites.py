"""No form of another site does anything here: every unsafe address wants the token of our own pages."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access.asking import ask
from tests.access.house import House
from tests.access.objects import address_of
from tests.access.routes import API, UNSAFE, Route, routes
from tests.api.calls import basic

pytestmark = pytest.mark.django_db


def strict(house: House, role: str) -> Client:
    """The browser of this role, as a server that looks at tokens sees it."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = house.people[role].cookies
    return client


def unsafe(route: Route) -> list[str]:
    """By which methods something could be changed there."""
    if not route.address.startswith(API):
        return ["POST"]
    return [route.method] if route.method.lower() in UNSAFE else []


@pytest.mark.parametrize("role", ["nobody", "contact", "specialist", "administrator"])
def test_no_page_takes_a_form_without_our_token(house: House, role: str) -> None:
    client = strict(house, role)
    pages = [route for route in routes() if not route.address.startswith(API)]
    answers = {route.address: ask(client, "POST", address_of(route, house.own)) for route in pages}
    assert len(answers) > 100
    assert {address for address, answer in answers.items() if answer.status != 403 or answer.written} == set()


@pytest.mark.parametrize("role", ["contact", "specialist"])
def test_a_session_changes_nothing_through_the_api_without_our_token(house: House, role: str) -> None:
    client = strict(house, role)
    found = [(route, method) for route in routes() for method in unsafe(route) if route.address.startswith(API)]
    answers = {route: ask(client, method, address_of(route, house.own)) for route, method in found}
    assert len(answers) > 40
    wrong = {route.address for route, answer in answers.items() if answer.status != 403 or answer.written}
    assert wrong == set()
    assert all("CSRF" in answer.text for answer in answers.values())


def test_a_program_with_a_password_needs_no_token(house: House) -> None:
    client = Client(enforce_csrf_checks=True)
    address = f"/api/v1/cases/{house.own.reference}/watch/"
    headers = basic(house.company.agent.user)
    assert client.post(address, {}, content_type="application/json", headers=headers).status_code == 200
