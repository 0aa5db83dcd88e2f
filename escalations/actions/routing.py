"""Turns a level into the one person who gets it."""

from __future__ import annotations

from django.db.models import Count, Q

from customers.refusal import Refused
from escalations.models import Agent, TeamMembership, words
from escalations.rules import routing
from escalations.rules.vocabulary import OPEN_ESCALATION

_OPEN = Q(accountable_for__state__in=[state.value for state in OPEN_ESCALATION])


def person_for(
    team_id: int, *, last_resort_id: int | None, but_not: int | None = None
) -> tuple[Agent, routing.Because] | None:
    """Who answers for work of this team now; None when nobody is active, not even the last resort."""
    members = TeamMembership.objects.filter(team_id=team_id).values_list("agent_id", "is_lead")
    leads = {agent_id for agent_id, is_lead in members if is_lead}
    ids = {agent_id for agent_id, _lead in members}
    rows = Agent.objects.filter(pk__in=ids | {last_resort_id}).select_related("user")
    agents = {row.pk: row for row in rows.annotate(load=Count("accountable_for", filter=_OPEN))}
    people = {pk: routing.Person(pk, row.works, is_lead=pk in leads, load=row.load) for pk, row in agents.items()}
    last = people.get(last_resort_id) if last_resort_id else None
    choice = routing.choose((people[pk] for pk in ids), last, but_not=but_not)
    return (agents[choice.agent_id], choice.because) if choice else None


def must_find(team_id: int, *, last_resort_id: int | None, but_not: int | None = None) -> tuple[Agent, routing.Because]:
    """As `person_for`. Raises Refused when nobody is there."""
    found = person_for(team_id, last_resort_id=last_resort_id, but_not=but_not)
    if found is None:
        raise Refused("level", "nobody_there", words.REMEDIES["nobody_there"])
    return found
