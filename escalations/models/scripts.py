"""Scripts: ordered checklists for the front line, and what was done of them on a case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import new_uid
from escalations.models.cases import Case
from escalations.models.people import Agent
from escalations.models.topics import Topic
from knowledgebase.models import Article


class Script(models.Model):
    """What to try, in order, before a case of this topic leaves this level."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=120)
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="scripts",
        help_text=_("Empty: every topic."),
    )
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    is_active = models.BooleanField(_("offered"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("script")
        verbose_name_plural = _("scripts")
        ordering = ["level", "name"]

    def __str__(self) -> str:
        return self.name


class ScriptLine(models.Model):
    """One thing to try. What was done on cases refers to it, so it is retired, not deleted."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    body = models.CharField(_("what to do"), max_length=300)
    article = models.ForeignKey(
        Article, verbose_name=_("article"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_active = models.BooleanField(_("offered"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line of a script")
        verbose_name_plural = _("lines of scripts")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.body[:60]


class ScriptTick(models.Model):
    """A line that was done on a case, and whether it helped."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ticks")
    line = models.ForeignKey(ScriptLine, on_delete=models.PROTECT, related_name="ticks")
    helped = models.BooleanField(_("it helped"), default=False)
    done_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("done"))

    class Meta:
        verbose_name = _("line done")
        verbose_name_plural = _("lines done")
        ordering = ["done_at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "line"], name="script_line_once")]

    def __str__(self) -> str:
        return str(self.line)
