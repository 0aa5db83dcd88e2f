"""Messages: words on a case, public or internal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, User, new_uid
from escalations.models.cases import Case
from escalations.models.people import Agent


class Message(models.Model):
    """Words on a case: a public reply either way, or an internal note."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    is_public = models.BooleanField(_("the customer reads it"))
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("text"))
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        indexes = [models.Index(fields=["case", "id"], name="message_of_case")]

    def __str__(self) -> str:
        return self.body[:60]


class Mention(models.Model):
    """A colleague named in an internal note, who is told of it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="mentions")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["message", "agent"], name="mention_once")]

    def __str__(self) -> str:
        return str(self.agent)
