"""The storm brake: too many climbs by themselves stop, and a person is asked."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import User, new_uid
from escalations.models.cases import Case


class StormBrake(models.Model):
    """How many cases may climb by themselves before somebody is asked; there is one row."""

    climbs = models.PositiveIntegerField(
        _("climbs by themselves"), default=20, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    minutes = models.PositiveIntegerField(
        _("within so many minutes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1_440)]
    )
    is_on = models.BooleanField(_("is on"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("storm brake")
        verbose_name_plural = _("storm brake")

    def __str__(self) -> str:
        return str(_("storm brake"))


class Storm(models.Model):
    """More cases than allowed wanted to climb at once; at most one is open."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    began_at = models.DateTimeField(_("began"))
    is_open = models.BooleanField(_("open"), default=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    let_climb = models.BooleanField(_("let them climb"), null=True)

    class Meta:
        verbose_name = _("storm")
        verbose_name_plural = _("storms")
        ordering = ["-began_at"]
        constraints = [models.UniqueConstraint(models.Value(1), condition=Q(ended_at=None), name="storm_one_open")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class HeldClimbQuerySet(models.QuerySet["HeldClimb"]):
    def waiting(self) -> HeldClimbQuerySet:
        """Those that nobody has let go yet."""
        return self.filter(released_at=None)

    def released(self) -> HeldClimbQuerySet:
        """Those that go on now, because somebody has looked at their storm."""
        return self.waiting().filter(storm__is_open=False)


class HeldClimb(models.Model):
    """A climb that waits until somebody has looked at the storm."""

    storm = models.ForeignKey(Storm, on_delete=models.CASCADE, related_name="held")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="held_climbs")
    to_level = models.PositiveSmallIntegerField(_("to level"))
    held_at = models.DateTimeField(_("held"))
    released_at = models.DateTimeField(_("released"), null=True)

    objects = HeldClimbQuerySet.as_manager()

    class Meta:
        verbose_name = _("climb held back")
        verbose_name_plural = _("climbs held back")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["storm", "case"], name="held_climb_once")]
        indexes = [models.Index(fields=["storm", "id"], condition=Q(released_at=None), name="held_climb_waiting")]

    def __str__(self) -> str:
        return f"{self.case.reference} → {self.to_level}"
