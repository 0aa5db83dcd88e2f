"""Mail leaves once, keeps its identity when it is tried again, and what a server says decides whether it is."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from customers.models import User
from escalations.actions import deliveries
from escalations.channels import letters
from escalations.channels.base import Outcome, Result, Sending, Unsendable
from escalations.channels.composing import compose
from escalations.channels.letters import told_of
from escalations.channels.mail import MailChannel, MailOutlet
from escalations.engine import batch, delivery
from escalations.models import Notice
from tests.cast import MONDAY, Company
from tests.notices.letterbox import newest
from tests.notices.servers import Moody, unknown_address

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def waiting(company: Company) -> Notice:
    """One mail to the customer; what the others would get is out of the way."""
    case = company.open()
    mine = newest(case, company.ida.contact.code)
    for other in deliveries.lease(at=MONDAY, until=MONDAY, limit=10):
        if other.pk != mine.pk:
            deliveries.accepted(notice=other, at=MONDAY)
    deliveries.failed(notice=mine, error="", again_at=MONDAY)
    mine.refresh_from_db()
    return mine


@pytest.fixture
def server(settings: Any) -> Iterator[type[Moody]]:
    settings.EMAIL_BACKEND = "tests.notices.servers.Moody"
    Moody.recover()
    yield Moody
    Moody.recover()


def test_a_mail_is_taken_once_and_has_its_own_lasting_identity(waiting: Notice, server: type[Moody]) -> None:
    assert delivery.deliver(MONDAY) == 1
    assert delivery.deliver(MONDAY + HOUR) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.next_try_at) == ("accepted", None)
    assert waiting.accepted_at is not None and waiting.accepted_at - MONDAY < MINUTE
    [mail] = server.taken
    assert mail.to == ["ida@customer.example"]
    assert mail.message()["Message-ID"] == f"<{waiting.uid}@localhost>"
    assert mail.message()["Auto-Submitted"] == "auto-generated"
    assert mail.message()["References"] == f"<case-{told_of(waiting)[1].uid}@localhost>"


def test_trying_again_sends_the_same_identity_and_date(waiting: Notice, server: type[Moody]) -> None:
    server.trouble = OSError("connection reset")
    delivery.deliver(MONDAY)
    server.trouble = None
    delivery.deliver(MONDAY + HOUR)
    [mail] = server.taken
    reader = letters.reader_of(waiting.recipient)
    assert reader is not None
    first = compose(waiting, reader)
    assert dict(mail.message().items()) == dict(first.message().items())
    assert "Mon, 02 Mar 2026 08:00:00" in mail.message()["Date"]


@pytest.mark.parametrize(
    "trouble",
    [
        ConnectionRefusedError("nobody listens"),
        TimeoutError("timed out"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPSenderRefused(550, b"not you", "belay@localhost"),
        unknown_address(450),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_what_may_pass_is_tried_again_later_and_then_taken(
    waiting: Notice, server: type[Moody], trouble: Exception
) -> None:
    server.trouble = trouble
    assert delivery.deliver(MONDAY) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries, waiting.leased_until) == ("waiting", 2, None)
    assert waiting.next_try_at is not None and waiting.next_try_at > MONDAY
    assert waiting.last_error
    server.trouble = None
    assert delivery.deliver(MONDAY) == 0
    assert delivery.deliver(MONDAY + HOUR) == 1
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "trouble", [unknown_address(550), smtplib.SMTPDataError(554, b"spam")], ids=["address", "letter"]
)
def test_what_the_server_refuses_for_good_is_given_up_with_its_reason(
    waiting: Notice, server: type[Moody], trouble: Exception
) -> None:
    server.trouble, server.troubled = trouble, ("ida@customer.example",)
    delivery.deliver(MONDAY)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.next_try_at) == ("failed", None)
    assert "did not take" in waiting.last_error
    assert [mail.to for mail in server.taken] == [["ada@belay.example"]]  # who is told that it was given up


def test_a_server_that_never_answers_is_given_up_after_a_bounded_number_of_tries(
    waiting: Notice, server: type[Moody]
) -> None:
    server.trouble = OSError("no route")
    for hour in range(3 * batch.MOST_TRIES):
        delivery.deliver(MONDAY + 2 * hour * HOUR)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == ("failed", batch.MOST_TRIES)


def test_a_person_without_an_address_is_refused_and_said_so(waiting: Notice, company: Company) -> None:
    User.objects.filter(pk=company.agent.user.pk).update(is_active=False)
    theirs = newest(told_of(waiting)[1], company.agent.user.code)
    with MailChannel().open() as outlet, pytest.raises(Unsendable, match="no address any more"):
        outlet.pack(theirs)


def test_a_letter_that_cannot_be_written_is_refused_and_stops_no_other(
    waiting: Notice, server: type[Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise LookupError("no such template")

    monkeypatch.setattr("escalations.channels.letters.write", broken)
    assert delivery.deliver(MONDAY) == 0
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    assert "could not be written" in waiting.last_error


class Nested(MailOutlet):
    """A slow way out: while it sends, another worker looks for work."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []
        self.found_meanwhile = 0

    def pack(self, notice: Notice) -> Sending:
        def send() -> Result:
            self.sent.append(notice.uid)
            self.found_meanwhile += len(deliveries.lease(at=MONDAY, until=MONDAY + MINUTE, limit=10))
            return Result(Outcome.ACCEPTED)

        return send


def test_what_one_worker_is_sending_no_other_worker_sends(waiting: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    outlet = Nested()
    monkeypatch.setattr(MailChannel, "open", lambda _channel: nullcontext(outlet))
    assert delivery.deliver(MONDAY) == 1
    assert (outlet.sent, outlet.found_meanwhile) == ([waiting.uid], 0)


def test_what_a_worker_died_with_is_sent_when_its_lease_ends_and_not_before(
    waiting: Notice, server: type[Moody]
) -> None:
    deliveries.lease(at=MONDAY, until=MONDAY + batch.LEASE, limit=10)
    assert delivery.deliver(MONDAY + batch.LEASE / 2) == 0
    assert delivery.deliver(MONDAY + batch.LEASE) == 1
    assert len(server.taken) == 1


def test_without_a_server_mail_becomes_a_file_that_can_be_read(waiting: Notice, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    assert delivery.deliver(MONDAY) == 1
    [file] = tmp_path.glob("*.log")
    mail = message_from_bytes(file.read_bytes())
    assert mail["Subject"] == f"[{told_of(waiting)[1].reference}] We have your case: Meter readings stop arriving"
    assert mail["To"] == "ida@customer.example"
