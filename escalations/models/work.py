"""The work on an escalation: what was found, how it is solved, and what others were asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import new_uid
from escalations.models import words
from escalations.models.cases import Case
from escalations.models.escalations import Escalation
from escalations.models.messages import Message
from escalations.models.people import Agent, Team
from escalations.rules.vocabulary import CLIMBING, RequestState


class Finding(models.Model):
    """Something that was found out, with its own date."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="findings")
    author = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="findings")
    found_at = models.DateTimeField(_("found"))
    body = models.TextField(_("finding"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["found_at", "id"]

    def __str__(self) -> str:
        return self.body[:60]


class Plan(models.Model):
    """How an escalation is solved. A second plan takes the place of the first; the newest counts."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="plans")
    author = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")
    target_at = models.DateTimeField(_("solved by"), null=True)
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.escalation)


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def to_do(self) -> PlanStepQuerySet:
        """The open steps of plans that count: the newest one of an escalation that is not solved."""
        newer = Plan.objects.filter(escalation=OuterRef("plan__escalation"), pk__gt=OuterRef("plan"))
        climbing = [state.value for state in CLIMBING]
        return self.filter(~Exists(newer), done_at=None, plan__escalation__state__in=climbing)


class PlanStep(models.Model):
    """One thing to do, by somebody, by a date."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    body = models.CharField(_("what to do"), max_length=300)
    owner = models.ForeignKey(Agent, verbose_name=_("by whom"), on_delete=models.PROTECT, related_name="plan_steps")
    due_on = models.DateField(_("by when"))
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        ordering = ["position"]
        indexes = [models.Index(fields=["owner", "due_on"], condition=Q(done_at=None), name="plan_step_open")]

    def __str__(self) -> str:
        return self.body[:60]


class OutsideParty(models.Model):
    """Somebody outside whom we depend on: a vendor, a carrier, an authority."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    contact = models.CharField(_("who to ask"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("outside party")
        verbose_name_plural = _("outside parties")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def reached(self) -> str:
        """Whom to ask there, and how; empty where nothing is known."""
        return " · ".join(part for part in (self.contact, self.email, self.phone) if part)


class Request(models.Model):
    """A part of the work that another team or an outside party owes us; whoever is accountable stays so.

    The team is reminded, and so is who asked, every `chase_minutes` working minutes until it is answered.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="requests")
    escalation = models.ForeignKey(Escalation, null=True, on_delete=models.CASCADE, related_name="requests")
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    party = models.ForeignKey(
        OutsideParty,
        verbose_name=_("outside party"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
    )
    contact = models.CharField(_("whom we asked there"), max_length=120, blank=True)
    their_reference = models.CharField(_("their reference"), max_length=80, blank=True)
    body = models.TextField(_("what is needed"))
    asked_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="requests")
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(
        _("state"), max_length=10, choices=list(words.REQUEST_STATES.items()), default=RequestState.OPEN.value
    )
    chase_minutes = models.PositiveIntegerField(_("remind every (working minutes)"), default=480)
    next_chase_at = models.DateTimeField(_("reminded next"), null=True)
    chased = models.PositiveSmallIntegerField(_("reminded"), default=0)
    answer = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(team=None) & Q(party__isnull=False)) | (Q(team__isnull=False) & Q(party=None)),
                name="request_of_one",
            ),
            models.CheckConstraint(
                condition=Q(next_chase_at=None) | Q(state=RequestState.OPEN.value), name="request_chased_while_open"
            ),
        ]
        indexes = [
            models.Index(fields=["next_chase_at"], condition=Q(next_chase_at__isnull=False), name="request_chases"),
            models.Index(fields=["team"], condition=Q(state=RequestState.OPEN.value), name="request_of_team"),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def whom(self) -> str:
        """The name of whoever owes it."""
        return str(self.team or self.party or "")
