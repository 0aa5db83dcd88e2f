"""A small company with a complete, publishable procedure; each part is spoilt by the test that wants it spoilt."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from customers.models import User
from escalations.actions import policies, roles
from escalations.models import (
    Agent,
    Calendar,
    CalendarVersion,
    Hours,
    Level,
    MatrixCell,
    Policy,
    PolicyVersion,
    SpecialDay,
    Target,
    Team,
    TeamMembership,
    Trigger,
)
from escalations.rules.lint import PROMISED
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import ClockKind, Effect, Kind
from tests import papers
from tests.keeping import Kept

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
_count = itertools.count(1)


def user(name: str = "Ada Admin", **fields: Any) -> User:
    email = f"person{next(_count)}@example.org"
    return User.objects.create_user(email, "a long pass phrase", name=name, **fields)


def administrator() -> User:
    return user("Ada Admin", is_staff=True, is_superuser=True)


def agent(name: str, *teams: Team, is_active: bool = True, is_lead: bool = False) -> Agent:
    person = Agent.objects.create(user=user(name), is_active=is_active)
    roles.assign(person.user, [StaffRole.MANAGER])
    for team in teams:
        TeamMembership.objects.create(team=team, agent=person, is_lead=is_lead)
    return person


def team(name: str) -> Team:
    return Team.objects.create(slug=f"team-{next(_count)}", name=f"{name} {next(_count)}", public_name=name)


def calendar(name: str = "Office") -> Calendar:
    return Calendar.objects.create(slug=f"calendar-{next(_count)}", name=name)


def draft_hours(of: Calendar, number: int = 1) -> CalendarVersion:
    """Monday to Friday nine to five in Berlin, one holiday."""
    version = CalendarVersion.objects.create(calendar=of, number=number, time_zone="Europe/Berlin")
    for weekday in range(5):
        Hours.objects.create(version=version, weekday=weekday, opens=540, closes=1020)
    SpecialDay.objects.create(version=version, date="2026-12-25", name="Christmas")
    return version


@dataclass
class Company:
    """What a procedure needs: an administrator, people at two levels, published hours."""

    admin: User
    front: Team
    experts: Team
    agent: Agent
    expert: Agent
    boss: Agent
    office: Calendar
    hours: CalendarVersion


def build() -> Company:
    admin = administrator()
    front, experts = team("Front line"), team("Specialists")
    office = calendar()
    hours = policies.publish_calendar(version=draft_hours(office), by=admin, at=AT)
    return Company(
        admin=admin,
        front=front,
        experts=experts,
        agent=agent("Ben Front", front, is_lead=True),
        expert=agent("Eva Expert", experts, is_lead=True),
        boss=agent("Mia Boss"),
        office=office,
        hours=hours,
    )


company = Kept(build, User)


def policy(name: str = "Standard") -> Policy:
    return Policy.objects.create(slug=f"policy-{next(_count)}", name=name)


def draft(firm: Company, of: Policy | None = None) -> PolicyVersion:
    """A complete draft of two levels that the lint finds nothing wrong with."""
    version = PolicyVersion.objects.create(policy=of or policy())
    shared: dict[str, Any] = {"version": version, "calendar": firm.office, "last_resort": firm.boss}
    Level.objects.create(number=1, name="Front line", meaning="Answers", team=firm.front, **shared)
    Level.objects.create(number=2, name="Specialists", meaning="Solves", team=firm.experts, **shared)
    minutes = {ClockKind.FIRST_RESPONSE: 60, ClockKind.ACKNOWLEDGEMENT: 30, ClockKind.TRIAGE: 60}
    for position, clock in enumerate(PROMISED, start=1):
        Target.objects.create(
            version=version, position=position, clock=clock, calendar=firm.office, minutes=minutes.get(clock, 480)
        )
    MatrixCell.objects.create(version=version, position=1, impact="major", severity=1, level=1)
    MatrixCell.objects.create(version=version, position=2, severity=3, level=1)
    Trigger.objects.create(
        version=version,
        position=1,
        condition="clock_breached",
        parameters={"clock": "resolution"},
        effect=Effect.ACT,
        kind=Kind.FUNCTIONAL,
    )
    return papers.complete(version)


def published(firm: Company, of: Policy | None = None) -> PolicyVersion:
    return policies.publish_written_by_program(version=draft(firm, of), by=firm.admin, at=AT)
