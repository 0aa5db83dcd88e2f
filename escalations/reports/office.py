"""What the front page of the back office counts: what a new company lacks, and how the house stands today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from customers.models import Membership, Organization, User
from escalations.models import (
    Agent,
    Calendar,
    CalendarVersion,
    Escalation,
    Lane,
    Level,
    Mailbox,
    Notice,
    NoticeState,
    PathCheck,
    Policy,
    PolicyVersion,
    Reading,
    ReceivedMail,
    RotaMember,
    SetAside,
    SpecialDay,
    Storm,
    Team,
    TeamMembership,
    VersionState,
    Violation,
)
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import MailState

# Whoever may change versions may publish them.
PUBLISHES = "change_policyversion"
AT_WORK = Q(agent__is_active=True, agent__user__is_active=True)


@dataclass(frozen=True, slots=True)
class Beginning:
    """How far a company has come with its setting up; numbers of rows."""

    calendars: int
    published_calendars: int
    calendars_with_holidays: int
    teams: int
    teams_without_people: int
    teams_without_lead: int
    publishers: int
    mailboxes: int
    policies: int
    published_policies: int
    levels_without_duty: int
    organizations: int
    organizations_with_people: int
    agents: int
    agents_without_role: int


@dataclass(frozen=True, slots=True)
class Today:
    """How the house stands; numbers of rows."""

    open_escalations: int
    violations: int
    dead_letters: int
    set_aside: int
    failed_mails: int
    failing_mailboxes: int
    lanes_down: int
    storms: int
    to_review: int
    unread: int
    paths: int


def beginning(asked_by: User, at: datetime) -> Beginning:
    """One statement, whoever asks."""
    published_hours = CalendarVersion.objects.filter(state=VersionState.PUBLISHED)
    holidays = SpecialDay.objects.filter(version=OuterRef("pk"), is_observed=True)
    at_work = TeamMembership.objects.filter(AT_WORK, team=OuterRef("pk"))
    leads = at_work.filter(is_lead=True)
    running = Level.objects.filter(team=OuterRef("pk"), version__state=VersionState.PUBLISHED)
    turns = RotaMember.objects.filter(AT_WORK, rota__team=OuterRef("pk"))
    people = Membership.objects.current(timezone.localdate(at)).filter(organization=OuterRef("pk"))
    agents = Agent.objects.active()
    roles = Group.objects.filter(user=OuterRef("user"), name__in=[role.value for role in StaffRole])
    return Beginning(
        **_counted(
            asked_by,
            calendars=Calendar.objects.all(),
            published_calendars=published_hours,
            calendars_with_holidays=published_hours.filter(Exists(holidays)),
            teams=Team.objects.all(),
            teams_without_people=Team.objects.filter(~Exists(at_work)),
            teams_without_lead=Team.objects.filter(~Exists(leads)),
            publishers=may_publish(),
            mailboxes=Mailbox.objects.filter(is_active=True),
            policies=Policy.objects.all(),
            published_policies=PolicyVersion.objects.filter(state=VersionState.PUBLISHED),
            levels_without_duty=Team.objects.filter(Exists(running), ~Exists(turns)),
            organizations=Organization.objects.all(),
            organizations_with_people=Organization.objects.filter(Exists(people)),
            agents=agents,
            agents_without_role=agents.filter(~Exists(roles), user__is_superuser=False),
        )
    )


def may_publish() -> QuerySet[User]:
    """Everybody who may publish a procedure in the back office."""
    given = Permission.objects.filter(codename=PUBLISHES, content_type__app_label="escalations")
    by_group = given.filter(group__user=OuterRef("pk"))
    by_hand = given.filter(user=OuterRef("pk"))
    enters = User.objects.filter(is_active=True, is_staff=True)
    return enters.filter(Q(is_superuser=True) | Exists(by_group) | Exists(by_hand))


def today(asked_by: User, at: datetime) -> Today:
    """One statement, however many rows there are."""
    newest = PathCheck.objects.filter(policy=OuterRef("policy")).order_by("-checked_on").values("pk")[:1]
    running = PolicyVersion.objects.filter(state=VersionState.PUBLISHED)
    return Today(
        **_counted(
            asked_by,
            open_escalations=Escalation.objects.open(),
            violations=Violation.objects.open(),
            dead_letters=Notice.objects.filter(state=NoticeState.FAILED),
            set_aside=SetAside.objects.all(),
            failed_mails=ReceivedMail.objects.filter(state=MailState.FAILED.value),
            failing_mailboxes=Mailbox.objects.filter(is_active=True, failures__gt=0),
            lanes_down=Lane.objects.exclude(down_since=None),
            storms=Storm.objects.filter(is_open=True),
            to_review=running.filter(review_by__lte=timezone.localdate(at)),
            unread=Reading.objects.filter(
                read_at=None, version__state=VersionState.PUBLISHED, agent__is_active=True, agent__user__is_active=True
            ),
            paths=PathCheck.objects.filter(pk=Subquery(newest), confirmed_at=None).exclude(findings=[]),
        )
    )


def _counted(asked_by: User, **queries: QuerySet[Any]) -> dict[str, int]:
    """The number of rows of each, in one statement about the one row of whoever asks."""
    numbers = {name: Coalesce(Subquery(_number(rows)), 0) for name, rows in queries.items()}
    found: Any = User.objects.filter(pk=asked_by.pk).values(**numbers)[0]
    return dict(found)


def _number(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A plain function, because an aggregate would be grouped by what surrounds it."""
    counted = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return rows.order_by().annotate(how_many=counted).values("how_many")
