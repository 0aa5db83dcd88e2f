"""Somebody chooses their first password by a link that was mailed, once and for some days."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers import actions as people
from customers import invitations
from customers.models import Invitation, User
from customers.refusal import Refused
from escalations.models import HouseRules
from tests.cast import MONDAY, Company
from tests.signin.walks import is_in, last_link, sign_in

NEW = "a wholly new one"


@pytest.fixture
def bare(company: Company) -> User:
    return people.add_user(email="nora@belay.example", name="Nora New", password=None)


def invited(user: User, at: Any = None, days: int = 7) -> str:
    _made, secret = invitations.invite(user=user, by=None, at=at or timezone.now(), days=days)
    return secret


def follow(secret: str, password: str = NEW) -> Any:
    form = {"password1": password, "password2": password}
    return Client().post(reverse("invitation", args=[secret]), form)


def press(company: Company, user: User) -> Any:
    client = Client()
    client.force_login(company.administrator)
    return client.post(reverse("admin:customers_user_invite", args=[user.pk]), follow=True)


def test_a_button_invites_and_the_link_leads_to_a_sign_in(company: Company, bare: User) -> None:
    HouseRules.objects.create(invitation_days=3)
    assert "on its way to nora@belay.example" in press(company, bare).content.decode()
    made = Invitation.objects.get()
    assert (made.user, made.invited_by) == (bare, company.administrator)
    assert made.expires_at - made.made_at == timedelta(days=3)
    link, client = last_link(), Client()
    assert mail.outbox[-1].to == [bare.email]
    assert "Nora New" in client.get(link).content.decode()
    done = client.post(link, {"password1": NEW, "password2": NEW})
    assert done["Location"] == reverse("login")
    assert not is_in(client)
    assert sign_in(bare.email, NEW).status_code == 302
    made.refresh_from_db()
    assert made.used_at


def test_only_the_hash_is_kept(bare: User) -> None:
    secret = invited(bare)
    stored = str(list(Invitation.objects.values()))
    assert secret not in stored
    assert len(secret) >= 43


def test_looking_changes_nothing(bare: User) -> None:
    address = reverse("invitation", args=[invited(bare)])
    before = list(Invitation.objects.values())
    answers = [Client().get(address), Client().head(address)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0]["Referrer-Policy"] == "strict-origin"
    assert list(Invitation.objects.values()) == before


def test_a_link_works_once(bare: User) -> None:
    secret = invited(bare)
    assert follow(secret).status_code == 302
    again = follow(secret, "some other password")
    assert again.status_code == 410
    assert "accepted already" in again.content.decode()
    assert sign_in(bare.email, NEW).status_code == 302


def test_a_link_ends_with_its_days(bare: User) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        secret = invited(bare, days=2)
        clock.shift(timedelta(days=2))
        assert "is over" in follow(secret).content.decode()
    bare.refresh_from_db()
    assert not bare.has_usable_password()


def test_a_newer_invitation_takes_the_older_back_and_so_does_an_administrator(company: Company, bare: User) -> None:
    first, second = invited(bare), invited(bare)
    assert "taken back" in follow(first).content.decode()
    client = Client()
    client.force_login(company.administrator)
    row = Invitation.objects.open(timezone.now()).get()
    client.post(reverse("admin:customers_invitation_take_back", args=[row.pk]))
    assert "taken back" in follow(second).content.decode()
    bare.refresh_from_db()
    assert not bare.has_usable_password()


def test_a_deactivated_person_is_neither_invited_nor_let_in(bare: User) -> None:
    secret = invited(bare)
    people.set_active(user=bare, active=False)
    assert follow(secret).status_code == 410
    with pytest.raises(Refused, match="inactive"):
        invited(bare)
    assert Invitation.objects.count() == 1
    bare.refresh_from_db()
    assert not bare.has_usable_password()


def test_whoever_has_a_password_is_not_invited(company: Company) -> None:
    with pytest.raises(Refused, match="has_password"):
        invited(company.ida.user)
    press(company, company.ida.user)
    assert not Invitation.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("secret", ["nonsense", "x" * 500, "%00", "ü"])
def test_a_link_that_is_none_is_told_so(company: Company, secret: str) -> None:
    for answer in (Client().get(f"/accounts/invitation/{secret}/"), follow(secret)):
        assert answer.status_code == 410


def test_a_weak_password_is_refused_and_the_link_goes_on_working(bare: User) -> None:
    secret = invited(bare)
    assert "too short" in follow(secret, "short").content.decode()
    with pytest.raises(Refused, match="weak"):
        invitations.accept(secret=secret, password="12345678901", at=timezone.now())
    assert follow(secret).status_code == 302


def test_a_mail_server_that_is_away_is_said_and_leaves_no_link_behind(
    company: Company, bare: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    assert "did not take the invitation" in press(company, bare).content.decode()
    assert not Invitation.objects.open(timezone.now()).exists()


def test_the_page_of_a_user_says_how_far_the_invitation_is(company: Company, bare: User) -> None:
    client = Client()
    client.force_login(company.administrator)
    page = reverse("admin:customers_user_change", args=[bare.pk])
    assert "was not invited yet" in client.get(page).content.decode()
    follow(invited(bare))
    assert "Invite by mail" not in client.get(page).content.decode()
    assert "accepted" in client.get(reverse("admin:customers_invitation_changelist")).content.decode()
