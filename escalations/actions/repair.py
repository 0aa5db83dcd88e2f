"""Stored clocks that do not say what their journal says are made so, and both are kept in the journal."""

from __future__ import annotations

from datetime import datetime

from escalations.actions import clocks, journal
from escalations.models import Case, Clock, Event
from escalations.rules import events
from escalations.rules.standing import Standing


def repair(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """Writes the clocks of a case anew from its events; the line in the journal tells before and after of each.

    None when nothing differed. What is due since long is told of by the next sweep, as always.
    """
    with journal.locked(case, actor=actor, at=at) as work:
        found = clocks.differences(work.case)
        if not found:
            return None
        known = {(track.kind.value, track.start_seq) for track, _reading in clocks.computed(work.lines, work.at)}
        for row in Clock.objects.filter(case=work.case):
            if (row.kind, row.start_seq) not in known:
                row.delete()
        return work.record(
            events.ClocksRepaired(
                clocks=[item.clock for item in found],
                columns=[item.column for item in found],
                before=[item.stored for item in found],
                after=[item.journal for item in found],
            )
        )
