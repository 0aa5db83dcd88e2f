"""Customers who ask for escalation, and what they are answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, new_uid
from escalations.models import words
from escalations.models.cases import Case
from escalations.models.messages import Message
from escalations.models.people import Agent
from escalations.rules.vocabulary import AskState


class Ask(models.Model):
    """A customer's wish that a case is escalated; at most one is open on a case."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="asks")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="asks")
    reason = models.CharField(_("reason"), max_length=12, choices=list(words.ASK_REASONS.items()))
    stake = models.ForeignKey(Message, verbose_name=_("what is at stake"), on_delete=models.PROTECT, related_name="+")
    reach = models.CharField(_("how to reach me"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=list(words.ASK_STATES.items()), default=AskState.OPEN.value
    )
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("wish for escalation")
        verbose_name_plural = _("wishes for escalation")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=AskState.OPEN.value), name="ask_one_open_per_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.get_state_display()}"
