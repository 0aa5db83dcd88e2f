"""A clock computed from its events: pure, so it can be run again at any time and gives the same row.

The caller hands over the marks of one clock in order (started, paused, resumed, retargeted, met, void, told) and gets
its state, its instants and, on demand, the spans that counted. Nothing here knows of a database or of the present.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from escalations.timing.schedule import Schedule, Span, joined


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    VOID = "void"


class MarkKind(StrEnum):
    """What an event means to one clock. `warned` and `breached` say that people were told."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RETARGET = "retarget"
    MEET = "meet"
    VOID = "void"
    WARNED = "warned"
    BREACHED = "breached"


_TOLD = (MarkKind.WARNED, MarkKind.BREACHED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was promised: `minutes` of working time, a warning at `warn_percent` of them, on this schedule.

    A promise made to an exact instant has the minutes up to it, on a schedule that is always open.
    """

    minutes: float
    warn_percent: int
    schedule: Schedule

    @property
    def warn_minutes(self) -> float:
        return self.minutes * self.warn_percent / 100


@dataclass(frozen=True, slots=True)
class Mark:
    """One event as one clock sees it. `terms` come with start and retarget, `label` names a pause.

    `carried` are working minutes that a start takes over from the clock before it.
    """

    kind: MarkKind
    at: datetime
    terms: Terms | None = None
    label: str = ""
    carried: float = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock at one instant. `due_at` is None while paused; `next_at` is the next instant somebody must be told of.

    `hours` are the schedules it ran on and since when: a new target may count other hours.
    """

    state: ClockState
    terms: Terms
    started_at: datetime
    elapsed_minutes: float
    warn_at: datetime | None
    due_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    met_at: datetime | None
    ended_at: datetime | None
    next_at: datetime | None
    pauses: tuple[tuple[datetime, datetime, str], ...] = ()
    hours: tuple[tuple[datetime, Schedule], ...] = ()

    @property
    def remaining_minutes(self) -> float:
        return self.terms.minutes - self.elapsed_minutes

    def spans(self, until: datetime) -> list[Span]:
        """From the start to the end of the clock (or `until` while it runs): what counted, what did not, and why."""
        end = self.ended_at or max(until, self.started_at)
        stops = [*(since for since, _schedule in self.hours[1:]), end]
        return joined(
            span
            for (since, schedule), stop in zip(self.hours, stops, strict=True)
            for span in schedule.spans(since, stop, self.pauses)
        )


@dataclass(slots=True)
class _Run:
    """The bookkeeping of one pass over the marks."""

    terms: Terms
    started_at: datetime
    at: datetime
    elapsed: float = 0.0
    state: ClockState = ClockState.RUNNING
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    told: MarkKind | None = None
    paused: tuple[datetime, str] | None = None
    pauses: tuple[tuple[datetime, datetime, str], ...] = ()
    hours: tuple[tuple[datetime, Schedule], ...] = ()

    def reached(self, minutes: float) -> datetime:
        """When the elapsed working time is `minutes`, if nothing stops the clock from here on."""
        return self.terms.schedule.add_working_time(self.at, max(minutes - self.elapsed, 0))

    def forget_warning(self) -> None:
        """With more time ahead than another target warns of, the warning belongs to the one before."""
        if self.breached_at is None and self.elapsed < self.terms.warn_minutes:
            self.warned_at = self.told = None

    def advance(self, to: datetime, *, arriving: bool = False) -> None:
        """Let time pass, noting the warn and due instants on the way.

        What happens exactly on time is on time; a clock read (`arriving`) at its very due instant has reached it.
        """
        if self.state is ClockState.RUNNING:
            warn, due = self.reached(self.terms.warn_minutes), self.reached(self.terms.minutes)
            if self.warned_at is None and (warn < to or (arriving and warn == to)):
                self.warned_at = warn
            if self.breached_at is None and (due < to or (arriving and due == to)):
                self.breached_at = due
            self.elapsed += self.terms.schedule.working_time_between(self.at, to)
        self.at = max(self.at, to)


def _end_pause(run: _Run, at: datetime) -> None:
    if run.paused:
        run.pauses = (*run.pauses, (run.paused[0], at, run.paused[1]))
        run.paused = None


def _apply(run: _Run, mark: Mark) -> None:
    match mark.kind:
        case MarkKind.PAUSE if run.state is ClockState.RUNNING:
            run.state, run.paused = ClockState.PAUSED, (mark.at, mark.label)
        case MarkKind.RESUME if run.state is ClockState.PAUSED:
            _end_pause(run, mark.at)
            run.state = ClockState.RUNNING
        case MarkKind.RETARGET if mark.terms:
            run.terms = mark.terms
            run.forget_warning()
            run.hours = (*run.hours, (mark.at, mark.terms.schedule))
        case MarkKind.MEET | MarkKind.VOID:
            _end_pause(run, mark.at)
            run.state = ClockState.MET if mark.kind is MarkKind.MEET else ClockState.VOID
            run.ended_at = mark.at


def read(marks: Sequence[Mark], at: datetime) -> Reading:
    """The clock at `at`, from its marks in order. The first mark must start it.

    `at` is never before the last mark. A clock that ended stays as it ended, whatever comes after.
    """
    first = marks[0]
    if first.kind is not MarkKind.START or first.terms is None:
        raise ValueError("a clock begins with a start mark that carries its terms")
    run = _Run(first.terms, first.at, first.at, elapsed=first.carried, hours=((first.at, first.terms.schedule),))
    for mark in marks[1:]:
        if run.ended_at:
            break
        if mark.kind in _TOLD:
            run.advance(mark.at, arriving=True)  # what people were told of stays, even if it was met that very instant
            run.told = run.told if run.told is MarkKind.BREACHED else mark.kind
            continue
        run.advance(mark.at)
        _apply(run, mark)
    if not run.ended_at:
        run.advance(at, arriving=True)
    return _reading(run)


def _reading(run: _Run) -> Reading:
    open_pause = ((run.paused[0], run.at, run.paused[1]),) if run.paused else ()
    reading = Reading(
        state=run.state,
        terms=run.terms,
        started_at=run.started_at,
        elapsed_minutes=run.elapsed,
        warn_at=run.warned_at,
        due_at=run.breached_at,
        warned_at=run.warned_at,
        breached_at=run.breached_at,
        met_at=run.ended_at if run.state is ClockState.MET else None,
        ended_at=run.ended_at,
        next_at=None,
        pauses=run.pauses + open_pause,
        hours=run.hours,
    )
    if run.state is not ClockState.RUNNING:
        return reading
    warn = run.warned_at or run.reached(run.terms.warn_minutes)
    due = run.breached_at or run.reached(run.terms.minutes)
    following = {None: min(warn, due), MarkKind.WARNED: due, MarkKind.BREACHED: None}[run.told]
    return replace(reading, warn_at=warn, due_at=due, next_at=following)
