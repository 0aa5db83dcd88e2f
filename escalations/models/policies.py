"""The written procedure: policies and their immutable versions."""

from __future__ import annotations

import functools

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import SupportPlan, User, new_uid
from escalations.models import words
from escalations.models.calendars import Calendar, CalendarVersion
from escalations.models.immutable import (
    FrozenQuerySet,
    Version,
    VersionChild,
    VersionQuerySet,
    VersionState,
    one_line_end,
)
from escalations.models.people import Agent
from escalations.models.topics import Topic
from escalations.rules import procedure as rules
from escalations.rules.vocabulary import Closed, Elapsed


class Policy(models.Model):
    """The name of a procedure and the cases it applies to; the first policy in order that applies is taken."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        Agent,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="policies",
        help_text=_("Keeps it true: is asked to confirm that its paths are right."),
    )
    position = models.PositiveIntegerField(
        _("order"), default=100, help_text=_("Policies are tried from the lowest number.")
    )
    topics = models.ManyToManyField(
        Topic,
        verbose_name=_("only these topics"),
        blank=True,
        related_name="policies",
        help_text=_("Empty: every topic."),
    )
    plans = models.ManyToManyField(
        SupportPlan,
        verbose_name=_("only these support plans"),
        blank=True,
        related_name="policies",
        help_text=_("Empty: everybody."),
    )

    history = HistoricalRecords(m2m_fields=["topics", "plans"])

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def current(self) -> PolicyVersion | None:
        """The version that takes new cases; None before the first was published."""
        return self.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first()


class PolicyVersion(Version):
    """One edition of a policy; immutable once published."""

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    policy = models.ForeignKey(Policy, verbose_name=_("policy"), on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=12, choices=VersionState.choices, default=VersionState.DRAFT, editable=False
    )
    confirm_days = models.PositiveSmallIntegerField(
        _("working days until silence closes a resolved case"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    on_severity = models.CharField(
        _("when the severity is corrected, running clocks"),
        max_length=8,
        choices=[(e.value, words.ELAPSED[e]) for e in Elapsed],
        default=Elapsed.CARRY,
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[RegexValidator("^[A-Z]{3}$", _("Three letters: EUR."))]
    )
    sign_in_above = models.PositiveIntegerField(
        _("decisions above this amount need a sign-in"),
        null=True,
        blank=True,
        help_text=_("Smaller ones can be answered from the mail alone. Empty: all of them."),
    )
    ask_again_hours = models.PositiveSmallIntegerField(
        _("hours until a customer asks for escalation again"), default=24, validators=[MaxValueValidator(720)]
    )
    leads_ask_from = models.PositiveSmallIntegerField(
        _("only leads of a customer ask for level"),
        null=True,
        blank=True,
        help_text=_("This one and those above. Empty: everybody may ask."),
    )
    rule_bound = models.PositiveSmallIntegerField(
        _("a trigger climbs with one case at most"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Times; then it only reminds, and the leads are told."),
    )
    on_closed = models.CharField(
        _("a customer's mail to a closed case"),
        max_length=10,
        choices=list(words.CLOSED.items()),
        default=Closed.REOPEN,
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("opens it again for so many days"),
        default=14,
        validators=[MaxValueValidator(3650)],
        help_text=_("Calendar days after it was closed; later mail opens a new case that follows it."),
    )
    purpose = models.TextField(
        _("purpose and scope"),
        blank=True,
        help_text=_("What this procedure is for and which cases it covers, as its readers should understand it."),
    )
    note = models.CharField(_("what is new in this version"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(_("handed in for review"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        User, verbose_name=_("handed in by"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        User, verbose_name=_("published by"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    effective_at = models.DateTimeField(_("in effect from"), null=True, editable=False)
    review_by = models.DateField(_("looked at again by"), null=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number"),
            models.UniqueConstraint(
                fields=["policy"],
                condition=models.Q(state__in=[VersionState.DRAFT, VersionState.REVIEW, VersionState.SCHEDULED]),
                name="policy_one_version_to_come",
            ),
            models.UniqueConstraint(
                fields=["policy"], condition=models.Q(state=VersionState.PUBLISHED), name="policy_one_published_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"

    def procedure(self) -> rules.Procedure:
        """The version as one frozen value; a published one is built once in the life of the process.

        Raises ScheduleError or Calendar-less KeyError for an unfinished draft; the lint says what is missing.
        """
        if self.state == VersionState.DRAFT:
            return self._build(self._draft_calendars())
        if self.state == VersionState.REVIEW:
            return self._build(self._pinned_calendars())  # not kept: it may be sent back and change
        return published_procedure(self.pk)

    def _pinned_calendars(self) -> dict[int, CalendarVersion]:
        return {pin.calendar_id: pin.calendar_version for pin in self.pins.select_related("calendar_version")}

    def _draft_calendars(self) -> dict[int, CalendarVersion]:
        newest: dict[int, CalendarVersion] = {}
        for version in CalendarVersion.objects.filter(state=VersionState.PUBLISHED).order_by("number"):
            newest[version.calendar_id] = version
        return newest

    def _build(self, calendars: dict[int, CalendarVersion]) -> rules.Procedure:
        return rules.Procedure(
            uid=self.uid,
            policy=self.policy.slug,
            version=self.number,
            rungs=tuple(level.rung(calendars[level.calendar_id]) for level in self.levels.all()),
            targets=tuple(row.target(calendars[row.calendar_id]) for row in self.targets.select_related("plan")),
            cells=tuple(row.cell() for row in self.cells.all()),
            triggers=tuple(row.trigger() for row in self.triggers.select_related("skill")),
            confirm_days=self.confirm_days,
            on_severity=Elapsed(self.on_severity),
            requirements=tuple(row.requirement() for row in self.requirements.all()),
            currency=self.currency,
            sign_in_above=self.sign_in_above,
            ask_again_hours=self.ask_again_hours,
            leads_ask_from=self.leads_ask_from,
            rule_bound=self.rule_bound,
            communications=tuple(row.communication() for row in self.communications.all()),
            on_closed=Closed(self.on_closed),
            reopen_days=self.reopen_days,
            purpose=one_line_end(self.purpose),
            roles=tuple(row.role() for row in self.roles.all()),
            trainings=tuple(row.training() for row in self.trainings.all()),
        )


@functools.lru_cache(maxsize=256)
def published_procedure(version_id: int) -> rules.Procedure:
    """Procedures of published versions, which never change, so they are kept for the life of the process."""
    version = PolicyVersion.objects.select_related("policy").get(pk=version_id)
    return version._build(version._pinned_calendars())


@functools.lru_cache(maxsize=1024)
def _version_id(uid: str) -> int:
    return PolicyVersion.objects.values_list("pk", flat=True).get(uid=uid)


def procedure_of(uid: str) -> rules.Procedure:
    """The procedure of the version with this uid, as events name it. Raises PolicyVersion.DoesNotExist."""
    return published_procedure(_version_id(uid))


class CalendarPin(VersionChild):
    """Which version of a calendar a policy version was published with."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="pins")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="pins")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("pinned calendar")
        verbose_name_plural = _("pinned calendars")
        constraints = [models.UniqueConstraint(fields=["version", "calendar"], name="calendar_pin_once")]

    def __str__(self) -> str:
        return str(self.calendar_version)
