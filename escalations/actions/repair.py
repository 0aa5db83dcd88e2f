"""Stored clocks that do not say what their journal says are found, and made so with both kept in the journal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from escalations.actions import clocks, journal
from escalations.models import Case, Clock, Event
from escalations.rules import events
from escalations.rules.standing import Standing


def compare(*, case: Case) -> clocks.Comparison:
    """What the stored clocks of a case say that its journal does not.

    What differs is looked at again with the case locked: work that goes on between two reads is no difference.
    """
    found = clocks.compare(case)
    if not found.differences:
        return found
    with transaction.atomic():
        return clocks.compare(Case.objects.select_for_update(of=("self",)).get(pk=case.pk))


def repair(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """Corrects the clocks of a case from its events; the line in the journal tells before and after of each value.

    None when nothing differed. Compared is at the last event; what time alone has done since is written too, as after
    every act, and is no repair. What is due since long is told of by the next sweep, as always.
    """
    with journal.locked(case, actor=actor, at=at) as work:
        found = clocks.differences(work.case)
        if not found:
            return None
        anew = {item.clock for item in found if item.stored == clocks.UNFOUNDED or item.column == "escalation"}
        for row in Clock.objects.filter(case=work.case):
            if f"{row.kind}:{row.start_seq}" in anew:
                row.delete()
        return work.record(
            events.ClocksRepaired(
                clocks=[item.clock for item in found],
                columns=[item.column for item in found],
                before=[item.stored for item in found],
                after=[item.journal for item in found],
            )
        )
