"""Lists of cases by what is due next: keyset pages over partial indexes, no total counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from escalations.casefile import promises
from escalations.models import NEVER, Case, Clock, Decision, Escalation, Notice, Step, words
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import OPEN_ESCALATION, CaseState
from escalations.timing.stopwatch import ClockState

PAGE = 50
VIEWS = ("team", "mine", "escalated", "all")


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


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor of the next page (empty at the end)."""

    rows: list[Row]
    following: str


def queue(standing: Standing, view: str, *, at: datetime, after: str = "", limit: int = PAGE) -> Page:
    """Unsolved cases of a view, the most urgent first; `after` is the cursor a page gave."""
    found = Case.objects.visible_to(standing).unsolved().filter(_view(standing, view))
    if after:
        found = found.filter(_beyond(after))
    cases = list(with_names(found).order_by("next_due_at", "pk")[: limit + 1])
    following = _cursor(cases[limit - 1]) if len(cases) > limit else ""
    return Page(rows(cases[:limit], at), following)


def _view(standing: Standing, view: str) -> Q:
    if view == "mine":
        return mine(standing)
    if view == "escalated":
        climbs = Escalation.objects.filter(state__in=[s.value for s in OPEN_ESCALATION]).values("case_id")
        return Q(pk__in=climbs)
    return Q(team_id__in=standing.team_ids) if view == "team" else Q()


def mine(standing: Standing) -> Q:
    """Cases this person owns, and those whose open escalation they are accountable for."""
    climbs = Escalation.objects.open().filter(accountable_id=standing.agent_id).values("case_id")
    return Q(owner_id=standing.agent_id) | Q(pk__in=climbs)


def _beyond(cursor: str) -> Q:
    """Cases after the one a cursor names. Anything that is no cursor starts from the beginning."""
    instant, _sep, pk = cursor.partition("~")
    try:
        due = datetime.fromisoformat(instant)
        return Q(next_due_at__gt=due) | Q(next_due_at=due, pk__gt=int(pk))
    except ValueError:
        return Q()


def _cursor(case: Case) -> str:
    return f"{case.next_due_at.isoformat()}~{case.pk}"


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with everything that a row names."""
    return cases.select_related("organization", "owner__user", "team", "pause_reason")


def rows(cases: Sequence[Case], at: datetime) -> list[Row]:
    """The lines for these cases; two statements whatever their number."""
    ids = [case.pk for case in cases]
    due: dict[int, list[Clock]] = defaultdict(list)
    missed_on_hold = Q(state=ClockState.PAUSED.value, breached_at__isnull=False)
    runs = Q(state=ClockState.RUNNING.value)
    for clock in Clock.objects.filter(runs | missed_on_hold | promises.nobody_kept(), case_id__in=ids):
        due[clock.case_id].append(clock)
    climbs = {climb.case_id: climb for climb in _climbs(ids)}
    found = [_row(case, due[case.pk], climbs.get(case.pk), at) for case in cases]
    return [replace(row, **_of_climb(row.escalation)) for row in found]


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


def _row(case: Case, clocks: list[Clock], climb: Escalation | None, at: datetime) -> Row:
    if case.is_dormant:
        return Row(case, None, words.ORIGINS["import"], "dormant", climb, _("asleep"))
    if case.state == CaseState.RESOLVED:
        return Row(case, case.wake_at, _("Closes by itself without an answer"), "paused", climb, _("with the customer"))
    clock = min(clocks, key=_urgency, default=None)
    if clock is None or clock.due_at is None:
        waits = case.pause_reason.name if case.pause_reason else ""
        return Row(case, case.wake_at, waits, "paused", climb, _("on hold") if case.wake_at else _("nothing due"))
    tone = "late" if clock.due_at <= at else "soon" if clock.warn_at and clock.warn_at <= at else "calm"
    rests = _("on hold now") if clock.state == ClockState.PAUSED else ""
    what = _("News are owed: a promise was broken") if _is_owed(clock) else words.CLOCKS[clock.kind]
    return Row(
        case, clock.due_at, what, tone, climb, rests, f"{clock.kind}-{clock.start_seq}", _owed_since(case, clocks, at)
    )


def _is_owed(clock: Clock) -> bool:
    """Whether this is the clock of a broken promise; no other one that has ended is looked for."""
    return clock.state == ClockState.VOID


def _urgency(clock: Clock) -> tuple[bool, datetime, bool]:
    """What somebody has to do comes before what is on hold, and the first due before the others."""
    return clock.state == ClockState.PAUSED, clock.due_at or NEVER, not _is_owed(clock)


def _owed_since(case: Case, clocks: list[Clock], at: datetime) -> datetime | None:
    if case.promised_at and case.promised_at <= at:
        return case.promised_at
    return next((clock.due_at for clock in clocks if _is_owed(clock)), None)


def inbox(code: str) -> QuerySet[Notice]:
    """The notices of one person, newest first, each with those that were folded into it."""
    with_it = Prefetch("folded", Notice.objects.select_related("event").order_by("pk"))
    return _shown(code).select_related("event", "case", "bulletin").prefetch_related(with_it)


def unread(code: str) -> int:
    """How many notices are new, counted up to 100."""
    return _shown(code).filter(seen_at=None)[:100].count()


def _shown(code: str) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=code, channel="in_app", folded_into=None)
