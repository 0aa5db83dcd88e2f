"""A mail server on loopback that everybody uses: SMTP in, and what is for us goes into our mailbox."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.inbound.imap import Server, free_port

OURS = re.compile(r"support(\+[^@]*)?@belay\.example")
HOST = "127.0.0.1"


class PostOffice:
    """Takes every mail; keeps those of customers, brings ours to the mailbox, and sends back what cannot arrive."""

    def __init__(self, imap: Server, port: int) -> None:
        self.imap, self.port = imap, port
        self.arrived: dict[str, list[EmailMessage]] = {}
        self.dead: set[str] = set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            if OURS.fullmatch(address):
                self.imap.put(raw)
            elif address in self.dead:
                self.imap.put(self._report(address, raw))
            else:
                mail: Any = message_from_bytes(raw, policy=policy.default)
                self.arrived.setdefault(address, []).append(mail)
        return "250 OK"

    def _report(self, address: str, raw: bytes) -> bytes:
        """What a relay writes to the sender of a mail that did not arrive."""
        original = message_from_bytes(raw, policy=policy.default)
        return f"""From: MAILER-DAEMON@relay.example
To: {original["From"]}
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-{address}@relay.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="R"

--R
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--R
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--R
Content-Type: text/rfc822-headers

Message-ID: {original["Message-ID"]}
To: {address}

--R--
""".encode()

    def send(self, mail: EmailMessage) -> None:
        """Somebody sends a mail to everybody it names."""
        with smtplib.SMTP(HOST, self.port, timeout=20) as client:
            client.send_message(mail)

    def newest(self, address: str) -> EmailMessage:
        """The last mail that arrived there."""
        return self.arrived[address][-1]


@contextmanager
def post_office(imap: Server) -> Iterator[PostOffice]:
    port = free_port()
    office = PostOffice(imap, port)
    controller = Controller(office, hostname=HOST, port=port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
