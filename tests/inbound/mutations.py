"""Mails that something happened to on their way: lines and bytes lost, doubled and flipped, labels exchanged.

`mutated` is deterministic: the same mail and the same chance give the same bytes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"

CHARSETS = (
    b"utf-8",
    b"utf-16",
    b"utf-7",
    b"iso-2022-jp",
    b"x-nothing",
    b"unicode_escape",
    b"idna",
    b"\xff",
    b"gb2312",
    b"",
)
ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"nothing", b"")
TYPES = (
    b"text/plain", b"text/html", b"text/calendar", b"multipart/mixed; boundary=x", b"multipart/alternative",
    b"multipart/report; report-type=delivery-status", b"message/rfc822", b"message/delivery-status",
    b"message/feedback-report", b"application/ms-tnef", b"nonsense",
)  # fmt: skip
PIECES = (
    b"\0", b"\r", b"\n\n", b"\xff\xfe", b"=?utf-8?B?", b"?=", b'"', b"<", b">", b"--", b";;", b"(", b"=", b"%",
    b"> ", b"<div>", b"<blockquote>", b"&#xD800;", b"\xed\xa0\x80", b"On Monday, Anna wrote:\n", b"-- \n",
    b"begin 644 a\n",
)  # fmt: skip

Change = Callable[[bytes, random.Random], bytes]


def corpus() -> list[bytes]:
    """The mails on file, in the order of their names."""
    return [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]


def lose_line(mail: bytes, chance: random.Random) -> bytes:
    lines = mail.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def double_line(mail: bytes, chance: random.Random) -> bytes:
    lines = mail.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join(lines[:at] + lines[at : at + 1] * chance.choice((2, 3, 50)) + lines[at + 1 :])


def swap_lines(mail: bytes, chance: random.Random) -> bytes:
    lines = mail.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def flip_byte(mail: bytes, chance: random.Random) -> bytes:
    changed = bytearray(mail)
    if changed:
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def lose_bytes(mail: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(mail) + 1)
    return mail[:at] + mail[at + chance.choice((1, 2, 10, 100)) :]


def cut_end(mail: bytes, chance: random.Random) -> bytes:
    return mail[: chance.randrange(len(mail) + 1)]


def insert(mail: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(mail) + 1)
    return mail[:at] + chance.choice(PIECES) * chance.choice((1, 1, 2, 100)) + mail[at:]


def _relabelled(pattern: bytes, labels: Sequence[bytes]) -> Change:
    """One of the places with this label gets another."""

    def change(mail: bytes, chance: random.Random) -> bytes:
        places = list(re.finditer(pattern, mail, re.IGNORECASE))
        if not places:
            return mail
        place = chance.choice(places)
        return mail[: place.start(1)] + chance.choice(labels) + mail[place.end(1) :]

    return change


CHANGES: tuple[Change, ...] = (
    lose_line,
    double_line,
    swap_lines,
    flip_byte,
    lose_bytes,
    cut_end,
    insert,
    _relabelled(rb"charset=\"?([^\s\";]*)", CHARSETS),
    _relabelled(rb"=\?([^?\s]*)\?[bq]\?", CHARSETS),
    _relabelled(rb"content-transfer-encoding: ([^\r\n]*)", ENCODINGS),
    _relabelled(rb"content-type: ([^\r\n;]*)", TYPES),
    _relabelled(rb"boundary=\"?([^\s\";]*)", (b"x", b"", b"(", b"-", b"a b")),
)


def mutated(mail: bytes, chance: random.Random) -> bytes:
    """The mail after one to eight changes, which may undo or break each other."""
    for _number in range(chance.randint(1, 8)):
        mail = chance.choice(CHANGES)(mail, chance)
    return mail
