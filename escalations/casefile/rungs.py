"""The ladder of one case: where it stands, and what happens next by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalations.casefile.criteria import counted, told
from escalations.casefile.people import TeamName
from escalations.models import Case, Event
from escalations.models.positions import position
from escalations.rules import events as e
from escalations.rules import ladder
from escalations.rules.procedure import Procedure, Trigger

NEARLY = 75


@dataclass(frozen=True, slots=True)
class RungFace:
    """One level as it is drawn; `place` is below, here, next or above.

    Only staff read when the case left a level, and who jumped over it.
    """

    number: int
    name: str
    meaning: str
    team: str
    public_team: str
    place: str
    was_visited: bool
    joins_at: datetime | None
    left_at: datetime | None = None
    skipped_at: datetime | None = None
    skipped_by: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A trigger of the procedure against the facts: met, nearly or not, and whether it climbs by itself.

    `fact` says what was counted, `met_since` since when it is met, `comes_at` when time alone will make it so.
    """

    name: Any
    state: str
    percent: int
    acts: bool
    fact: str
    met_since: datetime | None
    comes_at: datetime | None
    reason: str
    climb_kind: str


def rung_faces(
    procedure: Procedure, teams: Mapping[int, TeamName], level: int, visited: set[int], joins: ladder.Forecast | None
) -> list[RungFace]:
    """The levels from the top down."""
    following = procedure.next_rung(level)
    faces = []
    for rung in sorted(procedure.rungs, key=lambda item: -item.number):
        team = teams.get(rung.team_id)
        is_next = following is not None and rung.number == following.number
        place = "here" if rung.number == level else "next" if is_next else "above" if rung.number > level else "below"
        faces.append(
            RungFace(
                number=rung.number,
                name=rung.name,
                meaning=rung.meaning,
                team=team.name if team else "",
                public_team=team.public_name if team else "",
                place=place,
                was_visited=rung.number in visited,
                joins_at=joins.at if joins and is_next else None,
            )
        )
    return faces


def criteria(here: ladder.Position) -> list[Criterion]:
    """Every trigger with how near it is, and since when it is met."""
    return [_criterion(trigger, here) for trigger in here.procedure.triggers]


def first_met(case: Case, at: datetime) -> Criterion | None:
    """The first criterion of the procedure that is met by this case now."""
    rows = Event.objects.filter(case=case).order_by("seq")
    lines = [e.Line(row.seq, row.occurred_at, row.typed) for row in rows]
    found = criteria(position(case, lines, at, since=None))
    return next((criterion for criterion in found if criterion.state == "met"), None)


def _criterion(trigger: Trigger, here: ladder.Position) -> Criterion:
    condition, at = trigger.condition, here.facts.at
    progress = condition.progress(here.facts)
    holdings = condition.holdings(here.facts)
    past = [holding.since for holding in holdings if holding.since <= at]
    coming = [holding.since for holding in holdings if holding.since > at]
    state = "met" if past else "nearly" if progress.percent >= NEARLY else "not"
    return Criterion(
        name=told(condition),
        state=state,
        percent=100 if past else min(progress.percent, 99),
        acts=trigger.effect == "act",
        fact=counted(condition, progress),
        met_since=min(past, default=None),
        comes_at=min(coming, default=None) if not past else None,
        reason=condition.reason.value,
        climb_kind=trigger.kind.value,
    )
