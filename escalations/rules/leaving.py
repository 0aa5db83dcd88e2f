"""When a notice may leave by mail or chat: a pure function of the hours and wishes of whoever reads it.

The inbox has everything at once. What is held back leaves at the first instant that suits; many that are held leave
together, at the same instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalations.rules.vocabulary import Rhythm
from escalations.timing.schedule import Schedule, ScheduleError

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
# However long nobody works: after this only quiet hours hold a notice back.
PATIENCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wishes:
    """When and how often somebody wants to be told; quiet hours from and until, which may go over midnight.

    `hours` are the own working time; without one the hours of the level count. All times are those of `zone`.
    """

    zone: str = "UTC"
    quiet: tuple[time, time] | None = None
    hours: Schedule | None = None
    rhythm: Rhythm = Rhythm.AT_ONCE
    digest_at: time = time(8)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is told, as far as it decides when: its instant, and the hours of the level the case is at, if any.

    Whoever `must_act` is held back until the level is open and no longer.
    """

    at: datetime
    level: Schedule | None = None
    is_urgent: bool = False
    must_act: bool = False


def leaves_at(occasion: Occasion, wishes: Wishes) -> datetime:
    """The first instant, not before its own, at which it may leave; never in quiet hours unless it is urgent."""
    at = occasion.at
    if occasion.is_urgent:
        return at
    hours = occasion.level if occasion.must_act or wishes.hours is None else wishes.hours
    before, after = (at, at) if occasion.must_act else _ticks(at, wishes)
    found = _suits(before, hours, wishes)
    if found is None or found < at:
        found = _suits(after, hours, wishes)
    last = at + PATIENCE
    return found if found and found <= last else _suits(last, None, wishes) or last


def _ticks(at: datetime, wishes: Wishes) -> tuple[datetime, datetime]:
    """The last beat of the rhythm that was and the first that comes; both `at` itself when it lies on one."""
    match wishes.rhythm:
        case Rhythm.AT_ONCE:
            return at, at
        case Rhythm.HOURLY:
            local = at.astimezone(ZoneInfo(wishes.zone))
            hour = at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            return hour, hour if hour == at else hour + _HOUR
        case Rhythm.DAILY:
            today = _local(at, wishes.digest_at, wishes.zone)
            if today > at:
                return _local(at, wishes.digest_at, wishes.zone, days=-1), today
            return today, at if today == at else _local(at, wishes.digest_at, wishes.zone, days=1)


def _suits(at: datetime, hours: Schedule | None, wishes: Wishes) -> datetime | None:
    """The first instant from here on that lies in the hours and not in quiet ones; None when it comes too late."""
    found, last = at, at + PATIENCE
    while found <= last:
        opens = _opening(found, hours)
        if opens is None:
            return None
        found = _after_quiet(opens, wishes)
        if found == opens:
            return found
    return None


def _opening(at: datetime, hours: Schedule | None) -> datetime | None:
    try:
        return hours.next_opening(at) if hours else at
    except ScheduleError:
        return None


def _after_quiet(at: datetime, wishes: Wishes) -> datetime:
    """The end of the quiet hours that this instant lies in; the instant itself when they do not hold."""
    if wishes.quiet is None:
        return at
    begins, ends = wishes.quiet
    now = at.astimezone(ZoneInfo(wishes.zone)).time()
    over_midnight = begins > ends
    if not (now >= begins or now < ends if over_midnight else begins <= now < ends):
        return at
    return _local(at, ends, wishes.zone, days=1 if over_midnight and now >= begins else 0)


def _local(at: datetime, clock: time, zone: str, *, days: int = 0) -> datetime:
    """The instant at which the clocks of the zone show this time on the same date as `at`, or so many days later.

    Where the clocks are put back and show it twice, the first after `at` on the same date, else the first of all.
    """
    place = ZoneInfo(zone)
    day = (at.astimezone(place) + timedelta(days=days)).date()
    first, second = (datetime.combine(day, clock, tzinfo=place).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if not days and first < at <= second else first
