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
from escalations.rules.owed import AFTER_THE_END, ANSWERS, ESCALATION_CLOCKS, Owed
from escalations.rules.procedure import Target
from escalations.rules.tracks import Because, Procedures, Track
from escalations.rules.vocabulary import VOIDING, ClockKind, Elapsed
from escalations.timing.schedule import ROUND_THE_CLOCK
from escalations.timing.stopwatch import ClockState, MarkKind, Reading, Terms

_PROMISE_WARN_PERCENT = 75


class Tracks(Owed):
    """A fold over the events of one case; afterwards `all` holds its clocks in the order they began.

    `climb` is the newest escalation that nobody declined, open or ended; `written_up` are those with their review.
    """

    def __init__(self, procedures: Procedures) -> None:
        super().__init__(procedures)
        self.dormant = self.voided = False
        self.climb = ""
        self.written_up: set[str] = set()

    # -- what several kinds of events mean -----------------------------------------------------------

    def cadence(self, line: e.Line) -> None:
        """News are owed again, while the case is escalated."""
        if self.escalation and (ClockKind.NEXT_UPDATE, "") not in self.owed:
            self.start(ClockKind.NEXT_UPDATE, line)

    def public_words(self, line: e.Line) -> None:
        """A person of ours told the customer something: a response, a reply, and news that keep a promise."""
        self.meet(line.at, *ANSWERS)
        self.cadence(line)

    def correct(self, severity: int, line: e.Line) -> None:
        """A corrected severity changes how long running clocks may run; the version says what elapsed time becomes."""
        if severity != self.severity:
            self.severity = severity
            self.revise(line, self.procedure.on_severity, Because.SEVERITY)

    def with_team(self, team: str, line: e.Line) -> None:
        """Another team has the case: its own time begins, and the one before has kept or missed its own."""
        if team != self.team:
            self.team = team
            self.begin_again(ClockKind.OWNERSHIP, line)

    def know(self, at: datetime) -> None:
        """Whoever wakes a case sees what ran out while it slept; nobody is told of that as if it were new."""
        for track in self.owed.values():
            reading = track.read(at) if track else None
            if track and reading and reading.warned_at:
                track.mark(MarkKind.BREACHED if reading.breached_at else MarkKind.WARNED, at)

    # -- one method per kind of event that matters to clocks -------------------------------------------

    def opened(self, line: e.Line, data: e.CaseOpened) -> None:
        self.follow(data.policy_version)
        self.severity, self.level, self.plan, self.team = data.severity, data.level, data.plan, data.team
        self.dormant = data.dormant
        for kind in (ClockKind.FIRST_RESPONSE, ClockKind.OWNERSHIP, ClockKind.RESOLUTION):
            self.start(kind, line)

    def triaged(self, line: e.Line, data: e.CaseTriaged) -> None:
        self.level = data.level
        if data.team != self.team:
            self.meet(line.at, ClockKind.OWNERSHIP)
        self.correct(data.severity, line)
        self.with_team(data.team, line)

    def stepped(self, line: e.Line, data: e.StepTaken) -> None:
        self.resume(line.at)
        self.level = data.to_level
        self.escalation = self.climb = data.escalation
        self.start(ClockKind.ACKNOWLEDGEMENT, line)
        self.start(ClockKind.TRIAGE, line)
        self.begin_again(ClockKind.TIME_AT_LEVEL, line)
        self.with_team(data.to_team, line)
        self.cadence(line)

    def acknowledged(self, line: e.Line, data: e.EscalationAcknowledged) -> None:
        self.meet(line.at, ClockKind.ACKNOWLEDGEMENT, *ANSWERS)
        self.correct(data.severity, line)
        self.cadence(line)

    def accepted(self, line: e.Line, data: e.EscalationAccepted) -> None:
        self.meet(line.at, *ESCALATION_CLOCKS, *(ANSWERS if data.message else ()))
        self.correct(data.severity, line)
        self.cadence(line)

    def declined(self, line: e.Line, data: e.EscalationDeclined) -> None:
        self.level = data.level
        self.escalation = self.climb = ""
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
        self.pause(line, data.stops, data.reason)

    def resumed(self, line: e.Line, data: e.CaseResumed) -> None:
        """By a person or by its wake-up date."""
        self.resume(line.at)

    def resolved(self, line: e.Line, data: e.CaseResolved) -> None:
        self.solved, self.voided = True, data.outcome in VOIDING
        self.stops, self.broke = (), None
        self.end_all(line.at, MarkKind.VOID if self.voided else MarkKind.MEET)

    def reopened(self, line: e.Line, data: e.CaseReopened) -> None:
        self.void(line.at, *AFTER_THE_END)
        self.solved, self.stops, self.escalation = False, (), data.escalation
        self.start(ClockKind.RESOLUTION, line)
        self.start(ClockKind.OWNERSHIP, line)
        if data.by == "customer":
            self.start(ClockKind.NEXT_REPLY, line)
        if data.escalation:
            self.start(ClockKind.TIME_AT_LEVEL, line)
            self.cadence(line)

    def closed(self, line: e.Line, data: e.CaseClosed) -> None:
        """An escalation that was written up already, or that should never have been, needs no review."""
        self.escalation = self.climb
        if self.climb and self.climb not in self.written_up and not self.voided:
            self.start(ClockKind.REVIEW, line)
        self.escalation = ""

    def reviewed(self, line: e.Line, data: e.ReviewWritten) -> None:
        self.written_up.add(data.escalation or self.climb)
        self.meet(line.at, ClockKind.REVIEW)

    def told(self, line: e.Line, data: e.ClockWarned | e.ClockBreached) -> None:
        kind = MarkKind.WARNED if isinstance(data, e.ClockWarned) else MarkKind.BREACHED
        name = (data.clock, data.start_seq)
        track = next((track for track in reversed(self.all) if (track.kind, track.start_seq) == name), None)
        if track and not track.ended:
            track.mark(kind, line.at)

    def taken(self, line: e.Line, data: e.CaseTaken) -> None:
        if self.dormant and not data.dormant:
            self.resume(line.at)
            self.know(line.at)
        self.dormant = data.dormant

    # -- promises of news, and other versions ------------------------------------------------------------

    def promised_news(self, line: e.Line, data: e.PromiseMade | e.PromiseMoved) -> None:
        """While a promise is open it is the clock of news; words that come with it answer what was owed before."""
        if data.message:
            self.meet(line.at, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)
            self.broke = None
        moved = isinstance(data, e.PromiseMoved) or not data.message
        self.end(line.at, MarkKind.VOID if moved else MarkKind.MEET, ClockKind.NEXT_UPDATE)
        usual = self.promised(ClockKind.NEXT_UPDATE, self.level)
        percent = usual.terms.warn_percent if usual else _PROMISE_WARN_PERCENT
        minutes = (datetime.fromisoformat(data.due_at) - line.at) / timedelta(minutes=1)
        target = Target(ClockKind.NEXT_UPDATE, None, None, None, None, Terms(minutes, percent, ROUND_THE_CLOCK))
        self.begin(ClockKind.NEXT_UPDATE, line, target, promise=data.promise, because=Because.PROMISED)

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
        self.follow(data.policy_version)
        self.revise(line, Elapsed(data.elapsed), Because.MOVED)

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
    e.PromiseMade: Tracks.promised_news,
    e.PromiseMoved: Tracks.promised_news,
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
