"""Calendars: business hours, holidays and time zone, in versions that never change once published."""

from __future__ import annotations

import functools
from collections import defaultdict
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import validate_time_zone
from escalations.models.immutable import FrozenQuerySet, Version, VersionChild, VersionQuerySet, VersionState
from escalations.timing.schedule import DAY_MINUTES, Schedule, ScheduleError, Window

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class Calendar(models.Model):
    """The name under which targets and levels find their hours."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def current(self) -> CalendarVersion | None:
        """The newest published version; None before the first was published."""
        return self.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first()


class CalendarVersion(Version):
    """The hours of a calendar, frozen at publishing."""

    calendar = models.ForeignKey(
        Calendar, verbose_name=_("calendar"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"), default=1)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=[(s.value, s.label) for s in (VersionState.DRAFT, VersionState.PUBLISHED, VersionState.RETIRED)],
        default=VersionState.DRAFT,
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering = ["calendar", "-number"]
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_number")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.number}"

    def schedule(self) -> Schedule:
        """The hours as a pure value. Raises ScheduleError when nothing is ever open."""
        if self.state == VersionState.DRAFT:
            return self._build()
        return published_schedule(self.pk)

    def _build(self) -> Schedule:
        week: dict[int, list[Window]] = defaultdict(list)
        for hours in self.hours.all():
            week[hours.weekday].append(hours.window())
        holidays: dict[date, str] = {}
        overrides: dict[date, list[Window]] = defaultdict(list)
        for day in self.special_days.filter(is_observed=True):
            if day.opens is None or day.closes is None:
                holidays[day.date] = day.name
            else:
                overrides[day.date].append(Window(day.opens, day.closes))
        return Schedule(self.time_zone, week, holidays, overrides)


@functools.lru_cache(maxsize=256)
def published_schedule(version_id: int) -> Schedule:
    """Schedules of published versions, which never change, so they are kept for the life of the process."""
    return CalendarVersion.objects.get(pk=version_id)._build()


class Hours(VersionChild):
    """An open window of a weekday, in minutes after midnight; past midnight it still belongs to the day it began."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens = models.PositiveSmallIntegerField(_("opens"))
    closes = models.PositiveSmallIntegerField(_("closes"))

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {clock_time(self.opens)}–{clock_time(self.closes)}"

    def clean(self) -> None:
        if None in (self.opens, self.closes):
            return  # the fields themselves say that they are needed
        try:
            self.window()
        except ScheduleError:
            raise ValidationError({"closes": _("Closing comes after opening, at most 24 hours later.")}) from None

    def window(self) -> Window:
        return Window(self.opens, self.closes)


class SpecialDay(VersionChild):
    """One date that differs from its weekday: closed (a holiday) or open at other hours, one row per window.

    Holidays copied from the `holidays` package carry where they came from in `source`: an upgrade of the package moves
    nothing here. A day that is not observed stays as a row, so that the next copy does not bring it back.
    """

    version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, related_name="special_days")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=80)
    opens = models.PositiveSmallIntegerField(_("opens"), null=True, blank=True)
    closes = models.PositiveSmallIntegerField(_("closes"), null=True, blank=True)
    is_observed = models.BooleanField(
        _("observed"), default=True, help_text=_("Off: an ordinary day, whatever the name says.")
    )
    source = models.CharField(_("copied from"), max_length=60, blank=True, editable=False)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday or special day")
        verbose_name_plural = _("holidays and special days")
        ordering = ["date", "opens"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    def clean(self) -> None:
        if (self.opens is None) != (self.closes is None):
            raise ValidationError({"closes": _("Give both times, or neither for a closed day.")})
        if self.opens is None or self.closes is None:
            return
        try:
            Window(self.opens, self.closes)
        except ScheduleError:
            raise ValidationError({"closes": _("Closing comes after opening, at most 24 hours later.")}) from None


def clock_time(minutes: int) -> str:
    """Minutes after midnight as people write them: 540 is 09:00, 1440 is 24:00, 1800 is 06:00 (the next day)."""
    shown = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{shown // 60:02d}:{shown % 60:02d}"
