"""Instants and stretches of time in the words people use, in the zone that is active for the viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from escalations.models.cases import NEVER

MINUTES_OF_HOUR = 60
MINUTES_OF_DAY = 24 * MINUTES_OF_HOUR
SOON = timedelta(hours=1)
NEAR = timedelta(hours=12)
NEAR_DAYS = 6


def stretch(minutes: float) -> str:
    """A length of time with its two largest units: “3 h 36 min”, “2 days 4 h”, “less than a minute”."""
    whole = int(abs(minutes))
    if whole < 1:
        return _("less than a minute")
    days, rest = divmod(whole, MINUTES_OF_DAY)
    hours, left = divmod(rest, MINUTES_OF_HOUR)
    parts = []
    if days:
        parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    if hours:
        parts.append(_("%(n)s h") % {"n": hours})
    if left and not days:
        parts.append(_("%(n)s min") % {"n": left})
    return " ".join(parts)


def clock_time(instant: datetime) -> str:
    """Hours and minutes where the viewer is."""
    return f"{timezone.localtime(instant):%H:%M}"


@lru_cache(maxsize=2048)
def day_in_letters(day: date, letters: str, _language: str | None) -> str:
    """A day as a language writes it; lists say the same few days again and again."""
    return date_format(day, letters) if letters else ""


def day_words(instant: datetime, at: datetime) -> str:
    """The day seen from `at`: today, tomorrow, yesterday, a weekday within six days, else the date."""
    local, here = timezone.localtime(instant), timezone.localtime(at)
    distance = (local.date() - here.date()).days
    if -1 <= distance <= 1:
        return (_("today"), _("tomorrow"), _("yesterday"))[distance]
    letters = "D"
    if abs(distance) > NEAR_DAYS and local.year == here.year:
        letters = pgettext("day and month, in Django's letters", "j M")
    elif abs(distance) > NEAR_DAYS:
        letters = pgettext("day, month and year, in Django's letters", "j M Y")
    return day_in_letters(local.date(), letters, get_language())


def moment(instant: datetime, at: datetime) -> str:
    """“today 09:14”, “tomorrow 10:30”, “Thu 09:00”, “12 Mar 16:02”."""
    return f"{day_words(instant, at)} {clock_time(instant)}"


def exact(instant: datetime) -> str:
    """Date, time, zone and its offset: the title behind every relative time."""
    local = timezone.localtime(instant)
    letters = pgettext("weekday, date and time, in Django's letters", "l, j F Y, H:i")
    before, time, after = letters.partition("H:i")
    day, language = local.date(), get_language()
    said = day_in_letters(day, before, language) + (f"{local:%H:%M}" if time else "")
    return f"{said}{day_in_letters(day, after, language)} {local.tzname()} ({local:%z})"


def iso(instant: datetime) -> str:
    """The instant as machines read it, in the viewer's zone and to the second."""
    return timezone.localtime(instant).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due instant in words: a large and a small line, how it looks (late, soon, soft or nothing), and its sign."""

    first: str
    second: str = ""
    tone: str = ""
    sign: str = ""
    instant: datetime | None = None


def deadline(
    instant: datetime | None, at: datetime, warn_at: datetime | None = None, tone: str | None = None
) -> Deadline:
    """A due instant seen from `at`; soon is what `tone` says, else within an hour or past its warning."""
    if instant is None or instant >= NEVER:
        return Deadline(_("nothing due"), tone="soft")
    left = instant - at
    minutes = left.total_seconds() / MINUTES_OF_HOUR
    if left <= timedelta(0):
        since = clock_time(instant) if -left < NEAR else moment(instant, at)
        late = _("%(time)s late") % {"time": stretch(minutes)}
        return Deadline(late, _("since %(time)s") % {"time": since}, "late", "▲", instant)
    warned = left <= SOON or (warn_at is not None and warn_at <= at)
    look, sign = ("soon", "◆") if (tone == "soon" if tone else warned) else ("", "")
    inside = _("in %(time)s") % {"time": stretch(minutes)}
    if left < timedelta(hours=4):
        return Deadline(inside, moment(instant, at), look, sign, instant)
    return Deadline(moment(instant, at), inside, look, sign, instant)
