"""What an administrator decides for the whole installation."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class HouseRules(models.Model):
    """Settings of the whole installation; there is one row, and without it the defaults hold."""

    by_team = models.BooleanField(
        _("colleagues see the cases of their teams only"),
        default=False,
        help_text=_(
            "And those they have a part in. Whoever may see every case – managers, executives, administrators, "
            "auditors – goes on seeing all of them."
        ),
    )
    needs_second_factor = models.BooleanField(
        _("administration needs a second factor"),
        default=False,
        help_text=_("Whoever may enter the administration sets up an app for one-time codes first."),
    )
    invitation_days = models.PositiveSmallIntegerField(
        _("invitations are good for so many days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("house rules")
        verbose_name_plural = _("house rules")

    def __str__(self) -> str:
        return str(_("house rules"))

    @classmethod
    def current(cls) -> HouseRules:
        """The one row, or the defaults."""
        return cls.objects.order_by("pk").first() or cls()
