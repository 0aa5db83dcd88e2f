"""Logs of the shape of a real one, made from a seed: tickets wander between three lines, wait and come back."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from escalations.actions import imports
from escalations.actions.history import Record
from escalations.actions.telling import GOING_ON, Entry, Status
from escalations.rules.vocabulary import Impact

START = datetime(2025, 1, 7, 8, 0, tzinfo=UTC)
IMPORT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEAMS = {1: ("V30", "G97"), 2: ("V13 2nd 3rd", "V5 2nd"), 3: ("V5 3rd",)}
AGENTS = ("agent-0001", "agent-0002", "agent-0003", "system")
REASONS = ("Wait", "Wait - User", "Wait - Vendor")
ENDED = (Status.RESOLVED, Status.WITHDRAWN, Status.CLOSED)
BPI_WORDS = {
    Status.WORKING: ("Accepted", "In Progress"),
    Status.QUEUED: ("Queued", "Awaiting Assignment"),
    Status.RESOLVED: ("Completed", "Resolved"),
    Status.WITHDRAWN: ("Completed", "Cancelled"),
    Status.CLOSED: ("Completed", "Closed"),
    Status.NOTED: ("Unmatched", "Unmatched"),
}
BPI_COLUMNS = [
    *("case_id", "seq", "at", "status", "sub_status", "team", "support_line", "org_line", "function_div"),
    *("impact", "product", "country", "owner_country", "agent"),
]
BELAY_COLUMNS = ["case", "at", "event", "level", "team", "agent", "organization", "subject", "impact", "reason"]
NAMES = imports.Names(
    frozenset(name for names in TEAMS.values() for name in names),
    frozenset(AGENTS),
    frozenset({"Volt SE", "Volt PL"}),
    frozenset(REASONS),
)


@dataclass
class Clocked:
    """How many clocks the cases of a log have had, and how many times of solving were interrupted by waiting."""

    resolution: int = 0
    waited: int = 0
    ownership: int = 0
    level: int = 0


@dataclass(frozen=True)
class Counted:
    """What a log holds, counted without Belay."""

    highest: dict[int, int]
    up: int
    down: int
    reopened: int
    paused: int
    solved: int
    clocks: Clocked


def record(number: int, dice: random.Random, entries: Iterable[Entry] = ()) -> Record:
    """One case; its entries are thrown unless they are given."""
    organization = dice.choice(sorted(NAMES.organizations))
    return Record(f"1-{number:06}", organization, f"1-{number:06} PROD", Impact.MEDIUM, tuple(entries or thrown(dice)))


def thrown(dice: random.Random) -> list[Entry]:
    """A life of a ticket: mostly worked on, sometimes queued to another line, sometimes waiting, mostly ended."""
    at, level = START + timedelta(hours=dice.randrange(2_000)), dice.choice((1, 1, 1, 1, 2, 3))
    entries = [entry(at, dice.choice((Status.WORKING, Status.QUEUED)), level, dice)]
    for _ in range(dice.randrange(1, 14)):
        at += timedelta(minutes=dice.randrange(5_000))
        level = min(max(level + dice.choice((0, 0, 0, 1, -1)), 1), 3)
        statuses = (Status.WORKING, Status.WORKING, Status.QUEUED, Status.WAITING, Status.RESOLVED, Status.NOTED)
        entries.append(entry(at, dice.choice(statuses), level, dice))
    if dice.random() < 0.9:
        entries.append(entry(at + timedelta(hours=1), dice.choice(ENDED), level, dice))
    return entries


def entry(at: datetime, status: Status, level: int, dice: random.Random) -> Entry:
    reason = dice.choice(REASONS) if status is Status.WAITING else ""
    return Entry(at, status, level, dice.choice(TEAMS[level]), dice.choice(AGENTS), reason)


def log(cases: int, seed: int) -> list[Record]:
    dice = random.Random(seed)
    return [record(number, dice) for number in range(1, cases + 1)]


def count(records: Sequence[Record]) -> Counted:
    """By walking over the entries, pair by pair."""
    highest: dict[int, int] = {}
    up = down = reopened = paused = solved = 0
    for one in records:
        levels = [entry.level for entry in one.entries]
        highest[max(levels)] = highest.get(max(levels), 0) + 1
        up += sum(after > before for before, after in pairwise(levels))
        down += sum(after < before for before, after in pairwise(levels))
        said = [entry.status for entry in one.entries if entry.status is not Status.NOTED]
        reopened += any(b in ENDED and a in GOING_ON for b, a in pairwise(said))
        paused += Status.WAITING in said
        solved += bool(said) and said[-1] in ENDED and _first_end(said) is not Status.WITHDRAWN
    return Counted(dict(sorted(highest.items())), up, down, reopened, paused, solved, count_clocks(records))


def _first_end(said: Sequence[Status]) -> Status:
    """The entry that ended a case for the last time: what follows it without going on changes nothing."""
    place = len(said)
    while place and said[place - 1] in ENDED:
        place -= 1
    return said[place]


def count_clocks(records: Iterable[Record]) -> Clocked:
    """By walking over the entries of each case with nothing but how it stands in hand."""
    total = Clocked()
    for one in records:
        _walk(one.entries, total)
    return total


def _walk(entries: Sequence[Entry], total: Clocked) -> None:
    """A time of solving for the opening and each going on after the end; a time with a team for these and each move.

    A step is a time at a level, and so is going on with an escalation that was not closed.
    """
    ended = climbed = waited = False
    for before, entry in zip([None, *entries], entries, strict=False):
        going_on = ended and entry.status in GOING_ON
        if before is None or going_on:
            total.resolution, total.ownership, waited = total.resolution + 1, total.ownership + 1, False
        total.level += going_on and climbed
        ended = ended and not going_on
        if before and not ended:
            total.level += entry.level > before.level or (entry.level < before.level and climbed)
            total.ownership += entry.team != before.team
            climbed = climbed or entry.level > before.level
        total.waited += entry.status is Status.WAITING and not waited
        waited = waited or entry.status is Status.WAITING
        ended = ended or entry.status in ENDED
        climbed = climbed and entry.status is not Status.CLOSED


def as_bpi(records: Iterable[Record]) -> list[dict[str, str]]:
    """The rows of a log in the columns of the BPI Challenge 2013."""
    rows = []
    for one in records:
        for seq, step in enumerate(one.entries, start=1):
            words = ("Accepted", step.reason) if step.status is Status.WAITING else BPI_WORDS[step.status]
            values = [one.external_id, str(seq), step.at.isoformat(), *words, step.team, str(step.level)]
            values += ["Org line A2", "A2_4", one.impact.value.title(), "PROD1", "se", "Sweden", step.agent]
            rows.append(dict(zip(BPI_COLUMNS, values, strict=True)))
    return rows


def as_belay(records: Iterable[Record]) -> list[dict[str, str]]:
    """The rows of a log in the documented columns."""
    rows = []
    for one in records:
        for step in one.entries:
            values = [one.external_id, step.at.isoformat(), step.status.value, str(step.level), step.team, step.agent]
            values += [one.organization, one.subject, one.impact.value, step.reason]
            rows.append(dict(zip(BELAY_COLUMNS, values, strict=True)))
    return rows


def write(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(rows)
    return path
