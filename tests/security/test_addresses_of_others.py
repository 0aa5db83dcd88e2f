"""Nobody is led out of the house by a link into it, and no link in a mail says what a request claimed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from escalations.engine import delivery
from tests.architecture.sources import code, templates
from tests.cast import PASSWORD, Company

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "\thttps://evil.example/",
    "http:///evil.example",
]
# Where a request decides where a page leads: each is looked at below, or in the tests of its own page.
RETURNS = re.compile(
    r"""HTTP_REFERER|headers(?:\[|\.get\()["']Referer"""
    r"""|(?:GET|POST|query_params|data)(?:\[|\.get\()["'](?:next|return|back)["']|name="next\""""
)
KNOWN_RETURNS: set[str] = {"config/signin/views.py"}


@pytest.mark.parametrize("to", ELSEWHERE)
def test_signing_in_leads_nowhere_else(company: Company, to: str) -> None:
    answer = Client().post(reverse("login"), {"login": company.agent.user.email, "password": PASSWORD, "next": to})
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).netloc == ""
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("to", ELSEWHERE)
def test_signing_out_leads_nowhere_else(company: Company, to: str) -> None:
    client = Client()
    client.force_login(company.agent.user)
    answer = client.post(reverse("logout"), {"next": to})
    assert urlsplit(answer["Location"]).netloc == ""
    assert not answer["Location"].startswith(("//", "/\\"))


def test_no_other_place_leads_where_a_request_wants() -> None:
    found = {source.path for source in [*code(), *templates()] if RETURNS.search(source.text)}
    assert found == KNOWN_RETURNS


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a@evil.example", "evil.example:80"])
def test_a_name_that_is_not_ours_is_refused(host: str) -> None:
    with override_settings(ALLOWED_HOSTS=["localhost", "127.0.0.1"]):
        answer = Client(raise_request_exception=False).get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_the_header_of_a_proxy_names_no_host() -> None:
    assert settings.USE_X_FORWARDED_HOST is False
    assert "*" not in settings.ALLOWED_HOSTS


def test_links_in_mails_lead_to_the_address_of_the_installation(company: Company) -> None:
    with override_settings(ALLOWED_HOSTS=["*"], BELAY_URL="https://desk.belay.example"):
        client = Client()
        client.force_login(company.ida.user)
        asked = {"subject": "No readings", "text": "Since midnight.", "impact": "high", "urgency": "high"}
        assert client.post("/portal/cases/new/", asked, headers={"Host": "evil.example"}).status_code == 303
        delivery.deliver_by("mail", timezone.now())
    assert len(mail.outbox) > 0
    said = "".join(str(letter.message()) for letter in mail.outbox)
    assert "https://desk.belay.example/" in said
    assert "evil.example" not in said
