"""What needs this person now."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from escalations.casefile import home as needs
from escalations.casefile import promises, standing_in, work
from escalations.casefile.procedure import overview
from escalations.casefile.queues import Row
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.reports import proofs

RESTING = ("paused", "dormant")
PROMISES_SHOWN = 8


def most_urgent(rows: list[Row]) -> Row | None:
    """The row that is due first, among those that wait for us."""
    pressing = [(row.due_at, row.case.pk, row) for row in rows if row.due_at and row.tone not in RESTING]
    return min(pressing, key=lambda item: item[:2])[2] if pressing else None


@staff_only
def home(request: StaffRequest) -> HttpResponse:
    """Due next, waiting for an answer, asked to decide, news promised, new in the inbox; nothing owed stands twice."""
    at = timezone.now()
    now = needs.home(request.standing, at=at)
    waiting = {row.case.pk for row in (*now.to_acknowledge, *now.to_complete)}
    promised = promises.to_keep(request.standing)[:PROMISES_SHOWN]
    shown = {(case.pk, case.promised_at) for case in promised}
    context = {
        "at": at,
        "today": timezone.localdate(at),
        "now": now,
        "proof": proofs.newest(at),
        "plan_steps": work.plan_steps(request.standing),
        "asked_of_us": work.requests_to(request.standing),
        "follow_ups": work.follow_ups(request.standing),
        "first": most_urgent([*now.to_acknowledge, *now.to_complete, *now.mine]),
        "promised": promised,
        "to_read": overview.waiting(request.standing),
        "stand_ins": standing_in.stand_ins(request.standing, at=at),
        "mine": [row for row in now.mine if row.case.pk not in waiting and (row.case.pk, row.due_at) not in shown],
    }
    return show(request, "desk/home.html", context, here="home")
