"""Where programs and chat rooms are told: addresses outside, with a secret and a filter each."""

from __future__ import annotations

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import new_uid
from escalations.models import words
from escalations.models.people import Agent, Team
from escalations.models.sealed import SealedField
from escalations.rules.vocabulary import Channel

OUTSIDE = (Channel.WEBHOOK, Channel.CHAT)


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def open(self) -> EndpointQuerySet:
        """Those that are told of what happens."""
        return self.filter(is_active=True)


class Endpoint(models.Model):
    """A webhook or a chat room that is told of events; with an `agent` it is that person's own chat.

    Webhooks are signed with `secret`; while a secret is replaced, the one before it signs beside it until
    `previous_until`. An endpoint that fails again and again rests until `rests_until`, so that it holds nobody up.
    """

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    channel = models.CharField(
        _("kind"), max_length=8, choices=[(kind.value, words.CHANNELS[kind]) for kind in OUTSIDE]
    )
    url = models.CharField(
        _("address"),
        max_length=500,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Of a private network only where the host is allowed below “Allowed hosts”."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    kinds = models.JSONField(
        _("events"), default=list, blank=True, help_text=_("Kinds of events it is told of. None: all.")
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("only cases of this team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="endpoints",
    )
    agent = models.ForeignKey(
        Agent,
        verbose_name=_("the own chat of"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="endpoints",
        help_text=_("Gets what this person chose to get by chat, instead of events."),
    )
    secret = SealedField(_("secret"), blank=True, editable=False)
    previous_secret = SealedField(_("secret before"), blank=True, editable=False)
    previous_until = models.DateTimeField(_("secret before signs until"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    rests_until = models.DateTimeField(_("rests until"), null=True, editable=False)

    objects = EndpointQuerySet.as_manager()

    history = HistoricalRecords(excluded_fields=["secret", "previous_secret", "failures", "rests_until"])

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agent=None) | Q(channel=Channel.CHAT.value),
                name="endpoint_of_a_person_is_chat",
                violation_error_message=_("Only a chat can belong to a person."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """How a notice names this endpoint."""
        return f"endpoint:{self.uid}"


class AllowedHost(models.Model):
    """A host that endpoints may reach although its address is private: somebody answers for it."""

    host = models.CharField(
        _("host"), max_length=253, unique=True, help_text=_("A name or address without port, such as chat.intern.")
    )
    note = models.CharField(_("why"), max_length=200)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("allowed host")
        verbose_name_plural = _("allowed hosts")
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host
