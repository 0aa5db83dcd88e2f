"""Mails made to choke a reader: each is read in time that grows with its size, and gives no more than it holds."""

from __future__ import annotations

import struct
import time

import pytest

from escalations.inbound.mail import parse
from tests.inbound.bounds import faults

SECONDS = 5  # of the processor's; each takes less than one, where the same attack once took minutes
MANY = 50_000
HEAD = b"From: anna@customer.example\nSubject: Hello\n"


def text(body: bytes, content_type: bytes = b"text/plain") -> bytes:
    return HEAD + b"Content-Type: " + content_type + b"\n\n" + body


def html(body: bytes) -> bytes:
    return text(body, b"text/html")


def parts(*pieces: bytes) -> bytes:
    return text(b"".join(b"--b\n" + piece + b"\n" for piece in pieces), b"multipart/mixed; boundary=b")


def nested(levels: int, filling: bytes) -> bytes:
    inner = filling
    for level in range(levels):
        inner = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%s\n' % (level, level, inner)
    return HEAD + inner


def package(*attributes: tuple[int, bytes]) -> bytes:
    """A winmail.dat with these attributes."""
    packed = (b"\1" + struct.pack("<II", identity, len(data)) + data + b"\0\0" for identity, data in attributes)
    return text(struct.pack("<IH", 0x223E9F78, 1) + b"".join(packed), b"application/ms-tnef")


HOSTILE = {
    "fields without end": HEAD + b"To: a@b.example\n" * MANY,
    "a field without end": HEAD + b"References: " + b"<a@b.example>\n " * MANY,
    "brackets": b"From: " + b"<" * MANY + b"\nTo: " + b'"\\' * MANY + b"\nCc: " + b"(" * MANY + b"\n\n",
    "encoded words without end": b"Subject: " + b"=?a?q?" * MANY + b"\nFrom: " + b"=?a?q?" * MANY + b"\n\n",
    "parameters": HEAD + b"Content-Type: text/plain;" + b" name*1=x;" * MANY + b"\n\n",
    "a codec that is no charset": text(b"\xff" * 10, b"text/plain; charset=zlib"),
    "a codec that turns letters": text(b"\xff" * 10, b"text/plain; charset=rot13"),
    "a codec that takes its time": text(b"-a" * MANY, b"text/plain; charset=punycode"),
    "half characters": text(b"+2AA-" * MANY, b"text/plain; charset=utf-7"),
    "parts without end": parts(*[b"\nx"] * MANY),
    "parts of parts": nested(3000, b"x"),
    "parts of one name": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * MANY,
    "almost delimiters": parts(b"--" * MANY, b"\n--b" + b" " * MANY + b"x"),
    "lines of uuencode that hold nothing": HEAD + b"Content-Transfer-Encoding: x-uuencode\n\n" + b"\n" * MANY,
    "beginnings of uuencode": HEAD + b"Content-Transfer-Encoding: x-uuencode\n\n" + b"begin 644 a\n" * MANY,
    "tags in tags": html(b"<div>" * MANY),
    "tags that pile up": html(b"".join(b"<font title=%d>" % number for number in range(MANY // 10)) + b"<p>x" * MANY),
    "tables in tables": html(b"<table><tr><td>" * 190),
    "quotes in quotes": html(b"<blockquote>" * 99 + b"x<br>" * MANY),
    "attributes": html(b"<div " + b" ".join(b"a%d=1" % number for number in range(MANY)) + b">"),
    "entities": html(b"&" * 10 * MANY),
    "paragraphs": html(b"<p>x" * MANY),
    "an image in the text": html(b'<img src="data:image/png;base64,' + b"A" * 30 * MANY + b'">Hello'),
    "introductions of quotes": text((b"On " + b"a wrote " * 30 + b":\n") * 3000),
    "introductions in three lines": text((b"On " + b"a wrote " * 9 + b"\n" + b"b " * 70 + b"\nwrote :\n") * 1000),
    "quotes in turn": text(b"> x\ny\n" * MANY),
    "fields of a quote": text(b"From: x\nSent: y\n" * MANY),
    "addresses of a bounce": b"From: mailer-daemon@x.example\n\n" + (b"a" * 128 + b"@") * 3000,
    "ids of a bounce": b"From: mailer-daemon@x.example\n\n" + b"message-id: <" * MANY,
    "recipients of a report": parts(
        b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822; a@b.example\n\n" * MANY
    ),
    "properties that are not there": package((0x00069003, struct.pack("<IHHI", 0xFFFFFFFF, 0x101E, 1, 0xFFFFFFFF))),
    "attachments that hold nothing": package(*[(0x00069002, b"")] * MANY),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_in_good_time(name: str) -> None:
    began = time.process_time()
    mail = parse(HOSTILE[name])
    assert time.process_time() - began < SECONDS
    assert faults(HOSTILE[name], mail) == []
