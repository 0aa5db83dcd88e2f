"""By when do I hear from you, and why then? A clock of a case explained to its customer."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.casefile.explanation import UnknownClock, explain_key
from escalations.portal.pages import CustomerRequest, case_or_404, customers_only, show


@customers_only
@require_safe
def clock(request: CustomerRequest, reference: str, clock: str) -> HttpResponse:
    """The clock of this key, such as resolution-1; one that is no customer's does not exist here."""
    row = case_or_404(request, reference)
    try:
        told = explain_key(row, clock, request.standing_as_customer, timezone.now())
    except UnknownClock:
        raise Http404 from None
    return show(request, "clock.html", {"at": told.at, "told": told})
