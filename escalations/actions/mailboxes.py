"""How far each mailbox has been read, and what was wrong with it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from escalations.actions import bulletins
from escalations.models import Mailbox
from escalations.timing.backoff import doubled

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
TOLD_AFTER = 3  # failures in a row: about two minutes


def took(*, mailbox: Mailbox, uid: int) -> None:
    """Mails up to this one are kept."""
    mailbox.last_uid = uid
    Mailbox.objects.filter(pk=mailbox.pk).update(last_uid=uid)


def begin_again(*, mailbox: Mailbox) -> None:
    """The server has numbered its mails anew: what was counted before means nothing any more."""
    mailbox.uid_validity, mailbox.last_uid = None, 0
    Mailbox.objects.filter(pk=mailbox.pk).update(uid_validity=None, last_uid=0)


def looked(*, mailbox: Mailbox, at: datetime, uid_validity: int | None, last_uid: int, problem: str = "") -> None:
    """It was looked into; with `uid_validity` everything up to `last_uid` is kept, without it there is more to come.

    `problem` is what the server had against doing with mails what was asked for: they are kept all the same.
    """
    failures = mailbox.failures + 1 if problem else 0
    changed = {"last_uid": last_uid, "failures": failures, "last_error": problem[:300], "next_look_at": None}
    if uid_validity is not None:
        changed |= {"looked_at": at, "uid_validity": uid_validity}
    if failures >= TOLD_AFTER:
        _tell(mailbox, at)
    Mailbox.objects.filter(pk=mailbox.pk).update(**changed)


def failed(*, mailbox: Mailbox, error: str, at: datetime) -> None:
    """Looked into later, ever more seldom; administrators are told once for each outage."""
    failures = mailbox.failures + 1
    wait = doubled(FIRST_WAIT, LONGEST_WAIT, failures)
    logger.warning("mailbox %s could not be looked into (time %s): %s", mailbox.slug, failures, error)
    Mailbox.objects.filter(pk=mailbox.pk).update(failures=failures, last_error=error[:300], next_look_at=at + wait)
    if failures >= TOLD_AFTER:
        _tell(mailbox, at)


def _tell(mailbox: Mailbox, at: datetime) -> None:
    since = mailbox.looked_at.isoformat() if mailbox.looked_at else "ever"
    bulletins.to_administrators(
        kind="mailbox",
        about=f"mailbox:{mailbox.pk}:{since}",
        path=f"/admin/escalations/mailbox/{mailbox.pk}/change/",
        data={"mailbox": mailbox.address},
        at=at,
    )
