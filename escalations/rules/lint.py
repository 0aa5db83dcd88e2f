"""What is wrong with a procedure before anybody works by it: pure, so that a draft can be asked at any time."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from escalations.rules.conditions.of_clocks import ClockBreached
from escalations.rules.procedure import Cell, Procedure, Rung, Target, Trigger
from escalations.rules.vocabulary import ClockKind, Severity
from escalations.timing.schedule import ScheduleError
from escalations.timing.stopwatch import Terms

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_LIFETIME = timedelta(days=50 * 365)

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)

PROMISED = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.ACKNOWLEDGEMENT,
    ClockKind.TRIAGE,
    ClockKind.NEXT_UPDATE,
    ClockKind.RESOLUTION,
)


class Part(StrEnum):
    """The part of a policy version, or of a calendar version, in which something is wrong."""

    LEVELS = "levels"
    TARGETS = "targets"
    CELLS = "cells"
    TRIGGERS = "triggers"
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


@dataclass(frozen=True, slots=True)
class People:
    """Who works where today: active members by team, and the agents who are active."""

    members: Mapping[int, int] = dataclasses.field(default_factory=dict)
    active: frozenset[int] = frozenset()


def lint(procedure: Procedure, people: People) -> list[Problem]:
    """Everything that is wrong, in the order an administrator reads the version; empty when it may be published."""
    return [
        *_levels(procedure.rungs, people),
        *_targets(procedure),
        *_cells(procedure),
        *_triggers(procedure),
    ]


# -- levels ------------------------------------------------------------------------------------------------------------


def _levels(rungs: Sequence[Rung], people: People) -> Iterator[Problem]:
    if not rungs:
        yield Problem(Part.LEVELS, 0, "number", "no_level")
    for row, rung in enumerate(rungs, start=1):
        if rung.number != row:
            yield Problem(Part.LEVELS, row, "number", "level_gap", {"number": rung.number, "expected": row})
        if not people.members.get(rung.team_id):
            yield Problem(Part.LEVELS, row, "team", "nobody_in_team", {"level": rung.number})
        if rung.last_resort_id not in people.active:
            yield Problem(Part.LEVELS, row, "last_resort", "last_resort_left", {"level": rung.number})


# -- targets -----------------------------------------------------------------------------------------------------------


def _targets(procedure: Procedure) -> Iterator[Problem]:
    for row, target in enumerate(procedure.targets, start=1):
        if target.level is not None and not procedure.has_level(target.level):
            yield Problem(Part.TARGETS, row, "level", "unknown_level", {"level": target.level})
        if not _comes_in_a_lifetime(target.terms):
            yield Problem(Part.TARGETS, row, "minutes", "out_of_reach", {"minutes": target.terms.minutes})
    for clock in PROMISED:
        if not any(_takes_all(target, clock) for target in procedure.targets):
            yield Problem(Part.TARGETS, 0, "clock", "no_target_for_all", {"clock": clock})
    yield from _hidden(Part.TARGETS, "clock", procedure.targets, _hides_target)
    yield from _too_long(procedure)


def _comes_in_a_lifetime(terms: Terms) -> bool:
    """Whether the working time of a target comes together at all; a search for it gives up after a hundred years."""
    try:
        return terms.schedule.add_working_time(_SOME_DAY, terms.minutes) - _SOME_DAY < _LIFETIME
    except ScheduleError:
        return False


def _takes_all(target: Target, clock: ClockKind) -> bool:
    return target.clock == clock and target.severity is None and target.level is None and target.plan is None


def _hides_target(upper: Target, lower: Target) -> bool:
    return (
        upper.clock == lower.clock
        and upper.severity in (None, lower.severity)
        and upper.level in (None, lower.level)
        and upper.plan in (None, lower.plan)
    )


def _too_long(procedure: Procedure) -> Iterator[Problem]:
    """Acknowledgement and triage must be due before the procedure may climb further; at the top it cannot."""
    seen: set[int] = set()
    for rung in procedure.rungs:
        if procedure.next_rung(rung.number) is None:
            continue
        for row in sorted(_rows_used(procedure, rung.number) - seen):
            minutes = procedure.targets[row - 1].terms.minutes
            if minutes > rung.dwell_minutes:
                seen.add(row)
                params = {"minutes": minutes, "level": rung.number, "dwell": rung.dwell_minutes}
                yield Problem(Part.TARGETS, row, "minutes", "longer_than_dwell", params)


def _rows_used(procedure: Procedure, level: int) -> set[int]:
    """The target rows (from 1) that acknowledgement and triage may take at this level."""
    plans = {None, *(target.plan for target in procedure.targets)}
    found: set[int] = set()
    for clock in (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE):
        for severity in Severity:
            for plan in plans:
                target = procedure.target(clock, severity=severity, level=level, plan=plan)
                if target:
                    found.add(procedure.targets.index(target) + 1)
    return found


# -- matrix ------------------------------------------------------------------------------------------------------------


def _cells(procedure: Procedure) -> Iterator[Problem]:
    cells = procedure.cells
    if not cells:
        yield Problem(Part.CELLS, 0, "severity", "no_matrix")
    elif not _places_all(cells[-1]):
        yield Problem(Part.CELLS, len(cells), "impact", "no_last_row")
    for row, cell in enumerate(cells, start=1):
        if procedure.rungs and not procedure.has_level(cell.level):
            yield Problem(Part.CELLS, row, "level", "unknown_level", {"level": cell.level})
    yield from _hidden(Part.CELLS, "impact", cells, _hides_cell)


def _places_all(cell: Cell) -> bool:
    return cell.impact is None and cell.urgency is None and cell.tier is None


def _hides_cell(upper: Cell, lower: Cell) -> bool:
    return (
        upper.impact in (None, lower.impact)
        and upper.urgency in (None, lower.urgency)
        and upper.tier in (None, lower.tier)
    )


# -- triggers ----------------------------------------------------------------------------------------------------------


def _triggers(procedure: Procedure) -> Iterator[Problem]:
    promised = {target.clock for target in procedure.targets}
    for row, trigger in enumerate(procedure.triggers, start=1):
        condition = trigger.condition
        if isinstance(condition, ClockBreached) and condition.clock not in promised:
            yield Problem(Part.TRIGGERS, row, "parameters", "never_fires", {"clock": condition.clock})
    yield from _hidden(Part.TRIGGERS, "condition", procedure.triggers, _hides_trigger)


def _hides_trigger(upper: Trigger, lower: Trigger) -> bool:
    return upper.condition == lower.condition and upper.effect == lower.effect


# -- any ordered rows --------------------------------------------------------------------------------------------------

Row = TypeVar("Row")
RowDown = TypeVar("RowDown", contravariant=True)


class Hides(Protocol[RowDown]):
    """Whether an earlier row leaves nothing for a later one."""

    def __call__(self, upper: RowDown, lower: RowDown, /) -> bool: ...


def _hidden(part: Part, column: str, rows: Sequence[Row], hides: Hides[Row]) -> Iterator[Problem]:
    """Rows that are never taken, because an earlier one takes all that they would."""
    for index, lower in enumerate(rows):
        for earlier, upper in enumerate(rows[:index]):
            if hides(upper, lower):
                yield Problem(part, index + 1, column, "hidden_row", {"by": earlier + 1})
                break


# -- calendars ---------------------------------------------------------------------------------------------------------


def lint_hours(
    week: Sequence[tuple[int, int, int]], days: Sequence[tuple[date, int | None, int | None, bool]]
) -> list[Problem]:
    """What is wrong with the rows of a calendar, in their order.

    `week` has (weekday, opens, closes), `days` (date, opens, closes, is it observed); a day without times is closed.
    """
    hours = [(row, *window) for row, window in enumerate(week, start=1)]
    observed = [(row, day, opens, closes) for row, (day, opens, closes, seen) in enumerate(days, start=1) if seen]
    return [
        *([] if week else [Problem(Part.HOURS, 0, "opens", "never_open")]),
        *_overlaps(Part.HOURS, hours),
        *_overlaps(Part.SPECIAL_DAYS, observed),
        *_closed_years({weekday for weekday, _opens, _closes in week}, observed),
    ]


def _closed_years(weekdays: Set[int], days: Sequence[tuple[int, date, int | None, int | None]]) -> Iterator[Problem]:
    """Years in which holidays leave nothing open: whoever waits for working time would wait as long."""
    special = {day for _row, day, opens, _closes in days if opens is not None}
    closed = {day: row for row, day, opens, _closes in days if opens is None}

    def is_open(day: date) -> bool:
        return day in special or (day.weekday() in weekdays and day not in closed)

    last = date.min
    for day in sorted(closed.keys() - special if weekdays else ()):
        if day > last:
            first, last = _reach(day, -_DAY, is_open), _reach(day, _DAY, is_open)
            if last - first + _DAY >= _YEAR:
                params = {"first": first, "last": last}
                yield Problem(Part.SPECIAL_DAYS, closed[day], "date", "never_open_for_a_year", params)


def _reach(day: date, step: timedelta, is_open: Callable[[date], bool]) -> date:
    """The last day before one that is open, or before the end of all dates."""
    while date.min < day < date.max and not is_open(day + step):
        day += step
    return day


def _overlaps(part: Part, rows: Sequence[tuple[int, object, int | None, int | None]]) -> Iterator[Problem]:
    """Two rows of one day that contradict each other or count the same time twice."""
    earlier: dict[object, list[tuple[int, int | None, int | None]]] = defaultdict(list)
    for row, day, opens, closes in rows:
        for by, begins, ends in earlier[day]:
            if opens is None or closes is None or begins is None or ends is None:
                yield Problem(part, row, "opens", "closed_and_open", {"by": by})
            elif opens < ends and begins < closes:
                yield Problem(part, row, "opens", "overlap", {"by": by})
        earlier[day].append((row, opens, closes))
