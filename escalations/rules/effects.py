"""What an event means to the clocks of its case: decided here and nowhere else.

Only public words of a person of ours count as a response or as news; automatic mails and internal notes never do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from escalations.rules import events as e
from escalations.rules.conditions import BreachedClock, CaseFacts
from escalations.rules.procedure import Procedure, Target
from escalations.rules.vocabulary import NEVER_PAUSED, ClockKind, Outcome
from escalations.timing.stopwatch import ClockState, Mark, MarkKind, Reading, read

ESCALATION_CLOCKS = (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE)
_VOIDING = (Outcome.SPAM, Outcome.DUPLICATE, Outcome.WITHDRAWN)


@dataclass(slots=True)
class Track:
    """One clock of a case with the marks its events made on it; identified by kind and `start_seq`."""

    kind: ClockKind
    start_seq: int
    escalation: str
    target: Target
    marks: list[Mark] = field(default_factory=list)
    ended: bool = False

    def mark(self, kind: MarkKind, at: datetime, label: str = "") -> None:
        self.marks.append(
            Mark(kind, at, self.target.terms if kind in (MarkKind.START, MarkKind.RETARGET) else None, label)
        )
        self.ended = self.ended or kind in (MarkKind.MEET, MarkKind.VOID)

    def read(self, at: datetime) -> Reading:
        return read(self.marks, at)


@dataclass(slots=True)
class Tracks:
    """A fold over the events of one case; afterwards `all` holds its clocks in the order they began."""

    procedure: Procedure
    all: list[Track] = field(default_factory=list)
    running: dict[ClockKind, Track] = field(default_factory=dict)
    severity: int = 0
    level: int = 0
    plan: str = ""
    escalation: str = ""
    stops: tuple[str, ...] = ()
    pause_label: str = ""
    dormant: bool = False

    # -- the strokes -------------------------------------------------------------------------------

    def start(self, kind: ClockKind, line: e.Line) -> None:
        """Begins a clock if the procedure promises it; one that still runs is superseded."""
        self.end(kind, MarkKind.VOID, line.at)
        target = self.procedure.target(kind, severity=self.severity, level=self.level, plan=self.plan)
        if target is None:
            return
        escalation = self.escalation if kind in (*ESCALATION_CLOCKS, ClockKind.NEXT_UPDATE) else ""
        track = Track(kind, line.seq, escalation, target)
        track.mark(MarkKind.START, line.at)
        if kind in self.stops:
            track.mark(MarkKind.PAUSE, line.at, self.pause_label)
        self.all.append(track)
        self.running[kind] = track

    def end(self, kind: ClockKind, how: MarkKind, at: datetime) -> None:
        track = self.running.pop(kind, None)
        if track:
            track.mark(how, at)

    def meet(self, at: datetime, *kinds: ClockKind) -> None:
        for kind in kinds:
            self.end(kind, MarkKind.MEET, at)

    def void(self, at: datetime, *kinds: ClockKind) -> None:
        for kind in kinds:
            self.end(kind, MarkKind.VOID, at)

    def public_words(self, line: e.Line) -> None:
        """A person of ours told the customer something: a response, and news that restarts the cadence."""
        self.meet(line.at, ClockKind.FIRST_RESPONSE)
        if ClockKind.NEXT_UPDATE in self.running:
            self.meet(line.at, ClockKind.NEXT_UPDATE)
            self.start(ClockKind.NEXT_UPDATE, line)

    def retarget(self, severity: int, at: datetime) -> None:
        """A corrected severity changes how long running clocks may run; what has elapsed stays elapsed."""
        if severity == self.severity:
            return
        self.severity = severity
        for track in self.running.values():
            target = self.procedure.target(track.kind, severity=severity, level=self.level, plan=self.plan)
            if target and target != track.target:
                track.target = target
                track.mark(MarkKind.RETARGET, at)

    def resume(self, at: datetime) -> None:
        for kind, track in self.running.items():
            if kind in self.stops:
                track.mark(MarkKind.RESUME, at)
        self.stops = ()

    # -- one method per kind of event that matters to clocks -------------------------------------------

    def opened(self, line: e.Line, data: e.CaseOpened) -> None:
        self.severity, self.level, self.plan, self.dormant = data.severity, data.level, data.plan, data.dormant
        self.start(ClockKind.FIRST_RESPONSE, line)
        self.start(ClockKind.RESOLUTION, line)

    def triaged(self, line: e.Line, data: e.CaseTriaged) -> None:
        self.level = data.level
        self.retarget(data.severity, line.at)

    def stepped(self, line: e.Line, data: e.StepTaken) -> None:
        self.resume(line.at)
        self.level, self.escalation = data.to_level, data.escalation
        self.start(ClockKind.ACKNOWLEDGEMENT, line)
        self.start(ClockKind.TRIAGE, line)
        if ClockKind.NEXT_UPDATE not in self.running:
            self.start(ClockKind.NEXT_UPDATE, line)

    def acknowledged(self, line: e.Line, data: e.EscalationAcknowledged) -> None:
        self.retarget(data.severity, line.at)
        self.meet(line.at, ClockKind.ACKNOWLEDGEMENT)
        self.public_words(line)

    def declined(self, line: e.Line, data: e.EscalationDeclined) -> None:
        self.level = data.level
        self.meet(line.at, *ESCALATION_CLOCKS)
        self.void(line.at, ClockKind.NEXT_UPDATE)
        self.escalation = ""

    def held(self, line: e.Line, data: e.CaseHeld) -> None:
        self.stops = tuple(kind for kind in data.stops if kind not in NEVER_PAUSED)
        self.pause_label = data.reason
        for kind, track in self.running.items():
            if kind in self.stops:
                track.mark(MarkKind.PAUSE, line.at, data.reason)

    def resumed(self, line: e.Line, data: e.CaseResumed | e.MessageReceived) -> None:
        """By a person, by its wake-up date, or by any words of the customer."""
        self.resume(line.at)

    def resolved(self, line: e.Line, data: e.CaseResolved) -> None:
        self.stops = ()
        how = MarkKind.VOID if data.outcome in _VOIDING else MarkKind.MEET
        for kind in list(self.running):
            self.end(kind, how, line.at)

    def reopened(self, line: e.Line, data: e.CaseReopened) -> None:
        self.start(ClockKind.RESOLUTION, line)
        if data.escalation:
            self.escalation = data.escalation
            self.start(ClockKind.NEXT_UPDATE, line)

    def told(self, line: e.Line, data: e.ClockWarned | e.ClockBreached) -> None:
        kind = MarkKind.WARNED if isinstance(data, e.ClockWarned) else MarkKind.BREACHED
        for track in self.all:
            if (track.kind, track.start_seq) == (data.clock, data.start_seq) and not track.ended:
                track.mark(kind, line.at)

    def accepted(self, line: e.Line, data: e.EscalationAccepted) -> None:
        self.retarget(data.severity, line.at)
        self.meet(line.at, *ESCALATION_CLOCKS)
        if data.message:
            self.public_words(line)

    def said(self, line: e.Line, data: e.MessageSent) -> None:
        self.public_words(line)

    def taken(self, line: e.Line, data: e.CaseTaken) -> None:
        if self.dormant and not data.dormant:
            self.resume(line.at)
        self.dormant = data.dormant

    def feed(self, line: e.Line) -> None:
        """Takes in the next event; kinds that no clock cares for pass by."""
        stroke = _STROKES.get(type(line.data))
        if stroke:
            stroke(self, line, line.data)


_STROKES: dict[type[e.EventData], Callable[[Tracks, e.Line, Any], None]] = {
    e.CaseOpened: Tracks.opened,
    e.CaseTriaged: Tracks.triaged,
    e.CaseTaken: Tracks.taken,
    e.MessageSent: Tracks.said,
    e.CaseHeld: Tracks.held,
    e.CaseResumed: Tracks.resumed,
    e.MessageReceived: Tracks.resumed,
    e.CaseResolved: Tracks.resolved,
    e.CaseReopened: Tracks.reopened,
    e.ClockWarned: Tracks.told,
    e.ClockBreached: Tracks.told,
    e.EscalationRequested: Tracks.stepped,
    e.EscalationStepped: Tracks.stepped,
    e.EscalationAcknowledged: Tracks.acknowledged,
    e.EscalationAccepted: Tracks.accepted,
    e.EscalationDeclined: Tracks.declined,
}


def tracks(lines: Sequence[e.Line], procedure: Procedure) -> Tracks:
    """All clocks of a case, from its events in order."""
    found = Tracks(procedure)
    for line in lines:
        found.feed(line)
    return found


def readings(found: Tracks, at: datetime) -> list[tuple[Track, Reading]]:
    """Every clock read at this instant; nobody is told of anything while a case is dormant."""
    result = [(track, track.read(at)) for track in found.all]
    if found.dormant:
        return [(track, replace(reading, next_at=None)) for track, reading in result]
    return result


def facts(found: Tracks, at: datetime) -> CaseFacts:
    """What conditions may look at, at this instant."""
    return CaseFacts(
        breached=tuple(
            BreachedClock(track.kind, track.start_seq)
            for track, reading in readings(found, at)
            if reading.state is ClockState.RUNNING and reading.breached_at
        )
    )


def used_causes(lines: Sequence[e.Line]) -> set[str]:
    """The standing reasons that already made a climb or a reminder."""
    used: set[str] = set()
    for line in lines:
        if isinstance(line.data, (e.StepTaken, e.CriteriaMet)):
            used.update(line.data.causes)
    return used
