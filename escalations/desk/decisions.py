"""A decision answered from a mail: one page with the question and one button, for the person it was sent to."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.models import User
from customers.refusal import Refused
from escalations.actions import escalation
from escalations.desk.forms.receiving import DecideForm
from escalations.models import Case, Decision, staff_standing, standpoint, tokens, words
from escalations.rules import permits
from escalations.rules.procedure import Procedure
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Verb


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; the button decides as the person the link was sent to, and uses it up."""
    try:
        asked, user = tokens.read(token)
    except tokens.Unusable as unusable:
        return _page(request, {"gone": "expired" if unusable.expired else "unknown"}, status=404)
    with translation.override(user.language), timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
        return _of(request, asked, user)


def _of(request: HttpRequest, asked: Decision, user: User) -> HttpResponse:
    """The page for this person: what was decided, why it cannot be answered here, or the question."""
    standing = staff_standing(user)
    if not standing.is_staff:
        return _page(request, {"gone": "left"}, status=404)
    case = Case.objects.visible_to(standing).filter(pk=asked.escalation.case_id).first()
    if case is None:
        return _page(request, {"gone": "unknown"}, status=404)
    if request.user.is_authenticated and request.user != user:
        return _page(request, {"other": user.name, "case": case}, status=403)
    shown: dict[str, Any] = {"asked": asked, "case": case, "person": user}
    if asked.decided_at:
        return _page(request, shown)
    procedure = case.policy_version.procedure()
    if tokens.needs_sign_in(asked, user, procedure) and request.user != user:
        desk = reverse("desk:act", args=[case.reference, "decide"])
        return _page(request, {"case": case, "sign_in": f"{reverse('login')}?next={desk}"})
    if why := _why_not(case, standing):
        return _page(request, shown | {"refusal": why})
    return _answer(request, shown, standing, procedure)


def _why_not(case: Case, standing: Standing) -> Any:
    """Why this person cannot decide it now, in words; empty when it is open."""
    code = permits.refusal(Verb.DECIDE, standpoint(case).situation(timezone.now()), standing)
    return words.against(code, standing)


def _answer(request: HttpRequest, shown: dict[str, Any], standing: Standing, procedure: Procedure) -> HttpResponse:
    """The form with the answer of the link already chosen; posted, it decides."""
    asked, case = shown["asked"], shown["case"]
    data = request.POST if request.method == "POST" else None
    chosen = {name: request.GET[name] for name in ("verdict", "option") if name in request.GET}
    form = DecideForm(data, case=case, procedure=procedure, asked=asked, initial=chosen)
    if form.is_bound and form.is_valid() and _decide(form, case, standing):
        return HttpResponseRedirect(request.path, status=303)
    return _page(request, shown | {"form": form}, status=422 if form.is_bound else 200)


def _decide(form: DecideForm, case: Case, standing: Standing) -> bool:
    """Decides once; False when it was refused, which the form then shows."""
    told = form.arguments() | form.known()  # the question of the link, whatever was posted
    try:
        escalation.decide(case=case, actor=standing, at=timezone.now(), **told)
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


def _page(request: HttpRequest, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    made = render(request, "desk/decision.html", {"at": timezone.now()} | shown, status=status)
    # The address is a secret: what this page asks for, and where it leads, learn the host alone.
    made["Referrer-Policy"] = "strict-origin"
    return made
