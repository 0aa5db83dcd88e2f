"""Belay looks into a real IMAP mailbox: everything once, nothing lost, nothing deleted unless that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from escalations.actions import leases
from escalations.inbound import fetching, mailbox, receiving
from escalations.models import Case, Mailbox, Notice, ReceivedMail
from tests.cast import MONDAY, Company
from tests.inbound.imap import PASSWORD, Server, free_port, imap_server
from tests.inbound.post import letter, support

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with imap_server() as server:
        yield server


@pytest.fixture
def server(company: Company, running: Server) -> Server:
    """With an empty mailbox."""
    running.clear()
    return running


def subjects() -> list[str]:
    return list(Case.objects.order_by("pk").values_list("subject", flat=True))


def again(row: Mailbox, at: Any = MONDAY) -> int:
    row.refresh_from_db()
    return fetching.fetch(row, at)


def test_unread_mails_become_cases_once_and_are_marked_as_read(server: Server) -> None:
    row = server.mailbox()
    server.put(letter(subject="Read long ago"), flags=r"(\Seen)")
    server.put(letter(subject="One"), letter(subject="Two"))
    assert fetching.fetch(row, MONDAY) == 2
    assert subjects() == ["One", "Two"]
    assert [r"\Seen" in flags for flags in server.flags()] == [True, True, True]
    assert again(row, MONDAY + MINUTE) == 0
    server.put(letter(subject="Three"), flags=r"(\Seen)")
    assert again(row, MONDAY + MINUTE) == 1
    assert subjects() == ["One", "Two", "Three"]
    row.refresh_from_db()
    assert (row.failures, row.last_error, row.looked_at is not None) == (0, "", True)


def test_eml_04_a_worker_that_dies_after_keeping_a_mail_leaves_no_second_case(server: Server) -> None:
    row = server.mailbox(after="leave")
    server.put(letter(subject="One"))
    assert fetching.fetch(row, MONDAY) == 1
    Mailbox.objects.update(last_uid=0, uid_validity=None, looked_at=None)
    assert again(row, MONDAY + MINUTE) == 1
    assert (subjects(), ReceivedMail.objects.count()) == (["One"], 1)


def test_mails_that_were_numbered_anew_make_no_second_case(server: Server) -> None:
    row = server.mailbox()
    server.put(letter(subject="One"))
    fetching.fetch(row, MONDAY)
    Mailbox.objects.update(uid_validity=7)
    server.put(letter(subject="Two"))
    assert again(row, MONDAY + MINUTE) >= 1
    assert sorted(subjects()) == ["One", "Two"]


@pytest.mark.parametrize(("after", "left"), [("leave", [""]), ("delete", []), ("move", [])])
def test_what_becomes_of_a_mail_in_its_mailbox(server: Server, after: str, left: list[str]) -> None:
    with server.session() as client:
        client.create("Done")
    row = server.mailbox(after=after, moves_to="Done")
    server.put(letter())
    fetching.fetch(row, MONDAY)
    assert [flags.replace(r"\Recent", "").strip() for flags in server.flags()] == left
    assert len(server.flags("Done")) == (after == "move")


def test_mails_that_others_have_marked_for_deletion_stay(server: Server) -> None:
    row = server.mailbox(after="delete")
    server.put(letter(subject="Marked by somebody"), flags=r"(\Seen \Deleted)")
    server.put(letter(subject="One"))
    fetching.fetch(row, MONDAY)
    assert len(server.flags()) == 1


def test_a_folder_that_is_missing_holds_up_no_mail(server: Server) -> None:
    row = server.mailbox(after="move", moves_to="Nowhere")
    server.put(letter(subject="One"), letter(subject="Two"))
    fetching.fetch(row, MONDAY)
    assert subjects() == ["One", "Two"]
    row.refresh_from_db()
    assert (row.failures, "Nowhere" in row.last_error or "MOVE" in row.last_error) == (1, True)
    assert len(server.flags()) == 2


def test_a_mail_that_is_too_large_is_kept_by_its_head_and_told(
    server: Server, company: Company, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_MAX_MB = 1
    monkeypatch.setattr(receiving, "MB", 2000)
    row = server.mailbox()
    server.put(letter(subject="Large", text="word " * 1000), letter(subject="Small"))
    assert fetching.fetch(row, MONDAY) == 2
    assert subjects() == ["Small"]
    large = ReceivedMail.objects.get(subject="Large")
    assert (large.state, large.sender, large.case) == ("failed", "ida@customer.example", None)
    assert large.size > 5000
    assert Notice.objects.filter(bulletin__kind="mail", recipient=company.administrator.code).count() == 1


def test_more_than_a_batch_is_taken_in_one_round_after_the_other(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH", 2)
    row = server.mailbox(after="leave")
    server.put(letter(subject="Old"), flags=r"(\Seen)")
    server.put(*(letter(subject=str(number)) for number in range(5)))
    assert [fetching.fetch(row, MONDAY), again(row), again(row), again(row)] == [2, 2, 1, 0]
    assert subjects() == list("01234")


def test_only_one_worker_looks_into_a_mailbox_at_a_time(server: Server) -> None:
    row = server.mailbox()
    server.put(letter())
    assert leases.take(name=f"mailbox:{row.pk}", holder="another", at=MONDAY, seconds=60)
    assert fetching.fetch(row, MONDAY) == 0
    assert fetching.fetch(row, MONDAY + 2 * MINUTE) == 1


def test_a_wrong_password_is_shown_told_once_and_never_named(
    server: Server, company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    row = server.mailbox(password="wrong-Horse-7")
    at = MONDAY
    for _time in range(4):
        assert again(row, at) == 0
        row.refresh_from_db()
        assert row.next_look_at
        assert not fetching.due(row.next_look_at - timedelta(seconds=1))
        at = row.next_look_at
    assert fetching.due(at) == [row]
    assert row.failures == 4
    assert row.last_error
    for said in (row.last_error, caplog.text):
        assert "wrong-Horse-7" not in said
    told = Notice.objects.filter(bulletin__kind="mailbox", recipient=company.administrator.code, channel="mail")
    assert told.count() == 1
    Mailbox.objects.update(password="")
    Mailbox.objects.get().delete()


def test_what_a_library_repeats_of_a_password_is_left_out() -> None:
    row = support(password=PASSWORD)
    quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    said = mailbox.told(ValueError(f'LOGIN x "{quoted}" {PASSWORD}\nsecond line'), row)
    assert said == 'ValueError: LOGIN x "…" … second line'


def test_a_server_that_is_down_is_tried_again_and_works_again(server: Server) -> None:
    row = server.mailbox()
    Mailbox.objects.update(port=free_port())
    assert again(row) == 0
    row.refresh_from_db()
    assert row.failures == 1
    Mailbox.objects.update(port=server.port)
    server.put(letter())
    assert again(row, MONDAY + MINUTE) == 1
    row.refresh_from_db()
    assert (row.failures, row.last_error, row.next_look_at) == (0, "", None)


def test_the_connection_can_be_tried(server: Server) -> None:
    row = server.mailbox()
    server.put(letter(), letter())
    assert mailbox.check(row) == 2
    assert server.flags() == ["", ""] or all(r"\Seen" not in flags for flags in server.flags())
