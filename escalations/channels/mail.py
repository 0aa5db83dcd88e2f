"""E-mail: one letter a notice, with an identity that stays the same however often it is tried."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from escalations.channels import composing, letters
from escalations.channels.base import Outcome, Result, Sending, Unsendable
from escalations.channels.deadline import deadline
from escalations.models import Notice

FOR_GOOD = 500  # SMTP: answers from here on will not change by trying again
LONGEST_SECONDS = 40  # one letter, from first to last; shorter than a lease, so that nobody else sends it meanwhile
UNWRITABLE = (TemplateDoesNotExist, TemplateSyntaxError, LookupError, ValueError)
TROUBLE = (smtplib.SMTPException, OSError)


class MailChannel:
    """Sends through Django's mail backend: files by default, SMTP where it is configured."""

    @contextmanager
    def open(self) -> Iterator[MailOutlet]:
        outlet = MailOutlet()
        try:
            yield outlet
        finally:
            outlet.close()


class MailOutlet:
    """One connection for many letters, opened again when the server has dropped it."""

    abreast = 1

    def __init__(self) -> None:
        self._backend: Any = get_connection()
        self._is_open = False

    def queue_of(self, notice: Notice) -> str:
        """All letters go through one connection."""
        return ""

    def ready(self) -> Result | None:
        """Opens the connection, or asks the open one whether it still lives."""
        if self._is_open and not self._lives():
            self.close()
        if self._is_open:
            return None
        try:
            self._backend.open()
        except TROUBLE as problem:
            self.close()
            return Result(Outcome.BROKEN, f"the mail server lets nobody in: {problem}", _code(problem))
        self._is_open = True
        return None

    def _lives(self) -> bool:
        """Whether the server answers; a backend without a server always does."""
        server = getattr(self._backend, "connection", None)
        if server is None:
            return True
        try:
            return bool(server.noop()[0] < FOR_GOOD)
        except TROUBLE:
            return False

    def close(self) -> None:
        """Ends the connection, whatever state it is in."""
        self._is_open = False
        with suppress(*TROUBLE):
            self._backend.close()
        self._backend.connection = None

    def pack(self, notice: Notice) -> Sending:
        """The letter as it is now; a person without an address is refused for good, and a template that is broken."""
        reader = letters.reader_of(notice.recipient)
        if reader is None or not reader.address:
            raise Unsendable("this person has no address any more")
        try:
            mail = composing.compose(notice, reader, folded(notice))
        except UNWRITABLE as problem:
            raise Unsendable(f"the letter could not be written: {problem!r}") from problem
        return lambda: self.send(mail)

    def send(self, mail: EmailMessage) -> Result:
        """Hands one letter to the server."""
        try:
            with deadline(LONGEST_SECONDS, self._cut):
                self._backend.send_messages([mail])
        except TROUBLE as problem:
            result = trouble(problem)
            if result.outcome is Outcome.BROKEN:
                self.close()
            return result
        except ValueError as problem:
            return Result(Outcome.REFUSED, f"the letter could not be written: {problem!r}")
        return Result(Outcome.ACCEPTED)

    def _cut(self) -> None:
        """Ends a conversation that takes too long; whoever waits in it gets an error."""
        line: socket.socket | None = getattr(getattr(self._backend, "connection", None), "sock", None)
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def folded(notice: Notice) -> list[Notice]:
    """What comes in the same mail, in the order in which it was written."""
    return list(notice.folded.select_related("event", "case", "bulletin").order_by("pk"))


def trouble(problem: Exception) -> Result:
    """What the server said: for good only where it speaks of this address or this letter; all else may pass."""
    code = _code(problem)
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        final = all(code >= FOR_GOOD for code, _answer in problem.recipients.values())
        outcome = Outcome.REFUSED if final else Outcome.FAILED
        return Result(outcome, f"the mail server did not take the address: {problem}", code)
    if isinstance(problem, smtplib.SMTPDataError) and problem.smtp_code >= FOR_GOOD:
        return Result(Outcome.REFUSED, f"the mail server did not take the letter: {problem}", code)
    if isinstance(problem, smtplib.SMTPSenderRefused):  # it is us whom it does not want, with this letter or another
        return Result(Outcome.BROKEN, f"the mail server does not take our letters: {problem}", code)
    if isinstance(problem, smtplib.SMTPServerDisconnected) or not isinstance(problem, smtplib.SMTPException):
        return Result(Outcome.BROKEN, f"the mail server broke off: {problem}", code)
    return Result(Outcome.FAILED, f"the mail server did not answer as it should: {problem}", code)


def _code(problem: Exception) -> int | None:
    """What the server answered, as a number; None when it said nothing."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return max((code for code, _answer in problem.recipients.values()), default=None)
    code = getattr(problem, "smtp_code", None)
    return code if isinstance(code, int) and code > 0 else None
