"""Why is it due then? One clock of a case, explained to the staff on a page that can be linked and printed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.casefile.explanation import UnknownClock, explain_key
from escalations.desk.pages import StaffRequest, case_or_404, show, staff_only


@staff_only
@require_safe
def clock(request: StaffRequest, reference: str, clock: str) -> HttpResponse:
    """The clock of this key, such as resolution-1, exact at this instant."""
    row = case_or_404(request, reference)
    try:
        told = explain_key(row, clock, request.standing, timezone.now())
    except UnknownClock:
        raise Http404 from None
    return show(request, "desk/clock.html", {"at": told.at, "case": row, "told": told}, here="queue")
