"""Notices are written here, with the event they tell of: once per event, person and channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Membership
from escalations.models import Agent, Escalation, Event, Notice, NoticeState, Participant, TeamMembership
from escalations.rules.audience import AUDIENCE, Role
from escalations.rules.events import CaseOpened
from escalations.rules.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who can be told: the code in the journal, whether there is an inbox, whether mail can be sent."""

    code: str
    has_inbox: bool
    has_mail: bool


@dataclass(slots=True)
class People:
    """The people around one case, by role."""

    roles: dict[Role, list[Recipient]] = field(default_factory=lambda: defaultdict(list))

    def told(self, kind: str) -> dict[str, Recipient]:
        found: dict[str, Recipient] = {}
        for role in AUDIENCE.get(kind, ()):
            for person in self.keeper() if role is Role.KEEPER else self.roles[role]:
                found[person.code] = person
        return found

    def keeper(self) -> list[Recipient]:
        for role in (Role.ACCOUNTABLE, Role.OWNER, Role.LEADS):
            if self.roles[role]:
                return self.roles[role]
        return []


def write(events: Sequence[Event]) -> None:
    """The notices of these events, in a number of statements that does not depend on how many events there are."""
    if not events:
        return
    people = _people_of({event.case_id for event in events}, {event.case.team_id for event in events}, events)
    rows: list[Notice] = []
    for event in events:
        for person in people[event.case_id].told(event.kind).values():
            if person.code != event.actor or event.kind == CaseOpened.kind:  # whoever raises a case gets a receipt
                rows.extend(_rows(event, person))
    Notice.objects.bulk_create(rows)


def _rows(event: Event, person: Recipient) -> Iterable[Notice]:
    at = event.recorded_at
    if person.has_inbox:
        yield _row(event, person, Channel.IN_APP, NoticeState.ACCEPTED, at)
    if person.has_mail:
        yield _row(event, person, Channel.MAIL, NoticeState.WAITING, at)


def _row(event: Event, person: Recipient, channel: Channel, state: NoticeState, at: datetime) -> Notice:
    waiting = state is NoticeState.WAITING
    return Notice(
        event=event,
        case_id=event.case_id,
        recipient=person.code,
        channel=channel.value,
        state=state,
        written_at=at,
        next_try_at=at if waiting else None,
        accepted_at=None if waiting else at,
    )


def _people_of(case_ids: set[int], team_ids: set[int], events: Sequence[Event]) -> dict[int, People]:
    """Who is around these cases; four statements whatever their number."""
    people: dict[int, People] = defaultdict(People)
    for row in _followers(case_ids, events).prefetch_related("contact__addresses"):
        contact = row.contact
        inbox = bool(contact.user and contact.user.is_active)
        mail = bool(contact.addresses.all() or inbox)
        people[row.case_id].roles[Role.CUSTOMER].append(Recipient(contact.code, inbox, mail))
    climbs = Escalation.objects.open().filter(case_id__in=case_ids).select_related("accountable__user")
    for climb in climbs:
        if climb.accountable.works:
            people[climb.case_id].roles[Role.ACCOUNTABLE].append(_colleague(climb.accountable))
    leads = _leads(team_ids)
    for event in events:
        around = people[event.case_id].roles
        owner = event.case.owner
        around[Role.OWNER] = [_colleague(owner)] if owner and owner.works else []
        around[Role.LEADS] = leads[event.case.team_id]
    return people


def _followers(case_ids: set[int], events: Sequence[Event]) -> QuerySet[Participant]:
    """Participants who still belong to the organization of their case: nobody is written to after leaving it."""
    today = max(event.recorded_at for event in events).date()
    belongs = Membership.objects.current(today).filter(
        contact=OuterRef("contact"), organization=OuterRef("case__organization")
    )
    rows = Participant.objects.filter(Q(case__organization=None) | Exists(belongs), case_id__in=case_ids)
    return rows.select_related("contact__user")


def _colleague(agent: Agent) -> Recipient:
    return Recipient(agent.code, has_inbox=True, has_mail=True)


def _leads(team_ids: set[int]) -> dict[int, list[Recipient]]:
    """The active leads of each team, or all its active members when it has no lead."""
    members: dict[int, list[tuple[bool, Recipient]]] = defaultdict(list)
    rows = TeamMembership.objects.filter(team_id__in=team_ids, agent__is_active=True, agent__user__is_active=True)
    for row in rows.select_related("agent__user"):
        members[row.team_id].append((row.is_lead, _colleague(row.agent)))
    found: dict[int, list[Recipient]] = defaultdict(list)
    for team_id, people in members.items():
        leading = [person for is_lead, person in people if is_lead]
        found[team_id] = leading or [person for _lead, person in people]
    return found
