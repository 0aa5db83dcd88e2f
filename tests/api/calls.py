"""Calling the API as a program of somebody would, and what it left behind."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from django.test import Client

from customers.models import User
from escalations.models import Case, Event, Message
from tests.cast import PASSWORD, Company

ROOT = "/api/v1/"


@dataclass(frozen=True)
class Answer:
    """What came back: status, document, headers, and the very text."""

    status: int
    data: Any
    headers: dict[str, str]
    text: str


def basic(user: User, password: str = PASSWORD) -> dict[str, str]:
    """The header of HTTP Basic."""
    pair = base64.b64encode(f"{user.email}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


@dataclass(frozen=True)
class Api:
    """The programs of one person, or of nobody."""

    user: User | None = None

    def get(self, path: str = "", **query: Any) -> Answer:
        return self.call("get", path, query)

    def post(self, path: str, body: Any = None, key: str | None = None) -> Answer:
        return self.call("post", path, {} if body is None else body, key)

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        """One request, with the sign-in of its person."""
        headers = basic(self.user) if self.user else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        address = path if path.startswith(("/", "http")) else ROOT + path
        kind: dict[str, Any] = {} if method in ("get", "head") else {"content_type": "application/json"}
        answered = getattr(Client(), method)(address, body, headers=headers, **kind)
        is_json = "json" in answered.headers.get("Content-Type", "")
        data = answered.json() if is_json and answered.content else None
        return Answer(answered.status_code, data, dict(answered.headers), answered.content.decode())


def opened(company: Company, **fields: Any) -> str:
    body = {"subject": "No readings", "text": "Since midnight.", "impact": "high", "urgency": "high", **fields}
    return str(Api(company.ida.user).post("cases/", body).data["reference"])


def act(who: Any, reference: str, verb: str, **body: Any) -> Answer:
    return Api(who.user).post(f"cases/{reference}/{verb}/", body)


def kinds(reference: str) -> list[str]:
    found = Event.objects.filter(case_id=Case.pk_of(reference)).order_by("seq")
    return list(found.values_list("kind", flat=True))


def untouched(reference: str, answer: Answer, status: int, code: str, field: str = "") -> None:
    """Refused for this reason, and nothing happened."""
    assert (answer.status, answer.data["code"], answer.data["field"]) == (status, code, field), answer.text
    assert kinds(reference) == ["case.opened"]
    assert Message.objects.count() == 1
    assert Case.objects.get(pk=Case.pk_of(reference)).state == "new"
