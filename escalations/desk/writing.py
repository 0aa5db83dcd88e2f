"""What helps to write, as pages of their own that open as dialogs: canned replies, macros, articles, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.refusal import Refused
from escalations.actions import macros
from escalations.actions.macros import Foreseen
from escalations.casefile import people, sentences
from escalations.casefile.mentions import colleagues
from escalations.casefile.similar import matching_articles, similar_cases
from escalations.casefile.writing import canned_replies
from escalations.desk.forms.base import EmptyForm
from escalations.desk.forms.daily import NoteForm, ReplyForm
from escalations.desk.pages import StaffRequest, case_or_404, see_other, show, staff_only
from escalations.desk.verbs import keyed, sent_before
from escalations.models import Case, Macro, words
from escalations.rules.vocabulary import Verb

LONGEST_SEARCH = 80


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def canned(request: StaffRequest, reference: str) -> HttpResponse:
    """Canned replies beside what is written already; a POST carries that along and changes nothing."""
    case = case_or_404(request, reference)
    given = request.POST if request.method == "POST" else request.GET
    like = given.get("q", "")[:LONGEST_SEARCH]
    offered = canned_replies(case, request.standing, like)
    context: dict[str, Any] = {"case": case, "offered": offered, "like": like}
    if request.htmx and request.method != "POST":
        only_list = request.htmx.target == "canned-list"
        return show(request, "desk/_canned_list.html" if only_list else "desk/_canned.html", context, here="queue")
    chosen = next((row for row in offered if row.uid == given.get("canned")), None)
    carried = _carried(request)
    parts = (carried.get("text", "").strip(), chosen.text if chosen else "")
    carried["text"] = "\n\n".join(part for part in parts if part)
    procedure = case.policy_version.procedure()
    form = ReplyForm(case=case, procedure=procedure, standing=request.standing, initial=carried)
    return show(request, "desk/canned.html", context | {"form": form}, here="queue")


def _carried(request: StaffRequest) -> dict[str, str]:
    """What was written on the page before, and how much of the case that page had seen."""
    return {name: request.POST[name] for name in ("text", "since") if request.POST.get(name)}


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def telling(request: StaffRequest, reference: str) -> HttpResponse:
    """A note with the list of whom to tell, beside what is written already; a POST carries that along only."""
    case = case_or_404(request, reference)
    procedure = case.policy_version.procedure()
    form = NoteForm(case=case, procedure=procedure, standing=request.standing, initial=_carried(request))
    return show(request, "desk/telling.html", {"case": case, "form": form}, here="queue")


@staff_only
@require_safe
def suggestions(request: StaffRequest, reference: str) -> HttpResponse:
    """Articles and similar cases, ready to be put into what is written; what is internal only into notes."""
    case = case_or_404(request, reference)
    context = {
        "case": case,
        "articles": matching_articles(case, most=6),
        "similar": similar_cases(case, request.standing),
        "site": settings.BELAY_URL,
    }
    template = "desk/_suggestions.html" if request.htmx else "desk/suggestions.html"
    return show(request, template, context, here="queue")


@staff_only
@require_safe
def followers(request: StaffRequest, reference: str) -> HttpResponse:
    """Who reads a reply at the customer, and which colleagues hear of every change."""
    case = case_or_404(request, reference)
    context = {
        "case": case,
        "participants": case.participants.select_related("contact"),
        "watchers": case.watchers.select_related("agent__user"),
        "is_watching": case.watchers.filter(agent_id=request.standing.agent_id or 0).exists(),
    }
    template = "desk/_followers.html" if request.htmx else "desk/followers.html"
    return show(request, template, context, here="queue")


@staff_only
@require_safe
def names(request: StaffRequest) -> HttpResponse:
    """Colleagues whose names fit what was typed after an @."""
    like = request.GET.get("q", "")[:LONGEST_SEARCH]
    return show(request, "desk/_colleagues.html", {"colleagues": colleagues(like, request.standing)})


# -- macros ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepFace:
    """One step of a macro as it is foreseen: what would happen in words, or why it cannot."""

    number: int
    name: Any
    words: str
    text: str
    is_public: bool
    refusal: Any


PUBLIC = (Verb.REPLY, Verb.PROMISE, Verb.RESOLVE)


def faces(seen: list[Foreseen]) -> list[StepFace]:
    known = people.names_in([step.event for step in seen if step.event])
    return [
        StepFace(
            number=step.number,
            name=words.VERBS[step.verb],
            words=sentences.for_staff(step.event.typed, known) if step.event else "",
            text=step.text,
            is_public=step.verb in PUBLIC,
            refusal=step.refusal.remedy if step.refusal else "",
        )
        for step in seen
    ]


@staff_only
@require_safe
def all_macros(request: StaffRequest, reference: str) -> HttpResponse:
    """The macros this person may use here."""
    context = {"case": case_or_404(request, reference), "macros": macros.offered(request.standing)}
    template = "desk/_macros.html" if request.htmx else "desk/macros.html"
    return show(request, template, context, here="queue")


@staff_only
@require_POST
def macro(request: StaffRequest, reference: str, uid: str) -> HttpResponse:
    """What a macro would do on this case, step by step; told to do it, all of it or nothing.

    A look is a POST as well: it is done and taken back, and takes the case for that moment.
    """
    case = case_or_404(request, reference)
    row = get_object_or_404(Macro, uid=uid)
    does = "do" in request.POST
    if does and sent_before(request):
        return see_other("desk:case", reference=case.reference)
    sent = request.POST if does else None
    form = EmptyForm(sent, case=case, procedure=case.policy_version.procedure(), standing=request.standing)
    if does and form.is_valid() and _ran(request, row, case, form):
        return see_other("desk:case", reference=case.reference)
    context: dict[str, Any] = {"case": case, "macro": row, "form": form}
    try:
        seen = macros.foresee(macro=row, case=case, actor=request.standing, at=timezone.now())
    except Refused as refusal:
        context["refusal"] = refusal.remedy
    else:
        context |= {"steps": faces(seen), "stops": seen[-1].refusal is not None}
    template = "desk/_macro.html" if request.htmx else "desk/macro.html"
    return show(request, template, context, here="queue", status=422 if form.is_bound else 200)


def _ran(request: StaffRequest, row: Macro, case: Case, form: EmptyForm) -> bool:
    """Carries all of it out; False when a step was refused, which the page then shows."""
    key = keyed(request.standing, form.cleaned_data["key"])
    try:
        macros.run(macro=row, case=case, actor=request.standing, at=timezone.now(), key=key)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("“%(macro)s” is done, every step of it.") % {"macro": row})
    return True
