"""How people want to be told: by which channel, when, and how often. The inbox has everything at once all the same."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import User
from escalations.models import words
from escalations.models.calendars import Calendar
from escalations.rules.vocabulary import Channel, NoticeGroup, Rhythm

LEFT_OPEN = (Channel.MAIL, Channel.CHAT)


class NoticeWishes(models.Model):
    """When and how often one colleague gets what is not urgent; who has no row gets each mail at once.

    Nothing comes within the quiet hours (`quiet_from` to `quiet_until` in the person's own time zone, over midnight
    too) or outside of the own calendar; without one, the hours of the level count. `digest_at` is when the digest of a
    day comes.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_wishes")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    calendar = models.ForeignKey(
        Calendar,
        verbose_name=_("working time"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the hours of the level a case is at."),
    )
    rhythm = models.CharField(
        _("what is not urgent comes"), max_length=8, choices=list(words.RHYTHMS.items()), default=Rhythm.AT_ONCE
    )
    digest_at = models.TimeField(_("digest of the day at"), default="08:00")

    class Meta:
        verbose_name = _("wishes for notices")
        verbose_name_plural = _("wishes for notices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notice_wishes_quiet_both",
                violation_error_message=_("Quiet hours need a beginning and an end."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class NoticeChoice(models.Model):
    """Whether somebody gets a group of notices by a channel; without a row, by mail and not by chat."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices")
    group = models.CharField(
        _("what"), max_length=12, choices=[(group.value, words.NOTICE_GROUPS[group]) for group in NoticeGroup]
    )
    channel = models.CharField(
        _("by"), max_length=8, choices=[(channel.value, words.CHANNELS[channel]) for channel in LEFT_OPEN]
    )
    is_wanted = models.BooleanField(_("wanted"))

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [models.UniqueConstraint(fields=["user", "group", "channel"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.group}"
