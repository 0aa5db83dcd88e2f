"""Real time as an axis of whole microseconds ("ticks") since 1970: what wall clocks show along it, and what is open.

Integers, so that sums are exact and every question is a bisection; nothing here knows of weekdays or holidays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TICK = timedelta(microseconds=1)
MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()


class ScheduleError(ValueError):
    """A schedule that cannot work, or a question it cannot answer; the message names what to change."""


def ticks(instant: datetime) -> int:
    """Microseconds since 1970. Raises ScheduleError for a naive instant."""
    try:
        return (instant - _EPOCH) // TICK
    except TypeError:
        raise ScheduleError("an instant needs a time zone") from None


def instant(at: int) -> datetime:
    """The instant of a tick, in UTC."""
    return _EPOCH + TICK * at


def day_number(day: date) -> int:
    """Days since 1970: on a wall clock, the day begins at this many times DAY."""
    return day.toordinal() - _EPOCH_DAY


def date_of(number: int) -> date:
    """The date that is this many days after 1970 began."""
    return date.fromordinal(number + _EPOCH_DAY)


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


class WallClock:
    """What a clock on the wall of a time zone shows: a tick plus the offset that is in force then.

    Raises ScheduleError when there is no such zone.
    """

    def __init__(self, timezone: str) -> None:
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ScheduleError(f"there is no time zone {timezone!r}") from None

    def offset(self, at: int) -> int:
        """How far the clock is ahead of UTC, in ticks."""
        return (instant(at).astimezone(self.zone).utcoffset() or timedelta()) // TICK

    def day(self, at: int) -> date:
        return date_of((at + self.offset(at)) // DAY)

    def steady(self, low: int, high: int) -> Iterator[tuple[int, int, int]]:
        """The time from `low` to `high` cut where the clock is changed, as (start, end, offset)."""
        start = at = low
        offset = self.offset(low)
        while at < high:
            until = min(at + DAY, high)
            if self.offset(until) == offset:
                at = until
                continue
            at = self._change(at, until, offset)
            yield start, at, offset
            start, offset = at, self.offset(at)
        if start < high:
            yield start, high, offset

    def _change(self, before: int, after: int, offset: int) -> int:
        """The first tick at which `offset`, still in force at `before`, no longer is."""
        while after - before > 1:
            middle = (before + after) // 2
            if self.offset(middle) == offset:
                before = middle
            else:
                after = middle
        return after

    def midnights(self, low: int, high: int) -> Iterator[int]:
        """Where the date changes; also where the clock is changed, which may skip midnight or a whole day."""
        for start, end, offset in self.steady(low, high):
            yield start
            first = -(-(start + offset) // DAY) * DAY - offset
            yield from range(first, end, DAY)


class Era:
    """The open intervals of some years, apart and in order, with the open ticks before each."""

    __slots__ = ("before", "ends", "starts", "total")

    def __init__(self, intervals: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        self.total = 0
        for start, end in intervals:
            self.starts.append(start)
            self.ends.append(end)
            self.before.append(self.total)
            self.total += end - start

    def is_open(self, at: int) -> bool:
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]

    def opening(self, at: int) -> int | None:
        """`at` itself when open, else the first open tick after it; None when there is none."""
        if self.is_open(at):
            return at
        index = bisect_right(self.starts, at)
        return self.starts[index] if index < len(self.starts) else None

    def edges(self, low: int, high: int) -> Iterator[int]:
        """The ticks at which something opens or closes, for all intervals that touch this range."""
        first, last = bisect_left(self.ends, low), bisect_right(self.starts, high)
        yield from self.starts[first:last]
        yield from self.ends[first:last]

    def worked(self, at: int) -> int:
        """The open ticks before `at`."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        end = self.ends[index]
        return self.before[index] + (at if at < end else end) - self.starts[index]

    def earliest(self, worked: int) -> int:
        """The earliest tick before which so many are open: more than none, at most all."""
        index = bisect_left(self.before, worked) - 1
        return self.starts[index] + worked - self.before[index]

    def latest(self, worked: int) -> int:
        """The latest tick before which so many are open: fewer than all."""
        index = bisect_right(self.before, worked) - 1
        return self.starts[index] + worked - self.before[index]
