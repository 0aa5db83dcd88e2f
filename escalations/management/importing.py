"""A log from file to database: surveyed once for what it names, then imported case by case."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from customers.refusal import Refused
from escalations.actions import history, imports
from escalations.management.logs import REMEDIES, Format, Group, Rejected, columns, groups, shown

REPORTED = ("line", "column", "value", "remedy")
PROGRESS_EVERY = 250

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Summary:
    """What became of a file. `rejected` counts lines, the others cases."""

    imported: int = 0
    here_before: int = 0
    held_back: int = 0
    rejected: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.imported or self.here_before)


@dataclass(slots=True)
class Survey:
    """What a first look at a file found: the names in its good cases, how many cases, and those that are torn apart."""

    names: imports.Names
    cases: int
    split: set[str]


@dataclass(slots=True)
class Collected:
    """The names of a file, as they are met."""

    teams: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    organizations: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)

    def take(self, record: history.Record) -> None:
        self.organizations.add(record.organization)
        for entry in record.entries:
            self.teams.add(entry.team)
            self.agents.add(entry.agent)
            self.reasons.add(entry.reason)

    def names(self) -> imports.Names:
        return imports.Names(*(frozenset(found) for found in self._all()))

    def _all(self) -> Iterable[set[str]]:
        return self.teams, self.agents, self.organizations, self.reasons


def survey(path: Path, wanted: Format, at: datetime) -> Survey:
    """Reads the whole file once. Raises Unreadable."""
    collected, seen, split = Collected(), set[str](), set[str]()
    for group in groups(path, wanted, at):
        if group.case in seen:
            split.add(group.case)
        seen.add(group.case)
        if group.record:
            collected.take(group.record)
    return Survey(collected.names(), len(seen), split - {""})


def import_file(path: Path, wanted: Format, *, source: str, rejected: Path, at: datetime, tell: Tell) -> Summary:
    """Imports every good case of a file and writes the others to `rejected`, which is made only when it is needed.

    Raises Unreadable when the file cannot be read at all, Refused when Belay is not ready for an import.
    """
    found = survey(path, wanted, at)
    known = imports.prepare(source=source, names=found.names, at=at) if found.names.teams else None
    summary = Summary()
    with Bin(rejected, columns(path, wanted)) as bin_:
        for number, group in enumerate(groups(path, wanted, at), start=1):
            if group.case in found.split:
                group.hold_back("", "", str(REMEDIES["split"]))
            if group.record and known:
                _import(group, source, known, at, summary)
            if group.rejected:
                summary.held_back += bool(group.case)
                summary.rejected += len(group.rejected)
                bin_.throw(group.rejected)
            if number % PROGRESS_EVERY == 0:
                tell(number, found.cases)
    return summary


def _import(group: Group, source: str, known: imports.Known, at: datetime, summary: Summary) -> None:
    if group.record is None:
        return
    try:
        case = history.import_case(source=source, record=group.record, known=known, at=at)
    except Refused as refused:
        group.hold_back(refused.field, "", str(refused.remedy))
        return
    summary.imported += case is not None
    summary.here_before += case is None


class Sheet(Protocol):
    """What `csv.writer` gives."""

    def writerow(self, row: Iterable[Any], /) -> Any: ...


class Bin(ExitStack):
    """The rejected file: the columns of the log, then where, what and how to mend it. Belay reads it again as it is."""

    def __init__(self, path: Path, names: list[str]) -> None:
        super().__init__()
        self.path, self.names = path, [name for name in names if name not in REPORTED]
        self.places = [place for place, name in enumerate(names) if name not in REPORTED]
        self.sheet: Sheet | None = None

    def throw(self, rejected: Iterable[Rejected]) -> None:
        if self.sheet is None:
            # Bytes that are not UTF-8 go out as they came in.
            file = self.path.open("w", encoding="utf-8", errors="surrogateescape", newline="")
            self.sheet = csv.writer(self.enter_context(file))
            self.sheet.writerow([*self.names, *REPORTED])
        for one in rejected:
            values = [one.line.raw[place] if place < len(one.line.raw) else "" for place in self.places]
            self.sheet.writerow([*values, one.line.number, one.column, shown(one.value), one.remedy])
