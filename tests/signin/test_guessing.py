"""Whoever guesses passwords is held up, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client, RequestFactory

from config.signin.lockout import NOWHERE, client_address, person
from tests.api.calls import basic
from tests.cast import MONDAY, PASSWORD, Company
from tests.signin.walks import choose, is_in, mailed_link, sign_in

OFFICE, HOME = "198.51.100.7", "203.0.113.9"


def guess(email: str, times: int = 5, address: str = OFFICE) -> None:
    for number in range(times):
        sign_in(email, f"guess {number}", address=address)


def test_after_five_wrong_passwords_even_the_right_one_is_refused_for_a_while(company: Company) -> None:
    email = company.agent.user.email
    with time_machine.travel(MONDAY, tick=False) as clock:
        guess(email, 4)
        assert sign_in(email, "wrong", address=OFFICE).status_code == 429
        clock.shift(timedelta(minutes=14))
        refused = sign_in(email, PASSWORD, address=OFFICE)
        assert refused.status_code == 429
        assert refused["Retry-After"] == "60"
        assert (MONDAY + timedelta(minutes=15)).strftime("%H:%M") in refused.content.decode()
        clock.shift(timedelta(minutes=1, seconds=1))
        assert sign_in(email, PASSWORD, address=OFFICE).status_code == 302


def test_one_guesser_locks_out_neither_the_office_nor_the_person_elsewhere(company: Company) -> None:
    guess(company.agent.user.email)
    assert sign_in(company.agent.user.email, address=OFFICE).status_code == 429
    assert sign_in(company.specialist.user.email, address=OFFICE).status_code == 302
    assert sign_in(company.agent.user.email, address=HOME).status_code == 302


def test_guessing_at_many_people_from_one_address_holds_up_nobody_else_there(company: Company) -> None:
    for number in range(40):
        assert sign_in(f"nobody{number}@belay.example", "guess", address=OFFICE).status_code == 200
    assert sign_in(company.agent.user.email, address=OFFICE).status_code == 302


def test_capital_letters_and_another_browser_are_no_way_around(company: Company) -> None:
    email = company.agent.user.email
    for number in range(5):
        form = {"login": email.upper() if number % 2 else f" {email}", "password": "guess"}
        Client(headers={"User-Agent": f"Browser {number}"}).post("/accounts/login/", form, REMOTE_ADDR=OFFICE)
    assert sign_in(email, address=OFFICE).status_code == 429


def test_signing_in_forgets_the_wrong_passwords_before(company: Company) -> None:
    for _round in range(3):
        guess(company.agent.user.email, 4)
        assert sign_in(company.agent.user.email, address=OFFICE).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_programs_are_counted_together_with_people(company: Company) -> None:
    user = company.agent.user
    guess(user.email, 3, "127.0.0.1")
    answers = [Client().get("/api/v1/me/", headers=basic(user, "wrong")) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [401, 429]
    refused = Client().get("/api/v1/me/", headers=basic(user))
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 900
    assert refused["Content-Type"].startswith("application/problem+json")
    assert Client().get("/api/v1/me/", headers=basic(company.specialist.user)).status_code == 200


def test_nothing_that_was_typed_is_kept(company: Company) -> None:
    sign_in(company.agent.user.email, "my real passwort", address=OFFICE, next="/desk/?secret=1")
    Client().post("/api/v1/cases/?token=abc", {"text": "Private words"}, headers=basic(company.ida.user, "wrong"))
    rows = AccessAttempt.objects.all()
    assert len(rows) == 2
    assert {(row.get_data, row.post_data) for row in rows} == {("", "")}


def test_only_behind_a_proxy_is_a_forwarded_address_believed_and_only_the_last_one(settings: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=OFFICE, HTTP_X_FORWARDED_FOR=f"192.0.2.66, {HOME}")
    settings.BEHIND_PROXY = False
    assert client_address(request) == OFFICE
    settings.BEHIND_PROXY = True
    assert client_address(request) == HOME


@pytest.mark.parametrize(("said", "found"), [("not an address", OFFICE), ("", OFFICE), ("2001:db8::1", "2001:db8::1")])
def test_what_is_no_address_is_not_taken_for_one(settings: Any, said: str, found: str) -> None:
    settings.BEHIND_PROXY = True
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=OFFICE, HTTP_X_FORWARDED_FOR=said)) == found
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == NOWHERE


def test_whoever_is_meant_is_found_in_each_way_of_asking() -> None:
    post = RequestFactory().post("/", {"login": "Ann@Belay.example "})
    assert person(post) == "ann@belay.example"
    assert person(post, {"email": "BOB@belay.example"}) == "bob@belay.example"
    assert person(post, {"username": "x" * 300}) == "x" * 254


def test_a_person_who_was_locked_out_gets_in_after_a_new_password_was_mailed(company: Company) -> None:
    email = company.agent.user.email
    guess(email)
    assert choose(mailed_link(email), "a wholly new one").status_code == 302
    client = Client()
    assert sign_in(email, "a wholly new one", client, OFFICE).status_code == 302
    assert is_in(client)
