"""A storm that was stopped: its cases, and the two answers of somebody who has looked."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.models import User
from customers.refusal import Refused
from escalations.actions import storms
from escalations.casefile import storms as stormy
from escalations.desk.pages import Page, StaffRequest, see_other, show, staff_only
from escalations.models import Storm, office_standing

CLIMB, LEAVE = "climb", "leave"


def also_administrators(view: Page) -> Page:
    """Lets in administrators who have no agent of their own: they are asked about storms, too."""
    guarded = staff_only(view)

    @wraps(view)
    def opened(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and request.user.is_active and request.user.is_staff:
            request.standing = office_standing(request.user)
        return guarded(request, *args, **kwargs)

    return opened


@also_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def storm(request: StaffRequest, uid: str) -> HttpResponse:
    """The climbs that were held back, and what somebody decided about them."""
    row = get_object_or_404(Storm.objects.select_related("ended_by"), uid=uid)
    if request.method == "POST" and request.POST.get("answer") in (CLIMB, LEAVE):
        return _answered(request, row, let_climb=request.POST["answer"] == CLIMB)
    return _page(request, row)


def _me(request: StaffRequest) -> User:
    return get_object_or_404(User, pk=request.user.pk)


def _answered(request: StaffRequest, row: Storm, *, let_climb: bool) -> HttpResponse:
    try:
        storms.end(storm=row, by=_me(request), let_climb=let_climb, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused.remedy))
        row.refresh_from_db()
        return _page(request, row, status=422)
    said = _("They climb now, some at a time.") if let_climb else _("They stay; those who have them are told.")
    messages.success(request, said)
    return see_other("desk:storm", uid=row.uid)


def _page(request: StaffRequest, row: Storm, *, status: int = 200) -> HttpResponse:
    face = stormy.face(row, request.standing)
    context = {
        "storm": row,
        "face": face,
        "more": max(face.held - len(face.cases), 0),
        "may": row.is_open and storms.may_end(_me(request)),
        "links": request.standing.agent_id is not None,
    }
    return show(request, "desk/storm.html", context, here="inbox", status=status)
