"""By when do I hear from you, and why then? The clocks of a case for its customer, and each of them explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.casefile.explanation import ClockLine, UnknownClock, clock_lines, explain_among
from escalations.portal.pages import CustomerRequest, case_or_404, customers_only, show


@customers_only
@require_safe
def clocks(request: CustomerRequest, reference: str) -> HttpResponse:
    """All clocks of a case that are its customer's, each leading to its explanation."""
    row = case_or_404(request, reference)
    lines = clock_lines(row, request.standing_as_customer, timezone.now())
    context = {"reference": row.reference, "subject": row.subject, **_sorted(lines)}
    return show(request, "clocks.html", context)


@customers_only
@require_safe
def clock(request: CustomerRequest, reference: str, clock: str) -> HttpResponse:
    """The clock of this key, such as resolution-1; one that is no customer's does not exist here."""
    row = case_or_404(request, reference)
    try:
        told, lines = explain_among(row, clock, request.standing_as_customer, timezone.now())
    except UnknownClock:
        raise Http404 from None
    return show(request, "clock.html", {"at": told.at, "told": told, **_sorted(lines)})


def _sorted(lines: Sequence[ClockLine]) -> dict[str, Any]:
    """Those that still count in the order they are due, and those that are over, the newest first."""
    live = [line for line in lines if line.ended_at is None]
    first_due = sorted(live, key=lambda line: (line.due_at is None, line.due_at or line.started_at))
    return {"live": first_due, "over": [line for line in reversed(lines) if line.ended_at]}
