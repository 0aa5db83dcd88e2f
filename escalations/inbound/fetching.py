"""Empties a mailbox: one worker at a time, in bounded batches, each mail kept before anything becomes of it there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from customers.models import new_uid
from escalations.actions import leases, mailboxes
from escalations.inbound import mailbox as imap
from escalations.inbound.receiving import most_bytes, receive
from escalations.models import Mailbox
from escalations.models.mailboxes import After

logger = logging.getLogger(__name__)

BATCH = 100
LEASE_SECONDS = 180  # longer than one mail takes to be fetched and acted on
# A server that numbered its mails anew may have got some meanwhile that somebody has read there.
OVERLAP = timedelta(days=1)

Renew = Callable[[], datetime | None]


class LeaseLostError(Exception):
    """Another worker reads this mailbox by now."""


def due(at: datetime) -> list[Mailbox]:
    """The mailboxes that are to be looked into now; those that failed wait."""
    return list(Mailbox.objects.fetched().filter(Q(next_look_at=None) | Q(next_look_at__lte=at)).order_by("pk"))


def fetch(mailbox: Mailbox, at: datetime) -> int:
    """Takes in what is new; gives how many mails. What is wrong with the mailbox stands on its row."""
    name, holder, began = f"mailbox:{mailbox.pk}", new_uid(), time.monotonic()

    def renew() -> datetime | None:
        now = at + timedelta(seconds=time.monotonic() - began)
        return now if leases.take(name=name, holder=holder, at=now, seconds=LEASE_SECONDS) else None

    if renew() is None:
        return 0
    try:
        mailbox.refresh_from_db()  # another worker may have read on since it was looked up
        with imap.connected(mailbox) as box:
            return _take_in(box, mailbox, renew)
    except LeaseLostError:
        return 0
    except imap.TROUBLE as problem:
        mailboxes.failed(mailbox=mailbox, error=imap.told(problem, mailbox), at=at)
        return 0
    finally:
        leases.give_back(name=name, holder=holder, at=at)


def _take_in(box: imap.Box, mailbox: Mailbox, renew: Renew) -> int:
    """The next batch. At first only what nobody has read is taken: an archive does not become cases."""
    validity, following = box.place()
    if mailbox.uid_validity not in (None, validity):
        mailboxes.begin_again(mailbox=mailbox)
    is_known = mailbox.uid_validity is not None
    uids = box.after(mailbox.last_uid) if is_known else _at_first(box, mailbox)
    problems = [_take_one(box, mailbox, (validity, uid), renew) for uid in uids[:BATCH]]
    said: dict[str, Any] = {"mailbox": mailbox, "at": _now(renew), "problem": next(filter(None, problems), "")}
    if len(uids) > BATCH:
        mailboxes.looked(**said, uid_validity=mailbox.uid_validity, last_uid=uids[BATCH - 1])
        return BATCH
    last = max([*uids, mailbox.last_uid, 0 if is_known else following - 1])
    mailboxes.looked(**said, uid_validity=validity, last_uid=last)
    return len(uids)


def _at_first(box: imap.Box, mailbox: Mailbox) -> list[int]:
    since = (mailbox.looked_at - OVERLAP).date() if mailbox.looked_at else None
    return [uid for uid in box.unread(since) if uid > mailbox.last_uid]


def _now(renew: Renew) -> datetime:
    now = renew()
    if now is None:
        raise LeaseLostError
    return now


def _take_one(box: imap.Box, mailbox: Mailbox, place: tuple[int, int], renew: Renew) -> str:
    """Keeps one mail, then does with it in the mailbox what was asked for; gives what kept that from being done.

    One that is gone by now is gone.
    """
    _validity, uid = place
    now, size = _now(renew), box.size(uid)
    too_large = size is not None and size > most_bytes()
    raw = box.content(uid, head_only=too_large) if size is not None else None
    if raw is not None:
        receive(raw, mailbox=mailbox, place=place, size=size if too_large else None, at=now)
    mailboxes.took(mailbox=mailbox, uid=uid)
    if raw is None:
        logger.warning("mail %s is no longer in mailbox %s", uid, mailbox.slug)
        return ""
    try:
        box.finish(uid, After(mailbox.after), mailbox.moves_to)
    except imap.REFUSED as problem:  # the mail is kept, so that others need not wait
        return imap.told(problem, mailbox)
    return ""
