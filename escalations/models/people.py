"""Who works here: agents, teams, and what people can do."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import User, new_uid


class Team(models.Model):
    """People who work on cases together; a level and a topic name one."""

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    public_name = models.CharField(
        _("name for customers"), max_length=80, help_text=_("What customers read: “Specialists”.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def lead(self) -> Agent | None:
        """The first active lead; None when the team has none."""
        leads = Agent.objects.active().filter(memberships__team=self, memberships__is_lead=True)
        return leads.select_related("user").order_by("pk").first()


class Skill(models.Model):
    """Something people can do that not everybody can."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> AgentQuerySet:
        """Agents who work here and can sign in."""
        return self.filter(is_active=True, user__is_active=True)


class Agent(models.Model):
    """The working side of a user: being staff is having an active Agent."""

    user = models.OneToOneField(User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="agent")
    is_active = models.BooleanField(_("works here"), default=True)
    job_title = models.CharField(
        _("title"), max_length=80, blank=True, help_text=_("What customers read instead of the name.")
    )
    manager = models.ForeignKey(
        "self",
        verbose_name=_("manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
        help_text=_("Decisions are asked of the manager first, then of the manager's manager."),
    )
    skills = models.ManyToManyField(Skill, verbose_name=_("skills"), blank=True, related_name="agents")
    authority_limit = models.PositiveIntegerField(
        _("may decide up to"),
        null=True,
        blank=True,
        help_text=_("In whole units of the currency. Empty: what the level of the team may decide."),
    )
    authority_currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[RegexValidator("^[A-Z]{3}$", _("Three letters: EUR."))]
    )
    teams = models.ManyToManyField(Team, through="TeamMembership", related_name="agents")

    objects = AgentQuerySet.as_manager()

    history = HistoricalRecords(m2m_fields=["skills"])

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ["user__name"]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def code(self) -> str:
        return self.user.code

    @property
    def works(self) -> bool:
        """Whether this person can be given anything."""
        return self.is_active and self.user.is_active


class TeamMembership(models.Model):
    """An agent's place in a team; a lead answers when nobody else does."""

    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(_("leads the team"), default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="team_membership_once")]

    def __str__(self) -> str:
        return f"{self.agent} – {self.team}"
