"""What happened on a case, as its page shows it: the newest part, one sort of it, or the part around one entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.models import Contact
from escalations.casefile.extent import EVERYTHING, SORTS, Extent
from escalations.casefile.meanwhile import meanwhile
from escalations.casefile.staff import StaffCasefile, staff_casefile
from escalations.desk.pages import StaffRequest, case_or_404, staff_only
from escalations.models import Case

NEWEST = 60  # entries of one page of what happened
NOTHING_NEW = 204


@dataclass(frozen=True, slots=True)
class Filter:
    """A link that shows one sort of what happened; the address remembers it."""

    show: str
    words: str
    is_here: bool


def wanted(request: StaffRequest) -> Extent:
    """The part of what happened that the address asks for; what it cannot mean counts as nothing."""
    show = request.GET.get("show", EVERYTHING)
    return Extent(
        show=show if show in SORTS else EVERYTHING,
        most=NEWEST,
        before=_number(request, "before"),
        entry=_number(request, "entry"),
        is_whole=False,
    )


def _number(request: StaffRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None


def filters(extent: Extent) -> list[Filter]:
    """Everything, messages, notes, events."""
    named = {EVERYTHING: _("Everything"), "messages": _("Messages"), "notes": _("Notes"), "events": _("Events")}
    return [Filter(show, words, show == extent.show) for show, words in named.items()]


def story(case: Case, file: StaffCasefile, extent: Extent) -> dict[str, Any]:
    """What the templates of the story need."""
    return {"at": file.at, "case": case, "file": file, "show_sort": extent.show, "filters": filters(extent)}


def local_time(contact: Contact, at: datetime) -> str:
    """What time it is for the customer; empty where nobody knows."""
    if contact.user is None:
        return ""
    return formats.time_format(timezone.localtime(at, ZoneInfo(contact.user.time_zone)), "H:i")


@staff_only
@require_safe
def entries(request: StaffRequest, reference: str) -> HttpResponse:
    """Earlier entries, to be put above those that are shown already."""
    case, extent = case_or_404(request, reference), wanted(request)
    file = staff_casefile(case, request.standing, timezone.now(), extent)
    return render(request, "desk/_entries.html", story(case, file, extent))


@staff_only
@require_safe
def changes(request: StaffRequest, reference: str) -> HttpResponse:
    """What colleagues and customers did since the page was made; an answer without words where nobody did anything."""
    since = _number(request, "since")
    at = timezone.now()
    seen = Case.objects.visible_to(request.standing).only("pk", "last_seq")
    row = get_object_or_404(seen, pk=Case.pk_of(reference))
    if since is None or row.last_seq <= since:
        return HttpResponse(status=NOTHING_NEW)
    happened = meanwhile(row, since, request.standing)
    if not happened.lines:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "desk/_changes.html", {"at": at, "case": row, "since": since, "happened": happened})
