"""Versions of the company's policy that promise every clock there is, or some of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from escalations.actions import policies
from escalations.models import PolicyVersion, Target, Trigger
from escalations.rules.vocabulary import ClockKind, Effect, Elapsed, Kind
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
# … and what others owe, or what is owed after the end.
ALL_CLOCKS: Mapping[ClockKind, int] = {
    **EVERY_CLOCK,
    ClockKind.REQUEST: 150,
    ClockKind.DECISION: 240,
    ClockKind.ASK: 120,
    ClockKind.FOLLOW_UP: 480,
}
VIP: Mapping[str, Any] = {"condition": "tier", "parameters": {"tier": "vip"}}
OLD: Mapping[str, Any] = {"condition": "days_open", "parameters": {"days": 2}}
SIGNS: tuple[tuple[str, Mapping[str, Any], Effect, Kind], ...] = (
    ("hand_offs", {"at_least": 4}, Effect.ACT, Kind.FUNCTIONAL),
    ("reopened", {"at_least": 1}, Effect.ACT, Kind.HIERARCHICAL),
    ("all", {"of": [VIP, OLD]}, Effect.ACT, Kind.HIERARCHICAL),
    ("missing_skill", {}, Effect.ACT, Kind.FUNCTIONAL),
    ("missing_authority", {}, Effect.ACT, Kind.HIERARCHICAL),
    ("customer_asked", {}, Effect.NUDGE, Kind.FUNCTIONAL),
    ("silence", {"hours": 4}, Effect.NUDGE, Kind.FUNCTIONAL),
    ("low_rating", {"at_most": 2}, Effect.NUDGE, Kind.FUNCTIONAL),
)


def another(
    company: Company,
    minutes: Mapping[ClockKind, int] = EVERY_CLOCK,
    *,
    on_severity: Elapsed = Elapsed.CARRY,
    at: datetime = MONDAY,
    watchful: bool = False,
) -> PolicyVersion:
    """The next version of the policy, published: severity 1 has half of these minutes and everybody else the whole.

    A `watchful` one tells again, passes on, waits for its hours and climbs for other signs than clocks, twice for each.
    Raises Refused when people have left whom a version cannot do without.
    """
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=at)
    draft.targets.all().delete()
    draft.triggers.exclude(parameters__clock__in=[kind.value for kind in minutes]).delete()
    PolicyVersion.objects.filter(pk=draft.pk).update(on_severity=on_severity)
    if watchful:
        _keep_watch(draft)
    rows = [
        (kind, severity, part) for kind, whole in minutes.items() for severity, part in ((1, whole // 2), (None, whole))
    ]
    for position, (kind, severity, part) in enumerate(rows, start=1):
        Target.objects.create(
            version=draft, position=position, clock=kind, severity=severity, minutes=part, calendar=company.calendar
        )
    return policies.publish_written_by_program(version=draft, by=company.administrator, at=at)


def _keep_watch(draft: PolicyVersion) -> None:
    PolicyVersion.objects.filter(pk=draft.pk).update(rule_bound=2)
    draft.levels.update(remind_minutes=20, pass_on_minutes=40, forget_minutes=180, waits_from=3)
    for number, limit in ((1, 0), (2, 1000), (3, 5000)):
        draft.levels.filter(number=number).update(authority_limit=limit)
    for position, (condition, parameters, effect, kind) in enumerate(SIGNS, start=20):
        Trigger.objects.create(
            version=draft,
            position=position,
            condition=condition,
            parameters=dict(parameters),
            effect=effect,
            kind=kind,
        )
