"""What is wrong with the rows of a calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date, timedelta

from escalations.rules.lint.base import Part, Problem

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)


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
