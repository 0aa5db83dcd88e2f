"""One customer on one page, for whoever answers for it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.casefile.organizations import customer as everything_about
from escalations.desk.pages import StaffRequest, show, staff_only


@staff_only
@require_safe
def customer(request: StaffRequest, uid: str) -> HttpResponse:
    """All open cases of an organization, its promises and decisions, who is there, and what was said last."""
    at = timezone.now()
    found = everything_about(uid, request.standing, at=at)
    if found is None:
        raise Http404
    return show(request, "desk/customer.html", {"at": at, "customer": found}, here="accounts")
