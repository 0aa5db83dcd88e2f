"""Notices are written here, with the event they tell of: once per event, person and channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from customers.models import ContactAddress, Membership, new_uid
from escalations.actions import endpoints, folding, reaching, rows
from escalations.actions.reaching import Recipient
from escalations.models import (
    Case,
    Decision,
    Escalation,
    Event,
    Mention,
    Notice,
    NoticeState,
    Participant,
    PlanStep,
    Request,
    Step,
    TeamMembership,
    Watcher,
)
from escalations.models.policies import published_procedure
from escalations.rules.audience import IN_APP_ONLY, Role, roles_of
from escalations.rules.events import CaseMerged, CaseOpened, MailBounced
from escalations.rules.groups import group_of
from escalations.rules.leaving import Occasion, leaves_at
from escalations.rules.vocabulary import Channel, Move, NoticeGroup

COLUMNS = (
    *("uid", "event_id", "case_id", "recipient", "written_at", "instead_of"),
    *("channel", "state", "next_try_at", "accepted_at", "is_urgent", "is_held"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told of an event, what it is about for them, and the code of whom they stand in for, if any."""

    person: Recipient
    group: NoticeGroup
    instead_of: str = ""


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
    mentioned: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    leads: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    agents: dict[int, Recipient] = field(default_factory=dict)
    deputies: dict[int, Recipient] = field(default_factory=dict)

    def told(self, event: Event) -> Iterable[Told]:
        """Everybody who is told of this, once each; whoever did it knows already, but gets a receipt for a new case.

        Whoever a mail came back from is not told of it by the same way.
        """
        people: dict[str, Recipient] = {}
        roles: dict[str, list[Role]] = defaultdict(list)
        for role in roles_of(event.kind, event.data):
            for person in self._of(role, event):
                people[person.code] = person
                roles[person.code].append(role)
        found = {code: Told(person, group_of(event.kind, roles[code])) for code, person in people.items()}
        if event.kind != CaseOpened.kind:
            found.pop(event.actor, None)
        if event.kind == MailBounced.kind:
            found.pop(str(event.data["person"]), None)
        self._add_deputies(found, event.actor)
        return found.values()

    def _add_deputies(self, found: dict[str, Told], actor: str) -> None:
        """Who stands in for somebody who is away hears it too, but not twice and not of what they did themselves."""
        for told in list(found.values()):
            deputy = self.deputies.get(told.person.agent_id or 0)
            if deputy is None or deputy.code == actor:
                continue
            known = found.get(deputy.code)
            if known is None or (told.group is NoticeGroup.ASKED and known.group is not NoticeGroup.ASKED):
                found[deputy.code] = Told(deputy, told.group, told.person.code)

    def ways(self, told: Told) -> Iterable[Channel]:
        """The channels beside the inbox; what goes out to a deputy does not go out to who is away."""
        return () if told.person.agent_id in self.deputies else told.person.ways(told.group)

    def _of(self, role: Role, event: Event) -> list[Recipient]:
        match role:
            case Role.CUSTOMER:
                return self.followers[event.case_id]
            case Role.OWNER:
                return self._agent(event.case.owner_id)
            case Role.LEADS:
                return self._agents(self.leads[event.case.team_id])
            case Role.WATCHERS | Role.ASKER | Role.PLANNED | Role.MENTIONED:
                return self._agents(self._several(role, event))
            case Role.REQUESTED:
                return self._agents(lead for team in self.requested[event.pk] for lead in self.leads[team])
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
            Role.MENTIONED: self.mentioned[event.pk],
        }[role]

    def everybody(self) -> set[int]:
        """The agents who have any role here."""
        ones = (self.accountable, self.persons, self.senders, self.asked, self.managers)
        several = (self.watchers, self.askers, self.planned, self.mentioned, self.leads)
        many = {agent for found in several for agents in found.values() for agent in agents}
        return many.union(*(found.values() for found in ones))

    def _agents(self, agent_ids: Iterable[int]) -> list[Recipient]:
        return [person for agent in agent_ids for person in self._agent(agent)]

    def _agent(self, agent_id: int | None) -> list[Recipient]:
        return [self.agents[agent_id]] if agent_id in self.agents else []


def write(events: Sequence[Event]) -> None:
    """The notices of these events, in a number of statements that does not depend on how many events there are."""
    if not events:
        return
    people = _people_of(events)
    told = ((event, one) for event in events for one in people.told(event))
    found = [row for event, one in told for row in _rows(event, one, people.ways(one))]
    if rows.insert(Notice, COLUMNS, found + endpoints.rows_for(events)):
        folding.together(events)


def _rows(event: Event, told: Told, ways: Iterable[Channel]) -> Iterable[tuple[Any, ...]]:
    """The inbox has it at once; mail and chat wait for the next round of delivery, or until they may leave."""
    at, person = event.recorded_at, told.person
    common = (event.pk, event.case_id, person.code, at, told.instead_of)
    urgent = _is_urgent(event, told)
    if person.has_inbox:
        yield new_uid(), *common, Channel.IN_APP.value, NoticeState.ACCEPTED.value, None, at, urgent, False
    for channel in () if event.kind in IN_APP_ONLY else ways:
        leaves = _leaves_at(event, told, urgent)
        waits = leaves > at
        yield new_uid(), *common, channel.value, NoticeState.WAITING.value, leaves, None, urgent, waits


def _is_urgent(event: Event, told: Told) -> bool:
    """Whether the policy of the case lets this reach a colleague whatever the hours; customers are never held up."""
    if told.person.wishes is None:
        return False
    case = event.case
    procedure = published_procedure(case.policy_version_id)
    return procedure.is_urgent(told.group, severity=case.severity, level=case.level)


def _leaves_at(event: Event, told: Told, urgent: bool) -> datetime:
    """When it may leave: what customers are told answers them, or was promised for an hour, and waits for nothing."""
    at, case, wishes = event.recorded_at, event.case, told.person.wishes
    if wishes is None:
        return at
    procedure = published_procedure(case.policy_version_id)
    hours = procedure.rung(case.level).schedule if procedure.has_level(case.level) else None
    return leaves_at(Occasion(at, hours, urgent, told.group is NoticeGroup.ASKED), wishes)


def _people_of(events: Sequence[Event]) -> People:
    """Who is around these cases, as far as any of these is told to them."""
    wanted = {role for event in events for role in roles_of(event.kind, event.data)}
    if Role.KEEPER in wanted:
        wanted |= {Role.ACCOUNTABLE, Role.OWNER, Role.LEADS}
    case_ids, at = {event.case_id for event in events}, max(event.recorded_at for event in events)
    people = People()
    if Role.CUSTOMER in wanted:
        _add_followers(people, case_ids, at)
    ended = [str(event.data["escalation"]) for event in events if event.kind == CaseMerged.kind]
    _add_roles(people, case_ids, wanted, ended)
    teams = {event.case.team_id for event in events}
    if wanted & {Role.REQUESTED, Role.ASKER}:
        _add_requested(people, events)
        teams |= {team for found in people.requested.values() for team in found}
    if Role.PLANNED in wanted:
        _add_planned(people, events)
    if Role.MENTIONED in wanted:
        _add_mentioned(people, events)
    if wanted & {Role.LEADS, Role.REQUESTED}:
        _add_leads(people, teams)
    owners = {e.case.owner_id for e in events if e.case.owner_id and Role.OWNER in wanted}
    if agents := owners | people.everybody():
        found = reaching.colleagues(reaching.agents(agents), at)
        people.agents = reaching.by_agent(found)
        people.deputies = reaching.deputies(found, at)
    return people


def _add_roles(people: People, case_ids: set[int], wanted: set[Role], ended: list[str]) -> None:
    """The agents around the open escalations of these cases, and those that ended with what is told here.

    A statement for each role that is wanted.
    """
    open_ones = Escalation.objects.open().filter(case_id__in=case_ids)
    if Role.ACCOUNTABLE in wanted:
        answering = Escalation.objects.open() | Escalation.objects.filter(uid__in=ended)
        found = answering.filter(case_id__in=case_ids)
        people.accountable = dict(found.values_list("case_id", "accountable_id"))
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


def _add_mentioned(people: People, events: Sequence[Event]) -> None:
    """Whoever these notes name; no statement where they name nobody."""
    by_message = {str(event.data["message"]): event.pk for event in events if event.data.get("mentioned")}
    if by_message:
        found = Mention.objects.filter(message__uid__in=by_message)
        for uid, agent_id in found.values_list("message__uid", "agent_id"):
            people.mentioned[by_message[uid]].append(agent_id)


def _add_followers(people: People, case_ids: set[int], at: datetime) -> None:
    """Those who follow these cases, with mail where any address of theirs is alive."""
    addresses = ContactAddress.objects.annotate(is_dead=reaching.is_dead("email"))
    found = _followers(case_ids, at).annotate(is_dead=reaching.is_dead("contact__user__email"))
    for row in found.prefetch_related(Prefetch("contact__addresses", addresses)):
        contact = row.contact
        inbox = bool(contact.user and contact.user.is_active)
        known = [address.is_dead for address in contact.addresses.all()]
        reachable = not all(known) if known else inbox and not row.is_dead
        people.followers[row.case_id].append(Recipient(contact.code, inbox, reachable))


def _followers(case_ids: set[int], at: datetime) -> QuerySet[Any]:
    """Participants who still belong to the organization of their case: nobody is written to after leaving it."""
    belongs = Membership.objects.current(at.date()).filter(
        contact=OuterRef("contact"), organization=OuterRef("case__organization")
    )
    found = Participant.objects.filter(Q(case__organization=None) | Exists(belongs), case_id__in=case_ids)
    return found.select_related("contact__user")


def _add_leads(people: People, team_ids: set[int]) -> None:
    """The active leads of each team, or all its active members when it has no lead."""
    members: dict[int, list[tuple[bool, int]]] = defaultdict(list)
    found = TeamMembership.objects.filter(team_id__in=team_ids, agent__is_active=True, agent__user__is_active=True)
    for team_id, is_lead, agent_id in found.values_list("team_id", "is_lead", "agent_id"):
        members[team_id].append((is_lead, agent_id))
    for team_id, team in members.items():
        leading = [agent_id for is_lead, agent_id in team if is_lead]
        people.leads[team_id] = leading or [agent_id for _lead, agent_id in team]
