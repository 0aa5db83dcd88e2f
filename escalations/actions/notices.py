"""Notices are written here, with the event they tell of: once per event, person and channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from customers.models import Membership, new_uid
from escalations.actions import folding, rows
from escalations.models import (
    Agent,
    Case,
    Decision,
    Escalation,
    Event,
    Notice,
    NoticeState,
    Participant,
    PlanStep,
    Request,
    Step,
    TeamMembership,
    Watcher,
)
from escalations.rules.audience import Role, roles_of
from escalations.rules.events import CaseOpened, MailBounced
from escalations.rules.vocabulary import Channel, Move

COLUMNS = ("uid", "event_id", "case_id", "recipient", "written_at", "channel", "state", "next_try_at", "accepted_at")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who can be told: the code in the journal, whether there is an inbox, whether mail can be sent."""

    code: str
    has_inbox: bool
    has_mail: bool


@dataclass(slots=True)
class People:
    """The people around some cases, by role."""

    followers: dict[int, list[Recipient]] = field(default_factory=lambda: defaultdict(list))
    accountable: dict[int, int] = field(default_factory=dict)
    persons: dict[int, int] = field(default_factory=dict)
    senders: dict[int, int] = field(default_factory=dict)
    asked: dict[int, int] = field(default_factory=dict)
    managers: dict[int, int] = field(default_factory=dict)
    watchers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    requested: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    askers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    planned: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    agents: dict[int, Recipient] = field(default_factory=dict)
    leads: dict[int, list[Recipient]] = field(default_factory=lambda: defaultdict(list))

    def told(self, event: Event) -> Iterable[Recipient]:
        """Everybody who is told of this, once each; whoever did it knows already, but gets a receipt for a new case.

        Whoever a mail came back from is not told of it by the same way.
        """
        found = {person.code: person for role in roles_of(event.kind, event.data) for person in self._of(role, event)}
        if event.kind != CaseOpened.kind:
            found.pop(event.actor, None)
        if event.kind == MailBounced.kind:
            found.pop(str(event.data["person"]), None)
        return found.values()

    def _of(self, role: Role, event: Event) -> list[Recipient]:
        match role:
            case Role.CUSTOMER:
                return self.followers[event.case_id]
            case Role.OWNER:
                return self._agent(event.case.owner_id)
            case Role.LEADS:
                return self.leads[event.case.team_id]
            case Role.WATCHERS | Role.ASKER | Role.PLANNED:
                return self._agents(self._several(role, event))
            case Role.REQUESTED:
                return self._leads_of(self.requested[event.pk])
            case Role.KEEPER:
                roles = (Role.ACCOUNTABLE, Role.OWNER, Role.LEADS)
                return next((people for role in roles if (people := self._of(role, event))), [])
            case Role.ACCOUNTABLE | Role.PERSON | Role.SENDER | Role.ASKED | Role.MANAGER:
                return self._agent(self._one(role).get(event.case_id))

    def _one(self, role: Role) -> dict[int, int]:
        """The one agent who has this role, by case."""
        return {
            Role.ACCOUNTABLE: self.accountable,
            Role.PERSON: self.persons,
            Role.SENDER: self.senders,
            Role.ASKED: self.asked,
            Role.MANAGER: self.managers,
        }[role]

    def _several(self, role: Role, event: Event) -> list[int]:
        """The agents who have this role, by case or by event."""
        return {
            Role.WATCHERS: self.watchers[event.case_id],
            Role.ASKER: self.askers[event.pk],
            Role.PLANNED: self.planned[event.pk],
        }[role]

    def _leads_of(self, teams: Iterable[int]) -> list[Recipient]:
        return [person for team in teams for person in self.leads[team]]

    def everybody(self) -> set[int]:
        """The agents who have any role here."""
        ones = (self.accountable, self.persons, self.senders, self.asked, self.managers)
        several = (self.watchers, self.askers, self.planned)
        many = {agent for found in several for agents in found.values() for agent in agents}
        return many.union(*(found.values() for found in ones))

    def _agents(self, agent_ids: Iterable[int]) -> list[Recipient]:
        return [person for agent in agent_ids for person in self._agent(agent)]

    def _agent(self, agent_id: int | None) -> list[Recipient]:
        return [self.agents[agent_id]] if agent_id in self.agents else []


def write(events: Sequence[Event]) -> None:
    """The notices of these events, in a number of statements that does not depend on how many events there are."""
    people = _people_of(events)
    found = (row for event in events for person in people.told(event) for row in _rows(event, person))
    if rows.insert(Notice, COLUMNS, list(found)):
        folding.of_one_round(events)


def _rows(event: Event, person: Recipient) -> Iterable[tuple[Any, ...]]:
    """The inbox has it at once; mail waits for the next round of delivery."""
    at = event.recorded_at
    common = (event.pk, event.case_id, person.code, at)
    if person.has_inbox:
        yield new_uid(), *common, Channel.IN_APP.value, NoticeState.ACCEPTED.value, None, at
    if person.has_mail:
        yield new_uid(), *common, Channel.MAIL.value, NoticeState.WAITING.value, at, None


def _people_of(events: Sequence[Event]) -> People:
    """Who is around these cases, as far as any of these is told to them."""
    wanted = {role for event in events for role in roles_of(event.kind, event.data)}
    if Role.KEEPER in wanted:
        wanted |= {Role.ACCOUNTABLE, Role.OWNER, Role.LEADS}
    case_ids = {event.case_id for event in events}
    people = People()
    if Role.CUSTOMER in wanted:
        _add_followers(people, case_ids, max(event.recorded_at for event in events))
    _add_roles(people, case_ids, wanted)
    teams = {event.case.team_id for event in events}
    if wanted & {Role.REQUESTED, Role.ASKER}:
        _add_requested(people, events)
        teams |= {team for found in people.requested.values() for team in found}
    if Role.PLANNED in wanted:
        _add_planned(people, events)
    owners = {e.case.owner_id for e in events if e.case.owner_id and Role.OWNER in wanted}
    if agents := owners | people.everybody():
        found = Agent.objects.active().filter(pk__in=agents).select_related("user")
        people.agents = {agent.pk: _colleague(agent) for agent in found}
    if wanted & {Role.LEADS, Role.REQUESTED}:
        _add_leads(people, teams)
    return people


def _add_roles(people: People, case_ids: set[int], wanted: set[Role]) -> None:
    """The agents around the open escalations of these cases; a statement for each role that is wanted."""
    open_ones = Escalation.objects.open().filter(case_id__in=case_ids)
    if Role.ACCOUNTABLE in wanted:
        people.accountable = dict(open_ones.values_list("case_id", "accountable_id"))
    if Role.PERSON in wanted:
        steps = Step.objects.filter(escalation__case_id__in=case_ids).order_by("escalation_id", "number")
        people.persons = dict(steps.values_list("escalation__case_id", "person_id"))
    if Role.SENDER in wanted:
        people.senders = _senders(case_ids)
    if Role.ASKED in wanted:
        asked = Decision.objects.filter(escalation__in=open_ones, decided_at=None).order_by("pk")
        people.asked = dict(asked.values_list("escalation__case_id", "person_id"))
    if Role.MANAGER in wanted:
        accounts = Case.objects.filter(pk__in=case_ids, account__isnull=False, account__closed_at=None)
        people.managers = {
            case_id: agent for case_id, agent in accounts.values_list("pk", "account__manager_id") if agent
        }
    if Role.WATCHERS in wanted:
        for case_id, agent_id in Watcher.objects.filter(case_id__in=case_ids).values_list("case_id", "agent_id"):
            people.watchers[case_id].append(agent_id)


def _senders(case_ids: set[int]) -> dict[int, int]:
    """Who brought each case to where it was last asked for; an expert who was lent since has moved nothing."""
    moved = Step.objects.filter(escalation__case_id__in=case_ids).exclude(move=Move.LEND.value)
    sent = moved.annotate(sender=Coalesce("asked_by_id", "escalation__asked_by_id")).order_by("escalation_id", "number")
    last = dict(sent.values_list("escalation__case_id", "sender"))
    return {case_id: agent for case_id, agent in last.items() if agent}


def _add_requested(people: People, events: Sequence[Event]) -> None:
    """The teams that these requests went to, and who made them; parties outside have no inbox here."""
    by_uid = {uid: event.pk for event in events for uid in _requests_of(event)}
    found = Request.objects.filter(uid__in=by_uid)
    for uid, team_id, asked_by in found.values_list("uid", "team_id", "asked_by_id"):
        if team_id:
            people.requested[by_uid[uid]].append(team_id)
        if asked_by:
            people.askers[by_uid[uid]].append(asked_by)


def _requests_of(event: Event) -> list[str]:
    """The uids of the requests this event is about."""
    one = event.data.get("request")
    return [str(one)] if one else list(event.data.get("requests", []))


def _add_planned(people: People, events: Sequence[Event]) -> None:
    """Whoever has a step of these plans."""
    by_uid = {str(event.data["plan"]): event.pk for event in events if "plan" in event.data}
    steps = PlanStep.objects.filter(plan__uid__in=by_uid, done_at=None)
    for uid, owner in steps.values_list("plan__uid", "owner_id"):
        people.planned[by_uid[uid]].append(owner)


def _add_followers(people: People, case_ids: set[int], at: datetime) -> None:
    for row in _followers(case_ids, at).prefetch_related("contact__addresses"):
        contact = row.contact
        inbox = bool(contact.user and contact.user.is_active)
        people.followers[row.case_id].append(Recipient(contact.code, inbox, bool(contact.addresses.all() or inbox)))


def _followers(case_ids: set[int], at: datetime) -> QuerySet[Participant]:
    """Participants who still belong to the organization of their case: nobody is written to after leaving it."""
    belongs = Membership.objects.current(at.date()).filter(
        contact=OuterRef("contact"), organization=OuterRef("case__organization")
    )
    found = Participant.objects.filter(Q(case__organization=None) | Exists(belongs), case_id__in=case_ids)
    return found.select_related("contact__user")


def _colleague(agent: Agent) -> Recipient:
    return Recipient(agent.code, has_inbox=True, has_mail=True)


def _add_leads(people: People, team_ids: set[int]) -> None:
    """The active leads of each team, or all its active members when it has no lead."""
    members: dict[int, list[tuple[bool, Recipient]]] = defaultdict(list)
    found = TeamMembership.objects.filter(team_id__in=team_ids, agent__is_active=True, agent__user__is_active=True)
    for row in found.select_related("agent__user"):
        members[row.team_id].append((row.is_lead, _colleague(row.agent)))
    for team_id, team in members.items():
        leading = [person for is_lead, person in team if is_lead]
        people.leads[team_id] = leading or [person for _lead, person in team]
