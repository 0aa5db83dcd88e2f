"""Versions of the company's policy that promise every clock there is, or some of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from escalations.actions import policies
from escalations.models import PolicyVersion, Target
from escalations.rules.vocabulary import ClockKind, Elapsed
from tests.cast import MONDAY, Company

EVERY_CLOCK: Mapping[ClockKind, int] = {
    ClockKind.FIRST_RESPONSE: 60,
    ClockKind.NEXT_REPLY: 90,
    ClockKind.NEXT_UPDATE: 240,
    ClockKind.ACKNOWLEDGEMENT: 30,
    ClockKind.TRIAGE: 60,
    ClockKind.TIME_AT_LEVEL: 300,
    ClockKind.OWNERSHIP: 400,
    ClockKind.RESOLUTION: 480,
    ClockKind.REVIEW: 960,
}


def another(
    company: Company,
    minutes: Mapping[ClockKind, int] = EVERY_CLOCK,
    *,
    on_severity: Elapsed = Elapsed.CARRY,
    at: datetime = MONDAY,
) -> PolicyVersion:
    """The next version of the policy, published: severity 1 has half of these minutes and everybody else the whole.

    Raises Refused when people have left whom a version cannot do without.
    """
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=at)
    draft.targets.all().delete()
    draft.triggers.exclude(parameters__clock__in=[kind.value for kind in minutes]).delete()
    PolicyVersion.objects.filter(pk=draft.pk).update(on_severity=on_severity)
    rows = [
        (kind, severity, part) for kind, whole in minutes.items() for severity, part in ((1, whole // 2), (None, whole))
    ]
    for position, (kind, severity, part) in enumerate(rows, start=1):
        Target.objects.create(
            version=draft, position=position, clock=kind, severity=severity, minutes=part, calendar=company.calendar
        )
    return policies.publish(version=draft, by=company.administrator, at=at)
