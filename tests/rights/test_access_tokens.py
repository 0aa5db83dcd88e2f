"""Programs come in by a token: shown once, kept as a hash, read-only where it says so, closed with its person."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.logs import WithoutSecrets
from customers import actions as people
from customers import tokens
from customers.models import AccessToken, User
from escalations.models import Event
from tests.cast import Company

pytestmark = pytest.mark.django_db


def made(user: User, **fields: Any) -> tuple[AccessToken, str]:
    return tokens.make(user=user, name="Exports", at=timezone.now(), **fields)


def call(secret: str, path: str = "me/", method: str = "get", body: Any = None, scheme: str = "Bearer") -> Any:
    headers = {"Authorization": f"{scheme} {secret}"}
    kind: dict[str, Any] = {} if method == "get" else {"content_type": "application/json"}
    return getattr(Client(), method)(f"/api/v1/{path}", body or {}, headers=headers, **kind)


def test_a_token_speaks_for_its_person(company: Company) -> None:
    _row, secret = made(company.agent.user)
    assert call(secret).json()["name"] == "Ben Okafor"
    assert call(secret, scheme="bearer").status_code == 200
    case = company.open()
    assert call(secret, f"cases/{case.reference}/notes/", "post", {"text": "Seen."}).status_code == 201
    assert Event.objects.filter(case=case).latest("seq").actor == company.agent.user.code


def test_only_its_hash_is_kept(company: Company) -> None:
    row, secret = made(company.agent.user)
    stored = AccessToken.objects.values().get(pk=row.pk)
    assert stored["token_hash"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret.startswith(stored["prefix"])
    assert not any(secret in str(value) for value in stored.values())
    assert len(secret) >= 6 + 43


def test_one_that_only_reads_writes_nothing(company: Company) -> None:
    _row, secret = made(company.agent.user, is_read_only=True)
    case = company.open()
    before = Event.objects.count()
    answer = call(secret, f"cases/{case.reference}/notes/", "post", {"text": "Seen."})
    assert (answer.status_code, answer.json()["code"]) == (403, "token_only_reads")
    assert Event.objects.count() == before
    assert call(secret, f"cases/{case.reference}/").status_code == 200


def expire(row: AccessToken, user: User) -> None:
    AccessToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def revoke(row: AccessToken, user: User) -> None:
    tokens.revoke(token=row, at=timezone.now())


def leave(row: AccessToken, user: User) -> None:
    people.set_active(user=user, active=False)


@pytest.mark.parametrize("ending", [expire, revoke, leave])
def test_an_expired_or_revoked_one_and_that_of_somebody_who_left_open_nothing(company: Company, ending: Any) -> None:
    row, secret = made(company.agent.user)
    ending(row, company.agent.user)
    answer = call(secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


@pytest.mark.parametrize("secret", ["", "belay_", "x" * 5000, "belay_ünbekannt", "a b"])
def test_what_is_no_token_opens_nothing(company: Company, secret: str) -> None:
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_when_it_was_used_is_written_once_a_minute(company: Company) -> None:
    row, secret = made(company.agent.user)
    at = timezone.now()

    def used(after: timedelta) -> datetime | None:
        tokens.opened_by(secret, at=at + after)
        row.refresh_from_db()
        return row.last_used_at

    assert used(timedelta()) == at
    assert used(timedelta(seconds=59)) == at
    assert used(timedelta(seconds=60)) == at + timedelta(minutes=1)


@pytest.fixture
def ida(company: Company) -> Client:
    client = Client()
    client.force_login(company.ida.user)
    return client


def test_a_customer_makes_one_sees_it_once_and_revokes_it(ida: Client, company: Company) -> None:
    page = reverse("tokens")
    answer = ida.post(page, {"name": "Our monitoring", "days": "90", "is_read_only": "on"})
    row = AccessToken.objects.get()
    assert (row.user, row.name, row.is_read_only) == (company.ida.user, "Our monitoring", True)
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in ida.get(page).content.decode()
    assert call(secret).json()["door"] == "customer"
    assert ida.post(reverse("token_revoke", args=[row.pk])).status_code == 303
    assert call(secret).status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"name": "", "days": "90"}, {"name": "x", "days": "12"}, {"name": "  ", "days": "30"}]
)
def test_what_is_missing_is_said_and_no_token_is_made(ida: Client, wrong: dict[str, str]) -> None:
    assert ida.post(reverse("tokens"), wrong).status_code == 422
    assert not AccessToken.objects.exists()


def test_nobody_revokes_the_token_of_somebody_else(ida: Client, company: Company) -> None:
    row, secret = made(company.otto.user)
    assert ida.post(reverse("token_revoke", args=[row.pk])).status_code == 404
    assert call(secret).status_code == 200


def test_administrators_revoke_what_others_made(company: Company) -> None:
    row, secret = made(company.agent.user)
    office = Client()
    office.force_login(company.administrator)
    page = reverse("admin:customers_accesstoken_changelist")
    assert secret not in office.get(page).content.decode()
    office.post(page, {"action": "revoke", "_selected_action": [row.pk]})
    assert call(secret).status_code == 401


def test_no_token_stands_in_a_log(company: Company) -> None:
    _row, secret = made(company.agent.user)
    record = logging.LogRecord("x", logging.INFO, "", 0, "with %s in it", (secret,), None)
    said = WithoutSecrets().format(record)
    assert secret not in said
    assert "belay_…" in said


def test_the_document_names_the_scheme(company: Company) -> None:
    document = Client().get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    assert document["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"
