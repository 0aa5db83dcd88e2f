"""The ladder of one case: where it stands, and what happens next by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalations.models import Team, words
from escalations.rules import ladder
from escalations.rules.procedure import Procedure, Trigger
from escalations.rules.tracks import Track
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState, Reading


@dataclass(frozen=True, slots=True)
class RungFace:
    """One level as it is drawn; `place` is below, here, next or above."""

    number: int
    name: str
    meaning: str
    team: str
    public_team: str
    place: str
    was_visited: bool
    joins_at: datetime | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A trigger of the procedure against the facts: met, nearly or not, and whether it climbs by itself."""

    name: Any
    state: str
    percent: int
    acts: bool


def rung_faces(
    procedure: Procedure, teams: dict[int, Team], level: int, visited: set[int], joins: ladder.Forecast | None
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


def criteria(procedure: Procedure, readings: list[tuple[Track, Reading]]) -> list[Criterion]:
    """Every trigger with how near it is."""
    live = {track.kind: reading for track, reading in readings if reading.state is ClockState.RUNNING}
    return [_criterion(trigger, live) for trigger in procedure.triggers]


def _criterion(trigger: Trigger, live: dict[ClockKind, Reading]) -> Criterion:
    clock = trigger.condition.clock
    reading = live.get(clock)
    percent = min(round(100 * reading.elapsed_minutes / reading.terms.minutes), 100) if reading else 0
    state = "not"
    if reading:
        state = "met" if reading.breached_at else "nearly" if percent >= reading.terms.warn_percent else "not"
    return Criterion(words.CLOCKS[clock], state, percent, trigger.effect == "act")
