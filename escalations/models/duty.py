"""Who is on duty for a team when, and who is away."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import validate_time_zone
from escalations.models.calendars import Calendar, CalendarVersion
from escalations.models.immutable import VersionState
from escalations.models.people import Agent, Team
from escalations.timing.rotation import Override, Rotation
from escalations.timing.schedule import Schedule


class Rota(models.Model):
    """Whose turn it is in a team: computed from an anchor in local time, so it is right over every clock change."""

    team = models.OneToOneField(Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="rota")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_time_zone]
    )
    anchor = models.DateField(_("first day of the first shift"))
    hands_over = models.TimeField(_("hands over at"), help_text=_("Local time."))
    shift_days = models.PositiveSmallIntegerField(
        _("days in a shift"), default=7, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    calendar = models.ForeignKey(
        Calendar,
        verbose_name=_("only in these hours"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rotas",
        help_text=_("Empty: round the clock."),
    )
    people = models.ManyToManyField(Agent, through="RotaMember", related_name="rotas")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rota")
        verbose_name_plural = _("rotas")
        ordering = ["team__name"]

    def __str__(self) -> str:
        return str(self.team)

    def rotation(self) -> Rotation:
        """Whose turn it is, as one value; its hours are those of the newest edition of the calendar."""
        return self.rotation_in(self._hours())

    def rotation_in(self, hours: Schedule | None) -> Rotation:
        """The same in hours that are known already; what was fetched with the rota is not asked for again."""
        return Rotation(
            anchor=self.anchor,
            hands_over=self.hands_over.hour * 60 + self.hands_over.minute,
            zone=self.time_zone,
            shift_days=self.shift_days,
            people=tuple(place.agent_id for place in self.members.all()),
            swaps=tuple((swap.shift, swap.agent_id) for swap in self.swaps.all()),
            overrides=tuple(
                Override(row.starts_at, row.ends_at, row.agent_id)
                for row in sorted(self.overrides.all(), key=lambda row: row.pk)
            ),
            hours=hours,
        )

    def _hours(self) -> Schedule | None:
        editions = CalendarVersion.objects.filter(calendar=self.calendar_id, state=VersionState.PUBLISHED)
        newest = editions.order_by("-number").first() if self.calendar_id else None
        return newest.schedule() if newest else None


class RotaMember(models.Model):
    """A place in the order in which people take turns."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="turns")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.agent)


class DutySwap(models.Model):
    """Somebody else takes a whole shift; it follows when the shift is moved."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="swaps")
    shift = models.PositiveIntegerField(_("shift"), help_text=_("Counted from 0, which begins on the first day."))
    agent = models.ForeignKey(Agent, verbose_name=_("taken by"), on_delete=models.PROTECT, related_name="swaps")

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ["shift"]
        constraints = [models.UniqueConstraint(fields=["rota", "shift"], name="duty_swap_once")]

    def __str__(self) -> str:
        return f"{self.shift} {self.agent}"


class DutyOverride(models.Model):
    """Somebody else is on duty for a stretch of time; of two that overlap the later entry counts."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="overrides")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    agent = models.ForeignKey(Agent, verbose_name=_("on duty"), on_delete=models.PROTECT, related_name="overrides")

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="duty_override_lasts",
                violation_error_message=_("It must end after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.starts_at:%Y-%m-%d %H:%M}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def current(self, at: datetime) -> AbsenceQuerySet:
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class Absence(models.Model):
    """Somebody is away; a deputy answers meanwhile. `handed_over_at` is when the engine passed on what was open."""

    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    deputy = models.ForeignKey(
        Agent, verbose_name=_("deputy"), null=True, blank=True, on_delete=models.PROTECT, related_name="stands_in"
    )
    handed_over_at = models.DateTimeField(null=True, editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_lasts",
                violation_error_message=_("It must end after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(agent=F("deputy")),
                name="absence_deputy_is_another",
                violation_error_message=_("Nobody stands in for himself; choose somebody else."),
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], condition=Q(handed_over_at=None), name="absence_begins")]

    def __str__(self) -> str:
        return f"{self.agent} {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"
