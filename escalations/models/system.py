"""What the engine keeps about itself."""

from __future__ import annotations

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from customers.models import User
from escalations.models import words
from escalations.models.cases import Case
from escalations.models.policies import PolicyVersion
from escalations.rules.vocabulary import Elapsed


class Pulse(models.Model):
    """The last sign of life of a part of the engine."""

    component = models.CharField(_("part"), max_length=40, unique=True)
    at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")
        ordering = ["component"]

    def __str__(self) -> str:
        return f"{self.component}, {formats.date_format(timezone.localtime(self.at), 'DATETIME_FORMAT')}"


class Lease(models.Model):
    """A part of the engine that one worker at a time does, and until when it may; then another takes over."""

    name = models.CharField(_("part"), max_length=40, unique=True)
    holder = models.CharField(_("held by"), max_length=64)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Lane(models.Model):
    """How a way out with one server behind it fares: while that lets nobody in, nothing is tried until `rests_until`.

    `failures` counts how often it failed since `down_since`; `error` is what it said last.
    """

    channel = models.CharField(_("way"), max_length=8, unique=True, choices=list(words.CHANNELS.items()))
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    down_since = models.DateTimeField(_("down since"), null=True)
    rests_until = models.DateTimeField(_("rests until"), null=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("way out")
        verbose_name_plural = _("ways out")
        ordering = ["channel"]

    def __str__(self) -> str:
        return str(self.get_channel_display())


class SetAside(models.Model):
    """A case that the engine could not move on, with its error: tried again ever more seldom, and nobody waits for it.

    The row goes away when an attempt succeeds.
    """

    case = models.OneToOneField(Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="set_aside")
    stage = models.CharField(_("what failed"), max_length=20)
    error = models.TextField(_("error"))
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last tried"))
    tries = models.PositiveIntegerField(_("tries"), default=1)
    next_try_at = models.DateTimeField(_("tried again"))

    class Meta:
        verbose_name = _("case set aside")
        verbose_name_plural = _("cases set aside")
        ordering = ["-last_at"]

    def __str__(self) -> str:
        return str(self.case)


class VersionMove(models.Model):
    """An order to move all open cases of a policy to one of its versions, carried out in batches by the engine.

    Cases are taken in order of their keys, up to the last one there was when the order was given.
    """

    version = models.ForeignKey(
        PolicyVersion, verbose_name=_("to version"), on_delete=models.PROTECT, related_name="moves"
    )
    elapsed = models.CharField(_("time that has passed"), max_length=8, choices=list(words.ELAPSED.items()))
    ordered_by = models.ForeignKey(User, verbose_name=_("ordered by"), on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(_("ordered"))
    up_to = models.PositiveBigIntegerField()
    reached = models.PositiveBigIntegerField(default=0)
    moved = models.PositiveIntegerField(_("moved"), default=0)
    refused = models.JSONField(_("not moved"), default=list)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("move to a version")
        verbose_name_plural = _("moves to a version")
        ordering = ["-ordered_at"]
        indexes = [models.Index(fields=["ordered_at"], condition=models.Q(finished_at=None), name="version_move_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(elapsed__in=[choice.value for choice in Elapsed]), name="version_move_elapsed_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.version)
