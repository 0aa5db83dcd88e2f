"""Lengths of working time, hours of the week, days and levels in the words of the procedure page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from escalations.models.calendars import clock_time
from escalations.timing.schedule import DAY_MINUTES, Schedule, Window

HOUR = 60


def length(minutes: int) -> str:
    """Working minutes as hours and minutes: “24 h”, “1 h 30 min”; days would mean something else to everybody."""
    hours, left = divmod(minutes, HOUR)
    parts = [_("%(hours)s h") % {"hours": number_format(hours, force_grouping=True)}] if hours else []
    parts += [_("%(minutes)s min") % {"minutes": left}] if left or not hours else []
    return " ".join(parts)


def in_days(minutes: int, schedule: Schedule) -> str:
    """The same in whole working days, where the calendar has days of one length; else empty."""
    lengths = {sum(window.closes - window.opens for window in windows) for windows in schedule.week if windows}
    a_day = lengths.pop() if len(lengths) == 1 else 0
    if not a_day or a_day == DAY_MINUTES or minutes % a_day or minutes <= a_day:
        return ""
    return _("%(days)s working days") % {"days": minutes // a_day}


def hours_of(schedule: Schedule) -> str:
    """The week of a calendar: “Mon–Fri 09:00–17:00”."""
    if all(windows == (Window(0, DAY_MINUTES),) for windows in schedule.week):
        return _("day and night")
    said = []
    for windows, run in groupby(range(7), key=lambda day: schedule.week[day]):
        days = list(run)
        if windows:
            times = ", ".join(f"{clock_time(window.opens)}–{clock_time(window.closes)}" for window in windows)
            said.append(f"{_run([str(WEEKDAYS_ABBR[day]) for day in days])} {times}")
    return "; ".join(said)


def levels(numbers: Sequence[int], everything: Iterable[int]) -> str:
    """“every level”, “level 2”, “levels 2–4”."""
    if set(numbers) == set(everything):
        return _("every level")
    if len(numbers) == 1:
        return _("level %(level)s") % {"level": numbers[0]}
    is_run = list(numbers) == list(range(numbers[0], numbers[-1] + 1))
    said = _run([str(number) for number in numbers]) if is_run else ", ".join(map(str, numbers))
    return _("levels %(levels)s") % {"levels": said}


def _run(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{words[0]}–{words[-1]}"


def day(value: date | datetime | None) -> str:
    """A date in full, in the zone of the reader; empty for None."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_format(value, "DATE_FORMAT") if value else ""


def amount(value: int, currency: str) -> str:
    """“10,000 EUR”."""
    return f"{number_format(value, 0, force_grouping=True)} {currency}"
