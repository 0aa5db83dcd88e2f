"""Notices that were given up: on record, told to those who can do something, and tried again when somebody says so."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q

from escalations.actions import bulletins, journal
from escalations.actions.deliveries import came_with
from escalations.actions.set_aside import TROUBLE
from escalations.models import Notice, NoticeState
from escalations.models.wishes import LEFT_OPEN
from escalations.rules import events
from escalations.rules.standing import SYSTEM

logger = logging.getLogger(__name__)

GIVEN_UP = (NoticeState.WAITING, NoticeState.FOLDED)  # what another worker got through stays
ABOUT_DELIVERY = ("undelivered", "lane")  # bulletins that tell of failing: that one of them fails is not told again


def give_up(*, notice: Notice, error: str, at: datetime) -> None:
    """No further try is made of this notice and of what came with it: the journal of each case says so."""
    for row in [*Notice.objects.filter(came_with(notice)).select_related("case", "bulletin"), notice]:
        _give_up(row, error, at)
    if notice.bulletin is None or notice.bulletin.kind not in ABOUT_DELIVERY:
        _tell_administrators(notice.channel, at)


def _give_up(notice: Notice, error: str, at: datetime) -> None:
    """The journal line and the dead letter commit together; a case that cannot be read keeps its journal as it is."""
    if notice.case is None:
        _mark(notice, error)
        return
    try:
        with journal.locked(notice.case, actor=SYSTEM, at=at) as work:
            if _mark(notice, error):
                work.record(events.NoticeFailed(notice.uid, notice.recipient, notice.channel))
    except TROUBLE:
        raise
    except Exception:  # it is given up all the same, or it would be tried for ever
        logger.exception("the journal of case %s does not say that a notice failed", notice.case_id)
        _mark(notice, error)


def _mark(notice: Notice, error: str) -> bool:
    mine = Notice.objects.filter(pk=notice.pk, state__in=GIVEN_UP)
    dead = {"state": NoticeState.FAILED, "next_try_at": None, "leased_until": None, "last_error": error[:200]}
    return bool(mine.update(**dead))


def _tell_administrators(channel: str, at: datetime) -> None:
    """One bulletin for each channel and hour, however many notices there are."""
    query = urlencode({"state__exact": NoticeState.FAILED.value, "channel__exact": channel})
    bulletins.to_administrators(
        kind="undelivered",
        about=f"undelivered:{channel}:{at:%Y-%m-%dT%H}",
        path=f"/admin/escalations/notice/?{query}",
        data={"channel": channel},
        at=at,
    )


@transaction.atomic
def try_again(*, notices: Iterable[Notice], at: datetime) -> int:
    """The next round of delivery tries these dead letters again, under the identity they have always had.

    Gives how many there are. What came with one comes with it again; what is chosen alone goes out by itself.
    """
    chosen = {row.pk for row in notices}
    dead = Notice.objects.filter(pk__in=chosen, state=NoticeState.FAILED)
    alone = dead.exclude(folded_into__in=chosen)
    ids = list(alone.select_for_update().values_list("pk", flat=True))
    with_them = Notice.objects.filter(folded_into__in=ids, state=NoticeState.FAILED, channel__in=LEFT_OPEN)
    back = with_them.update(state=NoticeState.FOLDED)
    waiting = {"state": NoticeState.WAITING, "next_try_at": at, "leased_until": None, "tries": 0, "folded_into": None}
    return back + Notice.objects.filter(pk__in=ids).update(**waiting)


def replay(*, notice: Notice, at: datetime) -> bool:
    """An endpoint gets this delivery once more, under the same id; False while it still waits, or for a person."""
    again = Q(state__in=(NoticeState.ACCEPTED, NoticeState.FAILED), recipient__startswith="endpoint:")
    waiting = {"state": NoticeState.WAITING, "next_try_at": at, "accepted_at": None, "leased_until": None, "tries": 0}
    return bool(Notice.objects.filter(again, pk=notice.pk).update(**waiting))
