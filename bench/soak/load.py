"""People at work during a soak: they open cases, escalate, answer, and try again while the database is away."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, connection
from django.test.utils import override_settings
from django.utils import timezone
from psycopg_pool import PoolTimeout

from escalations.actions import escalation, handling, intake, policies, resolution
from escalations.engine.sweep import sweep
from escalations.models import (
    Calendar,
    CalendarVersion,
    Case,
    Hours,
    Level,
    MatrixCell,
    Policy,
    PolicyVersion,
    StormBrake,
    Target,
    Trigger,
)
from escalations.rules.vocabulary import ClockKind, Effect, Impact, Kind, Outcome, Reason, Urgency
from tests import cast, papers

PATIENCE_SECONDS = 90
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
# Minutes; news are owed so late that their rhythm plays no part here.
TARGETS = {
    ClockKind.FIRST_RESPONSE: 1,
    ClockKind.ACKNOWLEDGEMENT: 1,
    ClockKind.TRIAGE: 1,
    ClockKind.RESOLUTION: 1,
    ClockKind.NEXT_UPDATE: 10_000,
}
MINUTE = timedelta(minutes=1)
TOP = len(cast.LEVELS)

Result = TypeVar("Result")


def patiently(act: Callable[[], Result]) -> Result:
    """Does it, and again while the database is away, as a person would who reloads the page."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except (DatabaseError, InterfaceError, PoolTimeout):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.3)


def build(budget: int | None) -> cast.Company:
    """The cast, under a policy of promises of a minute, around the clock."""
    call_command("migrate", verbosity=0)
    with QUICK:
        company = cast.company()
    StormBrake.objects.create(is_on=False)  # so many climb at once on purpose
    calendar = Calendar.objects.create(slug="always", name="Around the clock")
    hours = CalendarVersion.objects.create(calendar=calendar, number=1, time_zone="UTC")
    Hours.objects.bulk_create(Hours(version=hours, weekday=day, opens=0, closes=1440) for day in range(7))
    policies.publish_calendar(version=hours, by=company.administrator, at=cast.MONDAY)
    draft = PolicyVersion.objects.create(
        policy=Policy.objects.create(slug="soak", name="Soak", position=1), number=1, confirm_days=1
    )
    for level in company.version.levels.all():
        Level.objects.create(
            version=draft, number=level.number, name=level.name, meaning=level.meaning, team=level.team,
            calendar=calendar, dwell_minutes=1, last_resort=level.last_resort, notice_budget=budget,
        )  # fmt: skip
    for clock, minutes in TARGETS.items():
        Target.objects.create(version=draft, clock=clock, calendar=calendar, minutes=minutes)
    MatrixCell.objects.create(version=draft, severity=2, level=1)
    Trigger.objects.create(
        version=draft, condition="clock_breached", parameters={"clock": "acknowledgement"}, effect=Effect.ACT,
        kind=Kind.FUNCTIONAL,
    )  # fmt: skip
    policies.publish_written_by_program(version=papers.complete(draft), by=company.administrator, at=cast.MONDAY)
    return company


def one_escalation(company: cast.Company, number: int, chance: random.Random, at: datetime | None = None) -> Case:
    """A case that is escalated; of some the specialist takes care, and to some the agent writes."""
    key = f"soak-{number}"
    opened = company.ida.standing

    def now() -> datetime:
        return at or timezone.now()

    case = patiently(
        lambda: intake.open_case(
            actor=opened, at=now(), contact=company.ida.contact, subject=f"Soak {number}", text="It stands still.",
            impact=Impact.HIGH, urgency=Urgency.HIGH, key=f"{key}-open",
        )
    )  # fmt: skip
    patiently(
        lambda: escalation.escalate(
            case=case, actor=company.agent.standing, at=now(), kind=Kind.FUNCTIONAL, reason=Reason.SKILL,
            brief=company.brief(), key=f"{key}-up",
        )
    )  # fmt: skip
    if chance.random() < 0.3:
        words = "I look at it now."
        patiently(
            lambda: handling.reply(case=case, actor=company.agent.standing, at=now(), text=words, key=f"{key}-say")
        )
    return case


def references(company: cast.Company) -> None:
    """Two cases that nobody disturbs, lived through in the past: what they tell whom is what all others must."""
    for number in (-1, -2):
        began = timezone.now() - 20 * MINUTE
        case = one_escalation(company, number, random.Random(0 if number == -1 else 1), began)  # noqa: S311
        for step in range(1, 60):
            sweep(began + step * MINUTE / 4)
        solve(company, case, began + 16 * MINUTE)


def solve(company: cast.Company, case: Case, at: datetime | None = None) -> None:
    """The case ends, whatever became of it."""
    patiently(
        lambda: resolution.resolve(
            case=case, actor=company.agent.standing, at=at or timezone.now(), outcome=Outcome.SOLVED,
            text="It runs again.", key=f"soak-solve-{case.pk}",
        )
    )  # fmt: skip
