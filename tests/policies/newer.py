"""Newer versions of the policy of the cast: all rows of the last one, changed as a test wants, and published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from escalations.actions import policies
from escalations.models import Clock, Hours, PolicyVersion, Target, Trigger
from escalations.rules.vocabulary import ClockKind, Effect, Kind
from tests import papers
from tests.cast import MONDAY, Company

Change = Callable[[PolicyVersion], object]


def newer(company: Company, *changes: Change, at: datetime = MONDAY) -> PolicyVersion:
    """The next version; cases opened before stay where they are."""
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=at)
    for change in changes:
        change(draft)
    return policies.publish_written_by_program(version=draft, by=company.administrator, at=at)


def minutes(clock: ClockKind, value: int, *, severity: int | None = None) -> Change:
    """Another target for this clock; without a severity in all of its rows."""
    narrowed = {} if severity is None else {"severity": severity}
    return lambda draft: draft.targets.filter(clock=clock, **narrowed).update(minutes=value)


def promised(clock: ClockKind, value: int) -> Change:
    """A clock that the version before did not promise, on the hours of the others."""

    def add(draft: PolicyVersion) -> None:
        hours = draft.targets.all()[0].calendar
        Target.objects.create(version=draft, position=90, clock=clock, calendar=hours, minutes=value)

    return add


def dropped(clock: ClockKind) -> Change:
    return lambda draft: draft.targets.filter(clock=clock).delete()


def acting_on(*clocks: ClockKind) -> Change:
    """A case climbs by itself when one of these clocks is missed, and for nothing else; people are reminded of none."""

    def write(draft: PolicyVersion) -> None:
        if not clocks:
            papers.hardly_a_trigger(draft)
            return
        draft.triggers.all().delete()
        for position, clock in enumerate(clocks):
            Trigger.objects.create(
                version=draft,
                position=position,
                condition="clock_breached",
                parameters={"clock": clock.value},
                effect=Effect.ACT,
                kind=Kind.FUNCTIONAL,
            )

    return write


def dwelling(minutes: int) -> Change:
    return lambda draft: draft.levels.all().update(dwell_minutes=minutes)


def other_hours(company: Company, opens: int = 480, closes: int = 960, at: datetime = MONDAY) -> None:
    """The calendar of the company in a newer version: a weekday is open from one minute of the day to another."""
    draft = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=at)
    Hours.objects.filter(version=draft).update(opens=opens, closes=closes)
    policies.publish_calendar(version=draft, by=company.administrator, at=at)


def rows() -> dict[int, tuple[object, ...]]:
    """Every stored clock, column by column."""
    return {row[0]: row for row in Clock.objects.order_by("pk").values_list()}
