"""The time line of a clock as a table: day by day with sums, what is long ago or far ahead folded or only summed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.casefile.explanation_moments import Moments, length
from escalations.casefile.sentences import duration
from escalations.casefile.timeline import COUNTS, WORKS, Piece, Sort, Timeline, cut, merged
from escalations.timing.axis import WallClock, instant, ticks

ROWS_OPEN = 24
DAYS_OPEN = 4
DAYS_KEPT = 60

Naming = Callable[[Piece], str]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened at an instant of the time line: `tone` is due, late, met or nothing."""

    at: datetime
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a piece with what it counts, or a note (`sort` is note) at its instant.

    `when` is told in the reader's zone, `there` where the hours are kept, empty where the clock times are the same.
    """

    start: datetime
    end: datetime
    sort: str
    when: str
    there: str
    words: str
    counts: str = ""
    minutes: int = 0
    tone: str = ""

    @property
    def told(self) -> str:
        """The row as a part of a sentence."""
        return " ".join(part for part in (self.when, self.words, self.counts) if part)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the reader: the rows that begin on it, and what they count."""

    name: str
    sums: str
    minutes: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The days of a time line. `days` are shown, `before` and `after` folded, `earlier` and `later` are sums in words.

    `there` names the place of the hours when its clock times differ from the reader's.
    """

    earlier: str
    before: tuple[Day, ...]
    days: tuple[Day, ...]
    after: tuple[Day, ...]
    later: str
    there: str

    @property
    def kept(self) -> tuple[Day, ...]:
        return (*self.before, *self.days, *self.after)


@dataclass(slots=True)
class _Leaf:
    """The pieces and notes that begin on one date."""

    date: date
    parts: list[Piece | Note]

    @property
    def pieces(self) -> list[Piece]:
        return [part for part in self.parts if isinstance(part, Piece)]


def table(line: Timeline, notes: Sequence[Note], moments: Moments, name: Naming, there: str) -> Table:
    """The table of a time line; `name` gives the words of a piece, `there` the place of the hours if it is another."""
    leaves = list(_leaves(line, notes, moments))
    now = timezone.localtime(moments.at).date()
    behind = [leaf for leaf in leaves if leaf.date <= now]
    ahead = [leaf for leaf in leaves if leaf.date > now]
    shown = (len(behind), len(ahead))
    if sum(len(leaf.parts) for leaf in leaves) > ROWS_OPEN:
        shown = (DAYS_OPEN, DAYS_OPEN) if behind and ahead else (2 * DAYS_OPEN, 2 * DAYS_OPEN)
    first, last = max(len(behind) - shown[0], 0), shown[1]

    def days(chosen: Iterable[_Leaf]) -> tuple[Day, ...]:
        return tuple(_day(leaf, moments, name) for leaf in chosen)

    oldest = max(first - DAYS_KEPT, 0)
    return Table(
        earlier=_earlier(behind[:oldest], moments),
        before=days(behind[oldest:first]),
        days=days((*behind[first:], *ahead[:last])),
        after=days(ahead[last : last + DAYS_KEPT]),
        later=_later(ahead[last + DAYS_KEPT :], line, moments),
        there=there,
    )


def midnights(zone: str, start: datetime, end: datetime) -> list[datetime]:
    """Where the date of a zone changes between two instants, the first one included."""
    clock = WallClock(zone)
    found = clock.midnights(ticks(start), ticks(end))
    return [instant(tick) for tick in found if clock.day(tick) != clock.day(tick - 1)]


def _leaves(line: Timeline, notes: Sequence[Note], moments: Moments) -> Iterator[_Leaf]:
    """Pieces and notes by the date they begin on; working time is cut at midnight and where something happened."""
    pieces = merged([*line.past, *line.ahead])
    edges = [note.at for note in notes]
    if pieces:
        edges += midnights(moments.zone, pieces[0].start, pieces[-1].end)
    parts: list[Piece | Note] = list(notes)
    parts += cut(pieces, edges, WORKS)
    leaf: _Leaf | None = None
    for part in sorted(parts, key=_begins):
        day = timezone.localtime(_begins(part)[0]).date()
        if leaf is None or leaf.date != day:
            if leaf:
                yield leaf
            leaf = _Leaf(day, [])
        leaf.parts.append(part)
    if leaf:
        yield leaf


def _begins(part: Piece | Note) -> tuple[datetime, bool]:
    """What happened at an instant stands before the piece that begins there."""
    return (part.start, True) if isinstance(part, Piece) else (part.at, False)


def _day(leaf: _Leaf, moments: Moments, name: Naming) -> Day:
    rows = tuple(_row(part, moments, name) for part in leaf.parts)
    counted = _minutes(leaf.pieces, COUNTS)
    to_run = _minutes(leaf.pieces, [Sort.TODO])
    told = [_("counted %(time)s") % {"time": duration(counted)}] if counted else []
    told += [_("%(time)s to run") % {"time": duration(to_run)}] if to_run else []
    return Day(moments.day(_begins(leaf.parts[0])[0]), ", ".join(told), counted, rows)


def _row(part: Piece | Note, moments: Moments, name: Naming) -> Row:
    if isinstance(part, Note):
        return Row(part.at, part.at, "note", moments.time(part.at), "", part.words, tone=part.tone)
    works = part.sort in WORKS
    return Row(
        start=part.start,
        end=part.end,
        sort=part.sort.value,
        when=moments.stretch(part.start, part.end),
        there=_there(part, moments),
        words=name(part),
        counts=length(part.start, part.end) if works else "",
        minutes=part.minutes if works else 0,
    )


def _there(piece: Piece, moments: Moments) -> str:
    begins, ends = moments.there(piece.start, piece.hours), moments.there(piece.end, piece.hours)
    return f"{begins}–{ends}" if begins or ends else ""


def _minutes(pieces: Iterable[Piece], sorts: Sequence[Sort]) -> int:
    return sum(piece.minutes for piece in pieces if piece.sort in sorts)


def _earlier(leaves: Sequence[_Leaf], moments: Moments) -> str:
    """“… earlier, Mon 3 Jan – Fri 12 Nov: counted 310 h on 62 days”; nothing when nothing is left out."""
    if not leaves:
        return ""
    worked = [minutes for leaf in leaves if (minutes := _minutes(leaf.pieces, COUNTS))]
    told = ngettext(
        "… earlier, %(first)s – %(last)s: counted %(time)s on %(days)d day",
        "… earlier, %(first)s – %(last)s: counted %(time)s on %(days)d days",
        len(worked),
    )
    return told % {**_spread(leaves, moments), "time": duration(sum(worked)), "days": len(worked)}


def _later(leaves: Sequence[_Leaf], line: Timeline, moments: Moments) -> str:
    """“… later, until Tue 3 Mar 2031: 4,000 h to run”; nothing when nothing is left out."""
    minutes = sum(_minutes(leaf.pieces, [Sort.TODO]) for leaf in leaves) + line.rest_minutes
    if not minutes:
        return ""
    last = line.pieces[-1].end
    return _("… later, until %(last)s: %(time)s to run") % {"last": moments.day(last), "time": duration(minutes)}


def _spread(leaves: Sequence[_Leaf], moments: Moments) -> dict[str, Any]:
    first, last = _begins(leaves[0].parts[0])[0], _begins(leaves[-1].parts[0])[0]
    return {"first": moments.day(first), "last": moments.day(last)}
