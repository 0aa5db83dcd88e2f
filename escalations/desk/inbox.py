"""What somebody was told in Belay itself, newest first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from escalations.actions import deliveries
from escalations.casefile import queues, storms, waiting
from escalations.desk.pages import StaffRequest, navigation, see_other, show, staff_only

PAGE = 40


@staff_only
def inbox(request: StaffRequest) -> HttpResponse:
    """One page of notices; `before` is the last one of the page before."""
    rows = queues.inbox(request.standing.code).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {"notices": found[:PAGE], "more": older, "storm": storms.newest()}
    return show(request, "desk/inbox.html", context, here="inbox")


@staff_only
@require_POST
def all_seen(request: StaffRequest) -> HttpResponse:
    """Everything in the inbox is read."""
    deliveries.seen(recipient=request.standing.code, at=timezone.now())
    messages.success(request, _("Everything is marked as read."))
    return see_other("desk:inbox")


@staff_only
def count(request: StaffRequest) -> HttpResponse:
    """The numbers beside the inboxes, asked for again every few seconds."""
    place = request.GET.get("place", "")
    context = {"unread": queues.unread(request.standing.code), "place": place if place in ("side", "top") else ""}
    if place == "side":
        there = {item.name for item in navigation(request)}
        counts = zip(("triage", "decisions"), waiting.counts(request.standing), strict=True)
        context["waits"] = {name: number for name, number in counts if name in there}
    return render(request, "desk/_count.html", context)
