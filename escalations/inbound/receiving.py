"""The one way in for mail: kept first, in a transaction of its own; then understood and acted on in a second one."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from escalations.actions import incoming, set_aside
from escalations.actions.incoming import keeping
from escalations.inbound import reading, thread
from escalations.models import Mailbox, ReceivedMail
from escalations.models.attachments import content_of
from escalations.rules.mails import Incoming

logger = logging.getLogger(__name__)

MB = 1_000_000
BATCH = 50


class TooLargeError(Exception):
    """Only the head of this mail was kept."""


def most_bytes() -> int:
    """How large a mail may be to be kept whole."""
    return settings.MAIL_MAX_MB * MB


def receive(
    raw: bytes,
    *,
    mailbox: Mailbox | None = None,
    place: keeping.Place | None = None,
    size: int | None = None,
    at: datetime,
) -> ReceivedMail:
    """Keeps a mail and acts on it, however often it comes; gives its row as it is afterwards.

    `place` is its UIDVALIDITY and UID in the mailbox, `size` that of the whole mail where `raw` is only its head.
    Raises whatever keeps it from being kept. What fails later is on its row, and tried again by the engine.
    """
    if len(raw) > most_bytes():
        size, raw = size or len(raw), head_of(raw)
    row, is_new = keeping.keep(raw=raw, mailbox=mailbox, place=place, size=size, at=at)
    if is_new:
        understand(row.pk, at)
        row.refresh_from_db()
    return row


def head_of(raw: bytes) -> bytes:
    """The head of a mail that is too large to be kept whole."""
    return raw[:64_000].replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n"


def understand(pk: int, at: datetime) -> None:
    """Acts on a kept mail, once. Whatever is wrong with it stands on its row, and holds up no other mail."""
    letter = None
    try:
        letter = letter_of(ReceivedMail.objects.get(pk=pk))
        with transaction.atomic():
            row = keeping.claim(pk)
            if row:
                incoming.act(mail=row, letter=letter, thread=thread.find(letter), at=at)
    except set_aside.TROUBLE:  # no mail is at fault when the database is in trouble: all stays due
        logger.exception("a mail waits for the next round")
    except (reading.UnreadableError, TooLargeError) as problem:
        keeping.failed(pk=pk, problem=problem, at=at, letter=head_letter(pk), final=True)
    except Exception as problem:  # noqa: BLE001 - kept with its error, which is logged there
        keeping.failed(pk=pk, problem=problem, at=at, letter=letter)


def letter_of(row: ReceivedMail) -> Incoming:
    """What this mail says. Raises UnreadableError or TooLargeError."""
    raw = content_of(row.sha256)
    if row.size > len(raw):
        raise TooLargeError(f"{row.size} bytes, of which only the head was kept")
    return reading.read(raw)


def head_letter(pk: int) -> Incoming | None:
    """What can be said of a mail that nothing can be done with; None where not even its head can be read."""
    try:
        return reading.read(content_of(ReceivedMail.objects.get(pk=pk).sha256))
    except reading.UnreadableError:
        return None


def work_off(at: datetime) -> int:
    """Acts on kept mails that wait: those whose worker died, and those that failed before; gives how many."""
    found = keeping.due(at=at, limit=BATCH)
    for pk in found:
        understand(pk, at)
    return len(found)


def open_as_case(row: ReceivedMail, at: datetime) -> ReceivedMail:
    """Somebody says that this mail is a case of whoever wrote it; of one that was too large, of what was kept.

    Raises Refused or UnreadableError.
    """
    letter = reading.read(content_of(row.sha256))
    with transaction.atomic():
        locked = ReceivedMail.objects.select_for_update(of=("self",)).select_related("mailbox__topic").get(pk=row.pk)
        incoming.open_as_case(mail=locked, letter=letter, at=at)
    return locked
