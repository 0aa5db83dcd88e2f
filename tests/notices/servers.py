"""Mail servers that answer as they are told, for `EMAIL_BACKEND`."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Moody(BaseEmailBackend):
    """Raises `trouble` while there is any, else takes the letter."""

    trouble: ClassVar[Exception | None] = None
    taken: ClassVar[list[EmailMessage]] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if Moody.trouble:
            raise Moody.trouble
        Moody.taken.extend(email_messages)
        return len(email_messages)


def unknown_address(code: int) -> smtplib.SMTPRecipientsRefused:
    """What a server says of an address: from 500 for good, from 400 for now."""
    return smtplib.SMTPRecipientsRefused({"ida@customer.example": (code, b"no")})
