"""Cases: what a customer raised."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from customers.models import Contact, Organization, Tier, new_uid
from escalations.models import words
from escalations.models.access import of_their_teams
from escalations.models.accounts import AccountEscalation
from escalations.models.machine import MachineModel
from escalations.models.people import Agent, Skill, Team
from escalations.models.policies import PolicyVersion
from escalations.models.topics import PauseReason, Topic
from escalations.rules.standing import Right, Standing
from escalations.rules.vocabulary import UNSOLVED, CaseState, Impact, Origin, Outcome, Severity, Urgency

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
FIRST_REFERENCE = 1000
_OPEN = Q(state__in=[state.value for state in UNSOLVED])


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, standing: Standing) -> CaseQuerySet:
        """The one definition of access.

        Staff see every case, or by the house rules those of their teams and those they have a part in, see
        `models/access`; customers those they take part in, as long as they belong to the organization of the case, and
        all of an organization they lead.
        """
        if standing.is_staff and standing.by_team:
            return self.filter(of_their_teams(standing))
        if standing.is_staff or standing.is_system:
            return self
        if not standing.is_customer or standing.contact_id is None:
            return self.none()
        followed = Participant.objects.filter(contact_id=standing.contact_id).values("case_id")
        theirs = Q(organization_id=None) | Q(organization_id__in=standing.organizations)
        return self.filter(Q(organization_id__in=standing.organizations_led) | (Q(pk__in=followed) & theirs))

    def unsolved(self) -> CaseQuerySet:
        return self.filter(_OPEN)


class Case(MachineModel):
    """What a customer raised, with where it is worked now and when something is due next."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    subject = models.CharField(_("subject"), max_length=200)
    state = FSMField(_("state"), default=CaseState.NEW.value, protected=True, choices=list(words.CASE_STATES.items()))
    contact = models.ForeignKey(Contact, verbose_name=_("contact"), on_delete=models.PROTECT, related_name="cases")
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), null=True, on_delete=models.PROTECT, related_name="cases"
    )
    topic = models.ForeignKey(Topic, verbose_name=_("topic"), null=True, on_delete=models.PROTECT, related_name="cases")
    origin = models.CharField(_("came by"), max_length=8, choices=list(words.ORIGINS.items()), default=Origin.PORTAL)
    impact = models.CharField(_("impact"), max_length=8, choices=list(words.IMPACTS.items()), default=Impact.MEDIUM)
    urgency = models.CharField(
        _("urgency"), max_length=8, choices=list(words.URGENCIES.items()), default=Urgency.MEDIUM
    )
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, default=Tier.STANDARD)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=list(words.SEVERITIES.items()))
    entry_level = models.PositiveSmallIntegerField(_("entry level"))
    level = models.PositiveSmallIntegerField(_("level"))
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="cases")
    owner = models.ForeignKey(
        Agent, verbose_name=_("owner"), null=True, blank=True, on_delete=models.PROTECT, related_name="owned_cases"
    )
    policy_version = models.ForeignKey(
        PolicyVersion, verbose_name=_("policy version"), on_delete=models.PROTECT, related_name="cases"
    )
    pause_reason = models.ForeignKey(
        PauseReason, verbose_name=_("waits because"), null=True, on_delete=models.PROTECT, related_name="cases"
    )
    skill = models.ForeignKey(
        Skill, verbose_name=_("skill it takes"), null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    amount = models.PositiveIntegerField(_("amount in question"), default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    account = models.ForeignKey(
        AccountEscalation,
        verbose_name=_("account escalation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="follow_ups",
        help_text=_("The closed case that a mail answered when this one was opened."),
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text=_("The case that goes on in the place of this one; what is said here arrives there."),
    )
    outcome = models.CharField(_("outcome"), max_length=12, blank=True, choices=list(words.OUTCOMES.items()))
    opened_at = models.DateTimeField(_("opened"))
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    criteria_met_at = models.DateTimeField(_("criteria first met"), null=True)
    is_dormant = models.BooleanField(_("dormant"), default=False)
    source = models.CharField(_("imported from"), max_length=40, blank=True)
    external_id = models.CharField(_("number there"), max_length=80, blank=True)

    # What the engine reads: the next instant anything is due, news were promised for, the case wakes by itself, or the
    # ladder is to be looked at.
    next_due_at = models.DateTimeField(_("due next"), default=NEVER)
    promised_at = models.DateTimeField(_("news promised by"), null=True)
    wake_at = models.DateTimeField(_("moves on by itself"), null=True)
    check_at = models.DateTimeField(_("ladder looked at"), null=True)

    # The head of the journal.
    last_seq = models.PositiveIntegerField(default=0)
    last_event_at = models.DateTimeField(null=True)
    chain = models.CharField(max_length=64, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [(right.value, words.RIGHTS[right]) for right in Right]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in CaseState]), name="case_state_known"),
            models.CheckConstraint(condition=Q(severity__in=[int(s) for s in Severity]), name="case_severity_known"),
            models.CheckConstraint(
                condition=~Q(state=CaseState.PENDING.value) | Q(wake_at__isnull=False), name="case_pending_wakes"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(source=""), name="case_imported_once"
            ),
        ]
        indexes = [
            models.Index(fields=["next_due_at", "id"], condition=_OPEN, name="case_queue"),
            models.Index(fields=["team", "next_due_at", "id"], condition=_OPEN, name="case_team_queue"),
            models.Index(fields=["owner", "next_due_at", "id"], condition=_OPEN, name="case_owner_queue"),
            models.Index(fields=["promised_at"], condition=Q(promised_at__isnull=False), name="case_promises"),
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="case_wakes"),
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="case_checks"),
            models.Index(fields=["opened_at"], name="case_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    @property
    def reference(self) -> str:
        """The public number, no secret."""
        return f"B-{FIRST_REFERENCE + self.pk}" if self.pk else "B-"

    @staticmethod
    def pk_of(reference: str) -> int:
        """The key behind a reference such as B-1042; 0, which no row has, for anything else."""
        digits = reference.upper().removeprefix("B-")
        return (
            max(int(digits) - FIRST_REFERENCE, 0) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
        )

    def goes_on_as(self) -> Case:
        """The case in which this one goes on, however often it was merged; itself where it was not.

        Only an open case takes in another one, so that this comes to an end.
        """
        case = self
        while case.merged_into:
            case = case.merged_into
        return case

    # -- the machine: a transition checks, stamps its own fields, and returns --------------------------

    @property
    def usual_skill_id(self) -> int | None:
        """What was said that the case takes, else what cases of its topic usually take."""
        return self.skill_id or (self.topic.skill_id if self.topic else None)

    @transition(field=state, source=CaseState.NEW.value, target=CaseState.OPEN.value)
    def begin(self) -> None:
        """The first act of a person of ours."""

    @transition(field=state, source=CaseState.OPEN.value, target=CaseState.PENDING.value)
    def hold(self, *, reason: PauseReason, wake_at: datetime) -> None:
        self.pause_reason, self.wake_at = reason, wake_at

    @transition(field=state, source=CaseState.PENDING.value, target=CaseState.OPEN.value)
    def resume(self) -> None:
        self.pause_reason, self.wake_at = None, None

    @transition(field=state, source=[s.value for s in UNSOLVED], target=CaseState.RESOLVED.value)
    def resolve(self, *, outcome: Outcome, at: datetime, closes_at: datetime | None) -> None:
        self.outcome, self.resolved_at = outcome, at
        self.pause_reason, self.wake_at, self.check_at = None, closes_at, None

    @transition(field=state, source=CaseState.RESOLVED.value, target=CaseState.CLOSED.value)
    def close(self, *, at: datetime) -> None:
        self.closed_at, self.wake_at = at, None

    @transition(field=state, source=[s.value for s in UNSOLVED], target=CaseState.CLOSED.value)
    def merge(self, *, into: Case, at: datetime) -> None:
        """It goes on in another case."""
        self.outcome, self.merged_into = Outcome.MERGED, into
        self.resolved_at = self.closed_at = at
        self.pause_reason, self.wake_at, self.check_at = None, None, None

    @transition(field=state, source=[CaseState.RESOLVED.value, CaseState.CLOSED.value], target=CaseState.OPEN.value)
    def reopen(self) -> None:
        self.outcome, self.resolved_at, self.closed_at, self.wake_at = "", None, None, None


class Participant(models.Model):
    """A contact who may follow a case; the first is the one who opened it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="participations")

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [models.UniqueConstraint(fields=["case", "contact"], name="participant_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.contact)


class Watcher(models.Model):
    """A colleague who is told of every change of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watchers")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="watched")

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["case", "agent"], name="watcher_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.agent)
