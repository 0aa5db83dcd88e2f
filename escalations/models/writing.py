"""What helps to write: canned replies, and macros that do several things in one go."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import new_uid
from escalations.models.people import Team
from escalations.models.topics import Topic


class CannedReply(models.Model):
    """Words that are written often, with blanks for what differs; offered in the composer."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=80)
    text = models.TextField(
        _("text"), help_text=_("Blanks such as {{ contact }} are filled in with what the case says.")
    )
    language = models.CharField(_("language"), max_length=10, blank=True, help_text=_("Empty: every language."))
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="canned_replies",
        help_text=_("Empty: every topic."),
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="canned_replies",
        help_text=_("Empty: every team."),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=100)
    is_active = models.BooleanField(_("offered"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["position", "name", "id"]

    def __str__(self) -> str:
        return self.name


class Macro(models.Model):
    """Several acts on a case under one name, carried out in order, each by its own action, all or none."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=80)
    meaning = models.CharField(_("what it is for"), max_length=200, blank=True)
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="macros",
        help_text=_("Empty: every team."),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=100)
    is_active = models.BooleanField(_("offered"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["position", "name", "id"]

    def __str__(self) -> str:
        return self.name


class MacroStep(models.Model):
    """One act of a macro: a verb, and what its form would have been filled in with."""

    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    verb = models.CharField(_("act"), max_length=20)
    values = models.JSONField(_("filled in with"), default=dict, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("act of a macro")
        verbose_name_plural = _("acts of macros")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.verb
