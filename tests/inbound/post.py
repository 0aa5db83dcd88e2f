"""Mails as people and machines write them, and what became of them."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from itertools import count

from escalations.inbound.receiving import receive
from escalations.models import Case, Mailbox, Notice, ReceivedMail
from escalations.models.replies import reply_address
from tests.cast import MONDAY

SUPPORT = "support@belay.example"
_NUMBERS = count(1)


def support(**fields: object) -> Mailbox:
    """The mailbox that customers write to."""
    return Mailbox.objects.create(**{"slug": "support", "address": SUPPORT, **fields})


def letter(
    sender: str = "Ida Holm <ida@customer.example>",
    text: str = "The readings stand still.",
    subject: str = "No readings",
    to: str = SUPPORT,
    **headers: str,
) -> bytes:
    """A mail; headers by name with underscores, such as `In_Reply_To`. Each has a Message-ID of its own."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    if "Message_ID" not in headers:
        mail["Message-ID"] = f"<{next(_NUMBERS)}@customer.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def came(raw: bytes, at: datetime = MONDAY, mailbox: Mailbox | None = None) -> ReceivedMail:
    """What became of this mail."""
    return receive(raw, at=at, mailbox=mailbox)


def opened(raw: bytes, at: datetime = MONDAY) -> Case:
    """The case that this mail opened."""
    mail = came(raw, at)
    assert (mail.state, mail.result, mail.error) == ("done", "opened", ""), mail.error
    assert mail.case
    return mail.case


def newest(recipient: str, case: Case | None = None) -> Notice:
    """The last letter to this person."""
    found = Notice.objects.filter(recipient=recipient, channel="mail")
    return (found.filter(case=case) if case else found).order_by("-pk")[0]


def marked(notice: Notice) -> str:
    """Where the letter of this notice is answered to."""
    return reply_address(Mailbox.objects.get(address=SUPPORT), notice)


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("kind", flat=True))


def said(case: Case) -> list[str]:
    """The words on this case, in order."""
    return list(case.messages.order_by("pk").values_list("body", flat=True))
