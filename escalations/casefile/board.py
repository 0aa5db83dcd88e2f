"""All open escalations of a house, as columns."""

from __future__ import annotations

from datetime import datetime

from escalations.casefile import queues
from escalations.models import Case, Escalation
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import VOIDING


def board(standing: Standing, *, at: datetime, limit: int = 200) -> dict[int, list[queues.Row]]:
    """Open escalations by level, the most urgent first; bounded."""
    climbs = Escalation.objects.open().values("case_id")
    on_it = (
        Case.objects.visible_to(standing)
        .filter(pk__in=climbs)
        .exclude(outcome__in=[outcome.value for outcome in VOIDING])
    )
    found = queues.with_names(on_it).order_by("next_due_at", "pk")[:limit]
    columns: dict[int, list[queues.Row]] = {}
    for row in queues.rows(list(found), at):
        columns.setdefault(row.case.level, []).append(row)
    return dict(sorted(columns.items(), reverse=True))
