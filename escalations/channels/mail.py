"""E-mail: one letter a notice, with an identity that stays the same however often it is tried."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from escalations.channels import letters
from escalations.channels.base import Outcome, Result
from escalations.models import Notice


class MailChannel:
    """Sends through Django's mail backend: files by default, SMTP where it is configured."""

    def send(self, notice: Notice) -> Result:
        reader = letters.reader_of(notice.recipient)
        if reader is None or not reader.address:
            return Result(Outcome.REFUSED, "this person has no address any more")
        letter = letters.write(notice, reader)
        message = EmailMessage(letter.subject, letter.text, to=[reader.address], headers=headers(notice))
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as problem:
            return Result(Outcome.REFUSED, f"the mail server refused the address: {problem}")
        except (smtplib.SMTPException, OSError) as problem:
            return Result(Outcome.FAILED, f"the mail server did not take it: {problem}")
        return Result(Outcome.ACCEPTED)


def headers(notice: Notice) -> dict[str, str]:
    """A stable Message-ID, the thread of the case, and the mark that a machine wrote this."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.rpartition("@")[2] or "belay.invalid"
    return {
        "Message-ID": f"<{notice.uid}@{domain}>",
        "References": f"<case-{notice.case.uid}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
