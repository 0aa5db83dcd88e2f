"""A clock in figures: what counted, what is left or too late, and how long somebody has really waited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from escalations.casefile.explanation_moments import passed, whole_minutes
from escalations.casefile.explanation_verdict import AtOnce, Verdict
from escalations.casefile.sentences import duration
from escalations.casefile.timeline import Sort, Timeline
from escalations.timing.stopwatch import ClockState, Reading


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one clock at one instant; somebody waits for what it stands for since `since`.

    `at_once` is how another target alone made it late, if one did.
    """

    verdict: Verdict
    timeline: Timeline
    since: datetime
    at_once: AtOnce | None

    @property
    def reading(self) -> Reading:
        return self.verdict.reading

    @property
    def until(self) -> datetime:
        return self.reading.ended_at or self.verdict.moments.at

    @property
    def target(self) -> int:
        return round(self.reading.terms.minutes)

    @property
    def counted(self) -> int:
        return round(self.reading.elapsed_minutes)

    @property
    def left(self) -> int:
        return max(self.target - self.counted, 0)

    @property
    def over(self) -> int:
        """Working minutes counted since it is late."""
        return self.since_late if self.at_once else max(self.counted - self.target, 0)

    @property
    def carried(self) -> int:
        return round(self.verdict.track.bases[0].carried_minutes)

    @property
    def waited(self) -> int:
        """Minutes that really passed."""
        return whole_minutes(self.since, self.until)

    @property
    def since_late(self) -> int:
        return self._sum([Sort.OVER])

    def _sum(self, sorts: Iterable[Sort]) -> int:
        wanted = tuple(sorts)
        return sum(piece.minutes for piece in self.timeline.past if piece.sort in wanted)

    # -- in words ------------------------------------------------------------------------------------------

    def distance(self) -> str:
        """How far the due instant is, as the clock on the wall goes; nothing unless it runs."""
        due = self.reading.due_at
        if due is None or self.reading.state is not ClockState.RUNNING:
            return ""
        minutes = whole_minutes(self.verdict.moments.at, due)
        if not minutes:
            return _("now")
        return (_("in %(time)s") if minutes > 0 else _("%(time)s late")) % {"time": passed(abs(minutes))}

    def sums(self) -> str:
        """Working time beside the time that really passed."""
        waited = self.verdict.voice.waited(self.verdict.track.kind)
        told = {"waited": waited, "passed": self._passed(), **self._lengths()}
        if self.verdict.track.promise:
            return _("%(waited)s: %(passed)s.") % (told | {"waited": _capital(waited)})
        if self.reading.breached_at:
            return self._late() % told
        if self.reading.ended_at:
            return _("%(counted)s of working time counted; %(waited)s %(passed)s.") % told
        return _("%(counted)s of working time counted so far, %(left)s left; %(waited)s %(passed)s.") % told

    def _lengths(self) -> dict[str, str]:
        once = self.at_once
        found: dict[str, float] = {"counted": self.counted, "left": self.left, "over": self.since_late}
        found |= {"used": once.used, "target": once.target} if once else {}
        return {name: duration(minutes) for name, minutes in found.items()}

    def _late(self) -> str:
        """The sentence of a clock that is late, with places for its figures."""
        over = self.since_late
        if self.at_once and over:
            return _(
                "%(counted)s of working time counted: %(used)s before the target became %(target)s, which made it late "
                "at once, and %(over)s since; %(waited)s %(passed)s."
            )
        if self.at_once:
            return _(
                "%(used)s of working time had counted before the target became %(target)s, which made it late at once; "
                "%(waited)s %(passed)s."
            )
        if over:
            return _("%(counted)s of working time counted, %(over)s too late; %(waited)s %(passed)s.")
        return _("%(counted)s of working time counted, all there was; %(waited)s %(passed)s.")

    def facts(self) -> Iterator[tuple[str, str]]:
        """The figures, one to a line."""
        reading, verdict = self.reading, self.verdict
        moments, voice = verdict.moments, verdict.voice
        yield _("Began"), moments.full(reading.started_at)
        if reading.warn_at and voice.tells_warning:
            yield _("Warning"), moments.full(reading.warn_at)
        if verdict.due_at:
            yield _("Due"), verdict.moment(verdict.due_at)
        if not verdict.track.promise:
            yield from self._counts()
        if paused := self._sum([Sort.PAUSED]):
            yield _("On hold"), passed(paused)
        yield _capital(voice.waited(verdict.track.kind)), self._passed()

    def _counts(self) -> Iterator[tuple[str, str]]:
        yield _("Target"), duration(self.target)
        if self.carried:
            yield _("Carried over"), duration(self.carried)
        yield _("Counted"), duration(self.counted)
        if once := self.at_once:
            told = {"used": duration(once.used), "target": duration(once.target)}
            yield _("Late at once"), _("%(used)s used, of %(target)s") % told
        if self.since_late:
            yield (_("Since then") if self.at_once else _("Too late by")), duration(self.since_late)
        elif not self.at_once:
            yield _("Left"), duration(self.left)

    def _passed(self) -> str:
        told = {"time": passed(self.waited)}
        if before := whole_minutes(self.since, self.reading.started_at):
            told["before"] = passed(before)
            return _("%(time)s, of which %(before)s before this clock began") % told
        return told["time"]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
