"""Why is it due then? One clock explained span by span: the same for desk, portal, back office and API.

Everything is computed from the journal at the instant of reading. Customers get what `CustomerVoice` allows, of their
own clocks alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from escalations.casefile.explanation_figures import Figures
from escalations.casefile.explanation_journal import Log, Study, study
from escalations.casefile.explanation_moments import Shift, place_of, shifts
from escalations.casefile.explanation_verdict import Verdict, key_of, late_at_once, tone_of
from escalations.casefile.explanation_words import (
    Clockwork,
    Lever,
    piece_words,
    turn_words,
)
from escalations.casefile.sentences import duration
from escalations.casefile.timeline import Piece, Sort, Timeline, timeline
from escalations.casefile.timeline_days import Note, Table, table
from escalations.casefile.timeline_picture import Mark, Picture, picture
from escalations.models import Case
from escalations.rules.standing import Standing
from escalations.rules.tracks import Basis, Because
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState, Reading

SHIFTS_DRAWN = timedelta(days=60)


class UnknownClock(LookupError):
    """The case has no such clock, or none that this person may know of."""


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of a case in a list; `key` is its kind and the number of the event that started it."""

    key: str
    kind: ClockKind
    name: str
    state: str
    tone: str
    headline: str
    started_at: datetime
    due_at: datetime | None
    breached_at: datetime | None
    met_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What was promised from an instant on, and why it changed then. `basis` is for staff: None for a customer."""

    at: datetime
    when: str
    words: str
    target_minutes: int
    carried_minutes: int
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Share:
    """One sort of pieces with its sum, as the key of the picture tells it."""

    sort: str
    words: str
    time: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clock explained to one reader. Minutes are working minutes except `passed_minutes`, which really passed.

    They passed since the first of the clocks began that this one took over from: somebody waits since then.

    `earlier` and `later` are the keys of the clocks before and after this one of the same kind, where one took over.
    """

    line: ClockLine
    reference: str
    subject: str
    at: datetime
    distance: str
    because: str
    sums: str
    seen: str
    warn_at: datetime | None
    target_minutes: int
    counted_minutes: int
    left_minutes: int
    over_minutes: int
    carried_minutes: int
    passed_minutes: int
    place: str
    hours: str
    facts: tuple[tuple[str, str], ...]
    shares: tuple[Share, ...]
    table: Table
    picture: Picture
    changes: tuple[Change, ...]
    levers: tuple[Lever, ...]
    story: str
    earlier: str
    later: str


def explain(case: Case, kind: str, start_seq: int, standing: Standing, at: datetime) -> Explanation:
    """This clock of this case for this person at this instant. The caller has made sure that they may see the case.

    Raises UnknownClock when there is none, and for a customer when it is not one of theirs.
    """
    return explain_key(case, f"{kind}-{start_seq}", standing, at)


def explain_key(case: Case, key: str, standing: Standing, at: datetime) -> Explanation:
    """The same by the key of a clock, such as resolution-1."""
    return _explained(study(case, standing, at), key)


def explain_among(case: Case, key: str, standing: Standing, at: datetime) -> tuple[Explanation, list[ClockLine]]:
    """The same, with all clocks of the case that this person may know of, from one reading."""
    read = study(case, standing, at)
    return _explained(read, key), _lines(read)


def _explained(read: Study, key: str) -> Explanation:
    for log in read.logs:
        if key_of(log.track) == key:
            return _Explained(read, log).told()
    raise UnknownClock(key)


def clock_lines(case: Case, standing: Standing, at: datetime) -> list[ClockLine]:
    """All clocks of a case that this person may know of, in the order they began."""
    return _lines(study(case, standing, at))


def _lines(read: Study) -> list[ClockLine]:
    return [_line(read.verdict(log)) for log in read.logs]


def _line(verdict: Verdict) -> ClockLine:
    reading = verdict.reading
    tone = tone_of(reading, verdict.moments.at)
    return ClockLine(
        key=key_of(verdict.track),
        kind=verdict.track.kind,
        name=verdict.name,
        state=reading.state.value,
        tone="calm" if tone == "soon" and not verdict.voice.tells_warning else tone,
        headline=verdict.headline,
        started_at=reading.started_at,
        due_at=verdict.due_at,
        breached_at=reading.breached_at,
        met_at=reading.met_at,
        ended_at=reading.ended_at,
    )


# -- one clock -------------------------------------------------------------------------------------------


class _Explained:
    """One clock on its way to an explanation: everything is taken from one reading."""

    def __init__(self, read: Study, log: Log) -> None:
        self.study, self.log, self.track = read, log, log.track
        self.moments, self.voice = read.moments, read.voice
        self.verdict = read.verdict(log)
        self.reading: Reading = self.verdict.reading
        self.timeline: Timeline = timeline(log.track, self.reading, read.moments.at)
        at_once = late_at_once(log.track, self.reading)
        self.figures = Figures(self.verdict, self.timeline, read.waits_since(log), at_once)

    def told(self) -> Explanation:
        shown = table(self.timeline, list(self._notes()), self.moments, self._name, self._there())
        earlier, later = self.study.beside(self.log)
        figures = self.figures
        return Explanation(
            line=_line(self.verdict),
            reference=self.study.case.reference,
            subject=self.study.case.subject,
            at=self.moments.at,
            distance=figures.distance(),
            because=" ".join([self.verdict.because, *self._asleep()]),
            sums=figures.sums(),
            seen=self.moments.with_place(self.moments.at, ""),
            warn_at=self.reading.warn_at if self.voice.tells_warning else None,
            target_minutes=figures.target,
            counted_minutes=figures.counted,
            left_minutes=figures.left,
            over_minutes=figures.over,
            carried_minutes=figures.carried,
            passed_minutes=figures.waited,
            place=self.moments.place,
            hours=place_of(self.verdict.hours),
            facts=tuple(figures.facts()),
            shares=tuple(self._shares()),
            table=shown,
            picture=picture(self.timeline.pieces, list(self._marks()), self.moments, self._name, self._summary()),
            changes=tuple(self._changes()),
            levers=tuple(self.voice.levers(self._clockwork())),
            story=self._story(shown),
            earlier=key_of(earlier.track) if earlier else "",
            later=key_of(later.track) if later else "",
        )

    def _name(self, piece: Piece) -> str:
        return piece_words(piece, self.voice)

    def _there(self) -> str:
        """The place of the hours, if its clocks show another time than the reader's anywhere on the line."""
        differs = any(self.moments.there(piece.start, piece.hours) for piece in self.timeline.pieces)
        return place_of(self.verdict.hours) if differs else ""

    def _asleep(self) -> list[str]:
        if self.study.found.dormant and not self.reading.ended_at and self.voice.tells_warning:
            return [_("The case was imported and is asleep: nobody is told of this clock until somebody takes it.")]
        return []

    def _shifts(self) -> list[Shift]:
        """Where clocks are changed on the way: the reader's, and those of the hours if that is another change."""
        pieces = self.timeline.pieces
        if not pieces:
            return []
        start, end = pieces[0].start, pieces[-1].end
        zones = [zone for zone in (self.verdict.hours, self.moments.zone) if zone]
        found = {(shift.at, shift.minutes): shift for zone in zones for shift in shifts(zone, start, end)}
        return sorted(found.values(), key=lambda shift: shift.at)

    def _turns(self) -> Iterator[tuple[datetime, str, bool]]:
        """Where another target or other hours begin, in few words, and whether the target is another."""
        bases = self.track.bases
        for before, basis in pairwise(bases):
            if told := turn_words(before, basis, self.voice):
                yield basis.at, told, before.target.terms.minutes != basis.target.terms.minutes

    def _changes(self) -> Iterator[Change]:
        bases = self.track.bases
        befores: list[Basis | None] = [None, *bases]
        for before, basis, event in zip(befores, bases, self.log.given, strict=False):
            if before and not self.voice.tells_warning and not turn_words(before, basis, self.voice):
                continue
            yield Change(
                at=basis.at,
                when=self.moments.full(basis.at),
                words=self.voice.change(before, basis, event, self.track),
                target_minutes=round(basis.target.terms.minutes),
                carried_minutes=round(basis.carried_minutes),
                basis=basis if self.voice.tells_warning and basis.because is not Because.PROMISED else None,
            )

    def _notes(self) -> Iterator[Note]:
        """What happened on the line, for its table."""
        for shift in self._shifts():
            yield Note(shift.at, shift.words)
        for at, told, _is_target in self._turns():
            yield Note(at, told)
        if due := self._due_on_line():
            missed = self.reading.breached_at
            yield Note(due, _("due – missed") if missed else _("due"), "late" if missed else "due")
        if ended := self.reading.ended_at:
            met = self.reading.state is ClockState.MET
            yield Note(ended, self.voice.met_word() if met else _("ended"), "met" if met else "")

    def _due_on_line(self) -> datetime | None:
        """The due instant if the line reaches it: of a clock that ended in time it lies beyond."""
        due = self.reading.due_at
        return due if due and (not self.reading.ended_at or due <= self.reading.ended_at) else None

    def _marks(self) -> Iterator[Mark]:
        """The instants that the picture names."""
        yield Mark(self.reading.started_at, _("start"))
        if self.reading.warn_at and self.voice.tells_warning:
            yield Mark(self.reading.warn_at, _("warning"), "soon")
        if due := self._due_on_line():
            missed = self.reading.breached_at
            yield Mark(due, _("missed") if missed else _("due"), "late" if missed else "due")
        for at, _told, is_target in self._turns():
            yield Mark(at, _("new target") if is_target else _("other hours"))
        if self.figures.until - self.reading.started_at <= SHIFTS_DRAWN:
            yield from (Mark(shift.at, _("clocks change")) for shift in self._shifts())
        if ended := self.reading.ended_at:
            met = self.reading.state is ClockState.MET
            yield Mark(ended, self.voice.met_word() if met else _("ended"), "met" if met else "")
        else:
            yield Mark(self.moments.at, _("now"), "now")

    def _shares(self) -> Iterator[Share]:
        """The sums of what the line is made of, in the order in which it first comes."""
        sums: dict[tuple[Sort, str], float] = {}
        for piece in (*self.timeline.past, *self.timeline.ahead):
            which = piece.sort, self._name(piece)
            sums[which] = sums.get(which, 0) + piece.minutes
        if self.timeline.rest:
            which = Sort.TODO, self._name(self.timeline.rest)
            sums[which] = sums.get(which, 0) + self.timeline.rest_minutes
        for (sort, words), minutes in sums.items():
            yield Share(sort.value, words, duration(minutes), round(minutes))

    def _summary(self) -> str:
        told = ", ".join(f"{share.words} {share.time}" for share in self._shares())
        return _("%(headline)s. %(shares)s.") % {"headline": self.verdict.headline, "shares": told}

    def _clockwork(self) -> Clockwork:
        found, wakes = self.study.found, self.study.wakes_at
        return Clockwork(
            track=self.track,
            procedure=found.procedure,
            plan=found.plan,
            ended=self.reading.ended_at is not None,
            paused=self.reading.state is ClockState.PAUSED,
            wakes=self.moments.full(wakes) if wakes else "",
        )

    def _story(self, shown: Table) -> str:
        """The whole time line as sentences, to be sent to somebody."""
        days = [f"{day.name}: {'; '.join(row.told for row in day.rows)}." for day in shown.kept]
        lumps = [f"{shown.earlier}."] if shown.earlier else []
        rest = [f"{shown.later}."] if shown.later else []
        return " ".join([*lumps, *days, *rest, f"{self.verdict.headline}.", self.verdict.because])
