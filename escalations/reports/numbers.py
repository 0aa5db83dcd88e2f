"""The four numbers of a period: acknowledgement, total resolution time, satisfaction, and how many cases climb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from escalations.models import Case, Clock, Escalation, Step, Survey
from escalations.reports.history import of_source
from escalations.rules.standing import SYSTEM, Standing
from escalations.rules.vocabulary import ClockKind, Outcome

# What never was a case of its own leaves all numbers; what the customer took back was never resolved either.
NOT_CASES = (Outcome.SPAM.value, Outcome.DUPLICATE.value, Outcome.MERGED.value)
NOT_RESOLVED = (*NOT_CASES, Outcome.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class Durations:
    """How long something took, in minutes; None when it never happened."""

    count: int
    median: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """From a step to the first sign of life of who got it: as the customer waits, as we work, and how many in time."""

    calendar: Durations
    working: Durations
    in_time: int


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The mean of the answers from 1 (bad) to 5 (very good); None without an answer."""

    count: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class LevelRate:
    """How many of the cases opened in the period were escalated to this level at least once, and of every hundred."""

    level: int
    cases: int
    per_hundred: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a period.

    Acknowledgements, resolutions and answers count when they happened in it, climbs with the cases opened in it.
    `resolution` runs from the opening of a case, `escalation` from the first step of an escalation, both in calendar
    minutes to the resolution that held.
    """

    since: datetime
    until: datetime
    opened: int
    acknowledgement: Acknowledgement
    resolution: Durations
    escalation: Durations
    satisfaction: Satisfaction
    climbs: tuple[LevelRate, ...]


def numbers(since: datetime, until: datetime, *, source: str | None = None, standing: Standing = SYSTEM) -> Numbers:
    """The numbers from `since` to just before `until`, of the cases this person may see, in few statements."""
    period = Period(since, until, source, standing)
    opened = period.opened().count()
    return Numbers(
        since=since,
        until=until,
        opened=opened,
        acknowledgement=period.acknowledgement(),
        resolution=period.resolution(),
        escalation=period.escalation(),
        satisfaction=period.satisfaction(),
        climbs=period.climbs(opened),
    )


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time and the cases that are asked about."""

    since: datetime
    until: datetime
    source: str | None
    standing: Standing

    def during(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})

    def of(self, path: str = "") -> Q:
        found = of_source(self.source, path) & ~Q(**{f"{path}outcome__in": NOT_CASES})
        if self.standing.is_staff and self.standing.by_team:
            found &= Q(**{f"{path}pk__in": Case.objects.visible_to(self.standing).order_by().values("pk")})
        return found

    def opened(self) -> QuerySet[Case]:
        return Case.objects.filter(self.of(), self.during("opened_at"))

    def acknowledgement(self) -> Acknowledgement:
        met = Clock.objects.filter(self.of("case__"), self.during("met_at"), kind=ClockKind.ACKNOWLEDGEMENT.value)
        return Acknowledgement(
            calendar=_durations(_spanned(met, "started_at", "met_at"), "span"),
            working=_durations(met, "worked_seconds"),
            in_time=met.filter(breached_at=None).count(),
        )

    def resolution(self) -> Durations:
        resolved = Case.objects.filter(self.of(), self.during("resolved_at")).exclude(outcome__in=NOT_RESOLVED)
        return _durations(_spanned(resolved, "opened_at", "resolved_at"), "span")

    def escalation(self) -> Durations:
        resolved = Escalation.objects.filter(self.of("case__"), self.during("resolved_at"))
        return _durations(_spanned(resolved, "started_at", "resolved_at"), "span")

    def satisfaction(self) -> Satisfaction:
        answers = Survey.objects.filter(self.of("case__"), self.during("answered_at"))
        found = answers.aggregate(count=Count("pk"), mean=Avg("score"))
        return Satisfaction(found["count"], found["mean"])

    def climbs(self, opened: int) -> tuple[LevelRate, ...]:
        path = "escalation__case__"
        steps = Step.objects.filter(self.of(path), self.during(f"{path}opened_at"), to_level__gt=F("from_level"))
        found = steps.order_by().values("to_level").annotate(cases=Count("escalation__case", distinct=True))
        rows = found.order_by("to_level").values_list("to_level", "cases")
        return tuple(LevelRate(level, cases, 100 * cases / opened) for level, cases in rows)


def _spanned(rows: QuerySet[Any], start: str, end: str) -> QuerySet[Any]:
    return rows.annotate(span=ExpressionWrapper(F(end) - F(start), output_field=DurationField()))


def _durations(rows: QuerySet[Any], column: str) -> Durations:
    """Count, median and mean of a column of time spans or seconds: two statements, two rows at most."""
    found = rows.aggregate(count=Count("pk"), mean=Avg(column))
    count = found["count"]
    middle = rows.order_by(column).values_list(column, flat=True)[max(count - 1, 0) // 2 : count // 2 + 1]
    values = [_minutes(value) for value in middle] if count else []
    median = sum(values) / len(values) if values else None
    return Durations(count, median, None if found["mean"] is None else _minutes(found["mean"]))


def _minutes(value: timedelta | float) -> float:
    return (value.total_seconds() if isinstance(value, timedelta) else float(value)) / 60
