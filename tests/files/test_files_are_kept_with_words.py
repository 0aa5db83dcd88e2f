"""A file is kept with the words it came with, or nothing of both is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage

from customers.refusal import Refused
from escalations.actions import attachments, handling, intake, resolution
from escalations.actions.attachments import MB, Upload
from escalations.models import Attachment, Case, Event, Message
from escalations.models.attachments import content_of, keep, place_of
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

LOG = Upload.of("meter.log", "text/plain", b"03:00 no reading\n")


def opened(company: Company, files: list[Upload]) -> Case:
    return company.open(files=files)


def replied(company: Company, files: list[Upload]) -> Case:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="See this.", files=files)
    return case


def noted(company: Company, files: list[Upload]) -> Case:
    case = company.open()
    handling.note(case=case, actor=company.agent.standing, at=MONDAY, text="Look here.", files=files)
    return case


def resolved(company: Company, files: list[Upload]) -> Case:
    case = company.open()
    actor, outcome = company.agent.standing, Outcome.SOLVED
    resolution.resolve(case=case, actor=actor, at=MONDAY, outcome=outcome, text="Use this setting.", files=files)
    return case


def reopened(company: Company, files: list[Upload]) -> Case:
    case = resolved(company, [])
    resolution.reopen(case=case, actor=company.ida.standing, at=MONDAY, text="It is back.", files=files)
    return case


WRITES = [opened, replied, noted, resolved, reopened]


@pytest.mark.parametrize("write", WRITES)
def test_files_stand_with_the_message_they_came_with(
    write: Callable[[Company, list[Upload]], Case], company: Company
) -> None:
    case = write(company, [LOG, Upload.of("../panel.png", "image/PNG", b"picture")])
    message = case.messages.order_by("pk").last()
    log, picture = message.attachments.all() if message else []
    assert (log.name, log.content_type, log.size, log.case, log.added_at) == (
        "meter.log",
        "text/plain",
        17,
        case,
        MONDAY,
    )
    assert (picture.name, picture.content_type) == ("panel.png", "image/png")
    assert content_of(log.sha256) == b"03:00 no reading\n"


def counted() -> tuple[int, ...]:
    return tuple(rows.objects.count() for rows in (Case, Message, Event, Attachment))


@pytest.mark.parametrize("write", [replied, noted, resolved])
def test_a_refused_file_changes_nothing(
    write: Callable[[Company, list[Upload]], Case], company: Company, settings: Any
) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    company.open()
    before = counted()
    with pytest.raises(Refused) as refused:
        write(company, [LOG, Upload.of("dump.bin", "", b"x" * (MB + 1))])
    opened_by_the_test = (1, 1, 1, 0)
    assert counted() == tuple(a + b for a, b in zip(before, opened_by_the_test, strict=True))
    assert (refused.value.field, refused.value.code) == ("files", "file_too_large")
    assert "dump.bin" in str(refused.value.remedy)
    assert "1 MB" in str(refused.value.remedy)


def test_a_case_is_not_opened_with_a_refused_file(company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENTS = 1
    with pytest.raises(Refused) as refused:
        opened(company, [LOG, Upload.of("second.log", "text/plain", b"")])
    assert counted() == (0, 0, 0, 0)
    assert (refused.value.field, refused.value.code) == ("files", "too_many_files")
    assert "second.log" in str(refused.value.remedy)
    assert "1 files" in str(refused.value.remedy)


def test_no_file_is_read_before_all_were_looked_at(company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENTS = 1

    def read() -> bytes:
        raise AssertionError("was read")

    with pytest.raises(Refused):
        replied(company, [Upload("a.log", "text/plain", 1, read), Upload("b.log", "text/plain", 1, read)])


def test_the_limits_themselves_are_allowed(company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENT_MB, settings.MAX_ATTACHMENTS = 1, 2
    replied(company, [Upload.of("full.bin", "", b"x" * MB), Upload.of("nothing.txt", "text/plain", b"")])
    assert sorted(Attachment.objects.values_list("size", flat=True)) == [0, MB]


def test_the_same_form_sent_twice_keeps_its_file_once(company: Company) -> None:
    case = company.open()
    said: dict[str, Any] = {
        "case": case,
        "actor": company.agent.standing,
        "at": MONDAY,
        "text": "See.",
        "key": "k" * 32,
    }
    handling.reply(**said, files=[LOG])
    handling.reply(**said, files=[LOG])
    assert Attachment.objects.count() == 1


def test_a_second_call_that_opens_a_case_keeps_no_second_file(company: Company) -> None:
    contact = company.ida.contact
    said: dict[str, Any] = {
        "actor": company.ida.standing,
        "at": MONDAY,
        "contact": contact,
        "subject": "a",
        "text": "b",
    }
    intake.open_case(**said, key="k" * 32, files=[LOG])
    intake.open_case(**said, key="k" * 32, files=[LOG])
    assert Attachment.objects.count() == 1


# -- files of mails, one by one ------------------------------------------------------------------------


def added(message: Message, **fields: Any) -> Attachment:
    given: dict[str, Any] = {"name": "meter.log", "content_type": "text/plain", "content": b"03:00", "at": MONDAY}
    return attachments.add(message=message, **given | fields)


def test_a_picture_within_the_words_of_a_mail_keeps_what_they_call_it_by(company: Company) -> None:
    message = company.open().messages.get()
    row = added(message, content_type="image/png", content_id="part1@\x00mail.example\ud800", is_inline=True)
    row.refresh_from_db()
    assert (row.content_id, row.is_inline, row.message) == ("part1@mail.example", True, message)


def test_one_by_one_the_same_limits_hold(company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENT_MB, settings.MAX_ATTACHMENTS = 1, 1
    message = company.open().messages.get()
    with pytest.raises(Refused, match="file_too_large"):
        added(message, content=b"x" * (MB + 1))
    added(message)
    with pytest.raises(Refused, match="too_many_files"):
        added(message)
    assert message.attachments.count() == 1


# -- bytes --------------------------------------------------------------------------------------------


def test_the_same_content_is_stored_once(company: Company) -> None:
    replied(company, [Upload.of("a.txt", "text/plain", b"twice"), Upload.of("b.txt", "text/plain", b"twice")])
    first, second = Attachment.objects.all()
    assert (first.name, second.name) == ("a.txt", "b.txt")
    assert first.sha256 == second.sha256
    folder = place_of(first.sha256).rpartition("/")[0]
    assert default_storage.listdir(folder) == ([], [first.sha256])


def test_what_was_left_half_written_is_written_anew() -> None:
    place = place_of(keep(b"the whole content"))
    with default_storage.open(place, "wb") as half:
        half.write(b"the wh")
    assert content_of(keep(b"the whole content")) == b"the whole content"
