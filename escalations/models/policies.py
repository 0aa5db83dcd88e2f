"""The written procedure: policies, their immutable versions, and the flat rows a version consists of."""

from __future__ import annotations

import functools

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import SupportPlan, Tier, User, new_uid
from escalations.models import words
from escalations.models.calendars import Calendar, CalendarVersion
from escalations.models.immutable import FrozenQuerySet, Version, VersionChild, VersionQuerySet, VersionState
from escalations.models.people import Agent, Team
from escalations.rules import conditions
from escalations.rules import procedure as rules
from escalations.rules.vocabulary import (
    NOT_OFFERED,
    PAUSED_BY_DEFAULT,
    ClockKind,
    Effect,
    Elapsed,
    Impact,
    Kind,
    Urgency,
)
from escalations.timing.stopwatch import Terms


class Topic(models.Model):
    """What a case is about: a category of knowledge; a product is a topic without a parent."""

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("front-line team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="topics",
        help_text=_("Takes cases of this topic at level 1 instead of the team of the policy."),
    )
    is_offered = models.BooleanField(_("offered to customers"), default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def usual_stops() -> list[str]:
    """What a pause stops unless an administrator says otherwise."""
    return [kind.value for kind in PAUSED_BY_DEFAULT]


class PauseReason(models.Model):
    """Why a case waits, and which clocks stop meanwhile."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    public_label = models.CharField(_("label for customers"), max_length=80)
    stops = models.JSONField(
        _("clocks it stops"), default=usual_stops, help_text=_("Acknowledgement, triage and news never stop.")
    )
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("pause reason")
        verbose_name_plural = _("pause reasons")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Policy(models.Model):
    """The name of a procedure and the cases it applies to; the first policy in order that applies is taken."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    purpose = models.TextField(_("purpose and scope"), blank=True)
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
    note = models.CharField(_("what is new in this version"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        User, verbose_name=_("published by"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number"),
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
        return published_procedure(self.pk)

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
            triggers=tuple(row.trigger() for row in self.triggers.all()),
            confirm_days=self.confirm_days,
            on_severity=Elapsed(self.on_severity),
        )


@functools.lru_cache(maxsize=256)
def published_procedure(version_id: int) -> rules.Procedure:
    """Procedures of published versions, which never change, so they are kept for the life of the process."""
    version = PolicyVersion.objects.select_related("policy").get(pk=version_id)
    pins = version.pins.select_related("calendar_version")
    return version._build({pin.calendar_id: pin.calendar_version for pin in pins})


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


class Level(VersionChild):
    """A rung of the ladder."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="levels")
    number = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(20)])
    name = models.CharField(_("name"), max_length=60)
    meaning = models.CharField(_("what is done here"), max_length=200)
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="levels")
    calendar = models.ForeignKey(Calendar, verbose_name=_("calendar"), on_delete=models.PROTECT, related_name="levels")
    dwell_minutes = models.PositiveIntegerField(
        _("stays at least (working minutes)"), default=60, help_text=_("Before the procedure climbs further by itself.")
    )
    last_resort = models.ForeignKey(
        Agent,
        verbose_name=_("last resort"),
        on_delete=models.PROTECT,
        related_name="last_resort_of",
        help_text=_("Gets it when nobody of the team is active."),
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="level_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def rung(self, calendar: CalendarVersion) -> rules.Rung:
        return rules.Rung(
            number=self.number,
            name=self.name,
            meaning=self.meaning,
            team_id=self.team_id,
            last_resort_id=self.last_resort_id,
            calendar_version_id=calendar.pk,
            schedule=calendar.schedule(),
            dwell_minutes=self.dwell_minutes,
        )


class Target(VersionChild):
    """How long a clock may run; empty fields match everything, the first row that matches is taken."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    clock = models.CharField(
        _("clock"),
        max_length=20,
        choices=[(kind.value, words.CLOCKS[kind]) for kind in ClockKind if kind not in NOT_OFFERED],
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), null=True, blank=True, choices=[(int(k), v) for k, v in words.SEVERITIES.items()]
    )
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    plan = models.ForeignKey(
        SupportPlan,
        verbose_name=_("support plan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    calendar = models.ForeignKey(Calendar, verbose_name=_("calendar"), on_delete=models.PROTECT, related_name="targets")
    minutes = models.PositiveIntegerField(
        _("working minutes"), validators=[MinValueValidator(1), MaxValueValidator(5_000_000)]
    )
    warn_percent = models.PositiveSmallIntegerField(
        _("warn at percent"), default=75, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.get_clock_display()}: {self.minutes}"

    def target(self, calendar: CalendarVersion) -> rules.Target:
        return rules.Target(
            clock=ClockKind(self.clock),
            severity=self.severity,
            level=self.level,
            plan=self.plan.slug if self.plan else None,
            calendar_version_id=calendar.pk,
            terms=Terms(self.minutes, self.warn_percent, calendar.schedule()),
        )


class MatrixCell(VersionChild):
    """Impact × urgency × tier → severity and entry level; empty fields match everything, the first match wins."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="cells")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    impact = models.CharField(
        _("impact"), max_length=8, blank=True, choices=[(i.value, words.IMPACTS[i]) for i in Impact]
    )
    urgency = models.CharField(
        _("urgency"), max_length=8, blank=True, choices=[(u.value, words.URGENCIES[u]) for u in Urgency]
    )
    tier = models.CharField(_("tier"), max_length=12, blank=True, choices=Tier.choices)
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=[(int(k), v) for k, v in words.SEVERITIES.items()]
    )
    level = models.PositiveSmallIntegerField(_("entry level"), default=1)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of the matrix")
        verbose_name_plural = _("matrix")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.impact or '*'} × {self.urgency or '*'} × {self.tier or '*'} → {self.severity}"

    def cell(self) -> rules.Cell:
        return rules.Cell(
            impact=Impact(self.impact) if self.impact else None,
            urgency=Urgency(self.urgency) if self.urgency else None,
            tier=self.tier or None,
            severity=self.severity,
            level=self.level,
        )


class Trigger(VersionChild):
    """A criterion that calls for escalation."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="triggers")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    condition = models.CharField(_("condition"), max_length=40, choices=[("clock_breached", _("a clock breached"))])
    parameters = models.JSONField(_("parameters"), default=dict, help_text=_('Such as {"clock": "first_response"}.'))
    effect = models.CharField(
        _("what it does"), max_length=8, choices=[(e.value, words.EFFECTS[e]) for e in Effect], default=Effect.NUDGE
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=[(k.value, words.KINDS[k]) for k in Kind], default=Kind.FUNCTIONAL
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.get_condition_display()} {self.parameters}"

    def clean(self) -> None:
        try:
            conditions.build(self.condition, self.parameters or {})
        except (conditions.UnknownCondition, TypeError) as problem:
            raise ValidationError({"parameters": str(problem)}) from None

    def trigger(self) -> rules.Trigger:
        return rules.Trigger(
            position=self.position,
            condition=conditions.build(self.condition, self.parameters),
            effect=Effect(self.effect),
            kind=Kind(self.kind),
        )
