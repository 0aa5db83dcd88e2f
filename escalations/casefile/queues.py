"""Cases as rows of short lists, whose theirs are, and the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from escalations.casefile.due_next import Resting, Ticking, clocks_of, due_next
from escalations.models import Case, Decision, Escalation, Notice, Step
from escalations.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue; `rests` says why no clock runs, empty when one does; `clock` is the key of the one shown.

    `owed_since` is the instant of a promise of news that is over without any words of ours since. `kind` is that of the
    current step of the escalation, `is_asked` says that a decision is open, `decide_by` until when.
    """

    case: Case
    due_at: datetime | None
    what: Any
    tone: str
    escalation: Escalation | None
    rests: Any = ""
    clock: str = ""
    owed_since: datetime | None = None
    kind: str = ""
    is_asked: bool = False
    decide_by: datetime | None = None


def mine(standing: Standing) -> Q:
    """Cases this person owns, and those whose open escalation they are accountable for."""
    climbs = Escalation.objects.open().filter(accountable_id=standing.agent_id).values("case_id")
    return Q(owner_id=standing.agent_id) | Q(pk__in=climbs)


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with everything that a row names."""
    return cases.select_related("organization", "owner__user", "team", "pause_reason")


def rows(cases: Sequence[Case], at: datetime) -> list[Row]:
    """The lines for these cases; two statements whatever their number."""
    ids = [case.pk for case in cases]
    due = clocks_of(ids)
    climbs = {climb.case_id: climb for climb in _climbs(ids)}
    return [_row(case, due.get(case.pk, []), climbs.get(case.pk), at) for case in cases]


def _climbs(ids: list[int]) -> QuerySet[Escalation]:
    """The open escalations of these cases, each with the kind of its current step and the question that is open."""
    step = Step.objects.filter(escalation=OuterRef("pk"), ended_at=None).order_by("-number")
    question = Decision.objects.filter(escalation=OuterRef("pk"), decided_at=None).order_by("-pk")
    climbs = Escalation.objects.open().filter(case_id__in=ids).select_related("accountable__user")
    return climbs.annotate(
        step_kind=Subquery(step.values("kind")[:1]),
        is_asked=Exists(question),
        decide_by=Subquery(question.values("due_at")[:1]),
    )


def _of_climb(climb: Escalation | None) -> dict[str, Any]:
    """What a row says of its escalation."""
    if climb is None:
        return {}
    told = vars(climb)
    return {"kind": told["step_kind"] or "", "is_asked": told["is_asked"], "decide_by": told["decide_by"]}


def _row(case: Case, clocks: Sequence[Ticking], climb: Escalation | None, at: datetime) -> Row:
    waits = case.pause_reason.name if case.pause_reason else ""
    due = due_next(Resting(case.state, case.is_dormant, case.wake_at, case.promised_at, waits), clocks, at)
    told = (due.due_at, due.what, due.tone, climb, due.rests, due.clock, due.owed_since)
    return Row(case, *told, **_of_climb(climb))


def inbox(code: str) -> QuerySet[Notice]:
    """The notices of one person, newest first, each with those that were folded into it."""
    with_it = Prefetch("folded", Notice.objects.select_related("event").order_by("pk"))
    return _shown(code).select_related("event", "case", "bulletin").prefetch_related(with_it)


def unread(code: str) -> int:
    """How many notices are new, counted up to 100."""
    return _shown(code).filter(seen_at=None)[:100].count()


def _shown(code: str) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=code, channel="in_app", folded_into=None)
