"""Past everything that may itself be broken: a mail past the queue, a line in the log, and a heartbeat."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core import mail
from django.test import override_settings

from escalations.actions.audits import TELL_AGAIN
from escalations.engine import outside
from escalations.models import Bulletin, Case, Violation
from tests.auditor.ground import NOW, PERIOD, WATCH, audit, by_hand, running
from tests.cast import MONDAY, Company
from tests.ladder.ground import MINUTE


@pytest.fixture
def case(company: Company) -> Case:
    case = company.escalate(company.open(), MONDAY + 10 * MINUTE)
    running(NOW)
    return case


def spoil(case: Case) -> None:
    """A journal is changed past everything: nothing mends it."""
    by_hand("UPDATE escalations_event SET data = '{}' WHERE case_id = %s AND seq = 1", case.pk)


class Watcher:
    """Somebody outside who notes each call, and answers as told."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = 200
        watcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watcher.calls.append(self.path)
                self.send_response(watcher.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/ping/very-secret"


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    found = Watcher()
    Thread(target=found.server.serve_forever, daemon=True).start()
    with override_settings(HEARTBEAT_URL=found.address):
        yield found
    found.server.shutdown()
    found.server.server_close()


def test_the_heartbeat_is_called_only_when_all_is_well(case: Case, watcher: Watcher) -> None:
    audit(NOW)
    assert watcher.calls == ["/ping/very-secret"]
    spoil(case)
    running(NOW + PERIOD)
    audit(NOW + PERIOD)
    assert len(watcher.calls) == 1


def test_without_an_address_nobody_is_called(case: Case, watcher: Watcher) -> None:
    with override_settings(HEARTBEAT_URL=""):
        audit(NOW)
    assert watcher.calls == []


@pytest.mark.parametrize("status", [302, 500])
def test_an_outside_that_does_not_answer_well_is_said_without_its_address(
    watcher: Watcher, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    watcher.status = status
    assert outside.ping() is False
    assert len(watcher.calls) == 1  # a redirect leads nowhere
    assert str(status) in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/very-secret", "no address, very-secret"])
def test_an_outside_that_is_not_there_stops_no_look(case: Case, address: str, caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(HEARTBEAT_URL=address), caplog.at_level(logging.DEBUG, logger="escalations"):
        assert audit(NOW).is_clean
    assert "heartbeat" in caplog.text
    assert "secret" not in caplog.text


@override_settings(AUDITOR_MAILS=WATCH)
def test_those_named_in_the_settings_get_a_mail_past_the_queue_and_the_log_says_it(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(case)
    audit(NOW)
    (letter,) = mail.outbox[-1:]
    assert letter.to == WATCH
    assert "1 violation" in letter.subject
    assert f"{case.reference}: a journal was changed" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    (record,) = [found for found in caplog.records if found.levelno == logging.CRITICAL]
    assert case.reference in record.getMessage()


def test_without_addresses_in_the_settings_no_mail_leaves_past_the_queue(case: Case) -> None:
    before = len(mail.outbox)
    spoil(case)
    audit(NOW)
    assert len(mail.outbox) == before


@override_settings(AUDITOR_MAILS=WATCH, EMAIL_BACKEND="nowhere.Backend")
def test_mail_that_does_not_work_is_said_in_the_log_and_stops_nothing(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(case)
    assert audit(NOW).findings == 1
    assert Bulletin.objects.filter(kind="auditor").count() == 1
    assert sum(record.levelno == logging.CRITICAL for record in caplog.records) == 2


@override_settings(AUDITOR_MAILS=WATCH)
def test_it_is_told_once_and_again_after_hours_as_long_as_it_lasts(company: Company, case: Case) -> None:
    spoil(case)
    before = len(mail.outbox)
    for at in (NOW, NOW + PERIOD, NOW + TELL_AGAIN - timedelta(seconds=1)):
        audit(at)
    told = [letter for letter in mail.outbox[before:] if letter.to == WATCH]
    assert len([letter for letter in told if "journal" in letter.body]) == 1
    audit(NOW + TELL_AGAIN)
    told = [letter for letter in mail.outbox[before:] if letter.to == WATCH]
    assert len([letter for letter in told if "journal" in letter.body]) == 2


def test_many_violations_are_one_message(company: Company) -> None:
    for _number in range(4):
        spoil(company.escalate(company.open(), MONDAY + 10 * MINUTE))
    running(NOW)
    audit(NOW)
    assert Violation.objects.count() == 4
    (bulletin,) = Bulletin.objects.filter(kind="auditor")
    assert bulletin.data == {"number": 4, "kinds": ["journal"]}
