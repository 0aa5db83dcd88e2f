"""Awkward mails, each with what it must say; each is read with both kinds of line ends."""

from __future__ import annotations

import pytest

from escalations.inbound.mail import Attachment, Bounce, Mail, parse
from tests.inbound.bounds import faults
from tests.inbound.expected import Expected, Failure, File
from tests.inbound.expected_kinds import KINDS
from tests.inbound.expected_parts import PARTS
from tests.inbound.expected_words import WORDS
from tests.inbound.mutations import CORPUS

ALL = WORDS | PARTS | KINDS
ADDRESSES = {"recipients", "copies", "reply_to"}


def raw(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def same_file(found: Attachment, expected: File) -> bool:
    name, content_type, size, *shown = expected
    return (
        (found.name, found.content_type) == (name, content_type)
        and (size is None or found.size == size)
        and found.is_inline == bool(shown)
    )


def failure(bounce: Bounce | None, expected: Failure | None) -> Failure | None:
    """The bounce in the terms of what is expected of it."""
    if bounce is None:
        return None
    diagnostic = bounce.diagnostic if expected and expected[3] is not None else None
    return bounce.addresses, bounce.status, bounce.is_permanent, diagnostic, bounce.original_ids


def said(mail: Mail, name: str) -> object:
    """One more thing the mail says, as the tables write it."""
    if name == "name":
        return mail.sender.name
    value = getattr(mail, name)
    if name in ADDRESSES:
        return tuple(person.email for person in value)
    return value.isoformat() if name == "sent_at" and value else value


def check(mail: Mail, expected: Expected) -> None:
    assert mail.subject == expected.subject
    assert mail.sender.email == expected.sender
    assert mail.kind == expected.kind
    assert failure(mail.bounce, expected.bounce) == expected.bounce
    assert mail.problems == expected.problems
    if expected.reply is not None:
        assert mail.reply == expected.reply
    if expected.attachments is not None:
        assert len(mail.attachments) == len(expected.attachments), [each.name for each in mail.attachments]
        for found, file in zip(mail.attachments, expected.attachments, strict=True):
            assert same_file(found, file), (found.name, found.content_type, found.size, found.is_inline)
    assert bool(mail.html) == bool(expected.shown or expected.hidden)
    assert [part for part in expected.shown if part not in mail.html] == []
    assert [part for part in expected.hidden if part in mail.html] == []
    assert {name: said(mail, name) for name in expected.also} == expected.also


@pytest.mark.parametrize("name", ALL)
def test_a_mail_says_what_it_must(name: str) -> None:
    mail = parse(raw(name))
    check(mail, ALL[name])
    assert faults(raw(name), mail) == []


@pytest.mark.parametrize("name", ALL)
def test_line_ends_of_the_other_kind_change_nothing(name: str) -> None:
    check(parse(raw(name).replace(b"\n", b"\r\n")), ALL[name])


def test_every_mail_on_file_is_expected_to_say_something() -> None:
    assert {path.stem for path in CORPUS.glob("*.eml")} == set(ALL)
    assert len(ALL) >= 60
