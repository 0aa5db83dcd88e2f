"""What the auditor looked at and found: nothing goes silent, and if it does, somebody knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import new_uid
from escalations.models import words
from escalations.models.cases import Case
from escalations.rules.violations import Found, ViolationKind


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw.

    `answered` are the kinds of which it knows everything there is; of what is proven a slice of cases at a time it
    knows only about `cases`. `chain_from`, `chain_to` and `escalated_to` are the ends of that slice.
    """

    at: datetime
    found: Sequence[Found]
    answered: Collection[ViolationKind]
    cases: Collection[int]
    open_escalations: int
    statements: int
    chain_from: int = 0
    chain_to: int = 0
    escalated_to: int = 0


class Audit(models.Model):
    """One look at everything: when, how long it took, and how many open escalations were accounted for.

    `chain_from` and `chain_to` are the keys of the cases whose journals this look has proven; the next goes on there.
    Open escalations have a round of their own, which goes on after `escalated_to`.
    """

    at = models.DateTimeField(_("at"))
    milliseconds = models.PositiveIntegerField(_("took (ms)"))
    open_escalations = models.PositiveIntegerField(_("open escalations"))
    statements = models.PositiveIntegerField(_("statements"))
    findings = models.PositiveIntegerField(_("open findings"))
    chain_from = models.PositiveBigIntegerField(default=0)
    chain_to = models.PositiveBigIntegerField(default=0)
    escalated_to = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-at"]
        indexes = [models.Index(fields=["-at"], name="audit_newest")]

    def __str__(self) -> str:
        return str(self.at)

    @property
    def is_clean(self) -> bool:
        return self.findings == 0


class ViolationQuerySet(models.QuerySet["Violation"]):
    def open(self) -> ViolationQuerySet:
        """Those that are not over."""
        return self.filter(over_at=None)


class Violation(models.Model):
    """Something that must not be: from when it was first seen until it is over, and what was done about it.

    `about` names what it is about, so that the same one is not found twice while it lasts.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    kind = models.CharField(_("what"), max_length=24)
    about = models.CharField(_("about"), max_length=80)
    case = models.ForeignKey(Case, verbose_name=_("case"), null=True, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(_("details"), default=dict)
    found_at = models.DateTimeField(_("found"))
    last_found_at = models.DateTimeField(_("last found"))
    times = models.PositiveIntegerField(_("times"), default=1)
    repair = models.CharField(_("what was done"), max_length=40, blank=True)
    repaired_at = models.DateTimeField(_("repaired"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)
    over_at = models.DateTimeField(_("over"), null=True)

    objects = ViolationQuerySet.as_manager()

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        ordering = ["-found_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "about"], condition=Q(over_at=None), name="violation_once")
        ]

    def __str__(self) -> str:
        return self.in_words

    @property
    def in_words(self) -> str:
        """What is wrong, in the language of the viewer."""
        return str(words.VIOLATIONS.get(self.kind, self.kind))

    @property
    def repair_in_words(self) -> str:
        return str(words.REPAIRS.get(self.repair, self.repair))

    @property
    def in_a_line(self) -> str:
        """The case or what it is about, what is wrong, and what was done."""
        about = self.case.reference if self.case else str(self.data.get("team", self.about))
        done = f" ({self.repair_in_words})" if self.repair else ""
        return f"{about}: {self.in_words}{done}"
