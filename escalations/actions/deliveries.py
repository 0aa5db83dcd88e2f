"""What becomes of a notice: leased, held, tried, accepted, or tried again later. Every try is on record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from escalations.actions import folding
from escalations.models import Attempt, Case, Endpoint, Notice, NoticeState
from escalations.models.wishes import LEFT_OPEN
from escalations.rules.vocabulary import Channel

EACH = 5  # deliveries to one endpoint in one batch: the others are not to wait for it
AROUND = ("event__case", "case", "bulletin")


def waits(*, channel: str, at: datetime) -> bool:
    """Whether anything could be sent by this channel now; one statement."""
    return _due(channel, at).exists()


def waiting_channels(*, at: datetime) -> list[str]:
    """The channels by which anything could be sent now."""
    free = Notice.objects.filter(_free(at), state=NoticeState.WAITING, next_try_at__lte=at)
    return sorted(free.order_by().values_list("channel", flat=True).distinct())


@transaction.atomic
def lease(*, at: datetime, until: datetime, limit: int, channel: str = Channel.MAIL) -> list[Notice]:
    """Takes up to `limit` waiting notices for this worker until the lease ends; no other worker gets them meanwhile.

    What is more than its reader should get at once is folded before. A lease counts as a try; what comes to nothing is
    given back by `release`.
    """
    if not waits(channel=channel, at=at):
        return []
    due = _due(channel, at)
    if channel in LEFT_OPEN:
        due = due.filter(folding.before_leasing(at, Channel(channel)))
    chosen = due if channel == Channel.MAIL else due.filter(pk__in=_in_turn(due, channel, at))
    mine = chosen.order_by("next_try_at", "pk").select_for_update(skip_locked=True, no_key=True)
    ids = list(mine.values_list("pk", flat=True)[:limit])
    Notice.objects.filter(pk__in=ids).update(leased_until=until, tries=F("tries") + 1)
    return list(Notice.objects.filter(pk__in=ids).select_related(*AROUND).order_by("pk"))


def _due(channel: str, at: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(_free(at), channel=channel, state=NoticeState.WAITING, next_try_at__lte=at)


def _free(at: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lte=at)


def _in_turn(due: QuerySet[Notice], channel: str, at: datetime) -> list[int]:
    """Of what is due, the next few of each endpoint that neither rests nor is being served by another worker."""
    resting = Endpoint.objects.filter(rests_until__gt=at).select_related("agent__user")
    codes = {code for endpoint in resting for code in (endpoint.code, endpoint.agent and endpoint.agent.code) if code}
    served = Notice.objects.filter(channel=channel, state=NoticeState.WAITING, leased_until__gt=at)
    busy = set(served.order_by().values_list("recipient", flat=True).distinct())
    place = Window(RowNumber(), partition_by=[F("recipient")], order_by=[F("next_try_at"), F("pk")])
    found = due.exclude(recipient__in=codes | busy).annotate(place=place).filter(place__lte=EACH)
    return list(found.values_list("pk", flat=True))


def renew(*, ids: Collection[int], held_until: datetime, until: datetime) -> set[int]:
    """Holds on to what is leased until `held_until`; gives what is still held.

    The end of a lease is its token: whoever takes over what had run out gets another, later one.
    """
    mine = Notice.objects.filter(pk__in=ids, state=NoticeState.WAITING)
    if mine.filter(leased_until=held_until).update(leased_until=until) == len(ids):
        return set(ids)
    return set(mine.filter(leased_until=until).values_list("pk", flat=True))


def release(*, ids: Collection[int], held_until: datetime) -> None:
    """What was leased and not tried is free again, and the try is given back."""
    mine = Notice.objects.filter(pk__in=ids, state=NoticeState.WAITING, leased_until=held_until)
    mine.update(leased_until=None, tries=F("tries") - 1)


def begin(*, notice: Notice, at: datetime) -> Attempt:
    """One more try is on record before it is made; a worker that dies in it leaves it without an end."""
    last = Attempt.objects.filter(notice=notice).aggregate(last=Max("number"))["last"]
    return Attempt.objects.create(notice=notice, number=(last or 0) + 1, began_at=at)


def end(*, attempt: Attempt, at: datetime, outcome: str, code: int | None, answer: str) -> None:
    """What came of a try, in the words of the other side."""
    said = answer[: Attempt._meta.get_field("answer").max_length]
    Attempt.objects.filter(pk=attempt.pk).update(ended_at=at, outcome=outcome, code=code, answer=said)


def accepted(*, notice: Notice, at: datetime) -> None:
    """The next server has it, and all that came with it."""
    Notice.objects.filter(Q(pk=notice.pk) | came_with(notice)).update(
        state=NoticeState.ACCEPTED, accepted_at=at, leased_until=None, next_try_at=None, last_error=""
    )


def came_with(notice: Notice) -> Q:
    """The mails that are folded into this one and wait for it."""
    return Q(folded_into=notice, state=NoticeState.FOLDED)


def failed(*, notice: Notice, error: str, again_at: datetime) -> None:
    """Not accepted, and tried again at `again_at`. What another worker got through stays."""
    Notice.objects.filter(pk=notice.pk, state=NoticeState.WAITING).update(
        next_try_at=again_at, leased_until=None, last_error=error[:200]
    )


def seen(*, recipient: str, at: datetime, case: Case | None = None) -> int:
    """The inbox of this person, or what it says of one case, is read; gives how many notices were new."""
    unread = Notice.objects.filter(recipient=recipient, channel="in_app", seen_at=None)
    return (unread.filter(case=case) if case else unread).update(seen_at=at)


def bounced(*, notice: Notice, at: datetime) -> list[Notice]:
    """A mail that was accepted has come back, and with it all that had gone out in it; gives these notices."""
    gone = Notice.objects.filter(Q(pk=notice.pk) | Q(folded_into=notice)).select_related("case").order_by("pk")
    found = list(gone)
    Notice.objects.filter(pk__in=[row.pk for row in found]).update(
        state=NoticeState.BOUNCED, bounced_at=at, leased_until=None, next_try_at=None
    )
    return found
