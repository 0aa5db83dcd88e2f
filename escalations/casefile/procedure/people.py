"""Whom I lead, and which training texts each of them has confirmed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from escalations.models import Agent, Team, TeamMembership
from escalations.models.knowing import Need, needs, versions_in_force
from escalations.rules.procedure import Training
from escalations.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What one person has of one text; all empty where it does not concern them."""

    need: Need | None
    is_met: bool = False
    ends_soon: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One person with a cell for each text."""

    agent: Agent
    cells: list[Confirmed]

    @property
    def lacks(self) -> int:
        return sum(1 for cell in self.cells if cell.need and not cell.is_met)


@dataclass(frozen=True, slots=True)
class Table:
    """People × texts."""

    texts: list[Training]
    people: list[Person]

    @property
    def lacking(self) -> list[Person]:
        return [person for person in self.people if person.lacks]


def teams_led(standing: Standing) -> QuerySet[Team]:
    """The teams this person leads."""
    return Team.objects.filter(memberships__agent=standing.agent_id, memberships__is_lead=True)


def table(teams: QuerySet[Team], at: datetime) -> Table:
    """The people of these teams and what each must know by all their teams; three statements."""
    people = Agent.objects.filter(memberships__team__in=teams.order_by().values("pk"))
    members = TeamMembership.objects.filter(agent__in=people.order_by().values("pk"))
    of_person: dict[Agent, dict[str, Need]] = defaultdict(dict)
    texts: dict[str, Training] = {}
    for need in needs(members, versions_in_force()):
        texts.setdefault(need.training.digest, need.training)
        of_person[need.agent][need.training.digest] = need
    return Table(
        texts=list(texts.values()),
        people=[
            Person(agent, [_cell(found.get(digest), at) for digest in texts]) for agent, found in of_person.items()
        ],
    )


def _cell(need: Need | None, at: datetime) -> Confirmed:
    return Confirmed(need, need.is_met(at), need.ends_soon(at)) if need else Confirmed(None)
