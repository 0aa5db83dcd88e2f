"""What somebody who decides must see in ten seconds: what burns, and which answers are waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case as Which
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value, When

from escalations.casefile import queues
from escalations.models import Brief, Case, Decision, Escalation
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CLIMBING, Severity

FIRES_SHOWN = 8
QUESTIONS_SHOWN = 6
SEVERE = (Severity.CRITICAL.value, Severity.HIGH.value)
_CLIMBING = [state.value for state in CLIMBING]


@dataclass(frozen=True, slots=True)
class Fire:
    """A severe case that is escalated: what is due in `row`, since when it climbs, and what the brief asks."""

    row: queues.Row
    since: datetime
    asked: str


@dataclass(frozen=True, slots=True)
class Question:
    """A decision that waits; `mine` says that the one who looks is asked."""

    decision: Decision
    mine: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Oversight:
    """The first of each; `more_fires` and `more_questions` say that there are others."""

    fires: list[Fire]
    more_fires: bool
    questions: list[Question]
    more_questions: bool


def oversight(standing: Standing, *, at: datetime) -> Oversight:
    """What burns, the worst and oldest first, and what waits for a decision; four statements."""
    cases = list(_burning(standing)[: FIRES_SHOWN + 1])
    rows = queues.rows(cases[:FIRES_SHOWN], at)
    asked = list(_asked(standing)[: QUESTIONS_SHOWN + 1])
    return Oversight(
        fires=[Fire(row, vars(row.case)["since"], vars(row.case)["asked"] or "") for row in rows],
        more_fires=len(cases) > FIRES_SHOWN,
        questions=[_question(row, standing, at) for row in asked[:QUESTIONS_SHOWN]],
        more_questions=len(asked) > QUESTIONS_SHOWN,
    )


def _burning(standing: Standing) -> QuerySet[Case]:
    climb = Escalation.objects.filter(case=OuterRef("pk"), state__in=_CLIMBING)
    brief = Brief.objects.filter(step__escalation__case=OuterRef("pk"), step__escalation__state__in=_CLIMBING)
    severe = Case.objects.visible_to(standing).filter(severity__in=SEVERE, escalations__state__in=_CLIMBING)
    told = severe.annotate(
        since=Subquery(climb.values("started_at")[:1]),
        asked=Subquery(brief.order_by("-step__number").values("asked")[:1]),
    )
    return queues.with_names(told).order_by("severity", F("since"), "pk")


def _asked(standing: Standing) -> QuerySet[Decision]:
    """Open questions about cases this person may see, those to this person first, then the first due."""
    found = open_questions(standing).annotate(
        others=Which(When(person_id=standing.agent_id, then=Value(0)), default=Value(1))
    )
    return found.order_by("others", F("due_at").asc(nulls_last=True), "pk")


def open_questions(standing: Standing) -> QuerySet[Decision]:
    """Every decision that waits, of the cases this person may see or is asked about."""
    visible = Case.objects.visible_to(standing).order_by().values("pk")
    theirs = Q(escalation__case__in=visible) if standing.by_team else Q()
    found = Decision.objects.filter(theirs, escalation__state__in=_CLIMBING, decided_at=None)
    return found.select_related("escalation__case__organization", "person__user")


def _question(decision: Decision, standing: Standing, at: datetime) -> Question:
    late = decision.due_at is not None and decision.due_at <= at
    return Question(decision, decision.person_id == standing.agent_id, late)
