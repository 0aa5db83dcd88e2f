"""Business time: when a team works, and arithmetic on the minutes it works.

A wall-clock minute is open when its local time lies in a window; time counts as it really elapses, so a window on a
day of 23 or 25 hours has what it really has. Windows are compiled to real intervals with running totals, four years at
a time (an era), so that every question is a bisection and costs the same however far apart the questions are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from escalations.timing.axis import (
    DAY,
    MINUTE,
    Era,
    ScheduleError,
    WallClock,
    date_of,
    day_number,
    instant,
    merged,
    ticks,
)

__all__ = ["DAY_MINUTES", "ROUND_THE_CLOCK", "Schedule", "ScheduleError", "Span", "Why", "Window", "joined"]

DAY_MINUTES = 24 * 60
_ERA = 1461 * DAY
_ERAS_KEPT = 64
_HORIZON = 100 * 366 * DAY
_FOREVER = 1 << 62
_TOO_FAR = "the search went further than a hundred years"
_TOO_LATE = "the search left the years 1 to 9999"

Pauses = Iterable[tuple[datetime, datetime]]


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


@dataclass(frozen=True, init=False)
class Schedule:
    """The working time of a calendar, frozen: equal to every other of the same zone and rows.

    `week` gives the windows of each weekday (0 is Monday), `holidays` names closed dates, `overrides` gives single
    dates windows of their own (an empty list closes the day). Raises ScheduleError when no weekday is ever open or the
    time zone is unknown. Pauses are pairs of instants in any order; they may overlap, nest, touch or be empty.

    Every question raises ScheduleError for an instant without a time zone, and when its answer lies further than
    about a hundred years from where it starts, or outside the calendar of the years 1 to 9999.
    """

    timezone: str
    week: tuple[tuple[Window, ...], ...]
    holidays: tuple[tuple[date, str], ...]
    overrides: tuple[tuple[date, tuple[Window, ...]], ...]
    _names: Mapping[date, str] = field(compare=False, repr=False)
    _special: Mapping[date, tuple[Window, ...]] = field(compare=False, repr=False)
    _clock: WallClock = field(compare=False, repr=False)
    _eras: dict[int, Era] = field(compare=False, repr=False)

    def __init__(
        self,
        timezone: str,
        week: Mapping[int, Sequence[Window]],
        holidays: Mapping[date, str] | None = None,
        overrides: Mapping[date, Sequence[Window]] | None = None,
    ) -> None:
        names = dict(sorted((holidays or {}).items()))
        special = {day: tuple(sorted(windows)) for day, windows in sorted((overrides or {}).items())}
        vars(self).update(  # past the guard that keeps a frozen value frozen
            timezone=timezone,
            week=tuple(tuple(sorted(week.get(day, ()))) for day in range(7)),
            holidays=tuple(names.items()),
            overrides=tuple(special.items()),
            _names=names,
            _special=special,
            _clock=WallClock(timezone),
            _eras={},
        )
        if not any(self.week):
            raise ScheduleError("a schedule needs at least one open window in the week")

    # -- the calendar of one day -----------------------------------------------------------------

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that begin on this local date."""
        if day in self._special:
            return self._special[day]
        return () if day in self._names else self.week[day.weekday()]

    def holiday_on(self, day: date) -> str | None:
        """The name of the holiday that closes this local date; None when none does."""
        return None if day in self._special else self._names.get(day)

    def _opened(self, number: int, start: int, end: int, offset: int) -> Iterator[tuple[int, int]]:
        """What the windows of a day open between two ticks between which the clocks run ahead by `offset`."""
        midnight = number * DAY - offset
        for window in self.windows_on(date_of(number)):
            opens, closes = max(midnight + window.opens * MINUTE, start), min(midnight + window.closes * MINUTE, end)
            if opens < closes:
                yield opens, closes

    def _begins(self, day: date) -> bool:
        """Whether a window of this date really opens: not when its time, or the whole day, was skipped."""
        number = day_number(day)
        near = self._clock.steady((number - 1) * DAY, (number + 3) * DAY) if self.windows_on(day) else ()
        return any(opened for steady in near for opened in self._opened(number, *steady))

    # -- eras ------------------------------------------------------------------------------------

    def _era(self, number: int) -> Era:
        """Four years of open time, compiled when they are first asked for."""
        return self._eras.get(number) or self._compile(number)

    def _compile(self, number: int) -> Era:
        found: list[tuple[int, int]] = []
        try:
            for start, end, offset in self._clock.steady(number * _ERA, (number + 1) * _ERA):
                for day in range((start + offset) // DAY - 1, (end + offset) // DAY + 1):
                    found.extend(self._opened(day, start, end, offset))
        except (OverflowError, ValueError):
            raise ScheduleError(_TOO_LATE) from None
        if len(self._eras) >= _ERAS_KEPT:
            self._eras.clear()
        era = self._eras[number] = Era(merged(found))
        return era

    # -- questions -------------------------------------------------------------------------------

    def is_open(self, at: datetime) -> bool:
        tick = ticks(at)
        return self._era(tick // _ERA).is_open(tick)

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the first open instant after it."""
        tick = ticks(at)
        for number in range(tick // _ERA, (tick + _HORIZON) // _ERA + 1):
            found = self._era(number).opening(tick)
            if found is not None:
                return instant(found)
        raise ScheduleError(_TOO_FAR)

    def working_time_between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> float:
        """Working minutes between two instants, less the pauses; 0 when `end` is not after `start`."""
        low, high = ticks(start), ticks(end)
        worked = self._worked(low, high)
        if pauses:
            worked -= sum(self._worked(began, ended) for began, ended in _within(pauses, low, high))
        return worked / MINUTE

    def add_working_time(self, start: datetime, minutes: float, pauses: Pauses = ()) -> datetime:
        """The earliest instant at which `minutes` of working time have passed since `start`, pauses left out.

        Exactly closing time rather than the next opening. Raises ScheduleError when `minutes` are negative.
        """
        at, left = ticks(start), _length(minutes)
        found = self._after_pauses(at, left, pauses) if pauses else self._after(at, left)
        if found - at > _HORIZON:
            raise ScheduleError(_TOO_FAR)
        return instant(found)

    def subtract_working_time(self, end: datetime, minutes: float, pauses: Pauses = ()) -> datetime:
        """The latest instant from which `minutes` of working time remain until `end`, pauses left out.

        The mirror of `add_working_time`: opening time rather than the closing before it. Raises ScheduleError when
        `minutes` are negative.
        """
        at, left = ticks(end), _length(minutes)
        found = self._before_pauses(at, left, pauses) if pauses else self._before(at, left)
        if at - found > _HORIZON:
            raise ScheduleError(_TOO_FAR)
        return instant(found)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The same wall-clock time `days` open days later; a day is open when a window begins on it.

        Raises ScheduleError when `days` are negative.
        """
        if days < 0:
            raise ScheduleError("working days to add cannot be negative")
        try:
            local = instant(ticks(start)).astimezone(self._clock.zone)
            day = self._open_day(local.date(), days)
            return datetime.combine(day, local.time(), tzinfo=self._clock.zone).astimezone(UTC)
        except OverflowError:
            raise ScheduleError(_TOO_LATE) from None

    def spans(
        self, start: datetime, end: datetime, pauses: Iterable[tuple[datetime, datetime, str]] = ()
    ) -> list[Span]:
        """The time from `start` to `end`, cut into stretches that counted and stretches that did not, and why.

        Empty when `end` is not after `start`; of two pauses at once the first one given is named.
        """
        low, high = ticks(start), ticks(end)
        paused = [(ticks(began), ticks(ended), label) for began, ended, label in pauses]
        if high - low > _HORIZON:
            raise ScheduleError(_TOO_FAR)
        cuts = {low, high}
        for number in range(low // _ERA, high // _ERA + 1):
            cuts.update(self._era(number).edges(low, high))
        cuts.update(self._clock.midnights(low, high))
        cuts.update(edge for began, ended, _label in paused for edge in (began, ended))
        edges = sorted(cut for cut in cuts if low <= cut <= high)
        return joined(self._span(a, b, paused) for a, b in pairwise(edges))

    # -- the way along the axis ------------------------------------------------------------------

    def _worked(self, low: int, high: int) -> int:
        if high <= low:
            return 0
        if high - low > _HORIZON:
            raise ScheduleError(_TOO_FAR)
        first, last = low // _ERA, high // _ERA
        worked = self._era(last).worked(high) - self._era(first).worked(low)
        for number in range(first, last):
            worked += self._era(number).total
        return worked

    def _after(self, at: int, left: int) -> int:
        if not left:
            return at
        number = at // _ERA
        era = self._era(number)
        left += era.worked(at)
        while left > era.total:
            left -= era.total
            number += 1
            if number * _ERA - at > _HORIZON:
                raise ScheduleError(_TOO_FAR)
            era = self._era(number)
        return era.earliest(left)

    def _before(self, at: int, left: int) -> int:
        if not left:
            return at
        number = at // _ERA
        era = self._era(number)
        left += era.total - era.worked(at)
        while left > era.total:
            left -= era.total
            if at - number * _ERA > _HORIZON:
                raise ScheduleError(_TOO_FAR)
            number -= 1
            era = self._era(number)
        return era.latest(era.total - left)

    def _after_pauses(self, at: int, left: int, pauses: Pauses) -> int:
        for began, ended in _within(pauses, at, _FOREVER):
            found = self._after(at, left)
            if found <= began:
                return found
            at, left = ended, left - self._worked(at, began)
        return self._after(at, left)

    def _before_pauses(self, at: int, left: int, pauses: Pauses) -> int:
        for began, ended in reversed(_within(pauses, -_FOREVER, at)):
            found = self._before(at, left)
            if found >= ended:
                return found
            at, left = began, left - self._worked(ended, at)
        return self._before(at, left)

    def _open_day(self, day: date, days: int) -> date:
        """The date of the last of so many open days after `day`."""
        last = day + timedelta(days=_HORIZON // DAY)
        while days:
            day += timedelta(days=1)
            if day > last:
                raise ScheduleError(_TOO_FAR)
            days -= self._begins(day)
        return day

    def _span(self, low: int, high: int, paused: Sequence[tuple[int, int, str]]) -> Span:
        start, end = instant(low), instant(high)
        for began, ended, label in paused:
            if began <= low and high <= ended:
                return Span(start, end, Why.PAUSED, label)
        if self._era(low // _ERA).is_open(low):
            return Span(start, end, Why.OPEN)
        holiday = self.holiday_on(self._clock.day(low))
        return Span(start, end, Why.HOLIDAY, holiday) if holiday else Span(start, end, Why.CLOSED)


def _length(minutes: float) -> int:
    """Working minutes in ticks. Raises ScheduleError for a negative, endless or undefined length."""
    if minutes < 0:
        raise ScheduleError("working time cannot be negative")
    if not minutes * MINUTE <= _HORIZON:
        raise ScheduleError(_TOO_FAR)
    return round(minutes * MINUTE)


def _within(pauses: Pauses, low: int, high: int) -> list[tuple[int, int]]:
    """Pauses in ticks, cut to the range, overlapping ones joined."""
    return merged((max(ticks(a), low), min(ticks(b), high)) for a, b in pauses)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours with the same reason made one."""
    result: list[Span] = []
    for span in spans:
        if result and (result[-1].why, result[-1].label) == (span.why, span.label):
            result[-1] = Span(result[-1].start, span.end, span.why, span.label)
        else:
            result.append(span)
    return result


ROUND_THE_CLOCK = Schedule("UTC", {day: [Window(0, DAY_MINUTES)] for day in range(7)})
"""Always open: for what is promised to an exact instant."""
