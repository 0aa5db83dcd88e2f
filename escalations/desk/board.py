"""All open escalations, a column for each level."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from escalations.casefile import board as columns_of
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.reports import proofs


@staff_only
def board(request: StaffRequest) -> HttpResponse:
    """Who has what at which level, the most urgent first."""
    at = timezone.now()
    columns = columns_of.board(request.standing, at=at)
    context = {"at": at, "columns": columns, "proof": proofs.newest(at)}
    return show(request, "desk/escalations.html", context, here="escalations")
