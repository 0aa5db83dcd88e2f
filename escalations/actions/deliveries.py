"""What becomes of a notice: leased, accepted, tried again or given up. Failing is on record too."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from escalations.models import Case, Notice, NoticeState


@transaction.atomic
def lease(*, at: datetime, until: datetime, limit: int) -> list[Notice]:
    """Takes up to `limit` waiting notices for this worker until the lease ends; no other worker gets them meanwhile."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    waiting = Notice.objects.filter(free, state=NoticeState.WAITING, next_try_at__lte=at)
    ids = list(waiting.select_for_update(skip_locked=True).order_by("next_try_at").values_list("pk", flat=True)[:limit])
    Notice.objects.filter(pk__in=ids).update(leased_until=until, tries=F("tries") + 1)
    return list(Notice.objects.filter(pk__in=ids).select_related("event__case", "case").order_by("pk"))


def accepted(*, notice: Notice, at: datetime) -> None:
    """The next server has it."""
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.ACCEPTED, accepted_at=at, leased_until=None, next_try_at=None, last_error=""
    )


def failed(*, notice: Notice, error: str, again_at: datetime | None) -> None:
    """Not accepted; tried again at `again_at`, or given up when that is None. What another worker got through stays."""
    state = NoticeState.WAITING if again_at else NoticeState.FAILED
    Notice.objects.filter(pk=notice.pk, state=NoticeState.WAITING).update(
        state=state, next_try_at=again_at, leased_until=None, last_error=error[:200]
    )


def seen(*, recipient: str, at: datetime, case: Case | None = None) -> int:
    """The inbox of this person, or what it says of one case, is read; gives how many notices were new."""
    unread = Notice.objects.filter(recipient=recipient, channel="in_app", seen_at=None)
    return (unread.filter(case=case) if case else unread).update(seen_at=at)
