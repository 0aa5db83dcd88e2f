"""By when customers hear from us, for the cases of a list at once."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from escalations.casefile.customer import WORDS
from escalations.models import Clock
from escalations.timing.stopwatch import ClockState


def first_news() -> Subquery:
    """The first instant by which a running clock asks for words of ours to the customer; null where none runs."""
    kinds = [kind.value for kind in WORDS]
    runs = Clock.objects.filter(case=OuterRef("pk"), state=ClockState.RUNNING.value, kind__in=kinds)
    return Subquery(runs.order_by("due_at").values("due_at")[:1])
