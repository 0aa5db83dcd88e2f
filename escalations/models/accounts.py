"""Account escalations: several cases of one organization under one manager, with one rhythm of news."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Organization, new_uid
from escalations.models.people import Agent


class AccountEscalation(models.Model):
    """All that burns at one customer, in one hand. At most one is open for an organization."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="account_escalations"
    )
    manager = models.ForeignKey(Agent, verbose_name=_("manager"), on_delete=models.PROTECT, related_name="accounts")
    why = models.TextField(_("why"))
    rhythm_minutes = models.PositiveIntegerField(
        _("news every (working minutes)"), validators=[MinValueValidator(15), MaxValueValidator(10_080)]
    )
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)
    lessons = models.TextField(_("what was learned"), blank=True)

    class Meta:
        verbose_name = _("account escalation")
        verbose_name_plural = _("account escalations")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(closed_at=None), name="account_one_open_per_organization"
            )
        ]

    def __str__(self) -> str:
        return str(self.organization)
