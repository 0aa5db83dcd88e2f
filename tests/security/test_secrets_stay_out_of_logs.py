"""No log holds what lets somebody in; the whole suite is listened to (tests/listening.py), and the listening bites."""

from __future__ import annotations

import http.client
import logging
import logging.config
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import TimestampSigner

from config.logs import WithoutSecrets, hidden
from customers.models import User
from escalations.inbound.mail import parse
from escalations.models import Message
from escalations.models.sealed import SealedField
from tests.inbound.post import letter
from tests.listening import EARS
from tools.doctor import ROOT

TOKEN = "eyJhIjoxfQ.1vKx9Z.9f8a7b6c5d4e3f2a1b0c"
LINES = [
    (f"Not Found: /desk/decisions/{TOKEN}/", "Not Found: /desk/decisions/…/"),
    (f'"GET /accounts/invitation/{TOKEN}/?x=1 HTTP/1.1" 200', '"GET /accounts/invitation/…/?x=1 HTTP/1.1" 200'),
    ("/accounts/password/reset/key/3-c1x2y3-0123456789abcdef/", "/accounts/password/reset/key/…/"),
    ("/accounts/reset/MQ/c1x2y3-0123456789abcdef/", "/accounts/reset/MQ/…/"),
    ("/accounts/reset/done/", "/accounts/reset/done/"),
    ("/accounts/oidc/house/callback/?code=a1b2&state=c3d4", "/accounts/oidc/house/callback/?code=…&state=…"),
    ("Authorization: Basic YmVuQGJlbGF5LmV4YW1wbGU6cHc=", "Authorization: Basic …"),
    (f"{{'HTTP_AUTHORIZATION': 'Bearer {TOKEN}'}}", "{'HTTP_AUTHORIZATION': 'Bearer …'}"),
    ("Cookie: sessionid=abc123; csrftoken=def456", "Cookie: …"),
    ("{'sessionid': 'abc123'}", "{'sessionid': '…'}"),
    ("cannot reach postgresql://belay:s3cret@db/belay", "cannot reach postgresql://belay:…@db/belay"),
    ("login(user='ben', password='correct horse')", "login(user='ben', password=…)"),
    ("Ben wrote a token of thanks to https://desk.example/help/", "Ben wrote a token of thanks to https://desk.example/help/"),
    ("made belay_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4 for Ben", "made belay_… for Ben"),
    ("Basic information about bearers", "Basic information about bearers"),
]  # fmt: skip
MAKERS: dict[str, Callable[[str], object]] = {
    "a password": lambda secret: User().set_password(secret),
    "a sealed secret": lambda secret: SealedField().get_prep_value(secret),
    "a mail": lambda secret: EmailMessage(body=f"Hello\n{secret}\n", to=["a@b.example"]).message(),
    "a mail that came": lambda secret: parse(letter(text=secret)),
    "the words of a message": lambda secret: Message(body=secret),
}


@pytest.mark.parametrize(("said", "written"), LINES)
def test_what_lets_somebody_in_is_left_out_and_nothing_else(said: str, written: str) -> None:
    assert hidden(said) == written


def test_a_traceback_and_its_causes_are_written_hidden() -> None:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutSecrets("{message}", style="{"))
    record_of = logging.getLogger("tests.of.tracebacks").makeRecord
    try:
        try:
            raise LookupError(f"/desk/decisions/{TOKEN}/")
        except LookupError as cause:
            raise ValueError(f"Authorization: Bearer {TOKEN}") from cause
    except ValueError:
        handler.handle(record_of("x", logging.ERROR, "", 1, "it failed", (), sys.exc_info()))
    written = stream.getvalue()
    assert "it failed" in written
    assert "ValueError: Authorization: Bearer …" in written
    assert "LookupError: /desk/decisions/…/" in written
    assert TOKEN not in written


def test_every_handler_of_the_product_writes_through_it() -> None:
    formatters = settings.LOGGING["formatters"]
    classes = {formatters[handler["formatter"]]["class"] for handler in settings.LOGGING["handlers"].values()}
    assert classes == {"config.logs.WithoutSecrets"}
    # Celery leaves the root logger, and so these handlers, as they are.
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False


def test_nobody_is_mailed_a_page_of_variables_when_something_fails() -> None:
    """Django's own handler would send every local variable of a failure to the ADMINS."""
    found = [handler for name in ("", "django", "django.request") for handler in logging.getLogger(name).handlers]
    assert [handler for handler in found if type(handler).__name__ == "AdminEmailHandler"] == []
    assert settings.ADMINS == []


@pytest.mark.parametrize("what", MAKERS)
def test_the_suite_hears_a_secret_in_any_log(what: str) -> None:
    secret = "a-most-secret-word-of-this-test"
    MAKERS[what](secret)
    logging.getLogger("django.request").warning("somebody said %s", secret)
    told = EARS.told()
    EARS.forget()
    assert told == [f"{what} in: WARNING django.request: somebody said {secret}"]


def test_the_suite_hears_a_token_that_the_filter_does_not_know() -> None:
    token = TimestampSigner(salt="tests").sign_object(["x"])
    logging.getLogger("escalations").error("look at /somewhere/%s", token)
    told = EARS.told()
    EARS.forget()
    assert len(told) == 1


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def answered(port: int, path: str) -> int:
    """The status of a request to a server that is about to start."""
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path, headers={"Referer": f"https://desk.example{path}"})
            return connection.getresponse().status
        except ConnectionError:
            time.sleep(0.05)
        finally:
            connection.close()
    pytest.fail("the web server did not start")


def test_the_web_server_writes_no_secret_of_an_address(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    command: list[Any] = [sys.executable, "-m", "gunicorn", "--config", f"{ROOT}/gunicorn.conf.py", "--bind"]
    command += [f"127.0.0.1:{port}", "--access-logfile", "-", "tests.security.failing:application"]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out) as server:
        try:
            statuses = [answered(port, f"/desk/decisions/{name}{TOKEN}/") for name in ("", "boom")]
        finally:
            server.terminate()
    written = log.read_text(encoding="utf-8")
    assert statuses == [204, 500]
    assert TOKEN not in written
    assert written.count('"GET /desk/decisions/…/ HTTP/1.1"') == 2
    assert "ValueError: cannot open /desk/decisions/…/" in written
