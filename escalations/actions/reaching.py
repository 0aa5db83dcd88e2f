"""How people are reached and what they wish of it: read for many at once, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from customers.models import UndeliverableAddress, User
from escalations.models import (
    Absence,
    CalendarVersion,
    Endpoint,
    NoticeChoice,
    NoticeWishes,
    VersionState,
)
from escalations.models.calendars import published_schedule
from escalations.rules.leaving import Wishes
from escalations.rules.routing import who_answers
from escalations.rules.vocabulary import Channel, NoticeGroup, Rhythm

# What somebody gets by which channel who has chosen nothing; the inbox has everything.
USUALLY = {Channel.MAIL: True, Channel.CHAT: False}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who can be told: the code in the journal, whether there is an inbox, by what else word gets there.

    `wishes` is None for customers: what they are told is never held. `agent_id` is None for who works nowhere.
    """

    code: str
    has_inbox: bool
    has_mail: bool
    has_chat: bool = False
    wishes: Wishes | None = None
    chosen: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    agent_id: int | None = None
    is_away: bool = False

    def ways(self, group: NoticeGroup) -> Iterator[Channel]:
        """The channels beside the inbox by which this person gets notices of this group."""
        for channel, is_there in ((Channel.MAIL, self.has_mail), (Channel.CHAT, self.has_chat)):
            if is_there and self.chosen.get((group, channel), USUALLY[channel]):
                yield channel


def is_dead(address: str) -> Exists:
    """Whether mail came back from the address in this column."""
    dead = UndeliverableAddress.objects.alias(lower=Lower("email")).filter(lower=Lower(OuterRef(address)))
    return Exists(dead)


def colleagues(users: QuerySet[User], at: datetime) -> list[Recipient]:
    """These users with their wishes; a second statement only where anybody has chosen channels."""
    rows = list(_with_wishes(users, at))
    chosen: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
    if choosing := [row.pk for row in rows if row.has_chosen]:
        found = NoticeChoice.objects.filter(user__in=choosing).values_list("user_id", "group", "channel", "is_wanted")
        for user_id, group, channel, is_wanted in found:
            chosen[user_id][group, channel] = is_wanted
    return [_recipient(row, chosen[row.pk]) for row in rows]


def _with_wishes(users: QuerySet[User], at: datetime) -> QuerySet[Any]:
    """All that decides how each of these is reached, in one statement."""
    newest = CalendarVersion.objects.filter(state=VersionState.PUBLISHED).order_by("-number")
    own = newest.filter(calendar=OuterRef("notice_wishes__calendar"))
    chats = Endpoint.objects.open().filter(channel=Channel.CHAT.value, agent__user=OuterRef("pk"))
    return users.select_related("notice_wishes", "agent").annotate(
        hours_id=Subquery(own.values("pk")[:1]),
        has_chat=Exists(chats),
        has_chosen=Exists(NoticeChoice.objects.filter(user=OuterRef("pk"))),
        is_unreachable=is_dead("email"),
        is_away=Exists(Absence.objects.current(at).filter(agent__user=OuterRef("pk"))),
    )


def _recipient(row: Any, chosen: Mapping[tuple[str, str], bool]) -> Recipient:
    agent = getattr(row, "agent", None)
    works = bool(agent and agent.is_active)
    return Recipient(
        row.code,
        has_inbox=works,
        has_mail=not row.is_unreachable,
        has_chat=works and row.has_chat,
        wishes=wishes_of(row, getattr(row, "notice_wishes", None), row.hours_id),
        chosen=chosen,
        agent_id=agent.pk if agent and works else None,
        is_away=works and row.is_away,
    )


def wishes_of(user: User, stored: NoticeWishes | None, hours_id: int | None) -> Wishes:
    """The stored wishes as a plain value; `hours_id` is the newest published edition of their calendar, if any."""
    if stored is None:
        return Wishes(user.time_zone)
    quiet = (stored.quiet_from, stored.quiet_until) if stored.quiet_from and stored.quiet_until else None
    hours = published_schedule(hours_id) if hours_id else None
    return Wishes(user.time_zone, quiet, hours, Rhythm(stored.rhythm), stored.digest_at)


# -- who stands in -------------------------------------------------------------------------------------


def deputies(people: Iterable[Recipient], at: datetime) -> dict[int, Recipient]:
    """Who is there instead of each of these agents who is away now; nobody for whom the chain leads to nobody.

    No statement where everybody is there; three at most.
    """
    away = [person.agent_id for person in people if person.is_away and person.agent_id]
    if not away:
        return {}
    named = dict(Absence.objects.current(at).order_by("pk").values_list("agent_id", "deputy_id"))
    answers = {agent_id: who_answers(named, agent_id) for agent_id in away}
    found = colleagues(agents({deputy for deputy in answers.values() if deputy}), at)
    by_id = {person.agent_id: person for person in found}
    return {agent_id: by_id[deputy] for agent_id, deputy in answers.items() if deputy in by_id}


def agents(agent_ids: Iterable[int]) -> QuerySet[User]:
    """Those of these agents who work here."""
    return User.objects.filter(Q(agent__in=list(agent_ids)), is_active=True, agent__is_active=True)


def by_agent(people: Sequence[Recipient]) -> dict[int, Recipient]:
    """The same by the key of their agent; who works nowhere is left out."""
    return {person.agent_id: person for person in people if person.agent_id is not None}
