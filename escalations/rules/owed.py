"""What is owed on a case: its clocks, begun, paused, promised anew and ended by strokes that any event may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from escalations.rules import events as e
from escalations.rules.procedure import Procedure, Target
from escalations.rules.tracks import Because, Procedures, Track
from escalations.rules.vocabulary import NEVER_PAUSED, ClockKind, Elapsed
from escalations.timing.stopwatch import MarkKind, Terms

ESCALATION_CLOCKS = (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE)
OF_ESCALATIONS = (
    *ESCALATION_CLOCKS,
    ClockKind.NEXT_UPDATE,
    ClockKind.TIME_AT_LEVEL,
    ClockKind.DECISION,
    ClockKind.REVIEW,
)
ANSWERS = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY, ClockKind.NEXT_UPDATE)
AFTER_THE_END = (ClockKind.REVIEW, ClockKind.FOLLOW_UP)

# What somebody else was asked for, and what comes after the end, keeps the terms it began with.
KEEP_THEIR_TERMS = (ClockKind.REQUEST, ClockKind.DECISION, *AFTER_THE_END)

# How much of the time is used when people are warned, where no target says so.
USUAL_WARNING = 75


class Owed:
    """The clocks of one case, `all` of them in the order they began.

    `owed` are the clocks that should run now, whether or not the procedure promises them: what a newer version
    promises begins when a case moves to it. `broke` is a broken promise after which nobody has given news yet. `rhythm`
    are the working minutes between news that an account escalation wants, 0 outside of one.
    """

    def __init__(self, procedures: Procedures) -> None:
        self.procedures = procedures
        self.all: list[Track] = []
        self.owed: dict[tuple[ClockKind, str], Track | None] = {}
        self.severity = self.level = 0
        self.plan = self.team = self.escalation = self.pause_label = ""
        self.stops: tuple[str, ...] = ()
        self.solved = False
        self.rhythm = 0
        self.broke: Track | None = None
        self._procedure: Procedure | None = None

    @property
    def procedure(self) -> Procedure:
        """What the case follows now. Raises LookupError before its first event."""
        if self._procedure is None:
            raise LookupError("a journal begins with the opening of its case")
        return self._procedure

    def follow(self, version: str) -> None:
        """From here on the case follows the policy version of this uid."""
        self._procedure = self.procedures(version)

    def running(self, kind: ClockKind, about: str = "") -> Track | None:
        return self.owed.get((kind, about))

    @property
    def promise(self) -> Track | None:
        """The clock of the open promise of news."""
        track = self.running(ClockKind.NEXT_UPDATE)
        return track if track and track.promise else None

    def promised(self, kind: ClockKind, level: int) -> Target | None:
        """What is promised of this kind for a clock that began at this level: by the account, else by the procedure."""
        target = self.procedure.target(kind, severity=self.severity, level=level, plan=self.plan)
        if kind is ClockKind.NEXT_UPDATE and self.rhythm:
            return self._in_rhythm(target, level)
        return target

    def _in_rhythm(self, usual: Target | None, level: int) -> Target:
        """The rhythm of the account in the hours in which news are owed here."""
        if usual:
            return replace(usual, terms=replace(usual.terms, minutes=self.rhythm))
        rung = self.procedure.rung(level)
        terms = Terms(self.rhythm, USUAL_WARNING, rung.schedule)
        return Target(ClockKind.NEXT_UPDATE, None, None, None, rung.calendar_version_id, terms)

    # -- beginning and ending ----------------------------------------------------------------------

    def start(self, kind: ClockKind, line: e.Line, *, about: str = "", because: Because = Because.STARTED) -> None:
        """Begins a clock if the procedure promises it; one that still runs is superseded."""
        self.end(line.at, MarkKind.VOID, kind, about=about)
        self.begin(kind, line, self.promised(kind, self.level), about=about, because=because)

    def begin(
        self,
        kind: ClockKind,
        line: e.Line,
        target: Target | None,
        *,
        about: str = "",
        promise: str = "",
        because: Because = Because.STARTED,
        instead_of: Track | None = None,
        carried: float = 0,
    ) -> None:
        """A clock on this target, or only the knowledge that one is owed; after the end, what belongs there alone.

        One `instead_of` another takes over where that one began, and its `carried` working minutes.
        """
        if self.solved and kind not in AFTER_THE_END:
            return
        self.owed[kind, about] = None
        if target is None:
            return
        track = Track(
            kind=kind,
            start_seq=line.seq,
            escalation=self.escalation if kind in OF_ESCALATIONS else "",
            target=target,
            level=instead_of.level if instead_of else self.level,
            team=instead_of.team if instead_of else self.team,
            promise=promise,
        )
        track.start(line.at, self.procedure, self.severity, because=because, carried=carried)
        if kind in self.stops:
            track.mark(MarkKind.PAUSE, line.at, self.pause_label)
        self.owed[kind, about] = track
        self.all.append(track)

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

    def end_all(self, at: datetime, how: MarkKind, kinds: Iterable[ClockKind] = ClockKind) -> None:
        """Every clock of these kinds, whatever each is about."""
        wanted = set(kinds)
        for kind, about in list(self.owed):
            if kind in wanted:
                self.end(at, how, kind, about=about)

    def begin_again(self, kind: ClockKind, line: e.Line) -> None:
        """What was owed is done, and owed anew from here."""
        self.meet(line.at, kind)
        self.start(kind, line)

    def unanswered(self, line: e.Line) -> None:
        """A reply is owed from the first words nobody answered; before the first response that one is what is owed."""
        if not any((kind, "") in self.owed for kind in (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)):
            self.start(ClockKind.NEXT_REPLY, line)

    def know(self, at: datetime) -> None:
        """Whoever wakes a case sees what ran out while it slept; nobody is told of that as if it were new."""
        for track in self.owed.values():
            reading = track.read(at) if track else None
            if track and reading and reading.warned_at:
                track.mark(MarkKind.BREACHED if reading.breached_at else MarkKind.WARNED, at)

    # -- waiting -----------------------------------------------------------------------------------

    def pause(self, line: e.Line, stops: list[str], label: str) -> None:
        """Stops these kinds, those that begin later included; what is owed to a colleague and news never stop."""
        self.stops = tuple(kind for kind in stops if kind not in NEVER_PAUSED)
        self.pause_label = label
        for (kind, _about), track in self.owed.items():
            if track and kind in self.stops:
                track.mark(MarkKind.PAUSE, line.at, label)

    def resume(self, at: datetime) -> None:
        for (kind, _about), track in self.owed.items():
            if track and kind in self.stops:
                track.mark(MarkKind.RESUME, at)
        self.stops = ()

    # -- another promise ---------------------------------------------------------------------------

    def revise(self, line: e.Line, elapsed: Elapsed, because: Because) -> None:
        """Every running clock gets what is promised now; ended clocks and open promises of news stay as they are."""
        for (kind, about), track in list(self.owed.items()):
            if kind in KEEP_THEIR_TERMS or (track and track.is_exact):
                continue
            if track is None:
                self.start(kind, line, about=about, because=because)
            else:
                self._revise(track, about, line, elapsed, because)

    def _revise(self, track: Track, about: str, line: e.Line, elapsed: Elapsed, because: Because) -> None:
        """The same terms change nothing, and neither does a change of level since the clock began.

        A miss stays on record: a missed clock that would be in time again ends, and another begins in its place.
        """
        target = self.promised(track.kind, track.level)
        if target and target.terms == track.target.terms:
            track.retarget(line.at, target, self.procedure, self.severity, because=because)
            return
        if elapsed is Elapsed.RESTART:
            self.start(track.kind, line, about=about, because=because)
            return
        so_far = track.ended_at(line.at)
        if target and not (so_far.breached_at and so_far.elapsed_minutes < target.terms.minutes):
            track.retarget(line.at, target, self.procedure, self.severity, because=because)
            return
        self.end(line.at, MarkKind.VOID, track.kind, about=about)
        self.begin(
            track.kind, line, target, about=about, because=because, instead_of=track, carried=so_far.elapsed_minutes
        )
