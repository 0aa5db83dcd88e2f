"""Which cases a colleague has a part in, wherever they are worked now: for whoever sees those of their teams only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from escalations.rules.standing import Standing


def of_their_teams(standing: Standing) -> Q:
    """Cases of the teams of this person, and those that they, or somebody they stand in for, have a part in.

    Every part is one subquery by an index of its own, so that the queues keep the one they walk along.
    """
    found = Q(team_id__in=standing.team_ids) | Q(owner_id__in=_people(standing))
    for rows, case in _parts(standing):
        found |= Q(pk__in=rows.order_by().values(case))
    return found


def _people(standing: Standing) -> frozenset[int]:
    """This person, and those who are away and count on them."""
    return standing.stands_in | ({standing.agent_id} if standing.agent_id else set())


def _parts(standing: Standing) -> Iterator[tuple[QuerySet[Any], str]]:
    """Rows that give somebody a part in a case, each with the way from there to the case."""
    people, of_climb = _people(standing), "escalation__case_id"
    yield _rows("AccountEscalation").filter(manager_id__in=people, closed_at=None), "cases"
    yield _rows("Escalation").filter(Q(accountable_id__in=people) | Q(asked_by_id__in=people)), "case_id"
    yield _rows("Step").filter(Q(person_id__in=people) | Q(asked_by_id__in=people)), of_climb
    yield _rows("Decision").filter(person_id__in=people), of_climb
    yield _rows("PlanStep").filter(owner_id__in=people), f"plan__{of_climb}"
    yield _rows("Request").filter(Q(team_id__in=standing.team_ids) | Q(asked_by_id__in=people)), "case_id"
    yield _rows("Watcher").filter(agent_id=standing.agent_id), "case_id"
    yield _rows("Mention").filter(agent_id=standing.agent_id), "message__case_id"


def _rows(model: str) -> QuerySet[Any]:
    """The rows of a model that itself refers to cases, and so cannot be named before them."""
    return apps.get_model("escalations", model)._default_manager.all()
