"""The cases that a question to the queue asks for, among those its asker may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from customers.models import Organization
from escalations.casefile.questions import ANY, ME, NOBODY, Question
from escalations.casefile.queues import mine
from escalations.models import Agent, Case, Escalation, Team, Topic
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import OPEN_ESCALATION, CaseState

Values = tuple[str, ...]
Filter = Callable[[Values, Standing, datetime], Q]


def asked_for(question: Question, standing: Standing, at: datetime) -> QuerySet[Case]:
    """All cases that answer to the filters of a question, in no order, whatever its words.

    Those that are solved answer only where a state says so, or where words are looked for.
    """
    found = Case.objects.visible_to(standing)
    found = found if question.states or question.words else found.unsolved()
    narrowed = _view(question.view, standing)
    for name, values in question.filters.items():
        narrowed &= _FILTERS[name](values, standing, at)
    return found.filter(narrowed)


def _view(view: str, standing: Standing) -> Q:
    if view == "mine":
        return mine(standing)
    if view == "escalated":
        return _stage((ANY,), standing, timezone.now())
    return Q(team_id__in=standing.team_ids) if view == "team" else Q()


def _plain(field: str) -> Filter:
    return lambda values, _standing, _at: Q(**{f"{field}__in": values})


def _row(field: str, rows: QuerySet[Any], key: str) -> Filter:
    """Rows that others name. A single one is asked for as such: only so the database walks along its own index."""

    def narrowed(values: Values, _standing: Standing, _at: datetime) -> Q:
        named = rows.order_by().filter(**{f"{key}__in": values}).values("pk")
        return Q(**({field: Subquery(named[:1])} if len(values) == 1 else {f"{field}__in": named}))

    return narrowed


_OWNED = _row("owner_id", Agent.objects.all(), "user__uid")


def _owner(values: Values, standing: Standing, at: datetime) -> Q:
    found = Q(owner=None) if NOBODY in values else Q(pk__in=())
    if ME in values:
        found |= Q(owner_id=standing.agent_id or 0)
    named = tuple(value for value in values if value not in (ME, NOBODY))
    return found | _OWNED(named, standing, at) if named else found


def _customer(values: Values, _standing: Standing, _at: datetime) -> Q:
    """Customers by identity, or by part of their name as people type it."""
    named = Q(uid__in=values)
    for value in values:
        named |= Q(name__icontains=value)
    return Q(organization_id__in=Organization.objects.order_by().filter(named).values("pk"))


def _stage(values: Values, _standing: Standing, _at: datetime) -> Q:
    states = [state.value for state in OPEN_ESCALATION] if ANY in values else values
    return Q(pk__in=Escalation.objects.order_by().filter(state__in=states).values("case_id"))


def _midnight(at: datetime) -> datetime:
    """When the day of the reader ends."""
    following = timezone.localtime(at) + timedelta(days=1)
    return following.replace(hour=0, minute=0, second=0, microsecond=0)


def _due(values: Values, _standing: Standing, at: datetime) -> Q:
    within = {
        "late": at,
        "hour": at + timedelta(hours=1),
        "today": _midnight(at),
        "week": _midnight(at) + timedelta(days=6),
    }
    return Q(next_due_at__lte=within[values[-1]])


def _promised(_values: Values, _standing: Standing, at: datetime) -> Q:
    """News that were promised for today, and those that should have come before."""
    return Q(promised_at__lt=_midnight(at))


def _hold(values: Values, _standing: Standing, _at: datetime) -> Q:
    waits = Q(state=CaseState.PENDING.value)
    return waits if values[-1] == "yes" else ~waits


_FILTERS: Mapping[str, Filter] = {
    "state": _plain("state"),
    "severity": _plain("severity"),
    "level": _plain("level"),
    "tier": _plain("tier"),
    "origin": _plain("origin"),
    "stage": _stage,
    "due": _due,
    "promised": _promised,
    "hold": _hold,
    "team": _row("team_id", Team.objects.all(), "slug"),
    "topic": _row("topic_id", Topic.objects.all(), "slug"),
    "owner": _owner,
    "customer": _customer,
}
