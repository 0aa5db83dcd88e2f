"""What the daily path check found, for the owner of a policy to mend and confirm."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.refusal import Refused
from escalations.actions import paths
from escalations.casefile import path_words
from escalations.desk.pages import StaffRequest, see_other, show, staff_only
from escalations.models import Agent, PathCheck, Policy


@staff_only
def overview(request: StaffRequest) -> HttpResponse:
    """The newest check of each policy."""
    newest = PathCheck.objects.filter(policy=OuterRef("pk")).order_by("-checked_on").values("pk")[:1]
    rows = PathCheck.objects.filter(pk__in=Policy.objects.annotate(newest=Subquery(newest)).values("newest"))
    found = rows.select_related("policy__owner__user", "confirmed_by__user").order_by("policy__position", "policy")
    return show(request, "desk/paths.html", {"checks": found}, here="paths")


@staff_only
def check(request: StaffRequest, uid: str) -> HttpResponse:
    """One check: its findings in words; one button for the owner or an administrator."""
    row = get_object_or_404(PathCheck.objects.select_related("policy__owner__user", "confirmed_by__user"), uid=uid)
    me = Agent.objects.select_related("user").get(pk=request.standing.as_agent)
    if request.method == "POST":
        try:
            paths.confirm(check=row, by=me, at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused.remedy))
        else:
            messages.success(request, _("Confirmed. You are asked again when something new is found."))
        return see_other("desk:path_check", uid=uid)
    context = {
        "check": row,
        "findings": path_words.told(row),
        "may": row.confirmed_at is None and paths.may_confirm(row, me),
        "mends": request.user.is_staff,
    }
    return show(request, "desk/path_check.html", context, here="paths")
