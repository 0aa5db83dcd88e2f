"""What needs this person now."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from escalations.casefile import queues
from escalations.desk.pages import StaffRequest, show, staff_only


@staff_only
def home(request: StaffRequest) -> HttpResponse:
    """Due next, waiting for an answer, asked to decide, new in the inbox."""
    at = timezone.now()
    return show(request, "desk/home.html", {"at": at, "now": queues.home(request.standing, at=at)}, here="home")
