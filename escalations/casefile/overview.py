"""The customer's cases as lines: what each is about, who has it, and when the next news comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from escalations.casefile import promises
from escalations.casefile.customer import NEWS, WORDS, status_words
from escalations.models import Case, Clock, Escalation, Step
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, ClockKind, Move
from escalations.timing.stopwatch import ClockState

PER_PAGE = 30
LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list: only what its customer may read."""

    reference: str
    subject: str
    state: str
    status: Any
    level: int
    topic: str
    is_escalated: bool
    has_it: str
    organization: str
    raised_by: str
    opened_at: datetime
    closed_at: datetime | None
    news_at: datetime | None
    news_late: bool
    promised_at: datetime | None
    owed_since: datetime | None
    waits_for: str


@dataclass(frozen=True, slots=True)
class News:
    """When a case has its next news at the latest, and since when those of a broken promise are owed."""

    at: datetime | None = None
    owed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of lines, and whether another one follows."""

    lines: list[CaseLine]
    more: bool


def to_answer(standing: Standing, at: datetime) -> list[CaseLine]:
    """Cases that we believe are solved: the customer has the next word."""
    found = Case.objects.visible_to(standing).filter(state=CaseState.RESOLVED.value)
    return case_lines(_named(found).order_by("-resolved_at", "-pk")[:PER_PAGE], standing, at)


def in_our_hands(standing: Standing, at: datetime, *, query: str = "", page: int = 1) -> Lines:
    """Unsolved cases, those with the next thing due first."""
    found = _matching(Case.objects.visible_to(standing).unsolved(), query)
    return _page(_named(found).order_by("next_due_at", "pk"), standing, at, page)


def closed(standing: Standing, at: datetime, *, query: str = "", page: int = 1) -> Lines:
    """What is over, the latest first."""
    found = _matching(Case.objects.visible_to(standing).filter(state=CaseState.CLOSED.value), query)
    return _page(_named(found).order_by("-closed_at", "-pk"), standing, at, page)


def _matching(cases: QuerySet[Case], query: str) -> QuerySet[Case]:
    """Cases with every word in the subject, or with the reference that the query is."""
    text = query.replace("\x00", "").strip()[:LONGEST_QUERY]
    if not text:
        return cases
    by_subject = Q()
    for word in text.split():
        by_subject &= Q(subject__icontains=word)
    return cases.filter(by_subject | Q(pk=Case.pk_of(text)))


def _named(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("organization", "team", "contact", "pause_reason", "topic")


def _page(cases: QuerySet[Case], standing: Standing, at: datetime, page: int) -> Lines:
    start = (page - 1) * PER_PAGE
    found = list(cases[start : start + PER_PAGE + 1])
    return Lines(case_lines(found[:PER_PAGE], standing, at), len(found) > PER_PAGE)


def case_lines(cases: Sequence[Case] | QuerySet[Case], standing: Standing, at: datetime) -> list[CaseLine]:
    """The lines for these cases; two statements beside them, whatever their number."""
    found = list(cases)
    ids = [case.pk for case in found]
    climbs, news = _climbs(ids), _news(ids)
    return [
        _line(case, climbs.get(case.pk, ("", False, False)), news.get(case.pk, News()), standing, at) for case in found
    ]


def _climbs(ids: list[int]) -> dict[int, tuple[str, bool, bool]]:
    """The open escalation of each case: its state, whether its step was acknowledged, whether it is only help."""
    heard = Step.objects.filter(escalation=OuterRef("pk"), ended_at=None, acknowledged_at__isnull=False)
    moved = Step.objects.filter(escalation=OuterRef("pk")).exclude(move=Move.LEND.value)
    climbs = Escalation.objects.open().filter(case_id__in=ids).annotate(heard=Exists(heard), helped=~Exists(moved))
    found = climbs.values_list("case_id", "state", "heard", "helped")
    return {case_id: (state, known, helped) for case_id, state, known, helped in found}


def _news(ids: list[int]) -> dict[int, News]:
    """The news of each case: the first kind of clock that stands for them and runs, and what is still owed."""
    runs = Q(state=ClockState.RUNNING.value, kind__in=[kind.value for kind in NEWS])
    due: dict[int, dict[str, datetime]] = defaultdict(dict)
    owed: dict[int, datetime] = {}
    found = Clock.objects.filter(runs | promises.nobody_kept(), case_id__in=ids)
    for case_id, kind, state, due_at in found.values_list("case_id", "kind", "state", "due_at"):
        if due_at is None:
            continue
        if state == ClockState.RUNNING:
            due[case_id][kind] = due_at
        else:
            owed[case_id] = due_at
    return {case_id: News(_first(due[case_id]), owed.get(case_id)) for case_id in {*due, *owed}}


def _first(kinds: dict[str, datetime]) -> datetime | None:
    words = [kinds[kind] for kind in WORDS if kind in kinds]
    return min(words) if words else kinds.get(ClockKind.RESOLUTION)


def _line(case: Case, climb: tuple[str, bool, bool], news: News, standing: Standing, at: datetime) -> CaseLine:
    state, heard, helped = climb
    over = case.promised_at if case.promised_at and case.promised_at <= at else None
    waits = case.pause_reason if case.state == CaseState.PENDING else None
    return CaseLine(
        reference=case.reference,
        subject=case.subject,
        state=case.state,
        status=status_words(case, state, heard=heard, helped=helped),
        level=case.level,
        topic=case.topic.name if case.topic else "",
        is_escalated=bool(state),
        has_it=case.team.public_name,
        organization=case.organization.name if case.organization else "",
        raised_by="" if case.contact_id == standing.contact_id else case.contact.name,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        news_at=news.at,
        news_late=news.at is not None and news.at < at,
        promised_at=case.promised_at,
        owed_since=over or news.owed_since,
        waits_for=waits.public_label if waits else "",
    )
