"""From the bytes of a mail to what the actions need of it."""

from __future__ import annotations

from escalations.inbound.mail import Mail, parse
from escalations.rules.mails import File, Incoming, Returned

LONGEST_HEAD = 64_000  # bytes


class UnreadableError(Exception):
    """Nothing of this mail could be read; trying again would not help."""


def read(raw: bytes) -> Incoming:
    """What matters of this mail. Raises UnreadableError."""
    mail = parse(raw)
    if "unreadable" in mail.problems:
        raise UnreadableError("the mail could not be read")
    return Incoming(
        kind=mail.kind,
        name=mail.sender.name,
        sender=mail.sender.email,
        subject=mail.subject,
        text=mail.reply.strip() or mail.text,
        header_id=mail.message_id,
        addressed=_addressed(mail),
        answers=tuple(dict.fromkeys((*mail.returned_ids, *mail.in_reply_to, *reversed(mail.references)))),
        files=tuple(
            File(each.name, each.content_type, each.content, each.content_id, each.is_inline)
            for each in mail.attachments
        ),
        returned=Returned(mail.bounce.addresses, mail.bounce.is_permanent, _said(mail)) if mail.bounce else None,
    )


def _addressed(mail: Mail) -> tuple[str, ...]:
    people = (person.email for person in (*mail.recipients, *mail.copies) if person.email)
    return tuple(dict.fromkeys((*mail.delivered_to, *people)))


def _said(mail: Mail) -> str:
    """What the server said that did not take our mail."""
    return " ".join(filter(None, [mail.bounce.status, mail.bounce.diagnostic])) if mail.bounce else ""


def head_of(raw: bytes) -> str:
    """The lines of the head as they stand there, for people to read."""
    head = raw[:LONGEST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return head.decode("utf-8", "replace").replace("\x00", "")
