"""The four numbers, of a period that ends now."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.reports import numbers as figures

PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "365": _("a year"), "3650": _("ten years")}
USUAL = "30"


@staff_only
def numbers(request: StaffRequest) -> HttpResponse:
    """Acknowledgement, resolution, satisfaction and climbs, from the journal of the cases this person may see."""
    at = timezone.now()
    asked = request.GET.get("days", USUAL)
    days = asked if asked in PERIODS else USUAL
    found = figures(at - timedelta(days=int(days)), at, standing=request.standing)
    context = {"at": at, "numbers": found, "days": days, "periods": PERIODS}
    return show(request, "desk/numbers.html", context, here="numbers")
