"""A clock as it is shown beside others: its state at this instant, and how much of its time is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from escalations.casefile.explanation_moments import Moments
from escalations.casefile.explanation_verdict import due_of, key_of, tone_of
from escalations.casefile.sentences import duration
from escalations.casefile.timeline import Piece, Sort, timeline
from escalations.casefile.timeline_picture import folded
from escalations.models import words
from escalations.rules.tracks import Track
from escalations.rules.vocabulary import ClockKind
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
    """`tone` is one of late, soon, calm, met, paused, void; minutes are working minutes.

    `key` names the clock in the address of its explanation. A miss is late on hold and after the end, too.
    """

    key: str
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


def face(track: Track, reading: Reading, at: datetime, pauses: dict[str, Any]) -> Face:
    """The face of one clock; `pauses` gives the words of a pause reason by its slug."""
    target, elapsed = reading.terms.minutes, reading.elapsed_minutes
    return Face(
        key=key_of(track),
        kind=track.kind,
        name=_name(track, reading, at),
        state=reading.state.value,
        tone=tone_of(reading, at),
        started_at=reading.started_at,
        due_at=reading.due_at,
        warn_at=reading.warn_at,
        breached_at=reading.breached_at,
        met_at=reading.met_at,
        target=duration(target),
        elapsed=duration(elapsed),
        left=duration(max(target - elapsed, 0)),
        percent=min(round(100 * elapsed / target), 100),
        stretches=list(_stretches(track, reading, at, pauses)),
        explanation=_used(track, reading),
    )


def _name(track: Track, reading: Reading, at: datetime) -> Any:
    """The name of the kind; a promise of news has its instant for a name."""
    due = due_of(track, reading) if track.promise else None
    if due is None:
        return words.CLOCKS[track.kind]
    return _("News promised by %(moment)s") % {"moment": Moments.of_reader(at).full(due)}


def _used(track: Track, reading: Reading) -> str:
    """How much of the target is used; a promise is due at its instant, whatever the hours."""
    if track.promise:
        return _("to this very instant, whatever the hours")
    told = {"elapsed": duration(reading.elapsed_minutes), "target": duration(reading.terms.minutes)}
    return _("%(elapsed)s of %(target)s working time counted") % told


def _stretches(track: Track, reading: Reading, at: datetime, pauses: dict[str, Any]) -> Iterator[Stretch]:
    """From the start to now, and what is left until it is due; days are drawn whole where pieces are many."""
    line = timeline(track, reading, at)
    pieces = list(folded(line.past, Moments.of_reader(at))[0])
    if line.ahead:
        pieces.append(Piece(line.ahead[0].start, line.pieces[-1].end, Sort.TODO))
    total = sum(piece.seconds for piece in pieces) or 1.0
    for piece in pieces:
        percent = round(100 * piece.seconds / total, 2)
        yield Stretch(piece.start, piece.end, piece.sort.value, _why(piece, pauses), percent)


def _why(piece: Piece, pauses: dict[str, Any]) -> str:
    return {
        Sort.OPEN: _("counted"),
        Sort.OVER: _("late"),
        Sort.TODO: _("still to run"),
        Sort.CLOSED: _("closed"),
        Sort.HOLIDAY: _("holiday: %(name)s") % {"name": piece.label},
        Sort.PAUSED: _("paused: %(reason)s") % {"reason": pauses.get(piece.label, piece.label)},
    }[piece.sort]
