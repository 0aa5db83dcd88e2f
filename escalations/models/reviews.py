"""What was learned, and what the customer thought of it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, new_uid
from escalations.models.cases import Case
from escalations.models.escalations import Escalation
from escalations.models.people import Agent


class Review(models.Model):
    """Written after an escalation: the causes in words, and what prevents it next time."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, related_name="review")
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="reviews")
    causes = models.TextField(_("causes"))
    lessons = models.TextField(_("what prevents it next time"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return self.causes[:60]


class Survey(models.Model):
    """The customer's answer to one question after a resolution: 1 (bad) to 5 (very good)."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="surveys")
    resolution_seq = models.PositiveIntegerField()
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="surveys")
    score = models.PositiveSmallIntegerField(_("score"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.TextField(_("comment"), blank=True)
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(fields=["case", "resolution_seq"], name="survey_once_per_resolution"),
            models.CheckConstraint(condition=Q(score__gte=1) & Q(score__lte=5), name="survey_score_range"),
        ]

    def __str__(self) -> str:
        return str(self.score)
