"""The stored clocks: written here and nowhere else, always as the projection of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from escalations.models import NEVER, Case, Clock, Escalation, Standpoint
from escalations.models.policies import procedure_of
from escalations.rules import effects, events
from escalations.rules.tracks import Procedures, Track
from escalations.rules.vocabulary import CaseState
from escalations.timing.stopwatch import ClockState, Reading

Projected = list[tuple[Track, Reading]]

# Codes of journals: they stay as they are.
MISSING, UNFOUNDED = "missing", "unfounded"


def computed(lines: Sequence[events.Line], at: datetime, *, procedures: Procedures = procedure_of) -> Projected:
    """The clocks of a case at an instant, from its events and the versions they name."""
    return effects.readings(effects.tracks(lines, procedures), at)


def news_owed_since(found: effects.Tracks) -> datetime | None:
    """The instant of a broken promise while its news are owed; another promise takes its place, even a silent one."""
    if found.broke is None or found.promise:
        return None
    return found.broke.read(found.broke.marks[-1].at).breached_at


def columns(track: Track, reading: Reading) -> dict[str, Any]:
    """What the row of this clock must say, escalation and case aside."""
    return {
        "state": reading.state.value,
        "started_at": reading.started_at,
        "target_minutes": round(reading.terms.minutes),
        "warn_percent": reading.terms.warn_percent,
        "calendar_version_id": track.target.calendar_version_id,
        "promise": track.promise,
        "warn_at": reading.warn_at,
        "due_at": reading.due_at,
        "next_at": reading.next_at,
        "warned_at": reading.warned_at,
        "breached_at": reading.breached_at,
        "met_at": reading.met_at,
        "ended_at": reading.ended_at,
        "worked_seconds": round(reading.elapsed_minutes * 60) if reading.ended_at else None,
    }


def next_due(projected: Projected, case: Case, *, owed_since: datetime | None) -> datetime:
    """When somebody has to do something next: the first running clock, else the wake-up date, else never.

    News that are owed since a broken promise are due since then, though no clock of them may run any more.
    """
    due = [r.due_at for _t, r in projected if r.state is ClockState.RUNNING and r.due_at]
    if owed_since:
        due.append(owed_since)
    if case.is_dormant:
        return NEVER
    if due:
        return min(due)
    return case.wake_at if case.state == CaseState.PENDING and case.wake_at else NEVER


def promised(projected: Projected, case: Case) -> datetime | None:
    """When the open promise of news is due; None without one."""
    if case.is_dormant:
        return None
    return next((r.due_at for t, r in projected if t.promise and r.state is ClockState.RUNNING), None)


def project(case: Case, around: Standpoint, lines: Sequence[events.Line], at: datetime) -> effects.Tracks:
    """Brings the stored clocks to what the events say at this instant, and sets when the case is due next.

    Gives the clocks as the events made them, so that nobody has to fold the journal again.
    """
    found = effects.tracks(lines, procedure_of)
    projected = effects.readings(found, at)
    stored = {(row.kind, row.start_seq): row for row in Clock.objects.filter(case=case)}
    missing = []
    for track, reading in projected:
        values = columns(track, reading)
        row = stored.get((track.kind, track.start_seq))
        if row is None:
            missing.append(new_clock(case, track, reading, _escalation_id(track, around)))
            continue
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if changed:
            for name in changed:
                setattr(row, name, values[name])
            row.save(update_fields=changed)
    if missing:
        Clock.objects.bulk_create(missing)
    case.next_due_at = next_due(projected, case, owed_since=news_owed_since(found))
    case.promised_at = promised(projected, case)
    return found


def new_clock(case: Case, track: Track, reading: Reading, escalation_id: int | None) -> Clock:
    """The row of a clock, not saved yet."""
    values = columns(track, reading)
    return Clock(case=case, kind=track.kind.value, start_seq=track.start_seq, escalation_id=escalation_id, **values)


def _escalation_id(track: Track, around: Standpoint) -> int | None:
    if not track.escalation:
        return None
    if around.escalation and around.escalation.uid == track.escalation:
        return around.escalation.pk
    return Escalation.objects.only("pk").get(uid=track.escalation).pk


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a stored row says that the journal does not: `clock` is kind:start, or `case` for the case itself.

    Instants are written as ISO, nothing as an empty string. Of a whole row (the column `row`) `journal` is MISSING when
    none is stored, and `stored` is UNFOUNDED when the journal has no such clock.
    """

    reference: str
    clock: str
    column: str
    stored: str
    journal: str

    def __str__(self) -> str:
        told = {name: getattr(self, name) or "-" for name in self.__slots__}
        if self.journal == MISSING:
            return _("%(reference)s %(clock)s: the journal has this clock, and no row is stored for it") % told
        if self.stored == UNFOUNDED:
            return _("%(reference)s %(clock)s: a row is stored for it, and the journal has no such clock") % told
        return _("%(reference)s %(clock)s %(column)s: stored %(stored)s, journal %(journal)s") % told


@dataclass(frozen=True, slots=True)
class Comparison:
    """The clocks of a case as its journal has them at its last event, and what its stored rows say differently."""

    projected: Projected
    differences: list[Difference]


def compare(case: Case) -> Comparison:
    """Reads journal and rows of a case, each once. Raises KeyError for an event or a version nobody knows."""
    return compare_rows(case, case.events.all().lines(), Clock.objects.filter(case=case).select_related("escalation"))


def compare_rows(case: Case, lines: Sequence[events.Line], rows: Iterable[Clock]) -> Comparison:
    """As `compare`, of a journal and rows (with their escalations) that were read before."""
    tracks = effects.tracks(lines, procedure_of)
    projected = effects.readings(tracks, lines[-1].at if lines else case.opened_at)
    stored = {(row.kind, row.start_seq): row for row in rows}
    found: list[Difference] = []
    for track, reading in projected:
        name = f"{track.kind}:{track.start_seq}"
        row = stored.pop((track.kind.value, track.start_seq), None)
        if row is None:
            found.append(Difference(case.reference, name, "row", "", MISSING))
        else:
            found.extend(_of_row(case, name, row, track, reading))
    found.extend(Difference(case.reference, f"{kind}:{seq}", "row", UNFOUNDED, "") for kind, seq in stored)
    due_next = next_due(projected, case, owed_since=news_owed_since(tracks))
    for column, due in (("next_due_at", due_next), ("promised_at", promised(projected, case))):
        if getattr(case, column) != due:
            found.append(Difference(case.reference, "case", column, _plain(getattr(case, column)), _plain(due)))
    return Comparison(projected, found)


def _of_row(case: Case, name: str, row: Clock, track: Track, reading: Reading) -> Iterator[Difference]:
    climb = row.escalation.uid if row.escalation else ""
    if climb != track.escalation:
        yield Difference(case.reference, name, "escalation", climb, track.escalation)
    for column, value in columns(track, reading).items():
        if getattr(row, column) != value:
            yield Difference(case.reference, name, column, _plain(getattr(row, column)), _plain(value))


def differences(case: Case) -> list[Difference]:
    """What the stored rows of a case say that its journal does not; empty when all is well."""
    return compare(case).differences


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
