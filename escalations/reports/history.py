"""How cases moved between the levels, waited and came back."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Greatest

from escalations.models import Case, Event, Step
from escalations.rules import events
from escalations.rules.vocabulary import CaseState, Outcome

# A step of an escalation is a row; these move a case to another level without one.
_MOVING = (events.CaseTriaged.kind, events.EscalationDeclined.kind)


def of_source(source: str | None, path: str = "") -> Q:
    """The cases of this source: None is all of them, empty those raised here. `path` leads from a row to its case."""
    return Q() if source is None else Q(**{f"{path}source": source})


def highest_levels(source: str | None = None) -> dict[int, int]:
    """How many cases reached which level as their highest, the level they came in at included."""
    stepped = Step.objects.filter(escalation__case=OuterRef("pk")).order_by().values("escalation__case")
    sorted_anew = _moves().filter(case=OuterRef("pk")).order_by().values("case")
    cases = Case.objects.filter(of_source(source)).annotate(
        highest=Greatest(
            F("entry_level"),
            Coalesce(Subquery(stepped.annotate(top=Max("to_level")).values("top")), 0),
            Coalesce(Subquery(sorted_anew.annotate(top=Max("new")).values("top")), 0),
        )
    )
    found = cases.order_by().values("highest").annotate(cases=Count("pk"))
    return dict(found.order_by("highest").values_list("highest", "cases"))


def steps_up(source: str | None = None) -> int:
    """How often a case went to a higher level."""
    steps = Step.objects.filter(of_source(source, "escalation__case__"), to_level__gt=F("from_level"))
    return steps.count() + _moves(source).filter(new__gt=F("old")).count()


def steps_down(source: str | None = None) -> int:
    """How often a case went to a lower level."""
    steps = Step.objects.filter(of_source(source, "escalation__case__"), to_level__lt=F("from_level"))
    return steps.count() + _moves(source).filter(new__lt=F("old")).count()


def reopened_cases(source: str | None = None) -> int:
    """Cases that went on after they were resolved or closed, each counted once."""
    return _cases_with(events.CaseReopened.kind, source)


def paused_cases(source: str | None = None) -> int:
    """Cases that waited at least once."""
    return _cases_with(events.CaseHeld.kind, source)


def solved_cases(source: str | None = None) -> int:
    """Cases that are resolved or closed now and were not taken back by the customer."""
    ended = (CaseState.RESOLVED.value, CaseState.CLOSED.value)
    found = Case.objects.filter(of_source(source), state__in=ended)
    return found.exclude(outcome=Outcome.WITHDRAWN.value).count()


def _cases_with(kind: str, source: str | None) -> int:
    found = Event.objects.filter(of_source(source, "case__"), kind=kind)
    return found.order_by().values("case").distinct().count()


def _moves(source: str | None = None) -> QuerySet[Any]:
    """Moves between levels that were no step, with the `old` and the `new` level."""
    moves = Event.objects.filter(of_source(source, "case__"), kind__in=_MOVING)
    return moves.annotate(
        old=Cast(KeyTextTransform("from_level", "data"), IntegerField()),
        new=Cast(KeyTextTransform("level", "data"), IntegerField()),
    )
