"""The fold that tells the history of a case: entries of a log go in, events and unsaved rows come out.

It asks nothing of the database: the same machines and the same pure functions as everywhere, on rows in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from escalations.actions import intake, journal
from escalations.actions.imports import Known
from escalations.models import NEVER, Agent, Case, Escalation, Event, Step, Team
from escalations.rules import events
from escalations.rules.standing import SYSTEM, Standing
from escalations.rules.vocabulary import (
    UNSOLVED,
    CaseState,
    EscalationState,
    Kind,
    Move,
    Outcome,
    Reason,
    Source,
)


class Status(StrEnum):
    """What the log says of a case after an entry. `noted` says nothing new about it."""

    OPENED = "opened"
    QUEUED = "queued"
    WORKING = "working"
    WAITING = "waiting"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    NOTED = "noted"


GOING_ON = (Status.OPENED, Status.QUEUED, Status.WORKING, Status.WAITING)
BEING_WORKED = (Status.WORKING, Status.WAITING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log: how the case stands from this instant on. `reason` says why it waits."""

    at: datetime
    status: Status
    level: int
    team: str
    agent: str = ""
    reason: str = ""


@dataclass(slots=True)
class Told:
    """A case that is being told, entry by entry, on rows that are not saved yet."""

    case: Case
    known: Known
    recorded_at: datetime
    dormant: bool
    actor: Standing = SYSTEM
    at: datetime = NEVER
    climb: Escalation | None = None
    step: Step | None = None
    lines: list[events.Line] = field(default_factory=list)
    journal: list[Event] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def entry(self, entry: Entry, until: datetime) -> None:
        """Takes in the next entry; `until` is when the one after it came, or NEVER."""
        self.at, self.actor = entry.at, self.known.standing(entry.agent)
        if not self.lines:
            self.case.is_dormant = self.dormant
            self.say(intake.opened(self.case, ""))
        self.go_on(entry)
        self.move(entry)
        self.take(entry)
        if stroke := _STROKES.get(entry.status):
            stroke(self, entry, until)

    def say(self, data: events.EventData) -> None:
        """The next line of the journal, chained to the one before."""
        case = self.case
        line = events.Line(case.last_seq + 1, self.at, data)
        event = journal.new_event(case, line, self.actor, recorded_at=self.recorded_at)
        event.escalation = self.climb
        case.last_seq, case.last_event_at, case.chain = line.seq, line.at, event.link(case.chain, case.uid)
        self.lines.append(line)
        self.journal.append(event)

    # -- what an entry changes -------------------------------------------------------------------------

    def go_on(self, entry: Entry) -> None:
        """Waiting lasts until the next entry; going on after the end is a reopening."""
        case = self.case
        if case.state == CaseState.PENDING:
            case.resume()
            self.say(events.CaseResumed(by="person"))
        if case.state not in UNSOLVED and entry.status in GOING_ON:
            case.reopen()
            if self.climb:
                self.climb.not_solved(next_check_at=NEVER)
            self.say(events.CaseReopened(message="", escalation=self.climb.uid if self.climb else ""))

    def move(self, entry: Entry) -> None:
        """Up is a climb, down a step back where something climbed; everything else was sorted anew."""
        case, team = self.case, self.known.teams[entry.team]
        before = case.level
        if (entry.level, team) == (before, case.team):
            return
        unsolved = case.state in UNSOLVED
        if unsolved and entry.level > before:
            self.begin()
            self.step_to(entry, team, Move.CLIMB if self.next_level() == entry.level else Move.JUMP)
        elif unsolved and entry.level < before and self.climb:
            self.step_to(entry, team, Move.STEP_BACK)
        else:
            data = events.CaseTriaged(case.severity, case.severity, before, entry.level, case.team.uid, team.uid)
            case.level, case.team = entry.level, team
            self.say(data)

    def next_level(self) -> int:
        rung = self.known.procedure.next_rung(self.case.level)
        return rung.number if rung else 0

    def begin(self) -> None:
        if self.case.state == CaseState.NEW:
            self.case.begin()

    def take(self, entry: Entry) -> None:
        """Another agent had it from here on."""
        owner = self.known.agent(entry.agent)
        if owner and owner != self.case.owner:
            self.case.owner = owner
            self.say(events.CaseTaken(owner=owner.code, dormant=self.dormant))

    def step_to(self, entry: Entry, team: Team, move: Move) -> None:
        """One step of the open escalation, or of a new one, in the hands of the agent of this entry."""
        case = self.case
        person = self.known.agent(entry.agent) or self.known.stand_in
        begins = self.climb is None
        climb = self.climb = self.climb_of(person)
        step = self.new_step(climb, entry, team, person, move)
        case.level, case.team = entry.level, team
        data = _step_data(climb, step)
        if begins:
            self.say(events.EscalationRequested(**data.as_json(), source=Source.IMPORT.value))
        else:
            self.say(events.EscalationStepped(**data.as_json()))

    def climb_of(self, person: Agent) -> Escalation:
        """The open escalation, waiting for triage again, or a new one. The engine looks at neither."""
        if self.climb:
            self.climb.step(accountable=person, next_check_at=NEVER)
            return self.climb
        climb = Escalation(
            case=self.case,
            source=Source.IMPORT.value,
            reason=Reason.IMPORTED.value,
            accountable=person,
            started_at=self.at,
            next_check_at=NEVER,
        )
        self.escalations.append(climb)
        self.step = None
        return climb

    def new_step(self, climb: Escalation, entry: Entry, team: Team, person: Agent, move: Move) -> Step:
        before = self.step
        if before:
            before.ended_at = self.at
        self.step = Step(
            escalation=climb,
            number=before.number + 1 if before else 1,
            move=move.value,
            kind=Kind.FUNCTIONAL.value,
            reason=Reason.IMPORTED.value,
            from_level=self.case.level,
            to_level=entry.level,
            from_team=self.case.team,
            to_team=team,
            person=person,
            started_at=self.at,
        )
        self.steps.append(self.step)
        return self.step

    # -- one stroke per status -------------------------------------------------------------------------

    def work(self, entry: Entry, until: datetime) -> None:
        """Somebody works on it; what had climbed is taken up by that."""
        self.begin()
        climb, step = self.climb, self.step
        if climb is None or step is None or climb.state != EscalationState.REQUESTED:
            return
        climb.accept(at=self.at)
        climb.accountable = self.known.agent(entry.agent) or climb.accountable
        step.acknowledged_at = self.at
        self.say(events.EscalationAccepted(climb.uid, step.uid, self.case.severity, self.case.severity))

    def hold(self, entry: Entry, until: datetime) -> None:
        self.work(entry, until)
        reason = self.known.reasons[entry.reason]
        self.case.hold(reason=reason, wake_at=until)
        self.say(events.CaseHeld(reason=reason.slug, stops=list(reason.stops), wake_at=until.isoformat()))

    def resolve(self, entry: Entry, until: datetime) -> None:
        """Resolves the case with its open escalation; solving what only was requested is taking it up."""
        case, climb = self.case, self.climb
        if case.state not in UNSOLVED:
            return
        outcome = Outcome.WITHDRAWN if entry.status is Status.WITHDRAWN else Outcome.SOLVED
        case.resolve(outcome=outcome, at=self.at, closes_at=None)
        if climb:
            if climb.state == EscalationState.REQUESTED:
                climb.accept(at=self.at)
            climb.resolve(at=self.at, next_check_at=NEVER)
        self.say(events.CaseResolved(outcome=outcome.value, message="", escalation=climb.uid if climb else ""))

    def close(self, entry: Entry, until: datetime) -> None:
        self.resolve(entry, until)
        if self.case.state == CaseState.RESOLVED:
            self.closed("staff")

    def closed(self, how: str) -> None:
        climb = self.climb
        self.case.close(at=self.at)
        if climb:
            climb.close(at=self.at)
        self.say(events.CaseClosed(how=how, escalation=climb.uid if climb else ""))
        self.climb = self.step = None

    # -- the end ---------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Silence closes what was resolved long enough ago; the rest waits for that day like any other case."""
        case = self.case
        if self.dormant and case.owner and not case.owner.works:
            case.owner = None
        if case.state == CaseState.RESOLVED and case.resolved_at:
            procedure = self.known.procedure
            schedule = procedure.rung(case.level).schedule
            closes_at = schedule.add_working_days(case.resolved_at, procedure.confirm_days)
            if closes_at <= self.recorded_at:
                self.at, self.actor = max(closes_at, self.at), SYSTEM
                self.closed("silence")
                return
            case.wake_at = closes_at
            if self.climb:
                self.climb.next_check_at = closes_at


def _step_data(climb: Escalation, step: Step) -> events.StepTaken:
    return events.StepTaken(
        escalation=climb.uid,
        step=step.uid,
        move=step.move,
        climb_kind=step.kind,
        reason=step.reason,
        from_level=step.from_level,
        to_level=step.to_level,
        from_team=step.from_team.uid,
        to_team=step.to_team.uid,
        person=step.person.code,
        because=step.because,
    )


_STROKES: Mapping[Status, Callable[[Told, Entry, datetime], None]] = {
    Status.WORKING: Told.work,
    Status.WAITING: Told.hold,
    Status.RESOLVED: Told.resolve,
    Status.WITHDRAWN: Told.resolve,
    Status.CLOSED: Told.close,
}
