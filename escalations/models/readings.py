"""Who has read which version of the procedure, and who can apply it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalations.models.people import Agent
from escalations.models.policies import Policy, PolicyVersion


class Reading(models.Model):
    """Somebody was asked to read a version, and confirmed it or has not yet."""

    version = models.ForeignKey(
        PolicyVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="readings"
    )
    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="readings")
    asked_at = models.DateTimeField(_("asked"))
    read_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-asked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "agent"], name="reading_once")]
        indexes = [models.Index(fields=["agent"], condition=Q(read_at=None), name="reading_open")]

    def __str__(self) -> str:
        return f"{self.agent} – {self.version}"


class TrainingRecord(models.Model):
    """Somebody confirmed to have read a training text and to be able to apply it; it counts until `valid_until`.

    `digest` is that of the very text (rules.procedure.Training.digest): another version with the same text counts it.
    """

    policy = models.ForeignKey(Policy, verbose_name=_("policy"), on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="training_records")
    key = models.SlugField(_("training text"))
    digest = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(_("confirmed"))
    valid_until = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("training record")
        verbose_name_plural = _("training records")
        ordering = ["-confirmed_at", "id"]
        indexes = [models.Index(fields=["agent", "digest", "valid_until"], name="training_record_current")]

    def __str__(self) -> str:
        return f"{self.agent} – {self.key}"
