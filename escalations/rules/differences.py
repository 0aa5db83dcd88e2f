"""What is different between two procedures, row by row: pure, and complete.

Rows are told apart by what they are about, so a row that moved is no other row, and a level that got another number is
still the same level.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from escalations.rules.lint import Part
from escalations.rules.procedure import Procedure, Rung, Target, Trigger

Row = Any  # a Rung, Target, Cell, Trigger, Requirement, Communication, Role or Training
Key = Callable[[Row], Hashable]

# Which version it is, not what it says.
IDENTITY = frozenset({"uid", "policy", "version"})


class What(StrEnum):
    """A row came, went, or stands elsewhere among the others; or one of its columns says something else."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. Rows count from 1 within their part; 0 is no row: it came, went, or the version itself is meant.

    `before` and `after` are the whole row as it was and is; None where there is none, and for what a version says
    beside its rows. For a changed one `field` names the column, and `was` and `now` are its values.
    """

    part: Part
    what: What
    was_row: int = 0
    now_row: int = 0
    before: Row = None
    after: Row = None
    field: str = ""
    was: Any = None
    now: Any = None


def _hours(row: Rung | Target) -> tuple[int | None, Any]:
    """The hours of a row: which version of a calendar, and what it says."""
    return row.calendar_version_id, row.terms.schedule if isinstance(row, Target) else row.schedule


def columns(row: Row) -> dict[str, Any]:
    """What a row says, by column. Its place among the others is no column; `hours` are a calendar and its schedule."""
    kept = {item.name: getattr(row, item.name) for item in fields(row)}
    if isinstance(row, Rung | Target):
        del kept["calendar_version_id"]
        kept["hours"] = _hours(row)
    if isinstance(row, Rung):
        del kept["schedule"]
    elif isinstance(row, Target):
        del kept["terms"]
        kept |= {"minutes": row.terms.minutes, "warn_percent": row.terms.warn_percent}
    elif isinstance(row, Trigger):
        del kept["position"]
    return kept


def _same(row: Row) -> Hashable:
    return tuple(columns(row).items())


def _about(*names: str) -> Key:
    return lambda row: tuple(getattr(row, name) for name in names)


# By what a row is known again, the surest first; what nothing matches came or went.
KNOWN_BY: Mapping[Part, Sequence[Key]] = {
    Part.LEVELS: (_same, _about("name", "team_id"), _about("name"), _about("number")),
    Part.TARGETS: (_same, _about("clock", "severity", "level", "plan")),
    Part.CELLS: (_same, _about("impact", "urgency", "tier")),
    Part.TRIGGERS: (_same, _about("condition"), lambda row: row.condition.code),
    Part.ROLES: (_same, _about("stage", "party", "level"), _about("stage", "party")),
    Part.COMMUNICATIONS: (_same, _about("group", "severity", "level"), _about("group")),
    Part.REQUIREMENTS: (_same, _about("document")),
    Part.TRAININGS: (_same, _about("key")),
}
ROWS: Mapping[Part, str] = {
    Part.LEVELS: "rungs",
    **{part: part.value for part in KNOWN_BY if part is not Part.LEVELS},
}


def differences(was: Procedure, now: Procedure) -> list[Change]:
    """Everything that `now` says otherwise than `was`, part by part; empty when both say the same in the same order."""
    found = list(_of_the_version(was, now))
    for part in KNOWN_BY:
        found += _of_rows(part, getattr(was, ROWS[part]), getattr(now, ROWS[part]))
    return found


def _of_the_version(was: Procedure, now: Procedure) -> Iterator[Change]:
    for item in fields(Procedure):
        if item.name in IDENTITY or item.name in ROWS.values():
            continue
        old, new = getattr(was, item.name), getattr(now, item.name)
        if old != new:
            yield Change(Part.VERSION, What.CHANGED, field=item.name, was=old, now=new)


def _of_rows(part: Part, was: Sequence[Row], now: Sequence[Row]) -> Iterator[Change]:
    """What went, then what is there now in its order."""
    pairs = matched(was, now, KNOWN_BY[part])
    gone = sorted(set(range(len(was))) - set(pairs.values()))
    for index in gone:
        yield Change(part, What.REMOVED, was_row=index + 1, before=was[index])
    stay = _in_order([pairs[index] for index in sorted(pairs)])
    for index, row in enumerate(now):
        if index not in pairs:
            yield Change(part, What.ADDED, now_row=index + 1, after=row)
            continue
        old = pairs[index]
        place: dict[str, Any] = {"was_row": old + 1, "now_row": index + 1, "before": was[old], "after": row}
        if old not in stay:
            yield Change(part, What.MOVED, **place)
        before, after = columns(was[old]), columns(row)
        for name in after:
            if before[name] != after[name]:
                yield Change(part, What.CHANGED, **place, field=name, was=before[name], now=after[name])


def matched(was: Sequence[Row], now: Sequence[Row], keys: Sequence[Key]) -> dict[int, int]:
    """Which row of now is which of was, as indexes; rows that one key cannot tell apart are taken in their order."""
    pairs: dict[int, int] = {}
    for key in keys:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for index in sorted(set(range(len(was))) - set(pairs.values()), reverse=True):
            waiting[key(was[index])].append(index)
        for index, row in enumerate(now):
            if index not in pairs and (found := waiting.get(key(row))):
                pairs[index] = found.pop()
    return pairs


def _in_order(numbers: Sequence[int]) -> set[int]:
    """As many of these numbers as rise in the order they are given: the others have moved."""
    tails: list[int] = []  # the smallest end of a rising run of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(tails, number)
        before[number] = tails[length - 1] if length else None
        tails[length : length + 1] = [number]
    kept: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept
