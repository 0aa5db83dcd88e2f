"""Everybody chooses the language and the clock by which Belay speaks to them; for the unknown their browser does."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from customers.models import User
from escalations.engine.delivery import deliver
from escalations.models import Event
from tests.cast import Company


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize(("who", "door"), [("agent", "/desk/"), ("ida", "/portal/")])
def test_pages_follow_the_person_and_not_the_browser(company: Company, who: str, door: str) -> None:
    user = getattr(company, who).user
    client = signed_in(user)
    assert '<html lang="en">' in client.get(door).content.decode()
    answer = client.post(reverse("language"), {"language": "de", "time_zone": "Pacific/Auckland"}, follow=True)
    assert "So spricht Belay ab jetzt mit Ihnen." in answer.content.decode()
    page = client.get(door).content.decode()
    assert '<html lang="de">' in page
    assert "Abmelden" in page
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("de", "Pacific/Auckland")


def test_letters_follow_the_person_too(company: Company) -> None:
    signed_in(company.ida.user).post(reverse("language"), {"language": "de", "time_zone": "Europe/Berlin"})
    company.open()
    deliver(Event.objects.latest("seq").recorded_at)
    [letter] = [sent for sent in mail.outbox if company.ida.user.email in sent.to]
    assert "Ihr Anliegen ist bei uns" in letter.subject
    assert letter.extra_headers["Content-Language"] == "de"


@pytest.mark.parametrize("field", ["language", "time_zone"])
def test_what_belay_does_not_speak_is_refused_and_nothing_changes(company: Company, field: str) -> None:
    user = company.agent.user
    before = (user.language, user.time_zone)
    form = {"language": "de", "time_zone": "Europe/Berlin", field: "tlh"}
    answer = signed_in(user).post(reverse("language"), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    user.refresh_from_db()
    assert (user.language, user.time_zone) == before


@pytest.mark.django_db
@pytest.mark.parametrize(("wanted", "spoken"), [("de-AT,de;q=0.9", "de"), ("en-GB", "en"), ("fr, da;q=0.5", "en")])
@pytest.mark.parametrize("path", ["/", "/help/", "/accounts/login/", "/nowhere/"])
def test_whoever_is_not_signed_in_is_spoken_to_as_the_browser_asks(path: str, wanted: str, spoken: str) -> None:
    page = Client(headers={"Accept-Language": wanted}).get(path).content.decode()
    assert f'<html lang="{spoken}">' in page
