"""The flat rows a policy version consists of: levels, targets, matrix, triggers, required documents."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import SupportPlan, Tier
from escalations.models import words
from escalations.models.calendars import Calendar, CalendarVersion
from escalations.models.immutable import FrozenQuerySet, VersionChild
from escalations.models.people import Agent, Skill, Team
from escalations.models.policies import PolicyVersion
from escalations.rules import conditions
from escalations.rules import procedure as rules
from escalations.rules.vocabulary import (
    ClockKind,
    Document,
    Effect,
    Impact,
    Kind,
    NoticeGroup,
    Urgency,
)
from escalations.timing.stopwatch import Terms


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
        help_text=_("Gets it when nobody of the team can be reached."),
    )
    remind_minutes = models.PositiveIntegerField(
        _("told again after (working minutes)"), default=0, help_text=_("When nobody acknowledges; 0: never.")
    )
    pass_on_minutes = models.PositiveIntegerField(
        _("passed on after (working minutes)"),
        default=0,
        help_text=_("To the next who can be asked, while nobody acknowledges; 0: never."),
    )
    forget_minutes = models.PositiveIntegerField(
        _("forgotten after (working minutes)"),
        default=0,
        help_text=_("Acknowledged and then nothing for so long: it has to be acknowledged again. 0: never."),
    )
    waits_from = models.PositiveSmallIntegerField(
        _("waits for these hours from severity"),
        null=True,
        blank=True,
        choices=[(int(k), v) for k, v in words.SEVERITIES.items()],
        help_text=_("Climbs by themselves of this severity and lower wait until the level opens. Empty: never."),
    )
    notice_budget = models.PositiveSmallIntegerField(
        _("mails an hour for each person"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("What is more comes as one digest at the end of the hour. Empty: no limit."),
    )
    needs_training = models.BooleanField(
        _("only the trained accept here"),
        default=False,
        help_text=_("Whoever lacks a current confirmation of its training texts may not accept escalations here."),
    )
    authority_limit = models.PositiveIntegerField(
        _("may decide up to"),
        null=True,
        blank=True,
        help_text=_("Members of its team, in the currency of the version. Empty: any amount."),
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
            remind_minutes=self.remind_minutes,
            pass_on_minutes=self.pass_on_minutes,
            forget_minutes=self.forget_minutes,
            waits_from=self.waits_from,
            notice_budget=self.notice_budget,
            authority_limit=self.authority_limit,
            needs_training=self.needs_training,
        )


class Target(VersionChild):
    """How long a clock may run; empty fields match everything, the first row that matches is taken."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    clock = models.CharField(
        _("clock"),
        max_length=20,
        choices=[(kind.value, words.CLOCKS[kind]) for kind in ClockKind],
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
    condition = models.CharField(_("condition"), max_length=40, choices=list(words.CONDITIONS.items()))
    parameters = models.JSONField(
        _("parameters"), default=dict, blank=True, help_text=_('Such as {"clock": "first_response"}.')
    )
    effect = models.CharField(
        _("what it does"), max_length=8, choices=[(e.value, words.EFFECTS[e]) for e in Effect], default=Effect.NUDGE
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=[(k.value, words.KINDS[k]) for k in Kind], default=Kind.FUNCTIONAL
    )
    skill = models.ForeignKey(
        Skill,
        verbose_name=_("skill it asks for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="triggers",
        help_text=_("Empty: what the case takes."),
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
            skill=self.skill.slug if self.skill else "",
        )


class Communication(VersionChild):
    """What is urgent: it reaches people at once, whatever their hours; empty fields match everything.

    The first row that matches is taken; what no row matches is not urgent.
    """

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="communications")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    group = models.CharField(
        _("notices about"),
        max_length=12,
        blank=True,
        choices=[(group.value, words.NOTICE_GROUPS[group]) for group in NoticeGroup],
    )
    severity = models.PositiveSmallIntegerField(
        _("severity at least"), null=True, blank=True, choices=[(int(k), v) for k, v in words.SEVERITIES.items()]
    )
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, help_text=_("This one and those above. Empty: all.")
    )
    is_urgent = models.BooleanField(_("urgent"), default=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of communication")
        verbose_name_plural = _("communication")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.group or '*'}: {self.is_urgent}"

    def communication(self) -> rules.Communication:
        return rules.Communication(
            group=NoticeGroup(self.group) if self.group else None,
            severity=self.severity,
            level=self.level,
            is_urgent=self.is_urgent,
        )


class Requirement(VersionChild):
    """What must be in writing before a case may climb, be resolved, or end."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="requirements")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    document = models.CharField(_("in writing"), max_length=16, choices=list(words.DOCUMENTS.items()))
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, help_text=_("To which it climbs, or at which it is solved. Empty: all.")
    )
    kind = models.CharField(_("kind"), max_length=16, blank=True, choices=[(k.value, words.KINDS[k]) for k in Kind])

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("required document")
        verbose_name_plural = _("required documents")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.get_document_display())

    def requirement(self) -> rules.Requirement:
        return rules.Requirement(Document(self.document), self.level, Kind(self.kind) if self.kind else None)
