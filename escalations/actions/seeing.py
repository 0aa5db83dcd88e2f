"""An administrator sees the product as somebody else: begun with a reason, every page on record, nothing changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import User
from customers.refusal import Refused
from escalations.models import SeeingAs, SeenPage, words
from escalations.models.standings import has_right
from escalations.rules.standing import Right

SESSION_KEY = "seeing_as"  # of a session: the uid of the look that goes on
LASTS = timedelta(minutes=30)
LONGEST_PATH = 300


def may_see_as(administrator: User, person: User) -> bool:
    """Whether this administrator may see the product as this person: never as one who may enter the back office."""
    mine = administrator.is_active and has_right(administrator, Right.SEE_AS)
    return mine and person.is_active and person.pk != administrator.pk and not _is_powerful(person)


def _is_powerful(person: User) -> bool:
    return person.is_staff or person.is_superuser or has_right(person, Right.SEE_AS)


@transaction.atomic
def begin(*, administrator: User, person: User, reason: str, at: datetime) -> SeeingAs:
    """From now on, for half an hour at most. Raises Refused, at the field that is wrong."""
    if not may_see_as(administrator, person):
        raise Refused("", "not_seen_as", words.REMEDIES["not_seen_as"])
    if not reason.strip():
        raise Refused("reason", "text_missing", words.REMEDIES["text_missing"])
    if len(reason.strip()) > 200:
        raise Refused("reason", "too_long", words.REMEDIES["too_long"] % {"most": 200})
    return SeeingAs.objects.create(administrator=administrator, person=person, reason=reason.strip(), began_at=at)


def going_on(*, uid: str, administrator: User, at: datetime) -> SeeingAs | None:
    """The look of this administrator that is not over; one whose time is up, or that may not go on, ends with this."""
    found = SeeingAs.objects.filter(uid=uid, administrator=administrator, ended_at=None).select_related("person")
    look = found.first()
    if look is None:
        return None
    over_at = look.began_at + LASTS
    if at < over_at and may_see_as(administrator, look.person):
        return look
    end(look=look, at=min(at, over_at))
    return None


def saw(*, look: SeeingAs, path: str, at: datetime) -> None:
    """One page that was looked at."""
    SeenPage.objects.create(seeing=look, at=at, path=path[:LONGEST_PATH])


def end(*, look: SeeingAs, at: datetime) -> None:
    """It is over; a second time changes nothing."""
    SeeingAs.objects.filter(pk=look.pk, ended_at=None).update(ended_at=at)
