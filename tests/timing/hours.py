"""Schedules to test with, and business time told a second time: minute by minute, without any cleverness."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from escalations.timing.schedule import Schedule, Window

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Pauses = Sequence[tuple[datetime, datetime]]
EXAMPLES = int(os.environ.get("EXAMPLES", "60"))  # more by hand: EXAMPLES=2000

# Summer time at midnight, of half an hour, of two hours, negative, none; changed for good; a skipped day; odd offsets.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Caracas",
    "America/Havana",
    "America/St_Johns",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
)


def window(text: str) -> Window:
    """`22:00-06:00` as a window; closing at or before opening is on the day after."""
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return Window(opens, closes if closes > opens else closes + 1440)


def days(text: str, *weekdays: int) -> dict[int, list[Window]]:
    """The same windows on these weekdays, Monday to Friday without any."""
    return {day: [window(part) for part in text.split()] for day in weekdays or range(5)}


def office(timezone: str = "Europe/Berlin", holidays: Mapping[date, str] | None = None) -> Schedule:
    """Monday to Friday, nine to five."""
    return Schedule(timezone, days("09:00-17:00"), holidays)


def always(timezone: str = "UTC", holidays: Mapping[date, str] | None = None) -> Schedule:
    """Every minute of every day."""
    return Schedule(timezone, days("00:00-24:00", *range(7)), holidays)


def local(timezone: str, text: str, fold: int = 0) -> datetime:
    """The instant at which clocks of this zone show `2026-03-29 01:30`; `fold=1` for the second time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone), fold=fold).astimezone(UTC)


@dataclass(frozen=True)
class Plan:
    """What a schedule is made of, and the same questions answered by looking at every single minute."""

    timezone: str
    week: Mapping[int, Sequence[Window]]
    holidays: Mapping[date, str] = field(default_factory=dict)
    overrides: Mapping[date, Sequence[Window]] = field(default_factory=dict)

    def schedule(self) -> Schedule:
        return Schedule(self.timezone, self.week, self.holidays, self.overrides)

    def windows(self, day: date) -> Sequence[Window]:
        if day in self.overrides:
            return self.overrides[day]
        return [] if day in self.holidays else self.week.get(day.weekday(), [])

    def is_open(self, at: datetime) -> bool:
        """Whether the wall clock of this instant lies in a window of this day or of the day before."""
        wall = at.astimezone(ZoneInfo(self.timezone))
        minute = wall.hour * 60 + wall.minute
        today, yesterday = wall.date(), wall.date() - DAY
        return any(w.opens <= minute < w.closes for w in self.windows(today)) or any(
            w.opens <= minute + 1440 < w.closes for w in self.windows(yesterday)
        )

    def counted(self, start: datetime, end: datetime, pauses: Pauses = ()) -> list[datetime]:
        """Every minute between that is open and not paused; all instants are whole minutes."""
        return [
            at
            for at in each(start, end)
            if self.is_open(at) and not any(began <= at < ended for began, ended in pauses)
        ]

    def minutes_between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> int:
        return len(self.counted(start, end, pauses))


def each(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every minute from start up to, not including, end."""
    while start < end:
        yield start
        start += MINUTE


@functools.cache
def changes(timezone: str) -> tuple[datetime, ...]:
    """The days between 2008 and 2028 on which clocks of this zone change, as UTC midnights at most a day before."""
    zone = ZoneInfo(timezone)
    first = datetime(2008, 1, 1, tzinfo=UTC)
    instants = [first + number * DAY for number in range(20 * 365)]
    offsets = [at.astimezone(zone).utcoffset() for at in instants]
    return tuple(at for at, now, after in zip(instants, offsets, offsets[1:], strict=False) if now != after)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    opens = draw(st.integers(0, 1439))
    length = draw(st.integers(1, 1440))
    return Window(opens, opens + length)


@st.composite
def moments(draw: st.DrawFn, timezone: str) -> datetime:
    """A whole minute, more often than not close to a change of the clocks."""
    turning = changes(timezone)
    near = draw(st.booleans())
    if turning and near:
        return draw(st.sampled_from(turning)) + draw(st.integers(-2880, 2880)) * MINUTE
    return datetime(2008, 1, 10, tzinfo=UTC) + draw(st.integers(0, 20 * 365 * 1440)) * MINUTE


@st.composite
def plans(draw: st.DrawFn, around: datetime | None = None, timezone: str | None = None) -> Plan:
    """A random week with holidays and special days near `around`."""
    week = draw(st.dictionaries(st.integers(0, 6), st.lists(windows(), min_size=1, max_size=3), min_size=1, max_size=7))
    near = (around or datetime(2026, 3, 29, tzinfo=UTC)).date()
    dates = st.integers(-4, 12).map(lambda offset: near + offset * DAY)
    return Plan(
        timezone or draw(st.sampled_from(ZONES)),
        week,
        draw(st.dictionaries(dates, st.just("a holiday"), max_size=3)),
        draw(st.dictionaries(dates, st.lists(windows(), max_size=2), max_size=2)),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[Plan, datetime]:
    """A plan and a moment that matters to it."""
    timezone = draw(st.sampled_from(ZONES))
    start = draw(moments(timezone))
    return draw(plans(start, timezone)), start
