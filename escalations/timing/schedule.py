"""Business time: when a team works, and arithmetic on the minutes it works.

A wall-clock minute is open when its local time lies in a window; time counts as it really elapses, so a window on a
day of 23 or 25 hours has what it really has. Windows are compiled to UTC intervals with running totals, so that every
question is a bisection; the compiled range grows on demand and is bounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
_CHUNK_DAYS = 400
_HORIZON_DAYS = 366 * 120
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_MINUTE = 60_000_000
_FOREVER = 1 << 62

Pauses = Iterable[tuple[datetime, datetime]]


class ScheduleError(ValueError):
    """A schedule that cannot work, or a question it cannot answer; the message names what to change."""


class Why(StrEnum):
    """Why a span of time counted or did not."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """An open stretch of one day, in minutes after local midnight; past 24:00 it still belongs to the day it began."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY_MINUTES:
            raise ScheduleError("a window opens between 00:00 and 23:59")
        if not self.opens < self.closes <= self.opens + DAY_MINUTES:
            raise ScheduleError("a window closes after it opens, at most 24 hours later")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time with the reason why it counted or did not; `label` names the holiday or the pause."""

    start: datetime
    end: datetime
    why: Why
    label: str = ""

    @property
    def counted(self) -> bool:
        return self.why is Why.OPEN

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def _ticks(instant: datetime) -> int:
    """Microseconds since 1970, whole so that sums are exact. Raises ScheduleError for a naive instant."""
    if instant.tzinfo is None:
        raise ScheduleError("an instant needs a time zone")
    return (instant - _EPOCH) // _TICK


def _instant(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)


def merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Intervals sorted, with empty ones left out and those that touch or overlap joined."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


@dataclass(slots=True)
class _Compiled:
    """Open intervals of a range of days, in ticks, with the working ticks before each."""

    first: date
    last: date
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)

    def extend(self, intervals: Iterable[tuple[int, int]]) -> None:
        total = self.before[-1] + self.ends[-1] - self.starts[-1] if self.starts else 0
        for start, end in intervals:
            self.starts.append(start)
            self.ends.append(end)
            self.before.append(total)
            total += end - start

    def worked_until(self, at: int) -> int:
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def when_worked(self, total: int) -> int | None:
        """The earliest tick at which `total` working ticks have passed; None if not in this range."""
        index = max(bisect_left(self.before, total) - 1, 0)
        if not self.starts or total > self.before[-1] + self.ends[-1] - self.starts[-1]:
            return None
        return self.starts[index] + total - self.before[index]


class Schedule:
    """The working time of a calendar, frozen.

    `week` gives the windows of each weekday (0 is Monday), `holidays` names closed dates, `overrides` gives single
    dates windows of their own (an empty list closes the day). Raises ScheduleError when nothing would ever be open.
    """

    def __init__(
        self,
        timezone: str,
        week: Mapping[int, Sequence[Window]],
        holidays: Mapping[date, str] | None = None,
        overrides: Mapping[date, Sequence[Window]] | None = None,
    ) -> None:
        self.timezone = timezone
        self._zone = ZoneInfo(timezone)
        self._week = {day: tuple(sorted(week.get(day, ()))) for day in range(7)}
        self._holidays = dict(holidays or {})
        self._overrides = {day: tuple(sorted(windows)) for day, windows in (overrides or {}).items()}
        if not any(self._week.values()):
            raise ScheduleError("a schedule needs at least one open window in the week")
        self._compiled: _Compiled | None = None

    # -- the calendar of one day -----------------------------------------------------------------

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that begin on this local date."""
        if day in self._overrides:
            return self._overrides[day]
        return () if day in self._holidays else self._week[day.weekday()]

    def holiday_on(self, day: date) -> str | None:
        return None if day in self._overrides else self._holidays.get(day)

    def _wall(self, day: date, minutes: int) -> int:
        """The instant a wall clock first shows this minute; in a gap (summer time begins), the end of the gap."""
        try:
            days, rest = divmod(minutes, DAY_MINUTES)
            local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
        except OverflowError:
            raise ScheduleError("the search left the years 1 to 9999") from None
        early = local.replace(tzinfo=self._zone, fold=0)
        late = local.replace(tzinfo=self._zone, fold=1)
        a, b = _ticks(early.astimezone(UTC)), _ticks(late.astimezone(UTC))
        return self._gap_end(b, a) if b < a else a

    def _gap_end(self, low: int, high: int) -> int:
        """The transition between two instants that straddle it."""
        before = _instant(low).astimezone(self._zone).utcoffset()
        while high - low > 1:
            middle = (low + high) // 2
            if _instant(middle).astimezone(self._zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        return high

    def _closing(self, day: date, minutes: int) -> int:
        """The instant a window ends: the last time a wall clock shows this minute (the second 02:30 in autumn)."""
        days, rest = divmod(minutes, DAY_MINUTES)
        local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
        late = _ticks(local.replace(tzinfo=self._zone, fold=1).astimezone(UTC))
        return max(late, self._wall(day, minutes))

    def _intervals(self, first: date, last: date) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        day = first
        while day <= last:
            for window in self.windows_on(day):
                found.extend(self._open_within(day, window))
            day += timedelta(days=1)
        return merged(found)

    def _open_within(self, day: date, window: Window) -> list[tuple[int, int]]:
        """The open seconds of one window, told by the wall clock on either side of a change of the clocks."""
        start, end = self._wall(day, window.opens), self._closing(day, window.closes)
        low, high = _instant(start).astimezone(self._zone), _instant(end).astimezone(self._zone)
        if low.utcoffset() == high.utcoffset() and end - start == (window.closes - window.opens) * _MINUTE:
            return [(start, end)]
        return merged(self._minute_by_minute(day, window, start, end))

    def _minute_by_minute(self, day: date, window: Window, start: int, end: int) -> list[tuple[int, int]]:
        """Only on days on which the clocks change: each real minute is open when its local time lies in the window."""
        midnight = datetime.combine(day, time())
        found: list[tuple[int, int]] = []
        at = start
        while at < end:
            local = _instant(at).astimezone(self._zone).replace(tzinfo=None)
            minute = (local - midnight).total_seconds() / 60
            until = min(at + _MINUTE, end)
            if window.opens <= minute < window.closes:
                found.append((at, until))
            at = until
        return found

    # -- the compiled range ----------------------------------------------------------------------

    def _around(self, *instants: datetime) -> _Compiled:
        """The compiled range, grown so that it holds these instants with room on both sides."""
        days = [i.astimezone(UTC).date() for i in instants]
        try:
            return self._range(min(days) - timedelta(days=3), max(days) + timedelta(days=3))
        except OverflowError:
            raise ScheduleError("the search left the years 1 to 9999") from None

    def _range(self, first: date, last: date) -> _Compiled:
        compiled = self._compiled
        if compiled is None:
            compiled = self._compile(first - timedelta(days=30), last + timedelta(days=_CHUNK_DAYS))
        elif first < compiled.first or last > compiled.last:
            slack = timedelta(days=_CHUNK_DAYS)
            early = min(compiled.first, first - slack if first < compiled.first else first)
            late = max(compiled.last, last + slack if last > compiled.last else last)
            compiled = self._compile(early, late)
        return compiled

    def _compile(self, first: date, last: date) -> _Compiled:
        if (last - first).days > _HORIZON_DAYS:
            raise ScheduleError("the search went further than a hundred years")
        compiled = _Compiled(first, last)
        compiled.extend(self._intervals(first, last))
        self._compiled = compiled
        return compiled

    # -- questions -------------------------------------------------------------------------------

    def is_open(self, at: datetime) -> bool:
        compiled = self._around(at)
        ticks = _ticks(at)
        index = bisect_right(compiled.starts, ticks) - 1
        return index >= 0 and ticks < compiled.ends[index]

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the first open instant after it."""
        if self.is_open(at):
            return at
        compiled, ticks = self._around(at), _ticks(at)
        index = bisect_right(compiled.starts, ticks)
        while index >= len(compiled.starts):
            compiled = self._longer(compiled)
            index = bisect_right(compiled.starts, ticks)
        return _instant(compiled.starts[index])

    def working_time_between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> float:
        """Working minutes between two instants, less the pauses; 0 when `end` is not after `start`."""
        if end <= start:
            return 0.0
        compiled = self._around(start, end)
        low, high = _ticks(start), _ticks(end)
        worked = compiled.worked_until(high) - compiled.worked_until(low)
        for began, ended in _within(pauses, low, high):
            worked -= compiled.worked_until(ended) - compiled.worked_until(began)
        return worked / _MINUTE

    def add_working_time(self, start: datetime, minutes: float, pauses: Pauses = ()) -> datetime:
        """The earliest instant at which `minutes` of working time have passed since `start`, pauses left out."""
        if minutes < 0:
            raise ScheduleError("working time to add cannot be negative")
        at, left = _ticks(start), round(minutes * _MINUTE)
        for began, ended in _within(pauses, at, _FOREVER):
            stretch = self._worked(at, began)
            if stretch >= left:
                break
            at, left = ended, left - stretch
        return _instant(self._after(at, left))

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The same wall-clock time `days` open days later; a day is open when a window begins on it."""
        local = start.astimezone(self._zone)
        day, left = local.date(), days
        for _ in range(_HORIZON_DAYS):
            if left <= 0:
                break
            day += timedelta(days=1)
            left -= bool(self.windows_on(day))
        moved = datetime.combine(day, local.time(), tzinfo=self._zone)
        return max(start, moved.astimezone(UTC))

    def spans(
        self, start: datetime, end: datetime, pauses: Iterable[tuple[datetime, datetime, str]] = ()
    ) -> list[Span]:
        """The time from `start` to `end`, cut into stretches that counted and stretches that did not, and why."""
        low, high = _ticks(start), _ticks(end)
        compiled = self._around(start, end)
        paused = [(_ticks(a), _ticks(b), label) for a, b, label in pauses]
        cuts = {low, high} | {edge for a, b, _ in paused for edge in (a, b)} | set(self._midnights(start, end))
        cuts |= set(compiled.starts[bisect_left(compiled.starts, low) : bisect_right(compiled.starts, high)])
        cuts |= set(compiled.ends[bisect_left(compiled.ends, low) : bisect_right(compiled.ends, high)])
        edges = sorted(cut for cut in cuts if low <= cut <= high)
        found = [self._span(a, b, paused) for a, b in pairwise(edges)]
        return joined(found)

    # -- the axis of working time -------------------------------------------------------------

    def _worked(self, low: int, high: int) -> int:
        compiled = self._around(_instant(low), _instant(high))
        return compiled.worked_until(high) - compiled.worked_until(low)

    def _after(self, at: int, left: int) -> int:
        if left <= 0:
            return at
        compiled = self._around(_instant(at))
        while (found := compiled.when_worked(compiled.worked_until(at) + left)) is None:
            compiled = self._longer(compiled)
        return found

    def _longer(self, compiled: _Compiled) -> _Compiled:
        length = max((compiled.last - compiled.first).days, _CHUNK_DAYS)
        return self._compile(compiled.first, compiled.last + timedelta(days=length))

    def _midnights(self, start: datetime, end: datetime) -> Iterable[int]:
        day = start.astimezone(self._zone).date()
        while (day := day + timedelta(days=1)) <= end.astimezone(self._zone).date():
            yield self._wall(day, 0)

    def _span(self, low: int, high: int, paused: Sequence[tuple[int, int, str]]) -> Span:
        start, end = _instant(low), _instant(high)
        for began, ended, label in paused:
            if began <= low and high <= ended:
                return Span(start, end, Why.PAUSED, label)
        if self.is_open(start):
            return Span(start, end, Why.OPEN)
        holiday = self.holiday_on(start.astimezone(self._zone).date())
        return Span(start, end, Why.HOLIDAY, holiday) if holiday else Span(start, end, Why.CLOSED)


def _within(pauses: Pauses, low: int, high: int) -> list[tuple[int, int]]:
    """Pauses in ticks, cut to the range, overlapping ones joined."""
    return merged((max(_ticks(a), low), min(_ticks(b), high)) for a, b in pauses)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours with the same reason made one."""
    result: list[Span] = []
    for span in spans:
        if result and (result[-1].why, result[-1].label) == (span.why, span.label):
            result[-1] = Span(result[-1].start, span.end, span.why, span.label)
        else:
            result.append(span)
    return result
