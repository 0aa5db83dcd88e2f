"""What conditions may look at: a case at one instant, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escalations.rules import events as e
from escalations.rules.vocabulary import ClockKind
from escalations.timing.schedule import ROUND_THE_CLOCK, Schedule
from escalations.timing.stopwatch import Terms


@dataclass(frozen=True, slots=True)
class ClockFact:
    """A clock that runs, or a broken promise that nobody made good; `start_seq` is the event that started it.

    `due_at` lies in the past for one that was missed. `used_minutes` of `terms` were used up at `at`.
    """

    kind: ClockKind
    start_seq: int
    due_at: datetime
    terms: Terms | None = None
    used_minutes: float = 0
    at: datetime | None = None

    @property
    def percent(self) -> int:
        """How much of its time is used, at most a hundred."""
        if self.terms is None:
            return 100
        return min(int(100 * self.used_minutes / self.terms.minutes), 100)

    def reaches(self, percent: int) -> datetime:
        """When this much of its time is used, or was, as if nothing stopped it."""
        if self.terms is None or self.at is None:
            return self.due_at
        missing = self.terms.minutes * percent / 100 - self.used_minutes
        if missing <= 0:
            return self.terms.schedule.subtract_working_time(self.at, -missing)
        return self.terms.schedule.add_working_time(self.at, missing)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about a case beside its journal: other cases, and what people here can do.

    `repeats` are when the same customer raised other cases on the same topic, before this one. `skill` and `amount` are
    what the case takes; `lacks_skill` says that nobody who has it now can do it, `lacks_authority` that nobody may
    decide so much.
    """

    repeats: tuple[datetime, ...] = ()
    skill: str = ""
    amount: int = 0
    currency: str = ""
    lacks_skill: bool = False
    lacks_authority: bool = False


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case at the instant `at`. Instants of what happened stand beside what it was, so that each reason has a name.

    `schedule` are the hours in which the age of a case and its silence count: those of the level it is worked at.
    """

    at: datetime
    opened_at: datetime
    schedule: Schedule = ROUND_THE_CLOCK
    impact: str = ""
    tier: str = ""
    severity: int = 4
    level: int = 1
    hand_offs: tuple[datetime, ...] = ()
    exchanges: tuple[datetime, ...] = ()
    reopened: tuple[tuple[int, datetime], ...] = ()
    heard: tuple[int, datetime] | None = None
    rating: tuple[int, datetime, int] | None = None
    asked: tuple[int, datetime] | None = None
    assessed: tuple[int, datetime] | None = None
    clocks: tuple[ClockFact, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(slots=True)
class Story:
    """A fold over the events of one case that keeps what conditions ask for beside its clocks."""

    opened_at: datetime | None = None
    impact: str = ""
    tier: str = ""
    team: str = ""
    owner: str = ""
    hand_offs: list[datetime] = field(default_factory=list)
    exchanges: list[datetime] = field(default_factory=list)
    reopened: list[tuple[int, datetime]] = field(default_factory=list)
    heard: tuple[int, datetime] | None = None
    rating: tuple[int, datetime, int] | None = None
    asked: tuple[int, datetime] | None = None
    assessed: tuple[int, datetime] | None = None
    _ours_last: bool = False

    def feed(self, line: e.Line) -> None:
        """Takes in the next event; kinds that no condition asks for pass by."""
        stroke = _STROKES.get(type(line.data))
        if stroke:
            stroke(self, line, line.data)

    # -- one method per kind of event that matters to conditions ---------------------------------------

    def begun(self, line: e.Line, data: e.CaseOpened) -> None:
        self.opened_at, self.impact, self.tier, self.team = line.at, data.impact, data.tier, data.team
        self.heard = line.seq, line.at

    def taken(self, line: e.Line, data: e.CaseTaken) -> None:
        self._hands(line, self.team, data.owner)

    def triaged(self, line: e.Line, data: e.CaseTriaged) -> None:
        self._hands(line, data.team, self.owner)

    def stepped(self, line: e.Line, data: e.StepTaken) -> None:
        self._hands(line, data.to_team, self.owner)
        if data.to_level > data.from_level:
            self.asked = None

    def went_back(self, line: e.Line, data: e.EscalationDeclined) -> None:
        """The escalation is over before the case is."""
        self._hands(line, data.team, self.owner)

    def received(self, line: e.Line, data: e.MessageReceived) -> None:
        if self._ours_last:
            self.exchanges.append(line.at)
        self._ours_last = False

    def opened_again(self, line: e.Line, data: e.CaseReopened) -> None:
        self.reopened.append((line.seq, line.at))

    def weighed(self, line: e.Line, data: e.CaseAssessed) -> None:
        self.assessed = line.seq, line.at

    def rated(self, line: e.Line, data: e.SurveyAnswered) -> None:
        self.rating = line.seq, line.at, data.score

    def wished(self, line: e.Line, data: e.AskMade) -> None:
        self.asked = line.seq, line.at

    def withdrawn(self, line: e.Line, data: e.AskWithdrawn) -> None:
        self.asked = None

    def declined(self, line: e.Line, data: e.AskDeclined) -> None:
        self.asked = None
        self.said(line, data)

    def said(self, line: e.Line, data: e.EventData) -> None:
        """Public words of a person of ours."""
        if getattr(data, "message", ""):
            self.heard, self._ours_last = (line.seq, line.at), True

    def _hands(self, line: e.Line, team: str, owner: str) -> None:
        """Another team, or another owner after the first, is a hand-off."""
        if team != self.team or (self.owner and owner != self.owner):
            self.hand_offs.append(line.at)
        self.team, self.owner = team, owner


_STROKES: Mapping[type[e.EventData], Callable[[Story, e.Line, Any], None]] = {
    e.CaseOpened: Story.begun,
    e.CaseTaken: Story.taken,
    e.CaseTriaged: Story.triaged,
    e.CaseAssessed: Story.weighed,
    e.CaseReopened: Story.opened_again,
    e.CaseResolved: Story.said,
    e.CaseMerged: Story.said,
    e.MessageReceived: Story.received,
    e.MessageSent: Story.said,
    e.PromiseMade: Story.said,
    e.PromiseMoved: Story.said,
    e.AskMade: Story.wished,
    e.AskWithdrawn: Story.withdrawn,
    e.AskDeclined: Story.declined,
    e.EscalationRequested: Story.stepped,
    e.EscalationStepped: Story.stepped,
    e.EscalationAcknowledged: Story.said,
    e.EscalationAccepted: Story.said,
    e.EscalationDeclined: Story.went_back,
    e.EscalationWithdrawn: Story.went_back,
    e.DeEscalated: Story.went_back,
    e.SurveyAnswered: Story.rated,
}


def story(lines: Sequence[e.Line]) -> Story:
    found = Story()
    for line in lines:
        found.feed(line)
    return found
