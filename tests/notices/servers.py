"""Mail servers that answer as they are told, for `EMAIL_BACKEND`."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from typing import ClassVar

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from escalations.channels.base import Result, Sending
from escalations.channels.mail import MailOutlet
from escalations.models import Notice


class Moody(BaseEmailBackend):
    """Lets nobody in while it is `closed`; raises `trouble` while there is any, else takes the letter.

    Named addresses are the only `troubled` ones; without any, all are.
    """

    closed: ClassVar[Exception | None] = None
    trouble: ClassVar[Exception | None] = None
    troubled: ClassVar[tuple[str, ...]] = ()
    asked: ClassVar[int] = 0
    taken: ClassVar[list[EmailMessage]] = []

    @classmethod
    def recover(cls) -> None:
        cls.closed, cls.trouble, cls.troubled, cls.asked, cls.taken = None, None, (), 0, []

    def open(self) -> None:
        Moody.asked += 1
        if Moody.closed:
            raise Moody.closed

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        to = {address for mail in email_messages for address in mail.to}
        if Moody.trouble and (not Moody.troubled or to & set(Moody.troubled)):
            raise Moody.trouble
        Moody.taken.extend(email_messages)
        return len(email_messages)


def unknown_address(code: int) -> smtplib.SMTPRecipientsRefused:
    """What a server says of an address: from 500 for good, from 400 for now."""
    return smtplib.SMTPRecipientsRefused({"ida@customer.example": (code, b"no")})


def spoil(monkeypatch: pytest.MonkeyPatch, whose: Callable[[Notice], bool], fate: Result | Exception) -> None:
    """The mails of some meet this fate, the others are sent."""
    pack = MailOutlet.pack

    def packed(outlet: MailOutlet, notice: Notice) -> Sending:
        if not whose(notice):
            return pack(outlet, notice)
        if isinstance(fate, Exception):
            raise fate
        return lambda: fate

    monkeypatch.setattr(MailOutlet, "pack", packed)
