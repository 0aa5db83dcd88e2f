"""A mail is here before it is understood; whatever fails later is tried again, told, and holds up no other mail."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from customers.models import UndeliverableAddress
from escalations import tasks
from escalations.actions import incoming
from escalations.actions.incoming import acting, keeping, speaking
from escalations.inbound import mailbox as imap
from escalations.inbound import reading, receiving
from escalations.models import Case, Mailbox, Notice, Pulse, ReceivedMail, words
from escalations.models.attachments import content_of
from tests.cast import MONDAY, Company
from tests.inbound.post import SUPPORT, came, kinds, letter, opened, said, support

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class DiedError(BaseException):
    """The worker is gone in the middle of its work."""


@pytest.fixture(autouse=True)
def mailbox(company: Company) -> Mailbox:
    return support()


def failing(monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
    """Whatever mail does goes wrong."""

    def fails(**said: object) -> None:
        raise problem

    monkeypatch.setattr(incoming, "act", fails)


def test_a_worker_that_dies_between_keeping_and_acting_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = letter()
    with monkeypatch.context() as patched:
        failing(patched, DiedError())
        with pytest.raises(DiedError):
            came(raw)
    row = ReceivedMail.objects.get()
    assert (row.state, content_of(row.sha256), Case.objects.count()) == ("kept", raw, 0)
    assert receiving.work_off(MONDAY + MINUTE) == 0
    assert receiving.work_off(MONDAY + 3 * MINUTE) == 1
    row.refresh_from_db()
    assert (row.state, row.result, Case.objects.count()) == ("done", "opened", 1)
    assert receiving.work_off(MONDAY + DAY) == 0


def test_a_worker_that_dies_in_the_middle_of_acting_does_nothing_by_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: object, **said: object) -> None:
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr(speaking, "finish", dies)
        with pytest.raises(DiedError):
            came(letter())
    assert (Case.objects.count(), Notice.objects.count()) == (0, 0)
    receiving.work_off(MONDAY + 3 * MINUTE)
    assert Case.objects.count() == 1


def test_two_rows_of_one_mail_do_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers kept the same bytes at the same instant, and neither sees what the other does."""
    row = came(letter())
    twin = ReceivedMail.objects.create(sha256=row.sha256, size=row.size, received_at=MONDAY, next_try_at=MONDAY)
    with monkeypatch.context() as patched:
        patched.setattr(acting, "_came_before", lambda mail, letter: None)
        receiving.understand(twin.pk, MONDAY)
    twin.refresh_from_db()
    assert (twin.state, Case.objects.count()) == ("kept", 1)
    receiving.understand(twin.pk, MONDAY)
    twin.refresh_from_db()
    assert (twin.state, twin.result, twin.case) == ("done", "duplicate", row.case)


def test_what_fails_is_tried_again_ever_more_seldom_and_then_told_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, KeyError("no such policy, password=hunter2"))
    row = came(letter())
    assert (row.state, row.tries, row.sender) == ("kept", 1, "ida@customer.example")
    assert "hunter2" not in row.error
    waits, at = [], MONDAY
    while row.next_try_at:
        waits.append((row.next_try_at - at) // MINUTE)
        at = row.next_try_at
        receiving.work_off(at)
        row.refresh_from_db()
    assert waits == [1, 3, 9, 27, 81, 243, 360]
    assert (row.state, row.tries) == ("failed", keeping.MOST_TRIES)
    told = Notice.objects.filter(bulletin__kind="mail", recipient=company.administrator.code)
    assert told.count() == 1
    assert receiving.work_off(at + DAY) == 0


def test_what_is_refused_says_why_in_words(company: Company) -> None:
    company.policy.topics.add(company.topic)
    row = came(letter())
    assert (row.state, row.error) == ("kept", str(words.REMEDIES["no_policy"]))


def test_one_that_fails_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    right = incoming.act

    def act(**given: Any) -> Any:
        if given["letter"].subject == "Bad":
            raise ValueError("spoilt")
        return right(**given)

    monkeypatch.setattr(incoming, "act", act)
    assert came(letter(subject="Bad")).state == "kept"
    assert came(letter(subject="Good")).state == "done"


def test_a_database_in_trouble_is_no_fault_of_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        failing(patched, OperationalError("gone"))
        row = came(letter())
    assert (row.state, row.tries, row.error) == ("kept", 0, "")
    receiving.work_off(MONDAY + 3 * MINUTE)
    assert Case.objects.count() == 1


def test_what_cannot_be_read_is_kept_and_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(raw: bytes) -> None:
        raise reading.UnreadableError("the mail could not be read")

    monkeypatch.setattr(reading, "read", unreadable)
    row = came(b"\xff\xfe nonsense")
    assert (row.state, row.next_try_at, content_of(row.sha256)) == ("failed", None, b"\xff\xfe nonsense")
    assert Notice.objects.filter(bulletin__kind="mail").exists()


def test_files_that_are_too_much_stay_in_the_original(settings: Any) -> None:
    settings.MAX_ATTACHMENTS = 1
    raw = letter().replace(b"Content-Type: text/plain", b"Content-Type: text/plain", 1)
    boundary = b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nSee.\r\n'
    part = b'--B\r\nContent-Type: text/csv; name="%s"\r\nContent-Disposition: attachment\r\n\r\n1;2\r\n'
    head = raw.partition(b"Content-Type:")[0] + b"MIME-Version: 1.0\r\n"
    case = opened(head + boundary + part % b"one.csv" + part % b"two.csv" + b"--B--\r\n")
    assert [file.name for file in case.attachments.all()] == ["one.csv"]
    assert said(case) == ["See.\n\n(Not kept with these words, but in the original mail: two.csv)"]


# -- the ways in ---------------------------------------------------------------------------------------


def piped(monkeypatch: pytest.MonkeyPatch, raw: bytes, *arguments: str) -> str:
    told = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("receive_mail", *arguments, stdout=told)
    return told.getvalue()


def test_a_mail_server_passes_mails_on_and_may_do_so_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = letter()
    for _time in range(2):
        assert piped(monkeypatch, raw, "--mailbox", "support").startswith("Kept as ")
    row = ReceivedMail.objects.get()
    assert (row.state, row.mailbox and row.mailbox.slug, Case.objects.count()) == ("done", "support", 1)


def test_what_fails_after_it_was_kept_is_no_matter_of_the_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyError("later"))
    assert "not looked at yet" in piped(monkeypatch, letter())


@pytest.mark.parametrize(("arguments", "code"), [(["--mailbox", "nobody"], os.EX_TEMPFAIL), ([], os.EX_TEMPFAIL)])
def test_what_cannot_be_kept_is_brought_again(monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int) -> None:
    def full(**given: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(keeping, "keep", full)
    with pytest.raises(CommandError) as refused:
        piped(monkeypatch, letter(), *arguments)
    assert refused.value.returncode == code


def test_nothing_on_standard_input_is_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError) as refused:
        piped(monkeypatch, b" \n")
    assert refused.value.returncode == os.EX_DATAERR


def test_a_mail_that_is_too_large_is_kept_by_its_head(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.MAIL_MAX_MB = 1
    monkeypatch.setattr(receiving, "MB", 1000)
    raw = letter(text="word " * 1000)
    piped(monkeypatch, raw)
    row = ReceivedMail.objects.get()
    assert (row.state, row.size, row.subject) == ("failed", len(raw), "No readings")
    assert len(content_of(row.sha256)) < 1000


def test_the_task_acts_on_mails_that_wait_and_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        failing(patched, OperationalError("gone"))
        came(letter())
    tasks.take_in_mail()
    assert Case.objects.count() == 1
    assert Pulse.objects.filter(component="mail").exists()
    assert tasks.BEAT_SCHEDULE["take_in_mail"]["schedule"] == 30.0


# -- the back office -----------------------------------------------------------------------------------


@pytest.fixture
def ada(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def button(row: ReceivedMail, name: str) -> str:
    return reverse(f"admin:escalations_receivedmail_{name}", args=[row.pk])


def test_an_administrator_has_a_failed_mail_tried_again(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "MOST_TRIES", 1)
        failing(patched, KeyError("gone"))
        row = came(letter())
    assert row.state == "failed"
    page = ada.get(reverse("admin:escalations_receivedmail_change", args=[row.pk])).content.decode()
    assert "Try again" in page
    assert ada.get(button(row, "try_again")).status_code == 405
    ada.post(button(row, "try_again"))
    tasks.take_in_mail()
    row.refresh_from_db()
    assert (row.state, row.result) == ("done", "opened")


def test_an_administrator_opens_a_case_of_what_led_to_nothing(ada: Client) -> None:
    row = came(letter("Nora <nora@elsewhere.example>", text="A real question.", Precedence="list"))
    assert row.result == "recorded"
    for _time in range(2):
        ada.post(button(row, "open_as_case"))
    row.refresh_from_db()
    case = Case.objects.get()
    assert (row.case, row.result, said(case), kinds(case)) == (case, "opened", ["A real question."], ["case.opened"])
    assert case.contact.name == "Nora"


def test_nobody_opens_a_case_of_our_own_mail(ada: Client) -> None:
    row = came(letter(SUPPORT))
    ada.post(button(row, "open_as_case"))
    assert not Case.objects.exists()


def test_the_password_of_a_mailbox_goes_in_and_never_comes_out(ada: Client, mailbox: Mailbox) -> None:
    address = reverse("admin:escalations_mailbox_change", args=[mailbox.pk])
    data = {
        "address": SUPPORT, "aliases": "help@belay.example\nInfo@belay.example", "takes_plus": "on", "is_active": "on",
        "host": "imap.belay.example", "port": 993, "security": "tls", "username": "support",
        "password": "s3cret-word", "folder": "INBOX", "after": "seen",
    }  # fmt: skip
    assert ada.post(address, data).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.password, mailbox.aliases) == ("s3cret-word", ["help@belay.example", "info@belay.example"])
    assert "s3cret-word" not in ada.get(address).content.decode()
    ada.post(address, {**data, "password": "", "folder": "Support"})
    mailbox.refresh_from_db()
    assert (mailbox.password, mailbox.folder) == ("s3cret-word", "Support")
    answer = ada.post(address, {**data, "password": "", "host": "imap.thief.example"})
    assert "enter its password" in answer.content.decode()
    mailbox.refresh_from_db()
    assert mailbox.host == "imap.belay.example"


def test_the_connection_is_tried_by_a_button(ada: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    Mailbox.objects.update(host="127.0.0.1", port=1, security="none", password="s3cret-word")
    address = reverse("admin:escalations_mailbox_try", args=[mailbox.pk])
    assert "It does not work: ConnectionRefusedError" in ada.post(address, follow=True).content.decode()
    monkeypatch.setattr(imap, "check", lambda row: 3)
    assert "It works: 3 mails there are unread." in ada.post(address, follow=True).content.decode()


def test_whoever_deletes_a_dead_address_says_that_it_works(ada: Client) -> None:
    row = UndeliverableAddress.objects.create(email="ida@customer.example", since=MONDAY, reason="550 no such user")
    listed = ada.get(reverse("admin:customers_undeliverableaddress_changelist")).content.decode()
    assert "550 no such user" in listed
    ada.post(reverse("admin:customers_undeliverableaddress_delete", args=[row.pk]), {"post": "yes"})
    assert not UndeliverableAddress.objects.exists()
