"""The files of our words to a customer travel with the mail, as far as they fit into one."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.storage import default_storage

from customers import actions as people
from escalations.actions import handling, resolution
from escalations.actions.attachments import MB, Upload
from escalations.channels import letters
from escalations.channels.composing import compose
from escalations.models import Attachment, Case, Event
from escalations.models.attachments import place_of
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company
from tests.notices.letterbox import newest

pytestmark = pytest.mark.django_db

LOG = Upload.of("meter.log", "text/plain", b"03:00\r\nno reading\n")


def mail_to(recipient: str, case: Case) -> EmailMessage:
    """The newest mail about the case to this recipient, as its program reads it."""
    notice = newest(case, recipient)
    reader = letters.reader_of(recipient)
    assert reader
    parsed: Any = message_from_bytes(compose(notice, reader).message().as_bytes(), policy=policy.default)
    return parsed


def reply(company: Company, *files: Upload) -> Case:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Please use this.", files=files)
    return case


def enclosed(mail: EmailMessage) -> list[tuple[str | None, str, bytes]]:
    return [
        (p.get_filename(), p.get_content_type(), bytes(p.get_payload(decode=True))) for p in mail.iter_attachments()
    ]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def test_what_we_send_arrives_byte_for_byte_under_its_name(company: Company) -> None:
    picture = Upload.of("Zählerstand.png", "image/png", b"\x89PNG\r\n\x1a\n\x00")
    mail = mail_to(company.ida.contact.code, reply(company, LOG, picture))
    assert enclosed(mail) == [
        ("meter.log", "text/plain", b"03:00\r\nno reading\n"),
        ("Zählerstand.png", "image/png", b"\x89PNG\r\n\x1a\n\x00"),
    ]
    assert "Please use this." in text_of(mail)
    assert "did not fit" not in text_of(mail)


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed"])
def test_a_mail_within_the_mail_is_a_bare_file(kind: str, company: Company) -> None:
    mail = mail_to(company.ida.contact.code, reply(company, Upload.of("original.eml", kind, b"Subject: \xff\r\n\r\n")))
    assert enclosed(mail) == [("original.eml", "application/octet-stream", b"Subject: \xff\r\n\r\n")]


def test_what_does_not_fit_is_named_with_the_way_to_it(company: Company, settings: Any) -> None:
    settings.MAIL_ATTACHMENTS_MB = 1
    case = reply(company, Upload.of("dump.bin", "", b"x" * MB), LOG, Upload.of("second.bin", "", b"x" * (3 * MB // 2)))
    mail = mail_to(company.ida.contact.code, case)
    assert [name for name, _kind, _content in enclosed(mail)] == ["dump.bin"]
    text = text_of(mail)
    assert "These files did not fit into the mail:\n– meter.log (18\xa0bytes)\n– second.bin (1.5\xa0MB)\n" in text
    assert f"{settings.BELAY_URL}/portal/cases/{case.reference}/" in text.partition("did not fit")[2]
    assert "dump.bin" not in text


def test_whoever_cannot_sign_in_is_told_another_way(company: Company, settings: Any) -> None:
    settings.MAIL_ATTACHMENTS_MB = 0
    people.set_active(user=company.ida.user, active=False)
    text = text_of(mail_to(company.ida.contact.code, reply(company, LOG)))
    assert "Answer this mail if you need them" in text.partition("did not fit")[2]


def test_a_solution_carries_its_files_too(company: Company) -> None:
    case, outcome = company.open(), Outcome.SOLVED
    said: dict[str, Any] = {"actor": company.agent.standing, "at": MONDAY, "outcome": outcome, "text": "Use this."}
    resolution.resolve(case=case, **said, files=[LOG])
    assert len(enclosed(mail_to(company.ida.contact.code, case))) == 1


def test_nobody_gets_his_own_files_back(company: Company) -> None:
    assert enclosed(mail_to(company.ida.contact.code, company.open(files=[LOG]))) == []


def test_files_of_notes_never_travel(company: Company) -> None:
    case = reply(company)
    handling.note(case=case, actor=company.agent.standing, at=MONDAY, text="Inside.", files=[LOG])
    note = Event.objects.filter(case=case, kind="note.added").get().data["message"]
    notice = newest(case, company.ida.contact.code)
    assert notice.event
    # Even if a notice told a customer of a note, its files would stay.
    notice.event.data["message"] = note
    reader = letters.reader_of(notice.recipient)
    assert reader
    assert compose(notice, reader).attachments == []


def test_bytes_that_are_gone_hold_up_no_words(company: Company) -> None:
    case = reply(company, LOG)
    default_storage.delete(place_of(Attachment.objects.get().sha256))
    mail = mail_to(company.ida.contact.code, case)
    assert enclosed(mail) == []
    assert "meter.log" in text_of(mail)
