"""What people are told beside cases: a storm that was stopped, paths that must be confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import new_uid
from escalations.models import words
from escalations.models.people import Agent
from escalations.models.policies import Policy


class Bulletin(models.Model):
    """Something that concerns no single case; its notices lead to the page at `path`.

    `about` names what it is about, so that nothing is told twice; `data` are the values its sentence names.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=list(words.BULLETINS.items()))
    about = models.CharField(max_length=80, unique=True)
    path = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class PathCheck(models.Model):
    """What was wrong with the paths of a policy on one day, and who confirmed that they are right."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    policy = models.ForeignKey(Policy, verbose_name=_("policy"), on_delete=models.CASCADE, related_name="path_checks")
    checked_on = models.DateField(_("day"))
    checked_at = models.DateTimeField(_("checked"))
    findings = models.JSONField(_("found"), default=list)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    confirmed_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("path check")
        verbose_name_plural = _("path checks")
        ordering = ["-checked_at"]
        constraints = [models.UniqueConstraint(fields=["policy", "checked_on"], name="path_check_once_a_day")]
        indexes = [models.Index(fields=["policy"], condition=Q(confirmed_at=None), name="path_check_open")]

    def __str__(self) -> str:
        return f"{self.policy} {self.checked_on}"
