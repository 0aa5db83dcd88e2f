"""Whether the journal still is what was written: every line there, in order, and hashed to the head its case holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from escalations.models import Case, Event
from escalations.models.events import chain_of

BATCH = 500


class Fault(StrEnum):
    """What can be wrong with the journal of a case."""

    MISSING = "missing"
    BACKWARDS = "backwards"
    UNKNOWN = "unknown"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class BrokenJournal:
    """The first thing wrong with the journal of one case, and how many lines were read.

    `line` is the number of the line at fault; 0 when the hash of the whole says only that one of them was changed.
    """

    reference: str
    fault: Fault
    line: int
    read: int


def broken_journals() -> Iterator[BrokenJournal]:
    """Reads every journal, some hundred cases at a time; one finding per broken case."""
    last = 0
    while cases := list(_cases_after(last)):
        journals = journals_of([case.pk for case in cases])
        for case in cases:
            if found := fault(case, journals.get(case.pk, [])):
                yield found
        last = cases[-1].pk


def journals_of(case_ids: Collection[int]) -> dict[int, list[Event]]:
    """The lines of these cases in order; one statement. A case without any is left out."""
    lines = Event.objects.filter(case__in=case_ids).order_by("case_id", "seq")
    return {case_id: list(found) for case_id, found in groupby(lines, key=lambda line: line.case_id)}


def _cases_after(key: int) -> Iterable[Case]:
    return Case.objects.filter(pk__gt=key).order_by("pk")[:BATCH]


def fault(case: Case, lines: list[Event]) -> BrokenJournal | None:
    """What is wrong with these lines of a case; None when nothing is."""
    before = None
    for number, line in enumerate(lines, start=1):
        if line.seq != number:
            return BrokenJournal(case.reference, Fault.MISSING, number, len(lines))
        if before and line.occurred_at < before:
            return BrokenJournal(case.reference, Fault.BACKWARDS, number, len(lines))
        if not _is_known(line):
            return BrokenJournal(case.reference, Fault.UNKNOWN, number, len(lines))
        before = line.occurred_at
    if len(lines) < case.last_seq:
        return BrokenJournal(case.reference, Fault.MISSING, len(lines) + 1, len(lines))
    if chain_of(case.uid, lines) != case.chain:
        return BrokenJournal(case.reference, Fault.CHANGED, 0, len(lines))
    return None


def _is_known(line: Event) -> bool:
    try:
        return line.typed.kind == line.kind
    except (KeyError, TypeError):
        return False
