"""A clock as people read it: its state at this instant, and why it is due when it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from escalations.casefile.sentences import duration
from escalations.models import words
from escalations.rules.tracks import Track
from escalations.rules.vocabulary import ClockKind
from escalations.timing.schedule import Span, Why
from escalations.timing.stopwatch import ClockState, Reading


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the clock line: percent of its length, and why it counted or did not."""

    start: datetime
    end: datetime
    why: str
    words: str
    percent: float


@dataclass(frozen=True, slots=True)
class Face:
    """`tone` is one of late, soon, calm, met, paused, void; minutes are working minutes."""

    kind: ClockKind
    name: Any
    state: str
    tone: str
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None
    met_at: datetime | None
    target: str
    elapsed: str
    left: str
    percent: int
    stretches: list[Stretch]
    explanation: str

    @property
    def is_live(self) -> bool:
        return self.state in (ClockState.RUNNING, ClockState.PAUSED)


def tone_of(reading: Reading, at: datetime) -> str:
    if reading.state is ClockState.VOID:
        return "void"
    if reading.breached_at:
        return "late"
    if reading.state is ClockState.MET:
        return "met"
    if reading.state is ClockState.PAUSED:
        return "paused"
    return "soon" if reading.warn_at and reading.warn_at <= at else "calm"


def face(track: Track, reading: Reading, at: datetime, pauses: dict[str, Any]) -> Face:
    """The face of one clock; `pauses` gives the words of a pause reason by its slug."""
    target, elapsed = reading.terms.minutes, reading.elapsed_minutes
    left = max(target - elapsed, 0)
    return Face(
        kind=track.kind,
        name=words.CLOCKS[track.kind],
        state=reading.state.value,
        tone=tone_of(reading, at),
        started_at=reading.started_at,
        due_at=reading.due_at,
        warn_at=reading.warn_at,
        breached_at=reading.breached_at,
        met_at=reading.met_at,
        target=duration(target),
        elapsed=duration(elapsed),
        left=duration(left),
        percent=min(round(100 * elapsed / target), 100),
        stretches=_stretches(reading, at, pauses),
        explanation=_("%(elapsed)s of %(target)s working time counted")
        % {
            "elapsed": duration(elapsed),
            "target": duration(target),
        },
    )


def _stretches(reading: Reading, at: datetime, pauses: dict[str, Any]) -> list[Stretch]:
    """From the start to now, and what is left until it is due; at most the last forty pieces."""
    spans = reading.spans(at)[-40:]
    end = reading.due_at if reading.state is ClockState.RUNNING and reading.due_at else None
    total = sum(span.seconds for span in spans) or 1.0
    if end and end > at:
        total += (end - at).total_seconds()
    pieces = [Stretch(s.start, s.end, s.why.value, _why(s, pauses), round(100 * s.seconds / total, 2)) for s in spans]
    if end and end > at:
        rest = (end - at).total_seconds()
        pieces.append(Stretch(at, end, "todo", _("still to run"), round(100 * rest / total, 2)))
    return pieces


def _why(span: Span, pauses: dict[str, Any]) -> str:
    return {
        Why.OPEN: _("counted"),
        Why.CLOSED: _("closed"),
        Why.HOLIDAY: _("holiday: %(name)s") % {"name": span.label},
        Why.PAUSED: _("paused: %(reason)s") % {"reason": pauses.get(span.label, span.label)},
    }[span.why]
