"""Changing a password, and getting a new one by mail without learning who else signs in here."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers import actions as people
from tests.cast import PASSWORD, Company
from tests.signin.walks import choose, is_in, last_link, mailed_link, sign_in

NEW = "a wholly new one"


def ask(email: str, client: Client | None = None) -> Any:
    return (client or Client()).post(reverse("account_reset_password"), {"email": email}, follow=True)


def everybody(company: Company) -> list[str]:
    """Somebody who signs in, somebody deactivated, somebody without a password, and nobody."""
    people.set_active(user=company.vera.user, active=False)
    people.add_user(email="bare@belay.example", name="Bare", password=None)
    return [company.ida.user.email, company.vera.user.email, "bare@belay.example", "nobody@belay.example"]


def test_asking_for_a_new_password_looks_the_same_whoever_is_meant(company: Company) -> None:
    seen = set()
    for number, email in enumerate(everybody(company), start=1):
        answer = ask(email)
        seen.add((answer.status_code, tuple(answer.redirect_chain), answer.content))
        assert len(mail.outbox) == number, "one mail each, so that one takes as long as the other"
        assert mail.outbox[-1].to == [email]
    assert len(seen) == 1
    assert [("/accounts/password/reset/key/" in str(sent.body)) for sent in mail.outbox] == [True, False, False, False]


def test_signing_in_takes_as_many_hashes_whoever_is_meant(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    plain = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return plain(self, password, salt)

    people.set_active(user=company.vera.user, active=False)
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    numbers = []
    for email in (company.ida.user.email, company.vera.user.email, "nobody@belay.example"):
        hashed.clear()
        sign_in(email, "wrong")
        numbers.append(len(hashed))
    assert numbers == [1, 1, 1]


def test_a_new_password_by_mail_ends_every_session_and_is_told(company: Company) -> None:
    user = company.ida.user
    inside = Client()
    sign_in(user.email, client=inside)
    done = choose(mailed_link(user.email), NEW)
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert not is_in(inside)
    assert sign_in(user.email).status_code == 200, "the old one is over"
    assert sign_in(user.email, NEW).status_code == 302
    assert mail.outbox[-1].to == [user.email]
    assert "was changed" in mail.outbox[-1].subject


def test_a_link_works_once_and_for_two_hours(company: Company) -> None:
    link = mailed_link(company.ida.user.email)
    choose(link, NEW)
    assert "does not work any more" in Client().get(link).content.decode()
    late = mailed_link(company.ida.user.email)
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=5)):
        assert "does not work any more" in Client().get(late).content.decode()
    assert sign_in(company.ida.user.email, NEW).status_code == 302


def test_looking_at_a_link_changes_nothing(company: Company) -> None:
    link = mailed_link(company.ida.user.email)
    for _time in range(3):
        assert Client().get(link, follow=True).status_code == 200
    assert sign_in(company.ida.user.email).status_code == 302


def test_a_link_that_was_mailed_before_somebody_was_deactivated_is_dead(company: Company) -> None:
    link = mailed_link(company.ida.user.email)
    people.set_active(user=company.ida.user, active=False)
    assert "does not work any more" in Client().get(link).content.decode()
    people.set_active(user=company.ida.user, active=True)
    assert sign_in(company.ida.user.email).status_code == 302


def test_links_lead_to_the_address_that_is_configured_whatever_a_request_calls_the_host(
    company: Company, settings: Any
) -> None:
    settings.ALLOWED_HOSTS, settings.BELAY_URL = ["*"], "https://help.belay.example"
    Client().post(reverse("account_reset_password"), {"email": company.ida.user.email}, HTTP_HOST="evil.example")
    said = str(mail.outbox[-1].body)
    assert "https://help.belay.example/accounts/password/reset/key/" in said
    assert "evil" not in said


def test_mails_are_written_in_the_language_of_their_reader_and_answered_by_no_machine(company: Company) -> None:
    user = company.ida.user
    user.language = "de"
    user.save()
    ask(user.email)
    assert mail.outbox[-1].subject == "Ein neues Passwort wählen"
    assert mail.outbox[-1].extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("problem", [smtplib.SMTPServerDisconnected("gone"), ConnectionRefusedError("nobody listens")])
def test_a_mail_server_that_is_away_is_said_in_words(
    company: Company, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def refuse(*_args: Any, **_more: Any) -> int:
        raise problem

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    answers = [ask(email) for email in everybody(company)]
    assert {answer.status_code for answer in answers} == {503}
    assert "could not be sent" in answers[0].content.decode()
    client = Client()
    sign_in(company.ida.user.email, client=client)
    changed = change(client, NEW)
    assert changed.status_code == 302, "what was done stays done when it cannot be told"
    assert sign_in(company.ida.user.email, NEW).status_code == 302


def change(client: Client, new: str, old: str = PASSWORD) -> Any:
    return client.post(reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new})


def test_changing_the_password_keeps_this_session_and_ends_the_others(company: Company) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(company.ida.user.email, client=client)
    before = here.session.session_key
    assert change(here, NEW).status_code == 302
    assert is_in(here)
    assert here.session.session_key != before
    assert not is_in(there)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("wrong", NEW, "not the password until now"),
        (PASSWORD, "short", "too short"),
        (PASSWORD, "1234567890", "numeric"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(company: Company, old: str, new: str, why: str) -> None:
    client = Client()
    sign_in(company.ida.user.email, client=client)
    assert why in change(client, new, old).content.decode()
    assert sign_in(company.ida.user.email).status_code == 302


def test_asking_too_often_is_answered_in_words(company: Company) -> None:
    answers = [ask(company.ida.user.email) for _time in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Not so fast" in answers[-1].content.decode()
    assert len(mail.outbox) == 5
    nobody = [ask("nobody@belay.example") for _time in range(6)]
    assert [answer.status_code for answer in nobody] == [200] * 5 + [429]


def test_whoever_has_no_password_cannot_give_themself_one(company: Company) -> None:
    user = people.add_user(email="bare@belay.example", name="Bare", password=None)
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("account_change_password"), follow=True)
    assert "no password here" in answer.content.decode()
    client.post(reverse("account_set_password"), {"password1": NEW, "password2": NEW})
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_the_secret_of_a_link_is_soon_gone_from_the_address(company: Company) -> None:
    link = mailed_link(company.ida.user.email)
    answer = Client().get(link)
    assert answer["Location"].endswith("-set-password/")
    assert last_link().split("-", 1)[1] not in answer["Location"]
