"""Policies, colleagues and questions for stories about the ladder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from escalations.actions import escalation
from escalations.actions.escalation import BriefText
from escalations.models import (
    Absence,
    Agent,
    Case,
    Event,
    Notice,
    PolicyVersion,
    Requirement,
    Skill,
    Step,
    Trigger,
)
from escalations.rules.vocabulary import ClockKind, Document, Effect, Kind, Reason
from tests import papers
from tests.cast import MONDAY, Company, Worker
from tests.policies.newer import Change

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at_levels(*numbers: int, **values: Any) -> Change:
    """These levels (all of them without numbers) with other values."""

    def change(draft: PolicyVersion) -> None:
        rows = draft.levels.filter(number__in=numbers) if numbers else draft.levels.all()
        rows.update(**values)

    return change


def whole(**values: Any) -> Change:
    """The version itself with other values."""
    return lambda draft: PolicyVersion.objects.filter(pk=draft.pk).update(**values)


def when(
    condition: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    effect: Effect = Effect.ACT,
    kind: Kind = Kind.FUNCTIONAL,
    skill: Skill | None = None,
) -> Change:
    """One more trigger after those there are."""

    def add(draft: PolicyVersion) -> None:
        Trigger.objects.create(
            version=draft,
            position=50 + draft.triggers.count(),
            condition=condition,
            parameters=dict(parameters or {}),
            effect=effect,
            kind=kind,
            skill=skill,
        )

    return add


def no_triggers(draft: PolicyVersion) -> None:
    """Nothing climbs by itself and nobody is reminded."""
    papers.hardly_a_trigger(draft)


def wanted(document: Document, *, level: int | None = None, kind: str = "") -> Change:
    """This must be in writing."""
    return lambda draft: Requirement.objects.create(version=draft, document=document, level=level, kind=kind)


def promising(clock: ClockKind, minutes: int) -> Change:
    """One more clock, on the hours of the others."""

    def add(draft: PolicyVersion) -> None:
        calendar = draft.targets.all()[0].calendar
        draft.targets.filter(clock=clock).delete()
        draft.targets.create(position=80, clock=clock, calendar=calendar, minutes=minutes)

    return add


def told(who: Worker | Any, since: datetime | None = None, channel: str = "in_app") -> list[str]:
    """The kinds of event this person received, in order."""
    code = who.user.code if isinstance(who, Worker) else who.contact.code
    found = Notice.objects.filter(recipient=code, channel=channel, event__isnull=False).order_by("pk")
    if since:
        found = found.filter(written_at__gte=since)
    return list(found.values_list("event__kind", flat=True))


def bulletins(user: Any) -> list[str]:
    """The kinds of bulletin this person received by mail, in order."""
    found = Notice.objects.filter(recipient=user.code, channel="mail", bulletin__isnull=False).order_by("pk")
    return list(found.values_list("bulletin__kind", flat=True))


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def newest_step(case: Case) -> Step:
    return Step.objects.filter(escalation__case=case).order_by("-pk")[0]


def place(case: Case) -> tuple[int, str]:
    case.refresh_from_db()
    return case.level, case.team.slug


def up(company: Company, case: Case, at: datetime, *, by: Worker | None = None, **fields: Any) -> Event:
    """Takes an open escalation one level further, by default by the specialist."""
    given: dict[str, Any] = {"kind": Kind.FUNCTIONAL, "reason": Reason.UNRESOLVED, "brief": company.brief(), **fields}
    return escalation.climb(case=case, actor=(by or company.specialist).standing, at=at, **given)


def question(text: str = "May we refund the month?", **fields: Any) -> BriefText:
    """A brief that asks for a decision."""
    return BriefText("Restarted the collector", "No billing on Thursday", "A decision", text, **fields)


def away(who: Worker, start: datetime, end: datetime, deputy: Worker | None = None) -> Absence:
    """Somebody is absent, as a row that was entered before."""
    return Absence.objects.create(
        agent=who.agent, starts_at=start, ends_at=end, deputy=deputy.agent if deputy else None
    )


def able(who: Worker, skill: Skill) -> None:
    who.agent.skills.add(skill)


def gone(*people: Worker) -> None:
    """They left, the way a row says it after somebody signed them off without looking at their cases."""
    Agent.objects.filter(pk__in=[who.agent.pk for who in people]).update(is_active=False)


def ticking(start: datetime, end: datetime, act: Callable[[datetime], object], *, every: timedelta = MINUTE) -> None:
    """Moves time by hand."""
    at = start
    while at <= end:
        act(at)
        at += every


MONDAY_EVENING = MONDAY + 8 * HOUR  # 17:00 in Berlin: closing time
