"""Ladders that are stuck: open escalations that nobody looks at, nobody answers for, or nobody was told of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from customers.models import User
from escalations.models import Absence, Agent, Escalation, Notice, NoticeState, Step
from escalations.models.policies import published_procedure
from escalations.rules.vocabulary import Channel

MAY_WAIT = timedelta(seconds=60)
TOLD_WITHIN = timedelta(minutes=5)
HOW_FAR_BACK = timedelta(days=2)
MOST_STEPS = 500  # looked at in one go, the longest silent first


def not_looked_at(at: datetime) -> QuerySet[Escalation]:
    """Their next check is overdue by more than a minute; the longest overdue first."""
    return Escalation.objects.open().filter(next_check_at__lt=at - MAY_WAIT).order_by("next_check_at")


def without_anybody(at: datetime) -> QuerySet[Escalation]:
    """Whoever is accountable left, or is away and along the chain of deputies nobody is there."""
    return Escalation.objects.open().filter(accountable__in=out_of_reach(at)).order_by("pk")


def out_of_reach(at: datetime) -> list[int]:
    """The agents who left, and those who are away while nobody stands in for them; two statements."""
    left = Agent.objects.filter(Q(is_active=False) | Q(user__is_active=False)).values_list("pk", flat=True)
    return sorted({*left, *_away_without_deputy(at)})


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


def not_told(at: datetime, *, since: datetime | None = None, also: Collection[str] = ()) -> list[Step]:
    """Current steps of which nobody of ours was told five minutes after they began, or after their level opened.

    Told is who has it in the inbox of an active account, by mail that did not come back, or outside by a webhook or a
    chat; whoever took the step for himself knows, and what was told late is mended. Steps that began before `since`, by
    default two days ago, were looked at before: only those of the uids `also` are looked at again.
    """
    first = since or at - HOW_FAR_BACK
    current = Step.objects.filter(
        Q(started_at__gte=first) | Q(uid__in=also),
        escalation__in=Escalation.objects.open(),
        ended_at=None,
        acknowledged_at=None,
        started_at__lt=at - TOLD_WITHIN,
    )
    by_others = current.filter(Q(asked_by=None) | ~Q(person=F("asked_by")))
    silent = by_others.filter(~Exists(_told())).select_related("escalation__case").order_by("started_at", "pk")
    return [step for step in silent[:MOST_STEPS] if _opened(step) + TOLD_WITHIN < at]


def _told() -> QuerySet[Notice]:
    """The notices of an escalation, since its step began, that somebody of ours or a program of ours has."""
    reads = User.objects.filter(uid=Substr(OuterRef("recipient"), len("user:") + 1), is_active=True)
    theirs = Q(recipient__startswith="user:") & (~Q(channel=Channel.IN_APP.value) | Exists(reads))
    return Notice.objects.filter(
        theirs | Q(recipient__startswith="endpoint:"),
        case=OuterRef("escalation__case"),
        event__escalation=OuterRef("escalation"),
        state=NoticeState.ACCEPTED,
        accepted_at__gte=OuterRef("started_at"),
    )


def _opened(step: Step) -> datetime:
    """When the level of a step was open first since it began; somebody who is asked at once has it at once."""
    procedure = published_procedure(step.escalation.case.policy_version_id)
    return procedure.rung(step.to_level).schedule.next_opening(step.started_at)
