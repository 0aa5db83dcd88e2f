"""Reads a mail: any bytes in, one frozen value out. Nothing here raises, asks a database or writes anything.

Everything is bounded: by the limits of the modules below and, as a whole, by the size of what came. What was cut or
could not be read is named in `problems`; the raw mail is kept by the caller.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection

from escalations.inbound import addresses, bodies, bounces, kinds
from escalations.inbound.charsets import one_line
from escalations.inbound.headers import Headers, ids, moment
from escalations.inbound.parts import Reader
from escalations.inbound.replies import strip_reply
from escalations.inbound.values import Address, Attachment, Bounce, Kind, Mail

__all__ = ["Address", "Attachment", "Bounce", "Kind", "Mail", "is_ours", "parse", "strip_reply"]

MAX_RAW = 64 * 1024 * 1024  # bytes read of a mail
MAX_WORD = 100

ARRIVED_FOR = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
ENCRYPTED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|doorst|vs|enc)\s?:", re.IGNORECASE)
MAILBOX_LINE = re.compile(rb"\A[\r\n]*(?:>?From [^\r\n]*\r?\n)?")

logger = logging.getLogger(__name__)


def parse(raw: bytes) -> Mail:
    """The mail in these bytes, whatever they are."""
    try:
        return _parse(raw)
    except Exception:  # a fault of ours must not keep other mail waiting; `unreadable` tells of it
        logger.exception("a mail could not be read")
        return _nothing("unreadable")


def is_ours(mail: Mail, own_addresses: Collection[str]) -> bool:
    """Whether one of our own addresses wrote it, so that answering would be talking to ourselves."""
    return mail.sender.email in {address.strip().lower() for address in own_addresses} - {""}


def _parse(raw: bytes) -> Mail:
    problems: set[str] = set()
    root = Reader(problems).read(_unwrapped(raw, problems))
    headers = root.headers
    sender = addresses.sender(headers, problems)
    body = bodies.Collector(problems).collect(root)
    letter = bounces.Letter(headers, root, sender.email, body.text)
    kind, bounce = kinds.kind_of(letter, body.invites)
    if any(part.content_type in ENCRYPTED for part in root.walk()) and not body.text.strip():
        problems.add("encrypted")
    return Mail(
        subject=headers.text("subject"),
        sender=sender,
        reply_to=addresses.people(headers, "reply-to"),
        recipients=addresses.people(headers, "to"),
        copies=addresses.people(headers, "cc"),
        delivered_to=_delivered_to(headers),
        text=body.text,
        reply=_reply(headers, body),
        html=body.html,
        attachments=body.attachments,
        message_id=next(iter(ids(headers.raw("message-id"))), ""),
        in_reply_to=ids(headers.raw("in-reply-to")),
        references=ids(headers.raw("references")),
        returned_ids=_returned(kind, bounce, letter),
        sent_at=moment(headers.raw("date"), problems),
        auto_submitted=one_line(headers.word("auto-submitted"), MAX_WORD),
        list_id=headers.text("list-id"),
        kind=kind,
        bounce=bounce,
        problems=tuple(sorted(problems)),
    )


def _unwrapped(raw: bytes, problems: set[str]) -> bytes:
    """The mail itself, without the line that mailbox files put before it, and with lines where there are none."""
    if len(raw) > MAX_RAW:
        problems.add("mail-cut")
    data = raw[:MAX_RAW]
    start = MAILBOX_LINE.match(data)
    data = data[start.end() :] if start else data
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def _reply(headers: Headers, body: bodies.Body) -> str:
    """What is new in the text. Of a mail sent on all of it is, because nobody here has seen what it quotes."""
    return body.text.strip() if FORWARDED.match(headers.text("subject")) else strip_reply(body.text)


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    found = addresses.people(headers, *ARRIVED_FOR)
    return tuple(person.email for person in found if person.email)


def _returned(kind: Kind, bounce: Bounce | None, letter: bounces.Letter) -> tuple[str, ...]:
    if bounce is not None:
        return bounce.original_ids
    return bounces.returned_ids(letter) if kind is Kind.COMPLAINT else ()


def _nothing(problem: str) -> Mail:
    """A mail of which nothing could be read."""
    return Mail(
        subject="", sender=Address("", ""), reply_to=(), recipients=(), copies=(), delivered_to=(), text="", reply="",
        html="", attachments=(), message_id="", in_reply_to=(), references=(), returned_ids=(), sent_at=None,
        auto_submitted="", list_id="", kind=Kind.MESSAGE, bounce=None, problems=(problem,),
    )  # fmt: skip
