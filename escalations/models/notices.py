"""Notices: one message to one person by one channel, as a row written with the change it tells of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import new_uid
from escalations.models import words
from escalations.models.bulletins import Bulletin
from escalations.models.cases import Case
from escalations.models.events import Event


class NoticeState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    FAILED = "failed", _("failed")
    FOLDED = "folded", _("folded into a digest")
    BOUNCED = "bounced", _("came back")


class Notice(models.Model):
    """Unique by event (or bulletin), recipient and channel.

    `accepted` means that the next server (or the inbox) has taken it. One that is over its recipient's budget is folded
    into another, which goes out at the end of the hour as a digest. What `is_held` waits for its reader's working time;
    what `is_urgent` waits for nothing. `bounced` was accepted and came back later. `recipient` is a person
    (user:…, contact:…) or an endpoint outside (endpoint:…). `instead_of` is the code of somebody who is away, for whom
    the recipient stands in. `over_budget` came in a digest because its recipient had enough mails in that hour.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="notices")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="notices")
    bulletin = models.ForeignKey(Bulletin, null=True, on_delete=models.CASCADE, related_name="notices")
    folded_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="folded")
    recipient = models.CharField(_("to"), max_length=48)
    channel = models.CharField(_("by"), max_length=8, choices=list(words.CHANNELS.items()))
    state = models.CharField(_("state"), max_length=8, choices=NoticeState.choices, default=NoticeState.WAITING)
    written_at = models.DateTimeField(_("written"))
    next_try_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    bounced_at = models.DateTimeField(_("came back"), null=True)
    seen_at = models.DateTimeField(_("seen"), null=True)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    is_held = models.BooleanField(_("waits for working time"), default=False)
    over_budget = models.BooleanField(_("over the budget of an hour"), default=False)
    instead_of = models.CharField(_("instead of"), max_length=48, blank=True, default="")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient", "channel"], name="notice_once"),
            models.UniqueConstraint(
                fields=["bulletin", "recipient", "channel"],
                condition=Q(bulletin__isnull=False),
                name="notice_of_bulletin_once",
            ),
            models.CheckConstraint(
                condition=(Q(event__isnull=False) & Q(case__isnull=False) & Q(bulletin=None))
                | (Q(event=None) & Q(case=None) & Q(bulletin__isnull=False)),
                name="notice_of_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_try_at"], condition=Q(state=NoticeState.WAITING.value), name="notice_due"
            ),
            models.Index(fields=["written_at"], condition=Q(state=NoticeState.WAITING.value), name="notice_oldest"),
            models.Index(fields=["-id"], condition=Q(state=NoticeState.FAILED.value), name="notice_dead_letters"),
            models.Index(fields=["recipient", "channel", "-id"], name="notice_inbox"),
            models.Index(fields=["recipient", "written_at"], condition=Q(channel="mail"), name="notice_budget"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} → {self.recipient}"


class Attempt(models.Model):
    """One try to deliver a notice, and what the other side said. An attempt without an end was cut off by a death.

    `code` is the answer of the server (SMTP or HTTP) where there was one; `answer` its first words, never our secrets.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, blank=True)
    code = models.PositiveSmallIntegerField(_("answer code"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["began_at"], name="attempt_began")]

    def __str__(self) -> str:
        return f"{self.notice} · {self.number}"
