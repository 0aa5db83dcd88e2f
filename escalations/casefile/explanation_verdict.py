"""The answer first: when a clock is due and why, or how it ended, in two sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from escalations.casefile.explanation_moments import Moments
from escalations.casefile.explanation_words import Voice
from escalations.casefile.sentences import duration
from escalations.rules.tracks import Track
from escalations.timing.stopwatch import ClockState, MarkKind, Reading, read


def key_of(track: Track) -> str:
    """How a clock is named in addresses: its kind and the number of the event that started it, as in resolution-1."""
    return f"{track.kind}-{track.start_seq}"


def due_of(track: Track, reading: Reading) -> datetime | None:
    """When the clock is or was due: of one that ended in time as it stood then. None while, or ended while, on hold."""
    if reading.due_at or not reading.ended_at:
        return reading.due_at
    return read(track.marks[:-1], reading.ended_at).due_at


class AtOnce(NamedTuple):
    """Working minutes used up when another target came, and how many that one gave: no more."""

    used: float
    target: float


def late_at_once(track: Track, reading: Reading) -> AtOnce | None:
    """How another target alone made the clock late; None when time did, or when it is not late."""
    late = reading.breached_at
    turns = [
        AtOnce(read(track.marks[:place], mark.at).elapsed_minutes, mark.terms.minutes)
        for place, mark in enumerate(track.marks)
        if late and mark.kind is MarkKind.RETARGET and mark.terms and mark.at <= late
    ]
    return turns[-1] if turns and turns[-1].used >= turns[-1].target else None


def tone_of(reading: Reading, at: datetime) -> str:
    """How a clock looks: late, soon, calm, met, paused or void. A miss stays a miss, on hold and after the end."""
    if reading.breached_at:
        return "late"
    if reading.state is not ClockState.RUNNING:
        return reading.state.value
    return "soon" if reading.warn_at and reading.warn_at <= at else "calm"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One clock at one instant, ready to be told; `ended_by` are words, empty when a reader may not know."""

    track: Track
    reading: Reading
    moments: Moments
    voice: Voice
    ended_by: str = ""

    @property
    def hours(self) -> str:
        """The zone of the hours it counts in; none for a promise."""
        return "" if self.track.promise else self.reading.terms.schedule.timezone

    @property
    def due_at(self) -> datetime | None:
        return due_of(self.track, self.reading)

    def moment(self, at: datetime | None) -> str:
        return self.moments.with_place(at, self.hours) if at else ""

    @property
    def left(self) -> str:
        return duration(max(self.reading.remaining_minutes, 0))

    @property
    def name(self) -> str:
        due = self.due_at
        return self.voice.name(self.track, self.moments.full(due) if due else "")

    @property
    def headline(self) -> str:
        """When it is due, or what became of it."""
        told = {"moment": self.moment(self.due_at), "left": self.left}
        if self.reading.state is ClockState.RUNNING:
            return (_("Overdue since %(moment)s") if self.reading.breached_at else _("Due %(moment)s")) % told
        if self.reading.state is ClockState.PAUSED:
            late = _("Missed, and on hold now: it was due %(moment)s")
            return (late if self.reading.breached_at else _("On hold, with %(left)s left")) % told
        return self._end()

    def _end(self) -> str:
        reading = self.reading
        ended = {"moment": self.moment(reading.ended_at)}
        if reading.state is ClockState.MET:
            told = self.voice.met() % ended
            return f"{told}, {_('too late') if reading.breached_at else _('in time')}"
        if not reading.breached_at:
            return _("No longer owed since %(moment)s") % ended
        missed = (
            _("Promise broken: news were due %(moment)s") if self.track.promise else _("Missed: it was due %(moment)s")
        )
        return missed % {"moment": self.moment(reading.breached_at)}

    @property
    def because(self) -> str:
        """Why it is due then; for one on hold since when and why; for one that ended what ended it."""
        reading = self.reading
        if reading.state is ClockState.PAUSED:
            return self._on_hold()
        broken = reading.state is ClockState.VOID and reading.breached_at
        told = self._why() if reading.state is ClockState.RUNNING or broken else self._was_due()
        if not self.ended_by:
            return told
        ending = self.voice.ending(met=reading.state is ClockState.MET)
        return f"{told} {ending % {'what': self.ended_by}}"

    def _why(self) -> str:
        return _("Because %(why)s.") % {"why": self._reason()}

    def _reason(self) -> str:
        return self.voice.why(self.track.bases[-1], self.track)

    def _was_due(self) -> str:
        if self.due_at is None:
            told = {"left": self.left, "why": self._reason()}
            return _("It was on hold when it ended, with %(left)s left, because %(why)s.") % told
        return _("It was due %(moment)s, because %(why)s.") % {
            "moment": self.moment(self.due_at),
            "why": self._reason(),
        }

    def _on_hold(self) -> str:
        began, _until, reason = self.reading.pauses[-1]
        since = {"since": self.moments.full(began), "reason": self.voice.pause(reason)}
        hold = _("It stands still since %(since)s: %(reason)s.") % since
        if self.reading.breached_at:
            return f"{hold} {self._was_due()}"
        schedule, left = self.reading.terms.schedule, max(self.reading.remaining_minutes, 0)
        due = self.moment(schedule.add_working_time(self.moments.at, left))
        resumed = _("If it went on now, it would be due %(moment)s, because %(why)s.")
        return f"{hold} {resumed % {'moment': due, 'why': self._reason()}}"
