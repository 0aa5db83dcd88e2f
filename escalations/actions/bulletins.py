"""Bulletins: told to people beside cases, as rows like every notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from customers.models import User
from escalations.actions import reaching
from escalations.actions.reaching import Recipient
from escalations.models import Bulletin, Notice, NoticeState
from escalations.rules.leaving import Occasion, Wishes, leaves_at
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import Channel, NoticeGroup

# What can wait for somebody's working time; all else that goes wrong waits for quiet hours only.
CAN_WAIT = ("paths", "absence", "duty", "procedure", "procedure_review", "training")


def to_administrators(*, kind: str, about: str, path: str, data: dict[str, Any], at: datetime) -> Bulletin:
    """Tells everybody who may do something in the back office, once for each `about`."""
    readers = User.objects.filter(groups__name=StaffRole.AUDITOR.value, is_superuser=False)
    readers = readers.exclude(groups__name=StaffRole.ADMINISTRATOR.value)
    users = User.objects.filter(is_active=True, is_staff=True).exclude(pk__in=readers.values("pk"))
    return _tell(users, kind=kind, about=about, path=path, data=data, at=at)


def tell(people: Iterable[User], *, kind: str, about: str, path: str, data: dict[str, Any], at: datetime) -> Bulletin:
    """Tells these people, once for each `about`: in the inbox of whoever works here, and as each wishes beside it."""
    users = User.objects.filter(pk__in=[person.pk for person in people])
    return _tell(users, kind=kind, about=about, path=path, data=data, at=at)


def tell_more(people: Iterable[User], *, bulletin: Bulletin, at: datetime) -> None:
    """Tells more people of a bulletin that others had before; nobody of them may have had it."""
    _write(bulletin, User.objects.filter(pk__in=[person.pk for person in people]), at)


def _tell(users: QuerySet[User], *, kind: str, about: str, path: str, data: dict[str, Any], at: datetime) -> Bulletin:
    made, is_new = Bulletin.objects.get_or_create(
        about=about, defaults={"kind": kind, "path": path, "data": data, "written_at": at}
    )
    if is_new:
        _write(made, users, at)
    return made


def _write(made: Bulletin, users: QuerySet[User], at: datetime) -> None:
    people = reaching.colleagues(users.order_by("pk"), at)
    Notice.objects.bulk_create(notice for person in people for notice in _notices(made, person, at))


def _notices(made: Bulletin, person: Recipient, at: datetime) -> Iterable[Notice]:
    common = {"bulletin": made, "recipient": person.code, "written_at": at}
    if person.has_inbox:
        yield Notice(**common, channel=Channel.IN_APP.value, state=NoticeState.ACCEPTED.value, accepted_at=at)
    occasion = Occasion(at, must_act=made.kind not in CAN_WAIT)
    leaves = leaves_at(occasion, person.wishes or Wishes())
    for channel in person.ways(NoticeGroup.SYSTEM):
        yield Notice(**common, channel=channel.value, next_try_at=leaves, is_held=leaves > at)
