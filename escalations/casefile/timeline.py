"""The time line of a clock as pieces: what counted, what did not and why, what is late, and what is still to run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from escalations.casefile.explanation_moments import whole_minutes
from escalations.rules.tracks import Track
from escalations.timing.schedule import Schedule, Span, Why
from escalations.timing.stopwatch import ClockState, Reading

AHEAD = timedelta(days=400)


class Sort(StrEnum):
    """Why a piece counts or does not; `over` is working time after the due instant, `todo` working time to come."""

    OPEN = "open"
    OVER = "over"
    TODO = "todo"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    PAUSED = "paused"


COUNTS = (Sort.OPEN, Sort.OVER)
WORKS = (*COUNTS, Sort.TODO)
_SORTS = {Why.OPEN: Sort.OPEN, Why.CLOSED: Sort.CLOSED, Why.HOLIDAY: Sort.HOLIDAY, Why.PAUSED: Sort.PAUSED}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a time line. `label` names the holiday or is the slug of a pause; `hours` is the zone it counts in.

    `minutes` are what a reader of its two clock times adds up.
    """

    start: datetime
    end: datetime
    sort: Sort
    label: str = ""
    hours: str = ""

    @property
    def minutes(self) -> int:
        return whole_minutes(self.start, self.end)

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What has passed and what is to come until the clock is due; of a future without end the first 400 days.

    `rest` is the working time beyond those, up to the due instant at its end.
    """

    past: tuple[Piece, ...]
    ahead: tuple[Piece, ...]
    rest: Piece | None = None
    rest_minutes: float = 0

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return (*self.past, *self.ahead, *((self.rest,) if self.rest else ()))


def timeline(track: Track, reading: Reading, at: datetime) -> Timeline:
    """The pieces of one clock at an instant."""
    past = tuple(_past(track, reading, at))
    due = reading.due_at
    if reading.state is not ClockState.RUNNING or due is None or due <= at:
        return Timeline(past, ())
    schedule, until = reading.terms.schedule, min(due, at + AHEAD)
    ahead = tuple(_ahead(schedule, at, until, zone_of(track, schedule)))
    if until == due:
        return Timeline(past, ahead)
    rest = Piece(until, due, Sort.TODO, hours=zone_of(track, schedule))
    return Timeline(past, ahead, rest, schedule.working_time_between(until, due))


def zone_of(track: Track, schedule: Schedule) -> str:
    """Where the hours are kept; nowhere for a promise, which is due whatever the hours."""
    return "" if track.promise else schedule.timezone


def _past(track: Track, reading: Reading, at: datetime) -> Iterator[Piece]:
    """From the start to now or to the end; working time after the due instant stands apart."""
    for span, schedule in _spans(reading, at):
        piece = Piece(span.start, span.end, _SORTS[span.why], span.label, zone_of(track, schedule))
        due = reading.breached_at
        if piece.sort is not Sort.OPEN or due is None or piece.end <= due:
            yield piece
        elif piece.start >= due:
            yield replace(piece, sort=Sort.OVER)
        else:
            yield replace(piece, end=due)
            yield replace(piece, start=due, sort=Sort.OVER)


def _spans(reading: Reading, at: datetime) -> Iterator[tuple[Span, Schedule]]:
    """The spans with the hours they were counted on; other hours begin a span of their own."""
    stops = [*(since for since, _schedule in reading.hours[1:]), datetime.max.replace(tzinfo=at.tzinfo)]
    for span in reading.spans(at):
        for (since, schedule), until in zip(reading.hours, stops, strict=True):
            start, end = max(span.start, since), min(span.end, until)
            if start < end:
                yield replace(span, start=start, end=end), schedule


def _ahead(schedule: Schedule, at: datetime, until: datetime, hours: str) -> Iterator[Piece]:
    for span in schedule.spans(at, until):
        sort = Sort.TODO if span.counted else _SORTS[span.why]
        yield Piece(span.start, span.end, sort, span.label, hours)


def cut(pieces: Iterable[Piece], edges: Iterable[datetime], only: Container[Sort] = tuple(Sort)) -> Iterator[Piece]:
    """The pieces, those of these sorts cut wherever an edge lies inside one."""
    stops = sorted(edges)
    for piece in pieces:
        inner = stops[bisect_right(stops, piece.start) : bisect_left(stops, piece.end)] if piece.sort in only else []
        for start, end in pairwise([piece.start, *inner, piece.end]):
            yield replace(piece, start=start, end=end)


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of the same sort and name made one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and (found[-1].sort, found[-1].label) == (piece.sort, piece.label):
            found[-1] = replace(found[-1], end=piece.end)
        else:
            found.append(piece)
    return found


def by_days(pieces: Iterable[Piece], edges: list[datetime]) -> list[Piece]:
    """One piece for each day between the edges: the longest of what is not just closed; neighbours made one."""
    folded = []
    days = list(pairwise(edges))
    place = 0
    buckets: list[list[Piece]] = [[] for _day in days]
    for piece in cut(pieces, edges):
        while days[place][1] <= piece.start:
            place += 1
        buckets[place].append(piece)
    for (start, end), bucket in zip(days, buckets, strict=True):
        if bucket:
            chosen = max(bucket, key=lambda piece: (piece.sort is not Sort.CLOSED, piece.seconds))
            folded.append(replace(chosen, start=start, end=end))
    return merged(folded)
