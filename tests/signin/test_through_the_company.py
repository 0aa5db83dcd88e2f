"""Staff comes in through a real provider process on loopback; nobody else does, and nothing is ever made."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from customers import actions as people
from customers.models import User
from tests.cast import Company
from tests.signin.test_second_factor import protected
from tests.signin.walks import is_in

PEOPLE = [
    {"sub": "1", "email": "BEN@belay.example", "email_verified": True},
    {"sub": "2", "email": "ben@belay.example", "email_verified": False},
    {"sub": "3", "email": "stranger@belay.example", "email_verified": True},
    {"sub": "4", "email": "ida@customer.example", "email_verified": True},
    {"sub": "5", "email": "ben@belay.example"},
    {"sub": "6"},
]


class Staying(urllib.request.HTTPRedirectHandler):
    """Shows where an answer leads instead of going there."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = [part for person in PEOPLE for part in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *told]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    issuer = f"http://127.0.0.1:{port}"
    try:
        for _try in range(600):
            try:
                urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("the provider did not come up")
        yield issuer
    finally:
        running.terminate()
        running.wait(timeout=20)


@pytest.fixture
def configured(settings: Any, provider: str) -> None:
    settings.OIDC_ISSUER, settings.OIDC_NAME = provider, "Acme"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "belay", "secret of ours"


def begin(client: Client, wanted: str = "/desk/queue/") -> str:
    """The address of the provider that the button leads to."""
    page = client.get(reverse("login"), {"next": wanted}).content.decode()
    assert "Sign in through Acme" in page
    answer = client.get("/accounts/oidc/company/login/", {"next": wanted})
    assert answer.status_code == 302
    return str(answer["Location"])


def allow(address: str, sub: str) -> str:
    """Signs in there, as this person; gives the way back."""
    try:
        data = urllib.parse.urlencode({"sub": sub}).encode()
        urllib.request.build_opener(Staying).open(address, data=data, timeout=20)
    except urllib.error.HTTPError as answer:
        assert answer.code in (302, 303)
        back = urllib.parse.urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"
    raise AssertionError("the provider did not send anybody back")


def come_in(client: Client, sub: str) -> Any:
    return client.get(allow(begin(client), sub))


def test_a_colleague_with_a_verified_address_comes_in(company: Company, configured: None) -> None:
    client = Client()
    answer = come_in(client, "1")
    assert answer["Location"] == "/desk/queue/"
    assert is_in(client)
    assert client.get("/desk/").status_code == 200
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("sub", ["2", "3", "4", "5", "6"])
def test_nobody_else_does_and_nothing_is_made(company: Company, configured: None, sub: str) -> None:
    people_before, client = User.objects.count(), Client()
    company.ida.user.email = "ida@customer.example"
    company.ida.user.save()
    answer = come_in(client, sub)
    assert answer.status_code == 403
    assert "Nobody here knows you yet" in answer.content.decode()
    assert not is_in(client)
    assert User.objects.count() == people_before
    assert not SocialAccount.objects.exists()


def test_neither_a_deactivated_person_nor_one_who_left_comes_in(company: Company, configured: None) -> None:
    company.agent.agent.is_active = False
    company.agent.agent.save()
    assert come_in(Client(), "1").status_code == 403
    company.agent.agent.is_active = True
    company.agent.agent.save()
    people.set_active(user=company.agent.user, active=False)
    assert come_in(Client(), "1").status_code == 403


def test_a_way_back_works_once_and_only_in_the_browser_that_began_it(company: Company, configured: None) -> None:
    mine, other = Client(), Client()
    back = allow(begin(mine), "1")
    assert other.get(back).status_code == 403
    wrong = f"{back.partition('?')[0]}?code=x&state=invented"
    assert mine.get(wrong).status_code == 403
    assert not is_in(mine)
    assert mine.get(back).status_code == 302
    mine.post(reverse("logout"))
    assert mine.get(back).status_code == 403, "the state is used up"
    fresh = begin(mine)
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(fresh).query)["state"][0]
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
    assert mine.get(f"{back.partition('?')[0]}?code={code}&state={state}").status_code == 403, "the code is used up"
    assert not is_in(mine)


def test_the_second_factor_is_asked_for_here_too(company: Company, configured: None) -> None:
    protected(company.agent.user)
    client = Client()
    assert come_in(client, "1")["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_in(client)


def test_asking_to_link_an_account_links_nothing(company: Company, configured: None) -> None:
    client = Client()
    client.force_login(company.ida.user)
    start = client.get("/accounts/oidc/company/login/?process=connect")["Location"]
    assert client.get(allow(start, "3")).status_code == 403
    assert not SocialAccount.objects.exists()


def test_the_way_leads_to_no_other_host(company: Company, configured: None) -> None:
    client = Client()
    answer = client.get(allow(begin(client, "https://evil.example/"), "1"))
    assert answer["Location"] == "/"


def test_a_provider_that_is_away_is_said_in_words(company: Company, configured: None, settings: Any) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = Client().get("/accounts/oidc/company/login/")
    assert answer.status_code == 503
    assert "Acme does not answer" in answer.content.decode()


def test_without_a_provider_there_is_no_button_and_no_address(company: Company, settings: Any) -> None:
    settings.OIDC_ISSUER = ""
    assert "Sign in through" not in Client().get(reverse("login")).content.decode()
    assert Client().get("/accounts/oidc/company/login/").status_code == 404
    assert Client().get("/accounts/oidc/company/callback/?code=x&state=y").status_code == 404
