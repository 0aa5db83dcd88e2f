"""How somebody wants to be told, written down by that person or an administrator."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from django.db import transaction

from customers.models import User
from customers.refusal import Refused
from escalations.actions.reaching import USUALLY
from escalations.models import Calendar, NoticeChoice, NoticeWishes, words
from escalations.models.standings import acts
from escalations.rules.vocabulary import Channel, NoticeGroup, Rhythm

logger = logging.getLogger(__name__)

Choices = Mapping[tuple[NoticeGroup, Channel], bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Quiet hours, working time and rhythm as somebody filled them in."""

    rhythm: Rhythm
    digest_at: time
    quiet_from: time | None = None
    quiet_until: time | None = None
    calendar: Calendar | None = None


@transaction.atomic
def save(*, user: User, wanted: Wanted, choices: Choices) -> NoticeWishes:
    """Writes down all wishes of this person anew. Raises Refused at the field that is wrong, or who only reads.

    Of the choices only those that differ from what everybody gets are kept as rows.
    """
    if not acts(user):
        raise _refusal("", "only_reads")
    _check(wanted)
    row, _is_new = NoticeWishes.objects.update_or_create(
        user=user,
        defaults={
            "quiet_from": wanted.quiet_from,
            "quiet_until": wanted.quiet_until,
            "calendar": wanted.calendar,
            "rhythm": wanted.rhythm,
            "digest_at": wanted.digest_at,
        },
    )
    NoticeChoice.objects.filter(user=user).delete()
    NoticeChoice.objects.bulk_create(
        NoticeChoice(user=user, group=group, channel=channel, is_wanted=is_wanted)
        for (group, channel), is_wanted in choices.items()
        if is_wanted is not USUALLY[channel]
    )
    logger.info("%s wrote down how to be told", user.code)
    return row


def _check(wanted: Wanted) -> None:
    begins, ends = wanted.quiet_from, wanted.quiet_until
    if (begins is None) != (ends is None):
        raise _refusal("quiet_from" if begins is None else "quiet_until", "quiet_both")
    if begins is not None and begins == ends:
        raise _refusal("quiet_until", "quiet_same")


def _refusal(field: str, code: str) -> Refused:
    return Refused(field, code, words.REMEDIES[code])
