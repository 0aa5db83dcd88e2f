"""All open escalations, a column for each level or stage."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.casefile import board as columns
from escalations.casefile.board import By, Wanted
from escalations.desk.pages import StaffRequest, may_oversee, show, staff_only
from escalations.models import words
from escalations.reports import proofs

GROUPINGS = {By.LEVEL: _("By level"), By.STAGE: _("By stage")}
FILTERS = ("team", "customer", "severity", "kind")


@staff_only
def board(request: StaffRequest) -> HttpResponse:
    """Who has what, the first due first; one column goes on from where its first page ended."""
    at, asked = timezone.now(), request.GET
    by = By.STAGE if asked.get("by") == By.STAGE else By.LEVEL
    wanted = Wanted(**{name: _said(request, name) for name in FILTERS})
    column = _said(request, "column")
    context = {
        "at": at,
        "columns": columns.board(
            request.standing, at=at, by=by, wanted=wanted, column=column, after=asked.get("after", "")
        ),
        "by": by,
        "groupings": GROUPINGS,
        "wanted": wanted,
        "narrowed": {name: asked[name] for name in FILTERS if asked.get(name)},
        "choices": columns.choices(request.standing),
        "severities": words.SEVERITIES,
        "kinds": words.KINDS,
        "column": column,
        "may_oversee": may_oversee(request.standing),
        "proof": proofs.newest(at),
    }
    return show(request, "desk/escalations.html", context, here="escalations")


def _said(request: StaffRequest, name: str) -> str:
    """What the address says of it, without what no database takes."""
    return request.GET.get(name, "").replace("\x00", "").strip()
