"""What happened elsewhere before Belay: the history of one case, written at one stroke and sent to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.refusal import Refused
from escalations.actions import clocks, searching
from escalations.actions.imports import Known
from escalations.actions.telling import GOING_ON, Entry, Status, Told
from escalations.models import NEVER, Case, Clock, Escalation, Event, Participant, Step, words
from escalations.rules.vocabulary import Impact, Origin, Urgency

URGENCIES = {Impact.MAJOR: Urgency.HIGH, Impact.HIGH: Urgency.HIGH, Impact.MEDIUM: Urgency.MEDIUM}


@dataclass(frozen=True, slots=True)
class Record:
    """One case of a log with its entries."""

    external_id: str
    organization: str
    subject: str
    impact: Impact
    entries: tuple[Entry, ...]


def import_case(*, source: str, record: Record, known: Known, at: datetime) -> Case | None:
    """Writes one case with its whole history in one transaction; None when this source's case is already here.

    `at` is the instant of the import. A case that is not solved at the end of its history sleeps until a person takes
    it; one that was resolved and left alone is closed by silence, as the policy says. Raises Refused.
    """
    if _is_here(source, record):
        return None
    entries = sorted(record.entries, key=lambda entry: entry.at)
    _check(entries, known, at)
    told = Told(_opened(source, record, entries[0], known), known, recorded_at=at, dormant=ends_open(entries))
    following = [entry.at for entry in entries[1:]]
    for entry, until in zip(entries, [*following, NEVER], strict=True):
        told.entry(entry, until)
    told.finish()
    try:
        with transaction.atomic():
            _write(told)
    except IntegrityError:
        # Another import of the same log was quicker with this case.
        if _is_here(source, record):
            return None
        raise
    return told.case


def _is_here(source: str, record: Record) -> bool:
    return Case.objects.filter(source=source, external_id=record.external_id).exists()


def ends_open(entries: Sequence[Entry]) -> bool:
    """Whether the last entry that says anything leaves the case unsolved."""
    said = [entry.status for entry in entries if entry.status is not Status.NOTED]
    return not said or said[-1] in GOING_ON


def _check(entries: Sequence[Entry], known: Known, at: datetime) -> None:
    if not entries:
        raise Refused("at", "history_empty", _("A case needs at least one entry."))
    if entries[-1].at > at:
        raise Refused("at", "in_the_future", _("This lies in the future; correct the date."))
    procedure = known.procedure
    if not all(procedure.has_level(entry.level) for entry in entries):
        raise Refused("level", "unknown_level", words.REMEDIES["unknown_level"])


def _opened(source: str, record: Record, first: Entry, known: Known) -> Case:
    """The case as it came in, not saved: placed by the matrix, at the level and team where the log first sees it."""
    organization, contact = known.reporters[record.organization]
    urgency = URGENCIES.get(record.impact, Urgency.LOW)
    _row, cell = known.procedure.place(record.impact, urgency, organization.tier)
    return Case(
        policy_version=known.version,
        contact=contact,
        organization=organization,
        topic=known.topic,
        subject=record.subject,
        origin=Origin.IMPORT.value,
        impact=record.impact.value,
        urgency=urgency.value,
        tier=organization.tier,
        severity=cell.severity,
        entry_level=first.level,
        level=first.level,
        team=known.teams[first.team],
        opened_at=first.at,
        source=source,
        external_id=record.external_id,
    )


def _write(told: Told) -> None:
    """Every row at once: one statement a table, however long the history (SQLite splits some hundred lines)."""
    case = told.case
    projected = clocks.computed(told.lines, told.lines[-1].at)
    case.next_due_at = clocks.next_due(projected, case, owed_since=None)  # nobody promised news there
    case.save(force_insert=True)
    Participant.objects.create(case=case, contact=case.contact)
    searching.opened(case)
    Escalation.objects.bulk_create(told.escalations)
    Step.objects.bulk_create(told.steps)
    Event.objects.bulk_create(told.journal)
    keys = {climb.uid: climb.pk for climb in told.escalations}
    Clock.objects.bulk_create(
        clocks.new_clock(case, track, reading, keys.get(track.escalation)) for track, reading in projected
    )
