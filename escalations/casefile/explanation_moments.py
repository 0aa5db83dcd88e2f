"""Instants and lengths of time for an explanation: exact, where the reader is, and fit to be printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from escalations.casefile.sentences import duration
from escalations.timing.axis import MINUTE, TICK, WallClock, instant, ticks

HOURS_OF_DAY = 24


def whole_minutes(start: datetime, end: datetime) -> int:
    """The minutes between two instants as their clock times show them, seconds left out: what a reader adds up."""
    return int(end.timestamp() // 60) - int(start.timestamp() // 60)


def passed(minutes: float) -> str:
    """A length of time as it really goes by: “2 h 20 min”, “1 day 19 h”."""
    days, hours = divmod(round(minutes) // 60, HOURS_OF_DAY)
    if not days:
        return duration(minutes)
    told = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return _("%(days)s %(hours)d h") % {"days": told, "hours": hours} if hours else told


def length(start: datetime, end: datetime) -> str:
    """How long a piece of a time line is; seconds only where there are no minutes."""
    minutes = whole_minutes(start, end)
    if minutes:
        return duration(minutes)
    return _("%(seconds)d s") % {"seconds": round((end - start).total_seconds())}


def place_of(zone: str) -> str:
    """A time zone as people call it: Berlin, Buenos Aires, UTC."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


@dataclass(frozen=True, slots=True)
class Shift:
    """The clocks of a zone are changed: by so many minutes, forward when positive."""

    at: datetime
    minutes: int
    place: str

    @property
    def words(self) -> str:
        told = {"time": duration(abs(self.minutes)), "place": self.place}
        if self.minutes > 0:
            return _("clocks in %(place)s go forward %(time)s") % told
        return _("clocks in %(place)s go back %(time)s") % told


def shifts(zone: str, start: datetime, end: datetime) -> Iterator[Shift]:
    """Where the clocks of a zone are changed between two instants."""
    before: int | None = None
    for since, _until, offset in WallClock(zone).steady(ticks(start), ticks(end)):
        if before is not None:
            yield Shift(instant(since), (offset - before) // MINUTE, place_of(zone))
        before = offset


@dataclass(frozen=True, slots=True)
class Moments:
    """Instants in the words of one reader; the year is told where it is another than that of `at`."""

    at: datetime
    zone: str

    @classmethod
    def of_reader(cls, at: datetime) -> Moments:
        """In the time zone that is active for whoever asks."""
        return cls(at, timezone.get_current_timezone_name())

    @property
    def place(self) -> str:
        return place_of(self.zone)

    def same_year(self, moment: datetime, zone: Any = None) -> bool:
        """Whether it needs no year to be told."""
        return timezone.localtime(moment, zone).year == timezone.localtime(self.at, zone).year

    def day(self, moment: datetime, zone: Any = None) -> str:
        """“Tue 3 Mar”."""
        local = timezone.localtime(moment, zone)
        if self.same_year(moment, zone):
            return date_format(local, pgettext("weekday, day and month, in Django's letters", "D j M"))
        return date_format(local, pgettext("weekday, day, month and year, in Django's letters", "D j M Y"))

    def time(self, moment: datetime, zone: Any = None) -> str:
        """“10:30”."""
        return date_format(timezone.localtime(moment, zone), "H:i")

    def full(self, moment: datetime) -> str:
        """“Tue 3 Mar, 10:30”."""
        return _("%(day)s, %(time)s") % {"day": self.day(moment), "time": self.time(moment)}

    def with_place(self, moment: datetime, hours: str) -> str:
        """“Tue 3 Mar, 10:30 in Berlin”; with the local time of the `hours` counted where that is another."""
        told = _in_place(self.full(moment), self.place)
        there = self.there(moment, hours)
        return f"{told} ({_in_place(there, place_of(hours))})" if there else told

    def there(self, moment: datetime, hours: str) -> str:
        """The clock time where those hours are kept, with the day where that differs; nothing where it is the same."""
        if not hours:
            return ""
        zone = WallClock(hours).zone
        there, here = moment.astimezone(zone), timezone.localtime(moment)
        if there.utcoffset() == here.utcoffset():
            return ""
        if there.date() == here.date():
            return self.time(moment, zone)
        return _("%(day)s, %(time)s") % {"day": self.day(moment, zone), "time": self.time(moment, zone)}

    def stretch(self, start: datetime, end: datetime) -> str:
        """“09:40–12:00”, or “17:00 – Tue 3 Mar, 09:00” when it ends on another day; seconds where it has no minutes.

        The end is told as the clock shows it on arriving there: 24:00 at midnight, 02:00 where it jumps to 03:00.
        """
        if not whole_minutes(start, end):
            return "–".join(date_format(timezone.localtime(moment), "H:i:s") for moment in (start, end))
        first, last = timezone.localtime(start), timezone.localtime(end - TICK)
        arrived = last.replace(tzinfo=None) + TICK
        one_day, to_midnight = first.date() == last.date(), arrived.date() != last.date()
        if to_midnight and not (first.hour or first.minute):
            return _("all day") if one_day else _("all day, until %(day)s") % {"day": self.day(end - TICK)}
        told = {
            "begins": self.time(start),
            "ends": "24:00" if to_midnight else date_format(arrived, "H:i"),
            "day": self.day(end - TICK),
        }
        return "{begins}–{ends}".format(**told) if one_day else _("%(begins)s – %(day)s, %(ends)s") % told


def _in_place(words: str, place: str) -> str:
    if place == place_of(str(UTC)):
        return f"{words} {place}"
    return _("%(moment)s in %(place)s") % {"moment": words, "place": place}
