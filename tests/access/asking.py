"""One request, what it is for whoever asked, and what it left behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.shortcuts import resolve_url
from django.template.backends.django import Template
from django.test import Client

from tests.access.table import HIDDEN, REFUSED, SHOWN, SIGN_IN

ADMIN_SIGN_IN = "/admin/login/"
_WRITE = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the tables that were written to meanwhile."""

    status: int
    headers: dict[str, str]
    text: str
    written: set[str] = field(default_factory=set)

    @property
    def sign(self) -> str:
        """How the matrix says it; the bare status for what no role may ever get."""
        if self.status in (301, 302, 303) and self._leads_to_sign_in():
            return SIGN_IN
        if 200 <= self.status < 400 or self._tells_of_health():
            return SHOWN
        known = {401: SIGN_IN, 404: HIDDEN, **dict.fromkeys((400, 403, 409, 410, 413, 422), REFUSED)}
        return known.get(self.status, str(self.status))

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    def _tells_of_health(self) -> bool:
        """Whoever watches over the parts is answered also when one of them does not live."""
        return self.status == 503 and '"parts"' in self.text

    def _leads_to_sign_in(self) -> bool:
        return urlsplit(self.headers["Location"]).path in (resolve_url(settings.LOGIN_URL), ADMIN_SIGN_IN)


@contextmanager
def undrawn() -> Iterator[None]:
    """While this lasts pages answer without being drawn: who may see them does not depend on their words."""
    with patch.object(Template, "render", lambda *_args, **_kwargs: ""):
        yield


def ask(client: Client, method: str, address: str) -> Answer:
    """The request, with an empty body where it has one; whatever it changed is taken back afterwards."""
    written: set[str] = set()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := _WRITE.match(sql):
            written.add(found[1])
        return execute(sql, params, many, context)

    cookies = deepcopy(client.cookies)  # signing out must not be the last that this browser does
    kind: dict[str, Any] = {"content_type": "application/json"} if address.startswith("/api/") else {}
    with transaction.atomic(), connection.execute_wrapper(watch):
        asked = getattr(client, method.lower())
        got = asked(address) if method == "GET" else asked(address, {}, **kind)
        text = "" if got.streaming else got.content.decode(errors="replace")
        transaction.set_rollback(True)
    client.cookies = cookies
    return Answer(got.status_code, dict(got.headers), text, written)
