"""What an event means to the clocks of its case: decided here and nowhere else.

Only public words of a person of ours count as a response, a reply or news; automatic mails and internal notes never do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from escalations.rules import events as e
from escalations.rules.conditions import BreachedClock, CaseFacts
from escalations.rules.procedure import Procedure, Target
from escalations.rules.tracks import Because, Procedures, Track
from escalations.rules.vocabulary import NEVER_PAUSED, ClockKind, Elapsed, Outcome
from escalations.timing.schedule import ROUND_THE_CLOCK
from escalations.timing.stopwatch import ClockState, MarkKind, Reading, Terms

ESCALATION_CLOCKS = (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE)
OF_ESCALATIONS = (*ESCALATION_CLOCKS, ClockKind.NEXT_UPDATE, ClockKind.TIME_AT_LEVEL, ClockKind.REVIEW)
ANSWERS = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY, ClockKind.NEXT_UPDATE)
_VOIDING = (Outcome.SPAM, Outcome.DUPLICATE, Outcome.WITHDRAWN)
_AFTER_THE_END = (ClockKind.REVIEW, ClockKind.FOLLOW_UP)
_PROMISE_WARN_PERCENT = 75


class Tracks:
    """A fold over the events of one case; afterwards `all` holds its clocks in the order they began.

    `owed` are the clocks that should run now, whether or not the procedure promises them: what a newer version
    promises begins when a case moves to it. `broke` is a broken promise after which nobody has given news yet.
    """

    def __init__(self, procedures: Procedures) -> None:
        self.procedures = procedures
        self.all: list[Track] = []
        self.owed: dict[tuple[ClockKind, str], Track | None] = {}
        self.severity = self.level = 0
        self.plan = self.team = self.escalation = self.pause_label = ""
        self.stops: tuple[str, ...] = ()
        self.dormant = False
        self.broke: Track | None = None
        self._procedure: Procedure | None = None

    @property
    def procedure(self) -> Procedure:
        """What the case follows now. Raises LookupError before its first event."""
        if self._procedure is None:
            raise LookupError("a journal begins with the opening of its case")
        return self._procedure

    def running(self, kind: ClockKind, about: str = "") -> Track | None:
        return self.owed.get((kind, about))

    @property
    def promise(self) -> Track | None:
        """The clock of the open promise of news."""
        track = self.running(ClockKind.NEXT_UPDATE)
        return track if track and track.promise else None

    # -- the strokes -------------------------------------------------------------------------------

    def start(self, kind: ClockKind, line: e.Line, *, about: str = "", carried: float = 0, because: str = "") -> None:
        """Begins a clock if the procedure promises it; one that still runs is superseded."""
        self.end(line.at, MarkKind.VOID, kind, about=about)
        target = self.procedure.target(kind, severity=self.severity, level=self.level, plan=self.plan)
        self.owed[kind, about] = self._begin(kind, line, target, carried=carried, because=because) if target else None

    def _begin(
        self, kind: ClockKind, line: e.Line, target: Target, *, promise: str = "", carried: float = 0, because: str = ""
    ) -> Track:
        track = Track(
            kind=kind,
            start_seq=line.seq,
            escalation=self.escalation if kind in OF_ESCALATIONS else "",
            target=target,
            level=self.level,
            team=self.team,
            promise=promise,
        )
        track.start(line.at, self.procedure, self.severity, because=because or Because.STARTED, carried=carried)
        if kind in self.stops:
            track.mark(MarkKind.PAUSE, line.at, self.pause_label)
        self.all.append(track)
        return track

    def end(self, at: datetime, how: MarkKind, *kinds: ClockKind, about: str = "") -> None:
        for kind in kinds:
            track = self.owed.pop((kind, about), None)
            if track:
                track.mark(how, at)
            if kind is ClockKind.NEXT_UPDATE and how is MarkKind.MEET:
                self.broke = None

    def meet(self, at: datetime, *kinds: ClockKind) -> None:
        self.end(at, MarkKind.MEET, *kinds)

    def void(self, at: datetime, *kinds: ClockKind) -> None:
        self.end(at, MarkKind.VOID, *kinds)

    def begin_again(self, kind: ClockKind, line: e.Line) -> None:
        """What was owed is done, and owed anew from here."""
        self.meet(line.at, kind)
        self.start(kind, line)

    def cadence(self, line: e.Line) -> None:
        """News are owed again, while the case is escalated."""
        if self.escalation and (ClockKind.NEXT_UPDATE, "") not in self.owed:
            self.start(ClockKind.NEXT_UPDATE, line)

    def public_words(self, line: e.Line) -> None:
        """A person of ours told the customer something: a response, a reply, and news that keep a promise."""
        self.meet(line.at, *ANSWERS)
        self.cadence(line)

    def retarget(self, severity: int, line: e.Line) -> None:
        """A corrected severity changes how long running clocks may run; the version says what elapsed time becomes."""
        if severity == self.severity:
            return
        self.severity = severity
        for (kind, about), track in list(self.owed.items()):
            if track is None or track.promise:
                continue
            target = self._same_promise(self.procedure, track)
            if target is None or target == track.target:
                continue
            if self.procedure.on_severity is Elapsed.RESTART:
                self.start(kind, line, about=about, because=Because.SEVERITY)
            else:
                track.retarget(line.at, target, self.procedure, severity, because=Because.SEVERITY)

    def _same_promise(self, procedure: Procedure, track: Track) -> Target | None:
        """What a procedure promises of this clock now; a change of level on the way leaves it as it was."""
        return procedure.target(track.kind, severity=self.severity, level=track.level, plan=self.plan)

    def resume(self, at: datetime) -> None:
        for (kind, _about), track in self.owed.items():
            if track and kind in self.stops:
                track.mark(MarkKind.RESUME, at)
        self.stops = ()

    def with_team(self, team: str, line: e.Line) -> None:
        """Another team has the case: its own time begins, and the one before has kept or missed its own."""
        if team != self.team:
            self.team = team
            self.begin_again(ClockKind.OWNERSHIP, line)

    # -- one method per kind of event that matters to clocks -------------------------------------------

    def opened(self, line: e.Line, data: e.CaseOpened) -> None:
        self._procedure = self.procedures(data.policy_version)
        self.severity, self.level, self.plan, self.team = data.severity, data.level, data.plan, data.team
        self.dormant = data.dormant
        for kind in (ClockKind.FIRST_RESPONSE, ClockKind.OWNERSHIP, ClockKind.RESOLUTION):
            self.start(kind, line)

    def triaged(self, line: e.Line, data: e.CaseTriaged) -> None:
        self.level = data.level
        if data.team != self.team:
            self.meet(line.at, ClockKind.OWNERSHIP)
        self.retarget(data.severity, line)
        self.with_team(data.team, line)

    def stepped(self, line: e.Line, data: e.StepTaken) -> None:
        self.resume(line.at)
        self.level, self.escalation = data.to_level, data.escalation
        self.start(ClockKind.ACKNOWLEDGEMENT, line)
        self.start(ClockKind.TRIAGE, line)
        self.begin_again(ClockKind.TIME_AT_LEVEL, line)
        self.with_team(data.to_team, line)
        self.cadence(line)

    def acknowledged(self, line: e.Line, data: e.EscalationAcknowledged) -> None:
        self.meet(line.at, ClockKind.ACKNOWLEDGEMENT, *ANSWERS)
        self.retarget(data.severity, line)
        self.cadence(line)

    def accepted(self, line: e.Line, data: e.EscalationAccepted) -> None:
        self.meet(line.at, *ESCALATION_CLOCKS, *(ANSWERS if data.message else ()))
        self.retarget(data.severity, line)
        self.cadence(line)

    def declined(self, line: e.Line, data: e.EscalationDeclined) -> None:
        self.level, self.escalation = data.level, ""
        self.meet(line.at, *ESCALATION_CLOCKS, ClockKind.TIME_AT_LEVEL)
        if not self.promise:
            self.void(line.at, ClockKind.NEXT_UPDATE)
        self.with_team(data.team, line)

    def said(self, line: e.Line, data: e.MessageSent) -> None:
        self.public_words(line)

    def received(self, line: e.Line, data: e.MessageReceived) -> None:
        """The customer's words end a pause, and the first unanswered ones want a reply."""
        self.resume(line.at)
        self.unanswered(line)

    def unanswered(self, line: e.Line) -> None:
        """A reply is owed from the first words nobody answered; before the first response that one is what is owed."""
        if not any((kind, "") in self.owed for kind in (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)):
            self.start(ClockKind.NEXT_REPLY, line)

    def held(self, line: e.Line, data: e.CaseHeld) -> None:
        self.stops = tuple(kind for kind in data.stops if kind not in NEVER_PAUSED)
        self.pause_label = data.reason
        for (kind, _about), track in self.owed.items():
            if track and kind in self.stops:
                track.mark(MarkKind.PAUSE, line.at, data.reason)

    def resumed(self, line: e.Line, data: e.CaseResumed) -> None:
        """By a person or by its wake-up date."""
        self.resume(line.at)

    def resolved(self, line: e.Line, data: e.CaseResolved) -> None:
        self.stops, self.broke = (), None
        how = MarkKind.VOID if data.outcome in _VOIDING else MarkKind.MEET
        for kind, about in list(self.owed):
            self.end(line.at, how, kind, about=about)

    def reopened(self, line: e.Line, data: e.CaseReopened) -> None:
        self.void(line.at, *_AFTER_THE_END)
        self.escalation = data.escalation
        self.start(ClockKind.RESOLUTION, line)
        self.start(ClockKind.OWNERSHIP, line)
        if data.by == "customer":
            self.start(ClockKind.NEXT_REPLY, line)
        if data.escalation:
            self.start(ClockKind.TIME_AT_LEVEL, line)
            self.cadence(line)

    def closed(self, line: e.Line, data: e.CaseClosed) -> None:
        if data.escalation:
            self.escalation = data.escalation
            self.start(ClockKind.REVIEW, line)
        self.escalation = ""

    def reviewed(self, line: e.Line, data: e.ReviewWritten) -> None:
        self.meet(line.at, ClockKind.REVIEW)

    def told(self, line: e.Line, data: e.ClockWarned | e.ClockBreached) -> None:
        kind = MarkKind.WARNED if isinstance(data, e.ClockWarned) else MarkKind.BREACHED
        for track in self.all:
            if (track.kind, track.start_seq) == (data.clock, data.start_seq) and not track.ended:
                track.mark(kind, line.at)

    def taken(self, line: e.Line, data: e.CaseTaken) -> None:
        if self.dormant and not data.dormant:
            self.resume(line.at)
        self.dormant = data.dormant

    # -- promises of news, and other versions ------------------------------------------------------------

    def promised(self, line: e.Line, data: e.PromiseMade | e.PromiseMoved) -> None:
        """While a promise is open it is the clock of news; words that come with it answer what was owed before."""
        if data.message:
            self.meet(line.at, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)
        moved = isinstance(data, e.PromiseMoved) or not data.message
        self.end(line.at, MarkKind.VOID if moved else MarkKind.MEET, ClockKind.NEXT_UPDATE)
        usual = self.procedure.target(ClockKind.NEXT_UPDATE, severity=self.severity, level=self.level, plan=self.plan)
        percent = usual.terms.warn_percent if usual else _PROMISE_WARN_PERCENT
        minutes = (datetime.fromisoformat(data.due_at) - line.at) / timedelta(minutes=1)
        target = Target(ClockKind.NEXT_UPDATE, None, None, None, None, Terms(minutes, percent, ROUND_THE_CLOCK))
        because = Because.PROMISED
        self.owed[ClockKind.NEXT_UPDATE, ""] = self._begin(
            ClockKind.NEXT_UPDATE, line, target, promise=data.promise, because=because
        )

    def broken(self, line: e.Line, data: e.PromiseBroken) -> None:
        """Missed once and over: from here on the cadence says when news are due."""
        track = self.promise
        if track and track.promise == data.promise:
            track.mark(MarkKind.BREACHED, line.at)
            self.void(line.at, ClockKind.NEXT_UPDATE)
            self.broke = track
            self.cadence(line)

    def moved(self, line: e.Line, data: e.CaseMoved) -> None:
        """Every running clock gets what the other version promises; ended clocks and open promises stay as they are."""
        self._procedure = procedure = self.procedures(data.policy_version)
        for (kind, about), track in list(self.owed.items()):
            if track is None:
                self.start(kind, line, about=about, because=Because.MOVED)
            elif not track.promise:
                self._move(track, line, procedure, Elapsed(data.elapsed), about)

    def _move(self, track: Track, line: e.Line, procedure: Procedure, elapsed: Elapsed, about: str) -> None:
        """A miss stays on record: a missed clock that would be in time again ends, and another begins in its place."""
        target = self._same_promise(procedure, track)
        if target is None:
            self.end(line.at, MarkKind.VOID, track.kind, about=about)
            return
        if elapsed is Elapsed.RESTART:
            self.start(track.kind, line, about=about, because=Because.MOVED)
            return
        now = track.read(line.at)
        if now.breached_at and now.elapsed_minutes < target.terms.minutes:
            self.start(track.kind, line, about=about, carried=now.elapsed_minutes, because=Because.MOVED)
            return
        track.retarget(line.at, target, procedure, self.severity, because=Because.MOVED)

    # -- what is done later ----------------------------------------------------------------------------

    def asked(self, line: e.Line, data: e.RequestMade) -> None:
        """Another team owes an answer, on a clock of its own; several requests may be open at once."""
        self.start(ClockKind.REQUEST, line, about=data.request)

    def request_answered(self, line: e.Line, data: e.RequestAnswered) -> None:
        self.end(line.at, MarkKind.MEET, ClockKind.REQUEST, about=data.request)

    def follow_up_planned(self, line: e.Line, data: e.FollowUpPlanned) -> None:
        self.start(ClockKind.FOLLOW_UP, line)

    def followed_up(self, line: e.Line, data: e.FollowUpDone) -> None:
        self.meet(line.at, ClockKind.FOLLOW_UP)

    def feed(self, line: e.Line) -> None:
        """Takes in the next event; kinds that no clock cares for pass by."""
        stroke = _STROKES.get(type(line.data))
        if stroke:
            stroke(self, line, line.data)


_STROKES: Mapping[type[e.EventData], Callable[[Tracks, e.Line, Any], None]] = {
    e.CaseOpened: Tracks.opened,
    e.CaseTriaged: Tracks.triaged,
    e.CaseTaken: Tracks.taken,
    e.MessageSent: Tracks.said,
    e.MessageReceived: Tracks.received,
    e.CaseHeld: Tracks.held,
    e.CaseResumed: Tracks.resumed,
    e.CaseResolved: Tracks.resolved,
    e.CaseReopened: Tracks.reopened,
    e.CaseClosed: Tracks.closed,
    e.ClockWarned: Tracks.told,
    e.ClockBreached: Tracks.told,
    e.PromiseMade: Tracks.promised,
    e.PromiseMoved: Tracks.promised,
    e.PromiseBroken: Tracks.broken,
    e.CaseMoved: Tracks.moved,
    e.RequestMade: Tracks.asked,
    e.RequestAnswered: Tracks.request_answered,
    e.FollowUpPlanned: Tracks.follow_up_planned,
    e.FollowUpDone: Tracks.followed_up,
    e.ReviewWritten: Tracks.reviewed,
    e.EscalationRequested: Tracks.stepped,
    e.EscalationStepped: Tracks.stepped,
    e.EscalationAcknowledged: Tracks.acknowledged,
    e.EscalationAccepted: Tracks.accepted,
    e.EscalationDeclined: Tracks.declined,
}


def tracks(lines: Sequence[e.Line], procedures: Procedures) -> Tracks:
    """All clocks of a case, from its events in order; `procedures` gives the procedure an event names."""
    found = Tracks(procedures)
    for line in lines:
        found.feed(line)
    return found


def readings(found: Tracks, at: datetime) -> list[tuple[Track, Reading]]:
    """Every clock read at this instant; nobody is told of anything while a case is dormant.

    Of a promise people are warned as of any clock; its breach is an event of its own, so it is no next instant here.
    """
    return [(track, _quiet(track, track.read(at), dormant=found.dormant)) for track in found.all]


def _quiet(track: Track, reading: Reading, *, dormant: bool) -> Reading:
    broken_next = track.promise and reading.next_at is not None and reading.next_at == reading.due_at
    return replace(reading, next_at=None) if dormant or broken_next else reading


def facts(found: Tracks, at: datetime) -> CaseFacts:
    """What conditions may look at, at this instant; a broken promise is owed until somebody gives news."""
    missed = [
        track
        for track, reading in readings(found, at)
        if track is found.broke or (reading.state is ClockState.RUNNING and reading.breached_at)
    ]
    return CaseFacts(breached=tuple(BreachedClock(track.kind, track.start_seq) for track in missed))


def used_causes(lines: Sequence[e.Line]) -> set[str]:
    """The standing reasons that already made a climb or a reminder."""
    used: set[str] = set()
    for line in lines:
        if isinstance(line.data, (e.StepTaken, e.CriteriaMet)):
            used.update(line.data.causes)
    return used
