"""The matrix as a picture: what becomes of every impact and urgency, tier by tier, as the procedure itself answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from customers.models import Tier
from escalations.models import words
from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import Impact, Urgency


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case lands: `position` is the row of the matrix that decided, None where no row matches."""

    impact: Impact
    urgency: Urgency
    position: int | None
    severity: int | None
    level: int | None

    @property
    def lands(self) -> tuple[int | None, int | None]:
        return self.severity, self.level


@dataclass(frozen=True, slots=True)
class Line:
    """One impact with its places, urgency by urgency."""

    words: Any
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Grid:
    """The picture of the tiers for which it is the same."""

    tiers: list[str]
    urgencies: list[Any]
    lines: list[Line]

    @property
    def names(self) -> str:
        return ", ".join(str(Tier(tier).label) for tier in self.tiers)


def grids(procedure: Procedure) -> list[Grid]:
    """One picture a tier; tiers whose cases land alike share one."""
    found: list[Grid] = []
    for tier in Tier.values:
        lines = [
            Line(words.IMPACTS[impact], [_place(procedure, impact, u, tier) for u in Urgency]) for impact in Impact
        ]
        alike = next((grid for grid in found if _landing(grid.lines) == _landing(lines)), None)
        if alike:
            alike.tiers.append(tier)
        else:
            found.append(Grid([tier], [words.URGENCIES[urgency] for urgency in Urgency], lines))
    return found


def _place(procedure: Procedure, impact: Impact, urgency: Urgency, tier: str) -> Place:
    try:
        position, cell = procedure.place(impact, urgency, tier)
    except LookupError:
        return Place(impact, urgency, None, None, None)
    return Place(impact, urgency, position, cell.severity, cell.level)


def _landing(lines: list[Line]) -> list[tuple[int | None, int | None]]:
    return [place.lands for line in lines for place in line.places]
