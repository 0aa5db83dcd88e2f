"""Escalations: one climb of one case, its steps, what the next level must know, and what it is asked to decide."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from customers.models import new_uid
from escalations.models import words
from escalations.models.cases import Case
from escalations.models.machine import MachineModel
from escalations.models.messages import Message
from escalations.models.people import Agent, Skill, Team
from escalations.rules.vocabulary import CLIMBING, OPEN_ESCALATION, EscalationState, Verdict
from knowledgebase.models import Article

_OPEN = Q(state__in=[state.value for state in OPEN_ESCALATION])


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def open(self) -> EscalationQuerySet:
        return self.filter(_OPEN)


class Escalation(MachineModel):
    """One climb of one case, from the request to its end. Somebody is accountable at every moment."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations")
    state = FSMField(
        _("state"),
        default=EscalationState.REQUESTED.value,
        protected=True,
        choices=list(words.ESCALATION_STATES.items()),
    )
    source = models.CharField(_("began by"), max_length=8, choices=list(words.SOURCES.items()))
    reason = models.CharField(_("reason"), max_length=16, choices=list(words.REASONS.items()))
    accountable = models.ForeignKey(
        Agent, verbose_name=_("accountable"), on_delete=models.PROTECT, related_name="accountable_for"
    )
    asked_by = models.ForeignKey(
        Agent, verbose_name=_("asked by"), null=True, on_delete=models.PROTECT, related_name="escalated"
    )
    from_level = models.PositiveSmallIntegerField(_("from level"), default=1)
    from_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(_("cause"), max_length=12, blank=True, choices=list(words.CAUSES.items()))
    prevention = models.TextField(_("what prevents it next time"), blank=True)
    ended_early = models.BooleanField(_("de-escalated"), default=False)
    started_at = models.DateTimeField(_("began"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    next_check_at = models.DateTimeField(_("looked at again"), null=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=_OPEN, name="escalation_one_open_per_case"),
            models.CheckConstraint(
                condition=~_OPEN | Q(next_check_at__isnull=False), name="escalation_open_is_checked"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in EscalationState]), name="escalation_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], condition=_OPEN, name="escalation_checks"),
            models.Index(fields=["accountable"], condition=_OPEN, name="escalation_accountable"),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.state}"

    @property
    def justification(self) -> str:
        """Why it was begun, in the words of whoever did."""
        first = self.steps.select_related("justification").order_by("number").first()
        return first.justification.body if first and first.justification else ""

    # -- the machine -----------------------------------------------------------------------------------

    @transition(field=state, source=EscalationState.REQUESTED.value, target=EscalationState.INVESTIGATING.value)
    def accept(self, *, at: datetime) -> None:
        self.acknowledged_at = self.acknowledged_at or at

    @transition(field=state, source=EscalationState.REQUESTED.value, target=EscalationState.DECLINED.value)
    def decline(self, *, at: datetime) -> None:
        self.ended_at, self.next_check_at = at, None

    @transition(field=state, source=EscalationState.REQUESTED.value, target=EscalationState.INCOMPLETE.value)
    def give_back(self) -> None:
        """The brief lacks something; whoever asked owes it."""

    @transition(field=state, source=EscalationState.INCOMPLETE.value, target=EscalationState.REQUESTED.value)
    def complete(self) -> None:
        """The brief has what was missing."""

    @transition(field=state, source=[s.value for s in CLIMBING], target=EscalationState.REQUESTED.value)
    def step(self, *, accountable: Agent, next_check_at: datetime) -> None:
        """To another level or team: waits for triage again, with new clocks."""
        self.accountable, self.next_check_at = accountable, next_check_at

    @transition(field=state, source=EscalationState.INVESTIGATING.value, target=EscalationState.RESOLVING.value)
    def plan(self) -> None:
        """How it is solved is known."""

    @transition(
        field=state,
        source=[EscalationState.INVESTIGATING.value, EscalationState.RESOLVING.value],
        target=EscalationState.RESOLVED.value,
    )
    def resolve(self, *, at: datetime, next_check_at: datetime) -> None:
        self.resolved_at, self.next_check_at = at, next_check_at

    @transition(field=state, source=EscalationState.RESOLVED.value, target=EscalationState.CLOSED.value)
    def close(self, *, at: datetime) -> None:
        self.ended_at, self.next_check_at = at, None

    @transition(field=state, source=EscalationState.RESOLVED.value, target=EscalationState.INVESTIGATING.value)
    def not_solved(self, *, next_check_at: datetime) -> None:
        self.resolved_at, self.next_check_at = None, next_check_at

    @transition(field=state, source=[s.value for s in CLIMBING], target=EscalationState.WITHDRAWN.value)
    def withdraw(self, *, at: datetime) -> None:
        self.ended_at, self.next_check_at = at, None

    @transition(field=state, source=[s.value for s in CLIMBING], target=EscalationState.CLOSED.value)
    def de_escalate(self, *, at: datetime) -> None:
        """It ends before its case does, because it need not be escalated any more."""
        self.ended_at, self.next_check_at, self.ended_early = at, None, True


class Step(models.Model):
    """One move inside an escalation: from where to where, as which kind, to whom and why."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    move = models.CharField(_("move"), max_length=12, choices=list(words.MOVES.items()))
    kind = models.CharField(_("kind"), max_length=16, choices=list(words.KINDS.items()))
    reason = models.CharField(_("reason"), max_length=16, choices=list(words.REASONS.items()))
    from_level = models.PositiveSmallIntegerField(_("from level"))
    to_level = models.PositiveSmallIntegerField(_("to level"))
    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Agent, verbose_name=_("person"), on_delete=models.PROTECT, related_name="steps")
    asked_by = models.ForeignKey(
        Agent, verbose_name=_("asked by"), null=True, on_delete=models.PROTECT, related_name="steps_asked"
    )
    because = models.CharField(_("chosen because"), max_length=12, choices=list(words.BECAUSE.items()), blank=True)
    instead_of = models.ForeignKey(
        Agent, verbose_name=_("stands in for"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    skill = models.ForeignKey(
        Skill, verbose_name=_("skill asked for"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    justification = models.ForeignKey(
        Message, verbose_name=_("justification"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_automatic = models.BooleanField(_("by itself"), default=False)
    started_at = models.DateTimeField(_("began"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["escalation", "number"]
        constraints = [models.UniqueConstraint(fields=["escalation", "number"], name="step_number_once")]
        indexes = [
            models.Index(fields=["started_at"], condition=Q(is_automatic=True), name="step_automatic"),
            models.Index(fields=["started_at"], condition=Q(ended_at=None), name="step_current"),
        ]

    def __str__(self) -> str:
        return f"{self.from_level} → {self.to_level}"


class Brief(models.Model):
    """What the next level must know, so that the customer need not say it again."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="brief")
    tried = models.TextField(_("what was tried"))
    impact = models.TextField(_("what it means for the customer"))
    asked = models.TextField(_("what is asked of you"))
    evidence = models.TextField(_("evidence"), blank=True)
    articles = models.ManyToManyField(Article, verbose_name=_("articles tried"), blank=True, related_name="+")

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")

    def __str__(self) -> str:
        return self.asked[:60]


class Decision(models.Model):
    """A question to somebody with authority, and the answer.

    `was_needed` says that whoever asked could not have decided it within the limit of their authority.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="decisions")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="decisions")
    person = models.ForeignKey(
        Agent, verbose_name=_("asked of"), on_delete=models.PROTECT, related_name="decisions_asked"
    )
    asked_at = models.DateTimeField(_("asked"))
    question = models.TextField(_("question"))
    options = models.JSONField(_("options"), default=list, blank=True)
    recommendation = models.TextField(_("recommendation"), blank=True)
    amount = models.PositiveIntegerField(_("amount"), default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    was_needed = models.BooleanField(_("was needed"), default=True)
    due_at = models.DateTimeField(_("to be decided by"), null=True)
    verdict = models.CharField(
        _("verdict"), max_length=8, blank=True, choices=[(v.value, words.VERDICTS[v]) for v in Verdict]
    )
    option = models.PositiveSmallIntegerField(_("chosen option"), default=0)
    answer = models.TextField(_("answer"), blank=True)
    decided_by = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]
        indexes = [models.Index(fields=["person"], condition=Q(decided_at=None), name="decision_open")]

    def __str__(self) -> str:
        return self.question[:60]

    @property
    def chosen(self) -> str:
        """The words of the chosen option; empty without one."""
        return str(self.options[self.option - 1]) if 0 < self.option <= len(self.options) else ""
