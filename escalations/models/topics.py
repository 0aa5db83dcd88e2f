"""What cases are about, and why they wait."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import new_uid
from escalations.models.people import Skill, Team
from escalations.rules.vocabulary import PAUSED_BY_DEFAULT


class Topic(models.Model):
    """What a case is about: a category of knowledge; a product is a topic without a parent."""

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("front-line team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="topics",
        help_text=_("Takes cases of this topic at level 1 instead of the team of the policy."),
    )
    skill = models.ForeignKey(
        Skill,
        verbose_name=_("skill it takes"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="topics",
        help_text=_("What cases of this topic usually take, until somebody says otherwise."),
    )
    is_offered = models.BooleanField(_("offered to customers"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def usual_stops() -> list[str]:
    """What a pause stops unless an administrator says otherwise."""
    return [kind.value for kind in PAUSED_BY_DEFAULT]


class PauseReason(models.Model):
    """Why a case waits, and which clocks stop meanwhile."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    public_label = models.CharField(_("label for customers"), max_length=80)
    stops = models.JSONField(
        _("clocks it stops"), default=usual_stops, help_text=_("Acknowledgement, triage and news never stop.")
    )
    is_active = models.BooleanField(_("offered"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pause reason")
        verbose_name_plural = _("pause reasons")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
