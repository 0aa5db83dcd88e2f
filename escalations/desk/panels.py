"""What is rarely needed beside a case: each loaded when it is opened, and a page of its own without scripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from escalations.casefile.reading import read_case
from escalations.casefile.similar import matching_articles, similar_cases
from escalations.casefile.staff import Offer, offers_for
from escalations.casefile.work import scripts
from escalations.desk.pages import StaffRequest, case_or_404, show, staff_only
from escalations.models import Case, standpoint
from escalations.rules.vocabulary import Verb

OF_CUSTOMERS = (Verb.CONFIRM, Verb.RATE, Verb.ASK, Verb.WITHDRAW_ASK)

Panel = Callable[[StaffRequest, Case], dict[str, Any]]


def _offers(request: StaffRequest, case: Case) -> dict[str, Offer]:
    return offers_for(standpoint(case).situation(timezone.now()), request.standing)


def refused(request: StaffRequest, case: Case) -> dict[str, Any]:
    """What this person cannot do now, by the reason why; verbs of customers stand on their pages."""
    offers = _offers(request, case)
    found: dict[Any, list[Any]] = defaultdict(list)
    for offer in offers.values():
        if not offer.is_open and offer.verb not in OF_CUSTOMERS:
            found[offer.why].append(offer.name)
    return {"refused": dict(found), "mend": offers[Verb.ACCEPT].mend}


def ended_clocks(request: StaffRequest, case: Case) -> dict[str, Any]:
    """The clocks that run no more."""
    reading = read_case(case, timezone.now())
    return {"at": reading.at, "ended": [face for face in reading.faces() if not face.is_live]}


def scripted(request: StaffRequest, case: Case) -> dict[str, Any]:
    """What is tried first at this level, and what came of it."""
    return {"scripts": scripts(case), "may_tick": _offers(request, case)[Verb.TICK].is_open}


def may_help(request: StaffRequest, case: Case) -> dict[str, Any]:
    """Solved cases and articles that have something in common with this one."""
    return {"similar": similar_cases(case, request.standing), "articles": matching_articles(case)}


PANELS: dict[str, tuple[Panel, Any]] = {
    "refused": (refused, _("What is not possible now, and why")),
    "ended-clocks": (ended_clocks, _("Clocks that ended")),
    "script": (scripted, _("What is tried first")),
    "may-help": (may_help, _("May help")),
}


@staff_only
@require_safe
def panel(request: StaffRequest, reference: str, name: str) -> HttpResponse:
    """One panel of a case: a part of its page, or a page of its own."""
    if name not in PANELS:
        raise Http404
    case = case_or_404(request, reference)
    made, title = PANELS[name]
    context = {"case": case, "title": title, "panel": f"desk/_panel_{name.replace('-', '_')}.html"}
    template = "desk/_panel.html" if request.htmx else "desk/panel.html"
    return show(request, template, context | made(request, case), here="queue")
