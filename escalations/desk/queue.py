"""Cases by what is due next, a page at a time."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.casefile import queues
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.models import Case

VIEWS = {"team": _("My team"), "mine": _("Mine"), "escalated": _("Escalated"), "all": _("All")}
FOUND = 50
SHORTEST_SEARCH = 2


@staff_only
def queue(request: StaffRequest) -> HttpResponse:
    """One page of a view; a search looks through all open cases instead."""
    at = timezone.now()
    words = request.GET.get("q", "").strip()
    if words:
        return _search(request, words)
    chosen = request.GET.get("view", "team")
    view = chosen if chosen in VIEWS else "team"
    page = queues.queue(request.standing, view, at=at, after=request.GET.get("after", ""))
    context = {"at": at, "page": page, "view": view, "views": VIEWS, "first": not request.GET.get("after")}
    return show(request, "desk/queue.html", context, here="queue")


def _search(request: StaffRequest, words: str) -> HttpResponse:
    """A reference leads straight to its case; other words are looked for in the subjects of open cases."""
    at = timezone.now()
    visible = Case.objects.visible_to(request.standing)
    if (pk := Case.pk_of(words)) and visible.filter(pk=pk).exists():
        return redirect("desk:case", reference=Case(pk=pk).reference)
    found = visible.none()
    if len(words) >= SHORTEST_SEARCH:
        found = visible.unsolved().filter(subject__icontains=words).order_by("next_due_at", "pk")
    cases = list(found.select_related("organization", "owner__user", "team", "pause_reason")[:FOUND])
    context = {"at": at, "page": queues.Page(queues.rows(cases, at), ""), "views": VIEWS, "words": words, "first": True}
    return show(request, "desk/queue.html", context, here="queue")
