"""What becomes of a notice: leased, accepted, tried again or given up. Failing is on record too."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from escalations.actions import folding
from escalations.models import Case, Notice, NoticeState


@transaction.atomic
def lease(*, at: datetime, until: datetime, limit: int) -> list[Notice]:
    """Takes up to `limit` waiting notices for this worker until the lease ends; no other worker gets them meanwhile.

    What is more than its reader should get at once is folded before.
    """
    if not Notice.objects.filter(_due(at)).exists():
        return []
    waiting = Notice.objects.filter(folding.before_leasing(at), _due(at)).order_by("next_try_at", "pk")
    mine = waiting.select_for_update(skip_locked=True, no_key=True)
    ids = list(mine.values_list("pk", flat=True)[:limit])
    Notice.objects.filter(pk__in=ids).update(leased_until=until, tries=F("tries") + 1)
    around = ("event__case", "case", "bulletin")
    return list(Notice.objects.filter(pk__in=ids).select_related(*around).order_by("pk"))


def _due(at: datetime) -> Q:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    return free & Q(state=NoticeState.WAITING, next_try_at__lte=at)


def accepted(*, notice: Notice, at: datetime) -> None:
    """The next server has it, and all that came with it."""
    Notice.objects.filter(Q(pk=notice.pk) | _with(notice)).update(
        state=NoticeState.ACCEPTED, accepted_at=at, leased_until=None, next_try_at=None, last_error=""
    )


def _with(notice: Notice) -> Q:
    """The mails that are folded into this one and wait for it."""
    return Q(folded_into=notice, state=NoticeState.FOLDED)


def failed(*, notice: Notice, error: str, again_at: datetime | None) -> None:
    """Not accepted; tried again at `again_at`, or given up when that is None, with all that came with it.

    What another worker got through stays.
    """
    state = NoticeState.WAITING if again_at else NoticeState.FAILED
    if again_at is None:
        Notice.objects.filter(_with(notice)).update(state=state, last_error=error[:200])
    Notice.objects.filter(pk=notice.pk, state=NoticeState.WAITING).update(
        state=state, next_try_at=again_at, leased_until=None, last_error=error[:200]
    )


def seen(*, recipient: str, at: datetime, case: Case | None = None) -> int:
    """The inbox of this person, or what it says of one case, is read; gives how many notices were new."""
    unread = Notice.objects.filter(recipient=recipient, channel="in_app", seen_at=None)
    return (unread.filter(case=case) if case else unread).update(seen_at=at)
