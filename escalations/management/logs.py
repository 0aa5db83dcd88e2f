"""Logs of other systems as files: rows are read one by one, and what is broken is named with its remedy.

One line of the file is one entry; the lines of a case stand together. A case with a broken line is held back whole,
because half a history would be wrong for ever: all its lines go to the rejected file, which can be mended and imported.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from escalations.actions.history import Record
from escalations.actions.imports import LEVELS
from escalations.actions.telling import Entry, Status
from escalations.rules.vocabulary import Impact

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = {"case": 80, "team": 80, "agent": 120, "organization": 120, "subject": 200, "reason": 80}

REMEDIES: dict[str, Any] = {
    "encoding": _("This is not UTF-8; save the file as UTF-8."),
    "control": _("This holds a character that no text has; remove it."),
    "quote": _("A quotation mark is open at the end of the line; one event is one line."),
    "width": _("This line has %(found)s values, the first line names %(expected)s; put commas in quotation marks."),
    "missing": _("This must not be empty."),
    "date": _("Write date, time and time zone as in 2026-03-02T09:30:00+01:00."),
    "past": _("This lies before 1970; correct the date."),
    "future": _("This lies in the future; correct the date."),
    "choice": _("Write one of: %(choices)s."),
    "long": _("This is longer than %(longest)s characters; shorten it."),
    "held": _("This line is good; it waits until line %(line)s of the same case is mended."),
    "split": _("Lines of this case also stand elsewhere in the file; put all of them together."),
    "truncated": _("The file ends in the middle; get it again."),
}


class Unreadable(Exception):
    """Nothing of this file can be read; the message says what to do."""


class Broken(Exception):
    """One value of one line is wrong."""

    def __init__(self, column: str, value: str, remedy: str, **params: object) -> None:
        super().__init__(remedy)
        self.code, self.column, self.value = remedy, column, value
        self.remedy = str(REMEDIES[remedy]) % params


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file as it stands there, its values by column."""

    number: int
    raw: list[str]
    values: Mapping[str, str]
    trouble: Broken | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was not imported: where, what, and how to mend it."""

    line: Line
    column: str
    value: str
    remedy: str


@dataclass(slots=True)
class Group:
    """The lines of one case: a record, or the reasons why not."""

    case: str
    lines: list[Line] = field(default_factory=list)
    record: Record | None = None
    rejected: list[Rejected] = field(default_factory=list)

    def hold_back(self, column: str, value: str, remedy: str) -> None:
        """Rejects every line of the case for one reason."""
        self.record = None
        self.rejected = [Rejected(line, column, value, remedy) for line in self.lines]


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is read: its columns, which of them names the case, and how a line becomes an entry."""

    case: str
    required: tuple[str, ...]
    read: Callable[[Mapping[str, str], datetime], tuple[Entry, Record]]
    longest: Mapping[str, int]


# -- lines ---------------------------------------------------------------------------------------------


def open_text(path: Path) -> TextIO:
    """The file as text, unpacked when its name ends in .gz; bytes that are not UTF-8 stay recognisable."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def columns(path: Path, wanted: Format) -> list[str]:
    """The names in the first line. Raises Unreadable when the file or a column is missing."""
    try:
        with open_text(path) as text:
            first = text.readline()
    except (OSError, EOFError, zlib.error) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise Unreadable(translate("%(file)s cannot be read: %(why)s.") % {"file": path, "why": reason}) from None
    names = [name.strip() for name in next(csv.reader([first]), [])]
    if missing := [name for name in wanted.required if name not in names]:
        said = {"columns": ", ".join(missing), "file": path}
        raise Unreadable(
            translate("The first line of %(file)s lacks the columns %(columns)s; separate names by commas.") % said
        )
    return names


def lines(path: Path, names: list[str]) -> Iterator[Line]:
    """Every line after the first, empty ones left out."""
    with open_text(path) as text:
        text.readline()
        number = 1
        try:
            for number, written in enumerate(text, start=2):
                if written.strip("\r\n, "):
                    yield _line(number, written.rstrip("\r\n"), names)
        except (EOFError, OSError, zlib.error):
            yield Line(number + 1, [], {}, Broken("", "", "truncated"))


def _line(number: int, written: str, names: list[str]) -> Line:
    try:
        raw = next(csv.reader([written], strict=True))
    except csv.Error:
        raw = written.split(",")
        return Line(number, raw, _paired(names, raw), Broken("", shown(written)[:80], "quote"))
    trouble = None
    if len(raw) != len(names):
        trouble = Broken("", shown(written)[:80], "width", found=len(raw), expected=len(names))
    return Line(number, raw, _paired(names, raw), trouble)


def _paired(names: list[str], raw: list[str]) -> dict[str, str]:
    return {name: value.strip() for name, value in zip(names, raw, strict=False)}


def shown(value: str) -> str:
    """The value with bytes that are not UTF-8 written out, so that it can be printed."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


# -- cases ---------------------------------------------------------------------------------------------


def groups(path: Path, wanted: Format, at: datetime) -> Iterator[Group]:
    """The cases of a file in turn. A line without a case belongs to the case around it, or stands alone."""
    group, nameless = Group(""), list[Line]()
    for line in lines(path, columns(path, wanted)):
        case = line.values.get(wanted.case, "")
        if line.trouble and line.trouble.code == "truncated":
            group.lines.append(line)
        elif not case:
            nameless.append(line)
        elif case == group.case:
            group.lines += [*nameless, line]
            nameless = []
        else:
            yield from _finished(group, nameless, wanted, at)
            group, nameless = Group(case, [line]), []
    yield from _finished(group, nameless, wanted, at)


def _finished(group: Group, nameless: list[Line], wanted: Format, at: datetime) -> Iterator[Group]:
    for part in (group, *(Group("", [line]) for line in nameless)):
        if part.lines:
            yield _told(part, wanted, at)


def _told(group: Group, wanted: Format, at: datetime) -> Group:
    """Reads the lines of a case; one broken line holds all of them back."""
    entries: list[Entry] = []
    head: Record | None = None
    for line in group.lines:
        try:
            entry, record = _read(line, wanted, at)
        except Broken as broken:
            group.rejected.append(Rejected(line, broken.column, shown(broken.value), broken.remedy))
            continue
        entries.append(entry)
        head = head or record
    if group.rejected:
        _hold_back_good(group)
    elif head:
        group.record = Record(head.external_id, head.organization, head.subject, head.impact, tuple(entries))
    return group


def _hold_back_good(group: Group) -> None:
    broken = {rejected.line.number for rejected in group.rejected}
    remedy = str(REMEDIES["held"]) % {"line": min(broken)}
    good = [Rejected(line, "", "", remedy) for line in group.lines if line.number not in broken]
    group.rejected = sorted([*group.rejected, *good], key=lambda rejected: rejected.line.number)


def _read(line: Line, wanted: Format, at: datetime) -> tuple[Entry, Record]:
    if line.trouble:
        raise line.trouble
    for column, value in line.values.items():
        _check_text(column, value, wanted.longest.get(column))
    needed(line.values, wanted.case)
    return wanted.read(line.values, at)


def _check_text(column: str, value: str, longest: int | None) -> None:
    if any("\udc80" <= letter <= "\udcff" for letter in value):
        raise Broken(column, value, "encoding")
    if any(ord(letter) < ord(" ") and letter != "\t" for letter in value):
        raise Broken(column, value, "control")
    if longest and len(value) > longest:
        raise Broken(column, value, "long", longest=longest)


# -- values --------------------------------------------------------------------------------------------


def needed(values: Mapping[str, str], column: str) -> str:
    """The value of a column that must have one. Raises Broken."""
    if value := values.get(column, ""):
        return value
    raise Broken(column, "", "missing")


def instant(values: Mapping[str, str], column: str, at: datetime) -> datetime:
    """A past instant with its time zone. Raises Broken."""
    value = needed(values, column)
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise Broken(column, value, "date")
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Broken(column, value, "date") from None
    if found < EARLIEST:
        raise Broken(column, value, "past")
    if found > at:
        raise Broken(column, value, "future")
    return found


def level(values: Mapping[str, str], column: str) -> int:
    """A level of the ladder. Raises Broken."""
    value = needed(values, column)
    known = {str(number): number for number in range(1, LEVELS + 1)}
    return known[chosen(column, value, known)]


def chosen(column: str, value: str, choices: Mapping[str, object]) -> str:
    """The value if it is one of the choices. Raises Broken."""
    if value in choices:
        return value
    raise Broken(column, value, "choice", choices=", ".join(choices))


# -- the documented format -----------------------------------------------------------------------------

_EVENTS = {status.value: status for status in Status}
_IMPACTS = {impact.value: impact for impact in Impact}


def _belay(values: Mapping[str, str], at: datetime) -> tuple[Entry, Record]:
    case, status = needed(values, "case"), _EVENTS[chosen("event", needed(values, "event"), _EVENTS)]
    entry = Entry(
        at=instant(values, "at", at),
        status=status,
        level=level(values, "level"),
        team=needed(values, "team"),
        agent=values.get("agent", ""),
        reason=needed(values, "reason") if status is Status.WAITING else "",
    )
    impact = _IMPACTS[chosen("impact", values.get("impact", "") or Impact.MEDIUM.value, _IMPACTS)]
    return entry, Record(case, needed(values, "organization"), values.get("subject", "") or case, impact, ())


BELAY = Format(
    case="case",
    required=("case", "at", "event", "level", "team", "organization"),
    read=_belay,
    longest=LONGEST,
)

# -- the log of the BPI Challenge 2013 -----------------------------------------------------------------

_STATUSES: Mapping[tuple[str, str], Status] = {
    ("Accepted", "In Progress"): Status.WORKING,
    ("Accepted", "Assigned"): Status.WORKING,
    ("Queued", "Awaiting Assignment"): Status.QUEUED,
    ("Completed", "Resolved"): Status.RESOLVED,
    ("Completed", "In Call"): Status.RESOLVED,
    ("Completed", "Cancelled"): Status.WITHDRAWN,
    ("Completed", "Closed"): Status.CLOSED,
    ("Unmatched", "Unmatched"): Status.NOTED,
}
_BPI_IMPACTS = {"Major": Impact.MAJOR, "High": Impact.HIGH, "Medium": Impact.MEDIUM, "Low": Impact.LOW}
_WAIT = "Wait"


def _bpi_status(values: Mapping[str, str]) -> Status:
    status, sub = needed(values, "status"), needed(values, "sub_status")
    chosen("status", status, dict.fromkeys(first for first, _second in _STATUSES))
    if status == "Accepted" and sub.startswith(_WAIT):
        return Status.WAITING
    known = {second: found for (first, second), found in _STATUSES.items() if first == status}
    return known[chosen("sub_status", sub, known)]


def _bpi(values: Mapping[str, str], at: datetime) -> tuple[Entry, Record]:
    case, status = needed(values, "case_id"), _bpi_status(values)
    entry = Entry(
        at=instant(values, "at", at),
        status=status,
        level=level(values, "support_line"),
        team=needed(values, "team"),
        agent=values.get("agent", ""),
        reason=values["sub_status"] if status is Status.WAITING else "",
    )
    impact = _BPI_IMPACTS[chosen("impact", needed(values, "impact"), _BPI_IMPACTS)]
    country, product = needed(values, "country").upper(), values.get("product", "")
    return entry, Record(case, f"BPI 2013 {country}", f"{case} {product}".strip(), impact, ())


BPI2013 = Format(
    case="case_id",
    required=("case_id", "at", "status", "sub_status", "team", "support_line", "impact", "country", "agent"),
    read=_bpi,
    longest={"case_id": LONGEST["case"], "team": LONGEST["team"], "agent": LONGEST["agent"], "product": 80},
)

FORMATS: Mapping[str, Format] = {"belay": BELAY, "bpi2013": BPI2013}
