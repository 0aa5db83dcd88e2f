"""Endpoints outside: what they are told of, their secrets, and how they fare."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from customers.models import new_uid
from escalations.actions import bulletins
from escalations.models import Bulletin, Endpoint, Event, Notice, NoticeState
from escalations.rules import events as e
from escalations.rules.vocabulary import Channel
from escalations.timing.backoff import doubled, spread

OVERLAP = timedelta(hours=24)  # so long the secret before signs beside the new one
PATIENCE = 3  # failures in a row until an endpoint rests
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)


# -- what they are told of -----------------------------------------------------------------------------


def rows_for(events: Sequence[Event]) -> list[tuple[Any, ...]]:
    """The notices of these events to endpoints, in the order of `notices.COLUMNS`; one statement, however many."""
    secrets_apart = Endpoint.objects.defer("secret", "previous_secret")  # opening one costs more than all the rest
    endpoints = list(secrets_apart.filter(is_active=True, agent=None))
    return [_row(event, endpoint) for event in events for endpoint in endpoints if _wants(endpoint, event)]


def _row(event: Event, endpoint: Endpoint) -> tuple[Any, ...]:
    at = event.recorded_at
    due = max(at, endpoint.rests_until or at)
    waiting = (endpoint.channel, NoticeState.WAITING.value, due, None, False, False)
    return new_uid(), event.pk, event.case_id, endpoint.code, at, "", *waiting


def _wants(endpoint: Endpoint, event: Event) -> bool:
    """By its filters; that telling an endpoint has failed is told to none of them, or they would never end."""
    if event.kind == e.NoticeFailed.kind and event.data.get("channel") != Channel.MAIL:
        return False
    of_team = endpoint.team_id is None or endpoint.team_id == event.case.team_id
    return of_team and (not endpoint.kinds or event.kind in endpoint.kinds)


def ping(*, endpoint: Endpoint, at: datetime) -> Notice:
    """One delivery that says nothing, to see whether it arrives; it goes the way of all others."""
    path = f"/admin/escalations/endpoint/{endpoint.pk}/change/"
    made = Bulletin.objects.create(kind="ping", about=f"ping:{new_uid()}", path=path, written_at=at)
    told = {"recipient": endpoint.code, "channel": endpoint.channel, "written_at": at, "next_try_at": at}
    return Notice.objects.create(bulletin=made, **told)


# -- their secrets -------------------------------------------------------------------------------------


def new_secret(*, endpoint: Endpoint, at: datetime) -> str:
    """Gives the endpoint a new secret and returns it, to be shown once; the one before signs on for a day."""
    endpoint.previous_secret = endpoint.secret
    endpoint.previous_until = at + OVERLAP if endpoint.secret else None
    endpoint.secret = secrets.token_urlsafe(32)
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    return str(endpoint.secret)


# -- how they fare -------------------------------------------------------------------------------------


@transaction.atomic
def answered(*, notice: Notice, outcome: str, wait: timedelta | None, at: datetime) -> bool:
    """What one delivery says of its endpoint; gives whether nothing more may be sent to it for now."""
    endpoint = _of(notice).select_for_update(of=("self",)).first()
    if endpoint is None:
        return False
    if outcome == "gone":
        _switch_off(endpoint, at)
        return True
    if outcome in ("accepted", "refused"):
        if endpoint.failures:
            Endpoint.objects.filter(pk=endpoint.pk).update(failures=0, rests_until=None)
        return False
    endpoint.failures += 1
    rests = _rest(endpoint.failures) if endpoint.failures >= PATIENCE else timedelta()
    endpoint.rests_until = at + max(rests, wait or timedelta())
    fares = {"failures": endpoint.failures, "rests_until": endpoint.rests_until}
    Endpoint.objects.filter(pk=endpoint.pk).update(**fares)  # not saved: what an administrator changed is kept apart
    if endpoint.rests_until > at:
        waiting = Notice.objects.filter(_told(endpoint), state=NoticeState.WAITING)
        waiting.filter(next_try_at__lt=endpoint.rests_until).update(next_try_at=endpoint.rests_until)
    return endpoint.rests_until > at


def _rest(failures: int) -> timedelta:
    """How long it is left alone after so many failures in a row, with jitter."""
    return spread(doubled(FIRST_REST, LONGEST_REST, failures - PATIENCE + 1))


def _switch_off(endpoint: Endpoint, at: datetime) -> None:
    """The other side says that nobody is there any more: no further event is told to it."""
    Endpoint.objects.filter(pk=endpoint.pk).update(is_active=False)
    path = f"/admin/escalations/endpoint/{endpoint.pk}/change/"
    about = f"endpoint:{endpoint.uid}:{at:%Y-%m-%dT%H:%M}"
    bulletins.to_administrators(kind="endpoint", about=about, path=path, data={"endpoint": endpoint.name}, at=at)


def _of(notice: Notice) -> QuerySet[Endpoint]:
    """The endpoint that a notice goes to: the one it names, or the chat of the person it names."""
    kind, _sep, uid = notice.recipient.partition(":")
    if kind == "endpoint":
        return Endpoint.objects.filter(uid=uid)
    return Endpoint.objects.open().filter(agent__user__uid=uid).order_by("pk")


def _told(endpoint: Endpoint) -> Q:
    """The notices that go to this endpoint."""
    code = endpoint.agent.code if endpoint.agent else endpoint.code
    return Q(recipient=code, channel=endpoint.channel)
