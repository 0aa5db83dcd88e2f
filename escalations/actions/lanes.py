"""A server that lets nobody in is left alone for a while, and nobody's notice pays for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from escalations.actions import bulletins
from escalations.models import Lane
from escalations.timing.backoff import doubled, spread

FIRST_REST = timedelta(seconds=10)
LONGEST_REST = timedelta(seconds=40)  # with jitter and a tick, what waits goes out within a minute after its return
PATIENCE = timedelta(minutes=5)  # after which the administrators hear of it; of a refusal they hear at once
OURS_TO_MEND = 500


def state(*, channel: str) -> Lane:
    """How this way out fares; a new one fares well."""
    return Lane.objects.filter(channel=channel).first() or Lane(channel=channel)


@transaction.atomic
def failed(*, channel: str, error: str, code: int | None, at: datetime) -> Lane:
    """Leaves the server of this channel alone for a while, longer each time; tells administrators what needs them."""
    Lane.objects.get_or_create(channel=channel)
    lane = Lane.objects.select_for_update().get(channel=channel)
    lane.down_since = lane.down_since or at
    lane.rests_until = at + rest(lane.failures)
    lane.failures, lane.error = lane.failures + 1, error[:200]
    lane.save()
    if at - lane.down_since >= PATIENCE or (code or 0) >= OURS_TO_MEND:
        _tell(lane, at)
    return lane


def rest(failures: int) -> timedelta:
    """How long after so many failures in a row the server is asked again, with jitter."""
    return spread(doubled(FIRST_REST, LONGEST_REST, failures + 1))


def answered(*, channel: str) -> None:
    """The server takes what it is given again."""
    Lane.objects.filter(channel=channel).update(failures=0, down_since=None, rests_until=None, error="")


def _tell(lane: Lane, at: datetime) -> None:
    """One bulletin for each time that it is down."""
    about = f"lane:{lane.channel}:{lane.down_since:%Y-%m-%dT%H:%M:%S}"
    path = f"/admin/escalations/lane/{lane.pk}/change/"
    bulletins.to_administrators(kind="lane", about=about, path=path, data={"channel": lane.channel}, at=at)
