"""A process of its own on a database of its own: `python -m tests.crash.part COMMAND …`.

prepare N          migrate, build the cast, and escalate N cases whose acknowledgement is overdue at `LATE`
live SECONDS       the same cast, and one case that ran so many seconds on promises of minutes, right now
sweep [DIE]        one sweep at `LATE`; with DIE the process kills itself inside its DIE-th transaction
deliver AT [DIE]   one delivery, AT minutes after `LATE`; with DIE it kills itself after its DIE-th mail was sent
state              everything the test wants to know, as JSON
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from escalations.actions import clocks, deliveries, notices, policies  # noqa: E402
from escalations.engine import delivery  # noqa: E402
from escalations.engine.sweep import sweep  # noqa: E402
from escalations.models import (  # noqa: E402
    Calendar,
    CalendarVersion,
    Case,
    Escalation,
    Event,
    Hours,
    Level,
    MatrixCell,
    Notice,
    Policy,
    PolicyVersion,
    StormBrake,
    Target,
    Trigger,
)
from escalations.models.events import chain_of  # noqa: E402
from escalations.rules.vocabulary import ClockKind, Effect, Kind  # noqa: E402
from tests import cast, papers  # noqa: E402

LATE = cast.MONDAY + timedelta(minutes=200)  # everything is overdue, and the dwell of two hours is over
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


def prepare(number: int) -> None:
    """So many cases that all climb at once: somebody has said that they may."""
    company = build()
    StormBrake.objects.create(is_on=False)
    for _case in range(number):
        company.escalate(company.open(), cast.MONDAY)


def build() -> cast.Company:
    call_command("migrate", verbosity=0)
    with QUICK:
        return cast.company()


def live(seconds: int) -> None:
    """The first policy of all promises minutes, around the clock."""
    company = build()
    calendar = Calendar.objects.create(slug="always", name="Around the clock")
    hours = CalendarVersion.objects.create(calendar=calendar, number=1, time_zone="UTC")
    for day in range(7):
        Hours.objects.create(version=hours, weekday=day, opens=0, closes=1440)
    policies.publish_calendar(version=hours, by=company.administrator, at=timezone.now())
    draft = PolicyVersion.objects.create(
        policy=Policy.objects.create(slug="live", name="Live", position=1), number=1, confirm_days=1
    )
    for level in company.version.levels.all():
        Level.objects.create(
            version=draft, number=level.number, name=level.name, meaning=level.meaning, team=level.team,
            calendar=calendar, dwell_minutes=2, last_resort=level.last_resort,
        )  # fmt: skip
    for clock in ClockKind:
        Target.objects.create(version=draft, clock=clock, calendar=calendar, minutes=2)
    MatrixCell.objects.create(version=draft, severity=2, level=1)
    Trigger.objects.create(
        version=draft, condition="clock_breached", parameters={"clock": "first_response"}, effect=Effect.ACT,
        kind=Kind.FUNCTIONAL,
    )  # fmt: skip
    policies.publish_written_by_program(version=papers.complete(draft), by=company.administrator, at=timezone.now())
    company.open(at=timezone.now() - timedelta(seconds=seconds))


def dying(call: Callable[..., Any], at_call: int) -> Callable[..., Any]:
    """The call, until it is the one in which the process is killed: what it wrote is not committed."""
    made = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal made
        made += 1
        if made == at_call:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)

    return counted


def state() -> dict[str, Any]:
    """Of every case: its kinds of events, whom its notices went to, and what is wrong with it."""
    found = []
    for case in Case.objects.order_by("pk").select_related("policy_version"):
        lines = list(Event.objects.filter(case=case).order_by("seq"))
        wrong = [str(item) for item in clocks.differences(case)]
        if chain_of(case.uid, lines) != case.chain:
            wrong.append("the chain is broken")
        if [line.seq for line in lines] != list(range(1, case.last_seq + 1)):
            wrong.append("the numbers have a gap")
        told = Notice.objects.filter(case=case).order_by("event__seq", "recipient", "channel")
        climbs = Escalation.objects.filter(case=case).values_list("state", "steps__number")
        found.append(
            {
                "kinds": [line.kind for line in lines],
                "level": case.level,
                "climbs": sorted(map(list, climbs)),
                "told": [list(row) for row in told.values_list("event__seq", "event__kind", "recipient", "channel")],
                "wrong": wrong,
            }
        )
    mails = Notice.objects.filter(channel="mail")
    return {"cases": found, "mails": dict(mails.values_list("uid", "state"))}


def main(command: str, *words: str) -> None:
    numbers = [int(word) for word in words]
    match command:
        case "prepare":
            prepare(*numbers)
        case "live":
            live(*numbers)
        case "sweep":
            if numbers:
                notices.write = dying(notices.write, numbers[0])
            sweep(LATE)
        case "deliver":
            if numbers[1:]:
                deliveries.accepted = dying(deliveries.accepted, numbers[1])
            delivery.deliver(LATE + timedelta(minutes=numbers[0]))
        case "state":
            sys.stdout.write(json.dumps(state()))


if __name__ == "__main__":
    main(*sys.argv[1:])
