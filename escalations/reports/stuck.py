"""Ladders that are stuck: open escalations that nobody looks at, nobody answers for, or nobody was told of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from escalations.models import Absence, Agent, Escalation, Notice, NoticeState, Step

MAY_WAIT = timedelta(seconds=60)
TOLD_WITHIN = timedelta(minutes=5)
HOW_FAR_BACK = timedelta(days=2)


def not_looked_at(at: datetime) -> QuerySet[Escalation]:
    """Their next check is overdue by more than a minute; the longest overdue first."""
    return Escalation.objects.open().filter(next_check_at__lt=at - MAY_WAIT).order_by("next_check_at")


def without_anybody(at: datetime) -> QuerySet[Escalation]:
    """Whoever is accountable left, or is away and along the chain of deputies nobody is there."""
    left = Agent.objects.filter(Q(is_active=False) | Q(user__is_active=False)).values("pk")
    alone = _away_without_deputy(at)
    return Escalation.objects.open().filter(Q(accountable__in=left) | Q(accountable__in=alone)).order_by("pk")


def _away_without_deputy(at: datetime) -> list[int]:
    """The agents who are away while nobody stands in for them."""
    absences = Absence.objects.current(at).values_list(
        "agent_id", "deputy_id", "deputy__is_active", "deputy__user__is_active"
    )
    standing_in = {agent: deputy if works and signs_in else None for agent, deputy, works, signs_in in absences}
    return [agent for agent in standing_in if not _reaches_somebody(agent, standing_in)]


def _reaches_somebody(agent: int, standing_in: Mapping[int, int | None]) -> bool:
    seen: set[int] = set()
    person: int | None = agent
    while person is not None and person in standing_in and person not in seen:
        seen.add(person)
        person = standing_in[person]
    return person is not None and person not in seen


def not_told(at: datetime, *, since: datetime | None = None) -> QuerySet[Step]:
    """Current steps of which nobody had accepted any notice five minutes after they began.

    Steps that began before `since`, by default two days ago, were looked at before.
    """
    first = since or at - HOW_FAR_BACK
    told = Notice.objects.filter(
        case=OuterRef("escalation__case"),
        event__escalation=OuterRef("escalation"),
        state=NoticeState.ACCEPTED,
        accepted_at__gte=OuterRef("started_at"),
        accepted_at__lte=OuterRef("started_at") + TOLD_WITHIN,
    )
    current = Step.objects.filter(
        escalation__in=Escalation.objects.open(),
        ended_at=None,
        started_at__gte=first,
        started_at__lt=at - TOLD_WITHIN,
    )
    return current.filter(~Exists(told)).select_related("escalation__case").order_by("started_at", "pk")
