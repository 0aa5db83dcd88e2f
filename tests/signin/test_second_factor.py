"""A code from an app after the password: set up, asked for, taken once, and required of administrators by a setting."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from customers.models import User
from escalations.models import HouseRules
from tests.api.calls import basic
from tests.cast import MONDAY, PASSWORD, Company
from tests.signin.walks import is_in, sign_in

SET_UP, AGAIN = reverse("mfa_activate_totp"), reverse("account_reauthenticate")


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as moving:
        yield moving


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client, password: str = PASSWORD) -> str:
    """Shows the password once more, reads the secret off the page and proves to have it."""
    client.post(AGAIN, {"password": password, "next": SET_UP})
    secret: str = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code_of(secret)})
    return secret


def protected(user: User) -> str:
    client = Client()
    sign_in(user.email, client=client)
    secret = set_up(client)
    assert Authenticator.objects.filter(user=user).count() == 2
    return secret


def show(client: Client, code: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def recovery_codes(user: User) -> list[str]:
    codes: list[str] = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    return codes


def test_the_password_alone_opens_nothing_any_more(
    company: Company, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user, client = company.agent.user, Client()
    with django_capture_on_commit_callbacks(execute=True):
        secret = protected(user)
    assert "was set up" in mail.outbox[-1].subject
    assert sign_in(user.email, client=client, next="/desk/queue/")["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_in(client)
    assert client.get("/desk/").status_code == 302
    assert show(client, "000000").status_code == 200
    clock.shift(90)
    assert show(client, code_of(secret))["Location"] == "/desk/queue/"
    assert is_in(client)


def test_a_code_is_taken_once(company: Company, clock: Any) -> None:
    user, first, second = company.agent.user, Client(), Client()
    secret = protected(user)
    clock.shift(90)
    code = code_of(secret)
    for client in (first, second):
        sign_in(user.email, client=client)
    assert show(first, code).status_code == 302
    assert "used already" in show(second, code).content.decode()
    assert not is_in(second)


def test_a_recovery_code_is_taken_once(company: Company, clock: Any) -> None:
    user, first, second = company.agent.user, Client(), Client()
    protected(user)
    code = recovery_codes(user)[3]
    for client in (first, second):
        sign_in(user.email, client=client)
    assert show(first, code).status_code == 302
    assert show(second, code).status_code == 200
    assert not is_in(second)
    assert code not in recovery_codes(user)


def test_codes_cannot_be_guessed_one_after_the_other(company: Company, clock: Any) -> None:
    user, client = company.agent.user, Client()
    secret = protected(user)
    sign_in(user.email, client=client)
    for guess in range(5):
        show(client, f"00000{guess}")
    clock.shift(90)
    assert "too often" in show(client, code_of(secret)).content.decode()
    assert not is_in(client)


def test_the_secret_stands_sealed_and_one_that_cannot_be_opened_fits_no_code(
    company: Company, clock: Any, settings: Any
) -> None:
    user, client = company.agent.user, Client()
    secret = protected(user)
    row = Authenticator.objects.get(user=user, type="totp")
    assert secret not in str(row.data)
    settings.SECRET_KEY = "another one"
    assert not row.wrap().validate_code(code_of(secret))
    assert not row.wrap().validate_code(format_hotp_value(hotp_value("", int(time.time()) // 30)))
    assert not is_in(client)


def test_a_program_needs_more_than_the_password_then(company: Company, clock: Any) -> None:
    assert Client().get("/api/v1/me/", headers=basic(company.agent.user)).status_code == 200
    protected(company.agent.user)
    refused = Client().get("/api/v1/me/", headers=basic(company.agent.user))
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor")
    wrong = Client().get("/api/v1/me/", headers=basic(company.agent.user, "wrong"))
    assert wrong.json()["code"] != "second_factor"


def test_setting_up_asks_for_the_password_and_for_a_code_that_fits(company: Company, clock: Any) -> None:
    client = Client()
    sign_in(company.agent.user.email, client=client)
    assert client.get(SET_UP)["Location"].startswith(AGAIN)
    client.post(AGAIN, {"password": "wrong", "next": SET_UP})
    assert client.get(SET_UP)["Location"].startswith(AGAIN)
    client.post(AGAIN, {"password": PASSWORD, "next": SET_UP})
    page = client.get(SET_UP)
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def needed(company: Company) -> User:
    HouseRules.objects.create(needs_second_factor=True)
    return company.administrator


def test_administrators_set_one_up_first_where_the_house_rules_say_so(company: Company, clock: Any) -> None:
    user, client = needed(company), Client()
    sign_in(user.email, client=client)
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[0][0] == SET_UP
    assert answer.status_code == 200
    set_up(client)
    asked = client.get("/admin/customers/user/")
    assert asked["Location"] == f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2Fcustomers%2Fuser%2F"
    given = client.post(asked["Location"], {"code": recovery_codes(user)[0]})
    assert given["Location"] == "/admin/customers/user/"
    assert client.get("/admin/customers/user/").status_code == 200


def test_a_session_of_before_shows_the_code_before_it_enters(company: Company, clock: Any) -> None:
    user, old, new = company.administrator, Client(), Client()
    sign_in(user.email, client=old)
    secret = protected(user)
    HouseRules.objects.create(needs_second_factor=True)
    assert old.get("/admin/")["Location"].startswith(reverse("mfa_reauthenticate"))
    clock.shift(90)
    sign_in(user.email, client=new, next="/admin/")
    assert show(new, code_of(secret))["Location"] == "/admin/"
    assert new.get("/admin/").status_code == 200
    assert old.post("/admin/customers/user/add/", {}).status_code == 302


def test_nobody_else_is_asked_and_other_doors_cost_nothing_more(
    company: Company, django_assert_num_queries: Any
) -> None:
    needed(company)
    client = Client()
    sign_in(company.agent.user.email, client=client)
    assert client.get("/desk/").status_code == 200
    sign_in(company.administrator.email, client=client)
    with django_assert_num_queries(3):  # the session, the person, and whether they work here
        assert client.get("/").status_code == 302


def test_it_is_not_removed_while_it_is_needed(company: Company, clock: Any) -> None:
    user, client = needed(company), Client()
    sign_in(user.email, client=client)
    set_up(client)
    client.post(AGAIN, {"password": PASSWORD, "next": "/"})
    remove = reverse("mfa_deactivate_totp")
    assert "needs a second factor here" in client.get(remove).content.decode()
    client.post(remove)
    assert Authenticator.objects.filter(user=user).count() == 2
    HouseRules.objects.update(needs_second_factor=False)
    assert client.post(remove).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert "was removed" in mail.outbox[-1].subject


def test_an_administrator_removes_what_somebody_has_lost(company: Company, clock: datetime) -> None:
    user = company.agent.user
    protected(user)
    client = Client()
    client.force_login(company.administrator)
    row = Authenticator.objects.get(user=user, type="totp")
    address = reverse("admin:mfa_authenticator_delete", args=[row.pk])
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert mail.outbox[-1].to == [user.email]
    assert sign_in(user.email)["Location"] == "/"
