"""Turns what a step asks for into the one person who gets it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q

from customers.refusal import Refused
from escalations.models import Absence, Agent, Rota, TeamMembership, words
from escalations.models.positions import limits_of
from escalations.models.standings import with_rights
from escalations.rules import routing
from escalations.rules.procedure import Procedure, Rung
from escalations.rules.roles import enough
from escalations.rules.routing import Because, Wanted
from escalations.rules.standing import Right
from escalations.rules.vocabulary import OPEN_ESCALATION
from escalations.timing.rotation import on_duty

_OPEN = Q(accountable_for__state__in=[state.value for state in OPEN_ESCALATION])


@dataclass(frozen=True, slots=True)
class Found:
    """Who gets it and why; `instead_of` is away, `passed_over` are codes such as user:…:away.

    `is_entitled` is False where the role of this person does not let them take it, and nobody else was there.
    """

    person: Agent
    because: str
    instead_of: Agent | None = None
    passed_over: tuple[str, ...] = ()
    is_entitled: bool = True


def find(
    rung: Rung, procedure: Procedure, at: datetime, *, team_id: int | None = None, wanted: Wanted | None = None
) -> Found | None:
    """Who gets work of this level now (or of another team at it); None when not even the last resort works here."""
    team = team_id or rung.team_id
    wanted = wanted or Wanted()
    agents, people = _people(procedure, team, wanted, at, needed(procedure, rung, wanted))
    members = _members(team)
    choice = routing.choose(people, members, wanted, rung.last_resort_id)
    if choice is None:
        return None
    return Found(
        person=agents[choice.agent_id],
        because=choice.because.value,
        instead_of=agents[choice.instead_of] if choice.instead_of else None,
        passed_over=tuple(f"{agents[pk].code}:{why}" for pk, why in choice.passed_over),
        is_entitled=choice.is_entitled,
    )


def needed(procedure: Procedure, rung: Rung, wanted: Wanted) -> frozenset[Right]:
    """The rights without which somebody could do nothing with what they get at this level."""
    lowest = all(rung.number <= other.number for other in procedure.rungs)
    receive = enough(Right.RECEIVE, lowest=lowest)
    return frozenset({receive, Right.DECIDE} if wanted.decides else {receive})


def must_find(
    rung: Rung, procedure: Procedure, at: datetime, *, team_id: int | None = None, wanted: Wanted | None = None
) -> Found:
    """As `find`. Raises Refused when nobody is there."""
    found = find(rung, procedure, at, team_id=team_id, wanted=wanted)
    if found is None:
        raise Refused("level", "nobody_there", words.REMEDIES["nobody_there"])
    return found


def expert(
    rung: Rung, procedure: Procedure, skill: str, at: datetime, *, but_not: Collection[int], level: int
) -> Found | None:
    """Somebody of any team who has this skill, those of `rung` first, to help at this level; None for nobody."""
    wanted = Wanted(skill=skill, but_not=frozenset(but_not))
    rights = needed(procedure, procedure.rung(level), wanted)
    agents, people = _people(procedure, rung.team_id, wanted, at, rights)
    able = {pk for pk, person in people.items() if skill in person.skills}
    members = _members(rung.team_id)
    near = {pk: replace(person, is_lead=pk in members) for pk, person in people.items()}
    choice = routing.choose(near, able, wanted)
    if choice is None:
        return None
    instead = agents[choice.instead_of] if choice.instead_of else None
    return Found(agents[choice.agent_id], choice.because.value, instead, is_entitled=choice.is_entitled)


def present(agent: Agent, at: datetime) -> bool:
    """Whether somebody works here and is not away."""
    return agent.works and not Absence.objects.current(at).filter(agent=agent).exists()


def reachable(agent: Agent, at: datetime, rights: Collection[Right] = ()) -> Found | None:
    """This very person, or the deputy while they are away; None when nobody of the chain is there.

    `is_entitled` says whether the roles of whoever is there give these rights.
    """
    people = {row.pk: row for row in with_rights(rights).select_related("user")}
    known = _bare(people, at)
    choice = routing.choose(known, {agent.pk}, Wanted())
    if choice is None:
        return None
    instead = people[choice.instead_of] if choice.instead_of else None
    because = Because.DEPUTY if instead else Because.CHOSEN
    return Found(people[choice.agent_id], because.value, instead, is_entitled=choice.is_entitled)


def _members(team_id: int) -> set[int]:
    return set(TeamMembership.objects.filter(team_id=team_id).values_list("agent_id", flat=True))


def _bare(agents: dict[int, Agent], at: datetime) -> dict[int, routing.Person]:
    """Who works here and who is away, without what only some questions need."""
    away = dict(Absence.objects.current(at).values_list("agent_id", "deputy_id"))
    return {
        pk: routing.Person(
            pk,
            active=row.works,
            away=pk in away,
            deputy_id=away.get(pk),
            manager_id=row.manager_id,
            is_entitled=getattr(row, "is_entitled", True),
        )
        for pk, row in agents.items()
    }


def _people(
    procedure: Procedure, team_id: int, wanted: Wanted, at: datetime, rights: Collection[Right]
) -> tuple[dict[int, Agent], dict[int, routing.Person]]:
    """Everybody who works or worked here, as routing sees them for work of this team; seven statements at most."""
    rows = with_rights(rights).select_related("user").annotate(load=Count("accountable_for", filter=_OPEN))
    agents: dict[int, Agent] = {row.pk: row for row in rows}
    leads = set(TeamMembership.objects.filter(team_id=team_id, is_lead=True).values_list("agent_id", flat=True))
    able: set[int] = set()
    if wanted.skill:
        able = set(Agent.objects.filter(skills__slug=wanted.skill).values_list("pk", flat=True))
    turn = _on_duty(team_id, at)
    limits = limits_of(rows, procedure) if wanted.amount else {}
    people = {
        pk: replace(
            person,
            is_lead=pk in leads,
            load=getattr(agents[pk], "load", 0),
            skills=frozenset({wanted.skill} if pk in able else ()),
            on_duty=pk == turn,
            limit=limits.get(pk, 0),
        )
        for pk, person in _bare(agents, at).items()
    }
    return agents, people


def _on_duty(team_id: int, at: datetime) -> int | None:
    rota = Rota.objects.select_related("calendar").filter(team_id=team_id).first()
    turn = on_duty(rota.rotation(), at) if rota else None
    return turn.agent if turn else None
