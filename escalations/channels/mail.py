"""E-mail: one letter a notice, with an identity that stays the same however often it is tried."""

from __future__ import annotations

import smtplib

from django.template import TemplateDoesNotExist, TemplateSyntaxError

from escalations.channels import composing, letters
from escalations.channels.base import Outcome, Result
from escalations.models import Notice

FOR_GOOD = 500  # SMTP: answers from here on will not change by trying again
UNWRITABLE = (TemplateDoesNotExist, TemplateSyntaxError, LookupError, ValueError)


class MailChannel:
    """Sends through Django's mail backend: files by default, SMTP where it is configured."""

    def send(self, notice: Notice) -> Result:
        """A letter that cannot be written or addressed is refused for good; a server that fails is tried again."""
        reader = letters.reader_of(notice.recipient)
        if reader is None or not reader.address:
            return Result(Outcome.REFUSED, "this person has no address any more")
        try:
            composing.compose(notice, reader, folded(notice)).send()
        except (smtplib.SMTPException, OSError) as problem:
            return _trouble(problem)
        except UNWRITABLE as problem:
            return Result(Outcome.REFUSED, f"the letter could not be written: {problem!r}")
        return Result(Outcome.ACCEPTED)


def folded(notice: Notice) -> list[Notice]:
    """What comes in the same mail, in the order in which it was written."""
    return list(notice.folded.select_related("event", "case", "bulletin").order_by("pk"))


def _trouble(problem: Exception) -> Result:
    """Refused for good only where the server says so of this address or this letter; all else may pass."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _answer in problem.recipients.values()]
        final = all(code >= FOR_GOOD for code in codes)
        return Result(
            Outcome.REFUSED if final else Outcome.FAILED, f"the mail server did not take the address: {problem}"
        )
    if isinstance(problem, smtplib.SMTPDataError) and problem.smtp_code >= FOR_GOOD:
        return Result(Outcome.REFUSED, f"the mail server did not take the letter: {problem}")
    return Result(Outcome.FAILED, f"the mail server did not answer as it should: {problem}")
