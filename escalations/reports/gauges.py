"""Numbers for whoever watches Belay from outside: a fixed number of statements, however many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from escalations.models import (
    Attempt,
    Audit,
    Case,
    Clock,
    Escalation,
    Notice,
    NoticeState,
    Pulse,
    ReceivedMail,
    Request,
    SetAside,
    Violation,
)
from escalations.rules.vocabulary import CaseState, Channel, MailState

WINDOW = timedelta(hours=1)
WAKING = (CaseState.PENDING.value, CaseState.RESOLVED.value)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number in all its colours: `values` are the labels in the order of `labels`, and the number."""

    name: str
    meaning: str
    labels: Sequence[str]
    values: Sequence[tuple[Sequence[str], float]]


def gauges(at: datetime) -> list[Gauge]:
    """All of them, as the rows are at this instant."""
    return [gauge for part in (_escalations, _auditor, _sweep, _notices, _rest) for gauge in part(at)]


def _one(name: str, meaning: str, value: float) -> Gauge:
    return Gauge(name, meaning, (), [((), value)])


def _escalations(at: datetime) -> Iterator[Gauge]:
    yield _one("escalations_open", "Open escalations.", Escalation.objects.open().count())
    yield _one("cases_set_aside", "Cases that the engine cannot move on.", SetAside.objects.count())


def _auditor(at: datetime) -> Iterator[Gauge]:
    newest = Audit.objects.first()
    if newest:
        yield _one("audit_age_seconds", "Seconds since the last look of the auditor.", _age(newest.at, at))
        yield _one(
            "audit_open_escalations", "Open escalations that the last look asked about.", newest.open_escalations
        )
        yield _one("audit_duration_seconds", "How long the last look took.", newest.milliseconds / 1000)
    by_kind = Violation.objects.open().values_list("kind").annotate(number=Count("pk")).order_by("kind")
    yield Gauge("violations_open", "Violations that are not over, by kind.", ["kind"], _labelled(by_kind))


def _sweep(at: datetime) -> Iterator[Gauge]:
    """Cases that are set aside are late for a reason that is told elsewhere."""
    looked_at: dict[str, tuple[QuerySet[Any], str]] = {
        "clocks": (Clock.objects.filter(case__set_aside=None), "next_at"),
        "promises": (Case.objects.filter(set_aside=None), "promised_at"),
        "ladders": (Case.objects.filter(set_aside=None), "check_at"),
        "escalations": (Escalation.objects.open().filter(case__set_aside=None), "next_check_at"),
        "wake_ups": (Case.objects.filter(set_aside=None, state__in=WAKING), "wake_at"),
        "requests": (Request.objects.filter(case__set_aside=None), "next_chase_at"),
    }
    values = [([name], _lateness(rows, column, at)) for name, (rows, column) in looked_at.items()]
    yield Gauge("sweep_lateness_seconds", "How long the oldest thing that is due waits.", ["what"], values)


def _lateness(rows: QuerySet[Any], column: str, at: datetime) -> float:
    oldest = rows.filter(**{f"{column}__lte": at}).order_by(column).values_list(column, flat=True).first()
    return _age(oldest, at)


def _notices(at: datetime) -> Iterator[Gauge]:
    waiting = Notice.objects.filter(state=NoticeState.WAITING).values("channel").order_by("channel")
    due = Q(next_try_at__lte=at)
    counted = {
        row["channel"]: row
        for row in waiting.annotate(
            waiting=Count("pk"), due=Count("pk", filter=due), oldest=Min("next_try_at", filter=due)
        )
    }
    late = [([name], _age(row["oldest"], at)) for name, row in _by_channel(counted)]
    yield Gauge("delivery_lateness_seconds", "How long the oldest notice that is due waits.", ["channel"], late)
    for key, meaning in (("waiting", "Notices that were not sent yet."), ("due", "Notices that could be sent now.")):
        yield Gauge(f"notices_{key}", meaning, ["channel"], [([c], row[key] or 0) for c, row in _by_channel(counted)])
    failed = Notice.objects.filter(state=NoticeState.FAILED).values_list("channel").order_by("channel")
    given_up = {str(channel): float(number) for channel, number in failed.annotate(number=Count("pk"))}
    dead = [([channel.value], given_up.get(channel.value, 0.0)) for channel in Channel]
    yield Gauge("notices_failed", "Notices that were given up.", ["channel"], dead)
    recent = Attempt.objects.filter(began_at__gt=at - WINDOW).values_list("notice__channel", "outcome")
    tries = recent.annotate(number=Count("pk")).order_by("notice__channel", "outcome")
    outcomes = [([channel, outcome or "open"], float(number)) for channel, outcome, number in tries]
    yield Gauge("attempts_last_hour", "Attempts to send of the last hour.", ["channel", "outcome"], outcomes)


def _by_channel(counted: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each channel, also those with nothing to send: a number that is missing looks like one that is broken."""
    nothing = {"waiting": 0, "due": 0, "oldest": None}
    return ((channel.value, counted.get(channel.value, nothing)) for channel in Channel)


def _rest(at: datetime) -> Iterator[Gauge]:
    kept = ReceivedMail.objects.filter(state=MailState.KEPT.value).count()
    yield _one("received_mails_waiting", "Mails that were kept and not yet acted on.", kept)
    ages = [([part], _age(seen, at)) for part, seen in Pulse.objects.values_list("component", "at")]
    yield Gauge("pulse_age_seconds", "Seconds since each part gave a sign of life.", ["part"], ages)


def _labelled(rows: Iterable[Any]) -> list[tuple[Sequence[str], float]]:
    return [([str(label)], float(number)) for label, number in rows]


def _age(instant: datetime | None, at: datetime) -> float:
    return max((at - instant).total_seconds(), 0.0) if instant else 0.0
