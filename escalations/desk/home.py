"""What needs this person now."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from escalations.casefile import home as needs
from escalations.casefile import standing_in, work
from escalations.casefile.procedure import overview
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.reports import proofs


@staff_only
def home(request: StaffRequest) -> HttpResponse:
    """Due next, waiting for an answer, asked to decide, news promised, requests, mentions, and what the team has."""
    at = timezone.now()
    owed = needs.home(request.standing, at=at)
    first = owed.first(at)
    context = {
        "at": at,
        "today": timezone.localdate(at),
        "first": first,
        "now": owed.beside(first),
        "proof": proofs.newest(at),
        "plan_steps": work.plan_steps(request.standing),
        "asked_of_us": work.requests_to(request.standing),
        "follow_ups": work.follow_ups(request.standing),
        "to_read": overview.waiting(request.standing),
        "stand_ins": standing_in.stand_ins(request.standing, at=at),
    }
    return show(request, "desk/home.html", context, here="home")
