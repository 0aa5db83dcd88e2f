"""Clocks: projections of the journal, kept as rows for the index and the sweep."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalations.models import words
from escalations.models.calendars import CalendarVersion
from escalations.models.cases import Case
from escalations.models.escalations import Escalation
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState


class Clock(models.Model):
    """A promise with a due instant; identified by case, kind and the event that started it.

    `promise` is the uid of the promise this clock of news stands for; then it has no calendar and an exact instant.

    Everything here is computed from the events and the pinned version, by `actions/clocks` only.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(_("clock"), max_length=20, choices=[(k.value, words.CLOCKS[k]) for k in ClockKind])
    start_seq = models.PositiveIntegerField()
    escalation = models.ForeignKey(Escalation, null=True, on_delete=models.CASCADE, related_name="clocks")
    state = models.CharField(_("state"), max_length=8, choices=[(s.value, words.CLOCK_STATES[s]) for s in ClockState])
    started_at = models.DateTimeField(_("started"))
    target_minutes = models.PositiveIntegerField(_("target"))
    warn_percent = models.PositiveSmallIntegerField()
    calendar_version = models.ForeignKey(CalendarVersion, null=True, on_delete=models.PROTECT, related_name="+")
    promise = models.CharField(max_length=32, blank=True)
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    next_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(_("missed"), null=True)
    met_at = models.DateTimeField(_("met"), null=True)
    ended_at = models.DateTimeField(null=True)
    worked_seconds = models.PositiveIntegerField(_("working time used"), null=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["start_seq", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "start_seq"], name="clock_identity"),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(state=ClockState.RUNNING.value), name="clock_next_only_running"
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in ClockState]), name="clock_state_known"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_due"),
            models.Index(fields=["kind", "started_at"], name="clock_kind_started"),
            models.Index(
                fields=["due_at"],
                condition=Q(kind=ClockKind.FOLLOW_UP.value, state=ClockState.RUNNING.value),
                name="clock_follow_ups",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at}"
