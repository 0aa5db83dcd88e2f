"""The journal of one case read for one reader: its clocks, with the events that gave them targets and ended them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from customers.models import SupportPlan
from escalations.casefile.explanation_moments import Moments
from escalations.casefile.explanation_verdict import Verdict
from escalations.casefile.explanation_words import CustomerVoice, StaffVoice, Voice
from escalations.casefile.people import names_in
from escalations.models import CalendarVersion, Case, Event, PauseReason, Policy
from escalations.models.policies import procedure_of
from escalations.rules import effects
from escalations.rules import events as e
from escalations.rules.standing import Standing
from escalations.rules.tracks import Because, Track
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import MarkKind


@dataclass(slots=True)
class Log:
    """A clock with the events that gave it its targets and the one that ended it."""

    track: Track
    given: list[Event] = field(default_factory=list)
    ended: Event | None = None


@dataclass(slots=True)
class Study:
    """The clocks of one case for one reader at one instant; `logs` are those the reader may know of."""

    case: Case
    moments: Moments
    voice: Voice
    found: effects.Tracks
    logs: list[Log]
    wakes_at: datetime | None

    def verdict(self, log: Log) -> Verdict:
        ended_by = self.voice.ended_by(log.ended) if log.ended else ""
        return Verdict(log.track, log.track.read(self.moments.at), self.moments, self.voice, ended_by)

    def beside(self, log: Log) -> tuple[Log | None, Log | None]:
        """The clocks of the same kind that ended where this one began, and began where this one ended."""
        same = [other for other in self.logs if other.track.kind is log.track.kind and other is not log]
        before = [other for other in same if other.ended and other.ended.seq == log.track.start_seq]
        after = [other for other in same if log.ended and other.track.start_seq == log.ended.seq]
        return (before[-1] if before else None), (after[0] if after else None)

    def waits_since(self, log: Log) -> datetime:
        """Since when somebody waits for what this clock stands for: where the first of those it took over from began.

        Another promise, a restart and a clock begun in the place of a missed one give nobody what they wait for.
        """
        before, _after = self.beside(log)
        if before is None or not _takes_over(log.track, before.track):
            return log.track.marks[0].at
        return self.waits_since(before)


def _takes_over(track: Track, before: Track) -> bool:
    """Whether the clock before ended without what it stood for, and this one stands for the same."""
    goes_on = track.kind is ClockKind.NEXT_UPDATE or track.bases[0].because is not Because.STARTED
    return goes_on and before.marks[-1].kind is MarkKind.VOID


def study(case: Case, standing: Standing, at: datetime) -> Study:
    """Reads the journal of a case; the number of statements does not depend on how much happened."""
    rows = list(Event.objects.filter(case=case).order_by("seq"))
    found = effects.Tracks(procedure_of)
    logs: dict[int, Log] = {}
    wakes_at = None
    for row in rows:
        found.feed(e.Line(row.seq, row.occurred_at, row.typed))
        _keep(found, row, logs)
        wakes_at = datetime.fromisoformat(row.data["wake_at"]) if row.kind == e.CaseHeld.kind else wakes_at
    moments = Moments.of_reader(max(at, rows[-1].occurred_at))
    voice = _voice(standing, rows, list(logs.values()), moments)
    spoken_of = [log for log in logs.values() if voice.speaks_of(log.track.kind)]
    return Study(case, moments, voice, found, spoken_of, wakes_at)


def _keep(found: effects.Tracks, row: Event, logs: dict[int, Log]) -> None:
    """Notes which clocks this event gave a target, and which it ended."""
    for track in found.all:
        log = logs.setdefault(id(track), Log(track))
        if len(log.given) < len(track.bases):
            log.given.append(row)
        if track.ended and log.ended is None:
            log.ended = row


def _voice(standing: Standing, rows: list[Event], logs: list[Log], moments: Moments) -> Voice:
    pauses = {reason.slug: reason for reason in PauseReason.objects.order_by("name")}
    if standing.is_customer:
        return CustomerVoice(pauses, moments)
    bases = [basis for log in logs for basis in log.track.bases]
    versions = {basis.target.calendar_version_id for basis in bases if basis.target.calendar_version_id}
    calendars = CalendarVersion.objects.filter(pk__in=versions)
    policies = Policy.objects.filter(slug__in={basis.policy for basis in bases})
    plans = SupportPlan.objects.filter(slug__in={basis.target.plan for basis in bases if basis.target.plan})
    return StaffVoice(
        names=names_in(rows),
        pauses=pauses,
        policies=dict(policies.values_list("slug", "name")),
        plans=dict(plans.values_list("slug", "name")),
        calendars={pk: (name, number) for pk, name, number in calendars.values_list("pk", "calendar__name", "number")},
        moments=moments,
    )
