"""Bulletins: told to people beside cases, as rows like every notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from customers.models import User
from escalations.models import Agent, Bulletin, Notice, NoticeState
from escalations.rules.vocabulary import Channel


def to_administrators(*, kind: str, about: str, path: str, data: dict[str, Any], at: datetime) -> Bulletin:
    """Tells everybody who may enter the back office, once for each `about`."""
    return tell(User.objects.filter(is_active=True, is_staff=True), kind=kind, about=about, path=path, data=data, at=at)


def tell(people: Iterable[User], *, kind: str, about: str, path: str, data: dict[str, Any], at: datetime) -> Bulletin:
    """Tells these people, once for each `about`: in the inbox of whoever works here, and by mail."""
    made, is_new = Bulletin.objects.get_or_create(
        about=about, defaults={"kind": kind, "path": path, "data": data, "written_at": at}
    )
    if is_new:
        Notice.objects.bulk_create(notice for person in people for notice in _notices(made, person, at))
    return made


def _notices(made: Bulletin, person: User, at: datetime) -> Iterable[Notice]:
    common = {"bulletin": made, "recipient": person.code, "written_at": at}
    if Agent.objects.active().filter(user=person).exists():
        yield Notice(**common, channel=Channel.IN_APP.value, state=NoticeState.ACCEPTED.value, accepted_at=at)
    yield Notice(**common, channel=Channel.MAIL.value, next_try_at=at)
