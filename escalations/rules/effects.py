"""What an event means to the clocks of its case: decided here and nowhere else.

Only public words of a person of ours count as a response, a reply or news; automatic mails and internal notes never do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from escalations.rules import events as e
from escalations.rules.facts import ClockFact
from escalations.rules.owed import AFTER_THE_END, ANSWERS, ESCALATION_CLOCKS, USUAL_WARNING, Owed
from escalations.rules.procedure import Target
from escalations.rules.tracks import Because, Procedures, Track
from escalations.rules.vocabulary import VOIDING, ClockKind, Elapsed, Move
from escalations.timing.schedule import ROUND_THE_CLOCK
from escalations.timing.stopwatch import ClockState, MarkKind, Reading, Terms


class Tracks(Owed):
    """A fold over the events of one case; afterwards `all` holds its clocks in the order they began.

    `climb` is the newest escalation that nobody declined, open or ended; `written_up` are those with their review.
    """

    def __init__(self, procedures: Procedures) -> None:
        super().__init__(procedures)
        self.dormant = self.voided = self.ask_open = False
        self.climb = ""
        self.written_up: set[str] = set()

    # -- what several kinds of events mean -----------------------------------------------------------

    def cadence(self, line: e.Line) -> None:
        """News are owed again, while the case is escalated or belongs to an account escalation."""
        if (self.escalation or self.rhythm) and (ClockKind.NEXT_UPDATE, "") not in self.owed:
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
        """An expert lent must say that he heard; everything else is a new place, where it waits for triage."""
        self.resume(line.at)
        begins = not self.escalation
        self.level = data.to_level
        self.escalation = self.climb = data.escalation
        if data.move in (Move.CLIMB, Move.JUMP):
            self.meet(line.at, ClockKind.ASK)
            self.ask_open = False
        self.start(ClockKind.ACKNOWLEDGEMENT, line)
        if begins or data.move != Move.LEND:
            self.start(ClockKind.TRIAGE, line)
            self.begin_again(ClockKind.TIME_AT_LEVEL, line)
        if data.decision:
            self.decision_wanted(line, data.decision, data.decision_due_at)
        self.with_team(data.to_team, line)
        self.cadence(line)

    def passed_on(self, line: e.Line, data: e.EscalationPassedOn) -> None:
        """While nobody had acknowledged, the time for it goes on."""
        if data.anew:
            self.start(ClockKind.ACKNOWLEDGEMENT, line)

    def forgotten(self, line: e.Line, data: e.EscalationForgotten) -> None:
        self.start(ClockKind.ACKNOWLEDGEMENT, line)

    def returned(self, line: e.Line, data: e.EscalationReturned) -> None:
        """Whoever got it has answered; the customer's clocks go on."""
        self.meet(line.at, *ESCALATION_CLOCKS)

    def completed(self, line: e.Line, data: e.EscalationCompleted) -> None:
        self.start(ClockKind.ACKNOWLEDGEMENT, line)
        self.start(ClockKind.TRIAGE, line)

    def acknowledged(self, line: e.Line, data: e.EscalationAcknowledged) -> None:
        self.meet(line.at, ClockKind.ACKNOWLEDGEMENT, *ANSWERS)
        self.correct(data.severity, line)
        self.cadence(line)

    def accepted(self, line: e.Line, data: e.EscalationAccepted) -> None:
        self.meet(line.at, *ESCALATION_CLOCKS, *(ANSWERS if data.message else ()))
        self.correct(data.severity, line)
        self.cadence(line)

    def declined(self, line: e.Line, data: e.EscalationDeclined) -> None:
        self.over(line, data)
        self.climb = ""

    def over(self, line: e.Line, data: e.EscalationDeclined) -> None:
        """The escalation ends before the case does: what it owed is void, promises of news stay."""
        self.level = data.level
        self.meet(line.at, *ESCALATION_CLOCKS, ClockKind.TIME_AT_LEVEL)
        self.end_all(line.at, MarkKind.VOID, (ClockKind.DECISION,))
        self.escalation = ""
        if not self.promise:
            self.void(line.at, ClockKind.NEXT_UPDATE)
            if self.rhythm:
                self.start(ClockKind.NEXT_UPDATE, line)
        self.with_team(data.team, line)

    def said(self, line: e.Line, data: e.MessageSent) -> None:
        self.public_words(line)

    def received(self, line: e.Line, data: e.MessageReceived) -> None:
        """The customer's words end a pause, and the first unanswered ones want a reply."""
        self.resume(line.at)
        self.unanswered(line)

    def held(self, line: e.Line, data: e.CaseHeld) -> None:
        self.pause(line, data.stops, data.reason)

    def resumed(self, line: e.Line, data: e.CaseResumed) -> None:
        """By a person or by its wake-up date."""
        self.resume(line.at)

    def resolved(self, line: e.Line, data: e.CaseResolved) -> None:
        """What was owed is met, or never should have been owed; what others were asked for is no longer needed."""
        self.solved, self.voided = True, data.outcome in VOIDING
        self.stops, self.broke = (), None
        self.end_all(line.at, MarkKind.VOID, (ClockKind.REQUEST, ClockKind.DECISION))
        self.end_all(line.at, MarkKind.VOID if self.voided else MarkKind.MEET)

    def reopened(self, line: e.Line, data: e.CaseReopened) -> None:
        self.void(line.at, *AFTER_THE_END)
        self.solved, self.stops, self.escalation = False, (), data.escalation
        self.start(ClockKind.RESOLUTION, line)
        self.start(ClockKind.OWNERSHIP, line)
        if data.by == "customer":
            self.start(ClockKind.NEXT_REPLY, line)
        if self.ask_open:
            self.start(ClockKind.ASK, line)
        if data.escalation:
            self.start(ClockKind.TIME_AT_LEVEL, line)
        self.cadence(line)

    def closed(self, line: e.Line, data: e.CaseClosed) -> None:
        """After an escalation somebody asks once more whether all is well, and writes up what was learned.

        One that was written up already needs no second review, one that should never have been neither.
        """
        self.escalation = self.climb
        self.ask_open = self.ask_open and not data.ask
        if self.climb and not self.voided:
            if self.climb not in self.written_up:
                self.start(ClockKind.REVIEW, line)
            self.start(ClockKind.FOLLOW_UP, line)
        self.escalation = ""

    def merged(self, line: e.Line, data: e.CaseMerged) -> None:
        """It goes on in another case: nothing is owed here any more, not even a look back at its escalation."""
        self.stops, self.broke, self.solved, self.voided = (), None, True, True
        self.end_all(line.at, MarkKind.VOID)
        self.escalation = self.climb = ""

    def absorbed(self, line: e.Line, data: e.CaseAbsorbed) -> None:
        """Words that nobody answered in the other case want a reply here, and end a pause."""
        if data.owed:
            self.resume(line.at)
            self.unanswered(line)

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
        percent = usual.terms.warn_percent if usual else USUAL_WARNING
        target = exactly(ClockKind.NEXT_UPDATE, line.at, datetime.fromisoformat(data.due_at), percent)
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

    def joined(self, line: e.Line, data: e.CaseJoinedAccount) -> None:
        """One rhythm of news for all cases of the account."""
        self.in_rhythm(line, data.minutes)

    def left(self, line: e.Line, data: e.CaseLeftAccount) -> None:
        self.in_rhythm(line, 0)

    def in_rhythm(self, line: e.Line, minutes: int) -> None:
        """What is owed by now stays owed: news count anew from here, unless an instant was promised."""
        self.rhythm = minutes
        if not self.promise:
            self.void(line.at, ClockKind.NEXT_UPDATE)
            if self.escalation or minutes:
                self.start(ClockKind.NEXT_UPDATE, line, because=Because.ACCOUNT if minutes else Because.STARTED)

    # -- what others owe -------------------------------------------------------------------------------

    def wished(self, line: e.Line, data: e.AskMade) -> None:
        """A customer who asks for escalation is owed an answer; the words end a pause."""
        self.resume(line.at)
        self.ask_open = True
        self.start(ClockKind.ASK, line)

    def wish_withdrawn(self, line: e.Line, data: e.AskWithdrawn) -> None:
        self.void(line.at, ClockKind.ASK)
        self.ask_open = False

    def wish_declined(self, line: e.Line, data: e.AskDeclined) -> None:
        """The reason why not is words to the customer like any others."""
        self.meet(line.at, ClockKind.ASK)
        self.ask_open = False
        self.public_words(line)

    def decision_asked(self, line: e.Line, data: e.DecisionAsked) -> None:
        self.decision_wanted(line, data.decision, data.due_at)

    def decision_wanted(self, line: e.Line, decision: str, due_at: str) -> None:
        """By the instant that whoever asks has named, else in the time that the procedure gives.

        One question at a time: what was asked before needs no answer any more.
        """
        self.end_all(line.at, MarkKind.VOID, (ClockKind.DECISION,))
        if not due_at:
            self.start(ClockKind.DECISION, line, about=decision)
            return
        usual = self.promised(ClockKind.DECISION, self.level)
        percent = usual.terms.warn_percent if usual else USUAL_WARNING
        target = exactly(ClockKind.DECISION, line.at, datetime.fromisoformat(due_at), percent)
        self.begin(ClockKind.DECISION, line, target, about=decision, because=Because.NAMED)

    def decided(self, line: e.Line, data: e.DecisionMade) -> None:
        self.end(line.at, MarkKind.MEET, ClockKind.DECISION, about=data.decision)

    def asked(self, line: e.Line, data: e.RequestMade) -> None:
        """Another team owes an answer, on a clock of its own; several requests may be open at once."""
        self.start(ClockKind.REQUEST, line, about=data.request)

    def request_answered(self, line: e.Line, data: e.RequestAnswered) -> None:
        self.end(line.at, MarkKind.MEET, ClockKind.REQUEST, about=data.request)

    def request_cancelled(self, line: e.Line, data: e.RequestCancelled) -> None:
        self.end(line.at, MarkKind.VOID, ClockKind.REQUEST, about=data.request)

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
    e.CaseMerged: Tracks.merged,
    e.CaseAbsorbed: Tracks.absorbed,
    e.ClockWarned: Tracks.told,
    e.ClockBreached: Tracks.told,
    e.PromiseMade: Tracks.promised_news,
    e.PromiseMoved: Tracks.promised_news,
    e.PromiseBroken: Tracks.broken,
    e.CaseMoved: Tracks.moved,
    e.RequestMade: Tracks.asked,
    e.RequestAnswered: Tracks.request_answered,
    e.RequestCancelled: Tracks.request_cancelled,
    e.CaseJoinedAccount: Tracks.joined,
    e.CaseLeftAccount: Tracks.left,
    e.AskMade: Tracks.wished,
    e.AskWithdrawn: Tracks.wish_withdrawn,
    e.AskDeclined: Tracks.wish_declined,
    e.DecisionAsked: Tracks.decision_asked,
    e.DecisionMade: Tracks.decided,
    e.FollowUpPlanned: Tracks.follow_up_planned,
    e.FollowUpDone: Tracks.followed_up,
    e.FollowUpSent: Tracks.followed_up,
    e.ReviewWritten: Tracks.reviewed,
    e.EscalationRequested: Tracks.stepped,
    e.EscalationStepped: Tracks.stepped,
    e.EscalationAcknowledged: Tracks.acknowledged,
    e.EscalationAccepted: Tracks.accepted,
    e.EscalationDeclined: Tracks.declined,
    e.EscalationWithdrawn: Tracks.declined,
    e.DeEscalated: Tracks.over,
    e.EscalationPassedOn: Tracks.passed_on,
    e.EscalationForgotten: Tracks.forgotten,
    e.EscalationReturned: Tracks.returned,
    e.EscalationCompleted: Tracks.completed,
}


def exactly(kind: ClockKind, at: datetime, due_at: datetime, percent: int) -> Target:
    """A target that is due at this instant, whatever the hours."""
    minutes = (due_at - at) / timedelta(minutes=1)
    return Target(kind, None, None, None, None, Terms(minutes, percent, ROUND_THE_CLOCK))


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
    broken_next = bool(track.promise) and reading.next_at is not None and reading.next_at == reading.due_at
    return replace(reading, next_at=None) if dormant or broken_next else reading


def clock_facts(found: Tracks, at: datetime) -> tuple[ClockFact, ...]:
    """The clocks that conditions may look at: those that run, and a broken promise until somebody gives news."""
    facts = []
    for track, reading in readings(found, at):
        owed = track is found.broke or reading.state is ClockState.RUNNING
        due_at = reading.due_at or reading.breached_at
        if owed and due_at:
            facts.append(ClockFact(track.kind, track.start_seq, due_at, reading.terms, reading.elapsed_minutes, at))
    return tuple(facts)
