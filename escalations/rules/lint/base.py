"""What the parts of the lint share: problems, people, rows that hide others, and time that comes together."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from escalations.rules.procedure import Rung
from escalations.timing.schedule import Schedule, ScheduleError

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_LIFETIME = timedelta(days=50 * 365)


class Part(StrEnum):
    """The part of a policy version, or of a calendar version, in which something is wrong.

    VERSION are the fields of a policy version itself.
    """

    LEVELS = "levels"
    TARGETS = "targets"
    CELLS = "cells"
    TRIGGERS = "triggers"
    REQUIREMENTS = "requirements"
    COMMUNICATIONS = "communications"
    ROLES = "roles"
    TRAININGS = "trainings"
    VERSION = "version"
    HOURS = "hours"
    SPECIAL_DAYS = "special_days"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `row` counts the rows of its part from 1 (0: the whole part), `field` names the column.

    `code` is stable, `params` are what its sentence names.
    """

    part: Part
    row: int
    field: str
    code: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


Stretch = tuple[datetime, datetime]

# These ask for more people than there are. What a program writes takes whom it finds; its page says what is missing.
ASKS_FOR_PEOPLE = frozenset({"alone_around_the_clock", "nobody_on_duty", "nobody_new_above"})


@dataclass(frozen=True, slots=True)
class People:
    """Who works where today: active members by team, the agents who are active, and the manager of each who has one.

    `unattended` has the teams with a rota for levels that never close: when nobody who works here is on duty by it, in
    the time that is looked ahead.
    """

    members: Mapping[int, frozenset[int]] = dataclasses.field(default_factory=dict)
    active: frozenset[int] = frozenset()
    managers: Mapping[int, int] = dataclasses.field(default_factory=dict)
    unattended: Mapping[int, Sequence[Stretch]] = dataclasses.field(default_factory=dict)

    def of_team(self, rung: Rung) -> frozenset[int]:
        """The active members of the team of a level."""
        return self.members.get(rung.team_id, frozenset())

    def reached(self, rung: Rung) -> frozenset[int]:
        """Everybody who can be asked at a level: its members and its last resort."""
        return self.of_team(rung) | (self.active & {rung.last_resort_id})


def comes_in_a_lifetime(schedule: Schedule, minutes: float) -> bool:
    """Whether so much working time comes together at all; a search for it gives up after a hundred years."""
    try:
        return schedule.add_working_time(_SOME_DAY, minutes) - _SOME_DAY < _LIFETIME
    except ScheduleError:
        return False


Row = TypeVar("Row")
RowDown = TypeVar("RowDown", contravariant=True)


class Hides(Protocol[RowDown]):
    """Whether an earlier row leaves nothing for a later one."""

    def __call__(self, upper: RowDown, lower: RowDown, /) -> bool: ...


def hidden(part: Part, column: str, rows: Sequence[Row], hides: Hides[Row]) -> Iterator[Problem]:
    """Rows that are never taken, because an earlier one takes all that they would."""
    for index, lower in enumerate(rows):
        for earlier, upper in enumerate(rows[:index]):
            if hides(upper, lower):
                yield Problem(part, index + 1, column, "hidden_row", {"by": earlier + 1})
                break
