"""All that burns and all that waits for a decision, on one screen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.casefile import storms
from escalations.casefile.executive import oversight
from escalations.desk.pages import StaffRequest, may_oversee, show, staff_only
from escalations.reports import lately, proofs

WEEK = timedelta(days=7)
LISTED = 4


@staff_only
@require_safe
def executive(request: StaffRequest) -> HttpResponse:
    """What burns, what waits for an answer, what was missed, and whether it gets better."""
    me, at = request.standing, timezone.now()
    if not may_oversee(me):
        raise Http404
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    levels = lately.open_by_level(me, at=at, then=at - WEEK)
    context = {
        "at": at,
        "seen": oversight(me, at=at),
        "levels": levels,
        "now": sum(row.now for row in levels),
        "then": sum(row.then for row in levels),
        "missed": lately.missed(me, since=today, until=at),
        "broken": lately.broken(me, since=_monday(today), until=at),
        "storm": storms.newest(),
        "proof": proofs.newest(at),
        "listed": LISTED,
    }
    return show(request, "desk/executive.html", context, here="executive")


def _monday(today: datetime) -> datetime:
    """The beginning of this week where the viewer is; the clocks may have changed since."""
    day = today.date() - timedelta(days=today.weekday())
    return datetime.combine(day, today.timetz().replace(tzinfo=None), tzinfo=timezone.get_current_timezone())
