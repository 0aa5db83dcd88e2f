"""A mail is kept before anything is done with it; what fails is tried again, and in the end shown to people.

Keeping is a transaction of its own, so that whatever happens later the mail is here. Its bytes lie in the private
storage before the row names them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from customers.refusal import Refused
from escalations.actions import bulletins, set_aside
from escalations.models import Mailbox, ReceivedMail
from escalations.models.attachments import keep as keep_content
from escalations.rules.mails import Incoming
from escalations.rules.vocabulary import MailState

logger = logging.getLogger(__name__)

# Whoever keeps a mail acts on it at once; the engine does only after this long, because then that worker is gone.
GRACE = timedelta(minutes=2)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 8

Place = tuple[int, int]  # the UIDVALIDITY of a mailbox and the UID of the mail in it


def keep(
    *, raw: bytes, at: datetime, mailbox: Mailbox | None = None, place: Place | None = None, size: int | None = None
) -> tuple[ReceivedMail, bool]:
    """The row of this mail, and whether it is new; the same bytes, or the same place in a mailbox, are the same mail.

    `size` is that of the whole mail where only its head is kept.
    """
    validity, uid = place or (None, None)
    sha256 = keep_content(raw)
    row = ReceivedMail(mailbox=mailbox, uid_validity=validity, mailbox_uid=uid, sha256=sha256, received_at=at)
    row.size, row.next_try_at = len(raw) if size is None else size, at + GRACE
    try:
        with transaction.atomic():
            known = known_at(mailbox, place) or ReceivedMail.objects.filter(sha256=sha256, size=row.size).first()
            if known is None:
                row.save(force_insert=True)
    except IntegrityError:  # another worker has kept it meanwhile
        known = known_at(mailbox, place)
        if known is None:
            raise
    return known or row, known is None


def known_at(mailbox: Mailbox | None, place: Place | None) -> ReceivedMail | None:
    """The mail that came from this place in this mailbox before."""
    if mailbox is None or place is None:
        return None
    return ReceivedMail.objects.filter(mailbox=mailbox, uid_validity=place[0], mailbox_uid=place[1]).first()


def due(*, at: datetime, limit: int) -> list[int]:
    """Kept mails whose time has come, the longest waiting first."""
    waiting = ReceivedMail.objects.filter(state=MailState.KEPT.value, next_try_at__lte=at).order_by("next_try_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:limit])


def claim(pk: int) -> ReceivedMail | None:
    """The mail under lock, within the caller's transaction; None when it is done or given up by now."""
    rows = ReceivedMail.objects.select_for_update(of=("self",)).select_related("mailbox__topic")
    return rows.filter(pk=pk, state=MailState.KEPT.value).first()


@transaction.atomic
def failed(*, pk: int, problem: Exception, at: datetime, letter: Incoming | None = None, final: bool = False) -> None:
    """Tried again later, ever more seldom; after so many times, or when it is `final`, people look at it."""
    row = claim(pk)
    if row is None:
        return
    logger.error("mail %s could not be acted on: %s", row.uid, type(problem).__name__)
    row.tries += 1
    row.error = (str(problem.remedy) if isinstance(problem, Refused) else set_aside.told(problem))[:300]
    if letter:
        describe(row, letter)
    if final or row.tries >= MOST_TRIES:
        row.state, row.next_try_at = MailState.FAILED.value, None
        tell(row, at)
    else:
        row.next_try_at = at + wait(row.tries)
    row.save()


def describe(row: ReceivedMail, letter: Incoming) -> None:
    """What lists show of a mail."""
    row.kind, row.sender, row.subject = letter.kind.value, letter.sender[:254], letter.subject[:200]
    row.header_id = letter.header_id[:255]


def wait(tries: int) -> timedelta:
    """How long after this many failed attempts the next one comes."""
    return min(FIRST_WAIT * 3 ** (tries - 1), LONGEST_WAIT)


def tell(row: ReceivedMail, at: datetime, about: str = "") -> None:
    """Administrators are told, once for each mail or for what it is `about`, that somebody should look at it."""
    bulletins.to_administrators(
        kind="mail",
        about=about or f"mail:{row.uid}",
        path=f"/admin/escalations/receivedmail/{row.pk}/change/",
        data={"sender": row.sender, "subject": row.subject},
        at=at,
    )


def try_again(*, rows: Iterable[ReceivedMail], at: datetime) -> int:
    """The next round of the engine tries these again; gives how many there are."""
    failed_ones = ReceivedMail.objects.filter(pk__in=[row.pk for row in rows], state=MailState.FAILED.value)
    return failed_ones.update(state=MailState.KEPT.value, tries=0, next_try_at=at, error="")
