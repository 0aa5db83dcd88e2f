"""Names for what a procedure refers to by number, and what its reader is to it: one statement for all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from customers.models import SupportPlan
from escalations.models import AccountEscalation, Agent, CalendarVersion, Policy, Skill, Team, TeamMembership, Topic
from escalations.rules.procedure import Procedure

Query = tuple[str, QuerySet[Any], str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """What numbers and short names are called.

    `leads` are the leads of each team; `scope_plans` and `scope_topics` narrow the cases of the policy; `led` are the
    teams that the reader leads, `led_people` who works in them, `has_accounts` says that the reader manages an open
    account escalation.
    """

    teams: dict[int, str]
    leads: dict[int, list[str]]
    people: dict[int, str]
    calendars: dict[int, str]
    plans: dict[str, str]
    skills: dict[str, str]
    scope_plans: list[str]
    scope_topics: list[str]
    led: frozenset[int]
    led_people: frozenset[int]
    has_accounts: bool


def names_in(procedure: Procedure, policy: Policy, agent_id: int | None) -> Names:
    """Everything this procedure refers to, for this reader; one statement, however long it is."""
    text = CharField(max_length=255)
    rows = [
        # An order of their own would not be allowed within a union.
        query.order_by()
        .annotate(part=Value(part, text), row=Cast(key, text), said=Cast(F(name), text))
        .values_list("part", "row", "said")
        for part, query, key, name in _queries(procedure, policy, agent_id)
    ]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part, key, said in rows[0].union(*rows[1:]):
        found[part].append((key, said))
    return _named(found)


def _queries(procedure: Procedure, policy: Policy, agent_id: int | None) -> Iterator[Query]:
    teams = [rung.team_id for rung in procedure.rungs]
    calendars = [rung.calendar_version_id for rung in procedure.rungs]
    calendars += [target.calendar_version_id for target in procedure.targets if target.calendar_version_id]
    plans = [target.plan for target in procedure.targets if target.plan]
    skills = [trigger.skill for trigger in procedure.triggers if trigger.skill]
    leading = TeamMembership.objects.filter(is_lead=True, agent__is_active=True)
    yield "team", Team.objects.filter(pk__in=teams), "pk", "name"
    yield "lead", leading.filter(team__in=teams), "team_id", "agent__user__name"
    last_resorts = [rung.last_resort_id for rung in procedure.rungs]
    yield "person", Agent.objects.filter(pk__in=last_resorts), "pk", "user__name"
    yield "calendar", CalendarVersion.objects.filter(pk__in=calendars), "pk", "calendar__name"
    yield "plan", SupportPlan.objects.filter(slug__in=plans), "slug", "name"
    yield "skill", Skill.objects.filter(slug__in=skills), "slug", "name"
    yield "scope_plan", SupportPlan.objects.filter(policies=policy), "slug", "name"
    yield "scope_topic", Topic.objects.filter(policies=policy), "slug", "name"
    if agent_id is not None:
        led = leading.filter(agent=agent_id)
        yield "led", led, "team_id", "team_id"
        yield (
            "led_person",
            TeamMembership.objects.filter(team__in=led.order_by().values("team")),
            "agent_id",
            "agent_id",
        )
        yield "account", AccountEscalation.objects.filter(manager=agent_id, closed_at=None), "pk", "pk"


def _named(found: dict[str, list[tuple[str, str]]]) -> Names:
    leads: dict[int, list[str]] = defaultdict(list)
    for team, person in sorted(found["lead"], key=lambda row: row[1]):
        leads[int(team)].append(person)
    return Names(
        teams={int(key): name for key, name in found["team"]},
        leads=leads,
        people={int(key): name for key, name in found["person"]},
        calendars={int(key): name for key, name in found["calendar"]},
        plans=dict(found["plan"]),
        skills=dict(found["skill"]),
        scope_plans=sorted(name for _key, name in found["scope_plan"]),
        scope_topics=sorted(name for _key, name in found["scope_topic"]),
        led=frozenset(int(key) for key, _name in found["led"]),
        led_people=frozenset(int(key) for key, _name in found["led_person"]),
        has_accounts=bool(found["account"]),
    )
