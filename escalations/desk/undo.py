"""Undoes what somebody did a moment ago, by the act that is its inverse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from customers.refusal import Refused
from escalations.actions import handling, resolution, triage
from escalations.casefile.undoing import Undo, undoable
from escalations.desk.pages import StaffRequest, case_or_404, see_other, staff_only
from escalations.desk.verbs import keyed
from escalations.models import Agent, Event, PauseReason, Skill
from escalations.rules.vocabulary import Verb

Call = tuple[Callable[..., Event], dict[str, Any]]


def _take(told: Mapping[str, Any]) -> Call:
    uid = str(told["owner"]).removeprefix("user:")
    return triage.take, {"owner": Agent.objects.select_related("user").filter(user__uid=uid).first()}


def _hold(told: Mapping[str, Any]) -> Call:
    reason = PauseReason.objects.get(slug=told["reason"])
    return handling.hold, {"reason": reason, "wake_at": datetime.fromisoformat(told["wake_at"])}


def _assess(told: Mapping[str, Any]) -> Call:
    return handling.assess, {"skill": Skill.objects.filter(slug=told["skill"]).first(), "amount": told["amount"]}


CALLS: Mapping[Verb, Callable[[Mapping[str, Any]], Call]] = {
    Verb.TAKE: _take,
    Verb.TRIAGE: lambda told: (triage.triage, {**told, "reason": _("Undone: it stays as it was before.")}),
    Verb.RESUME: lambda told: (handling.resume, {}),
    Verb.HOLD: _hold,
    Verb.REOPEN: lambda told: (resolution.reopen, {"text": _("Undone: it was resolved by mistake.")}),
    Verb.WATCH: lambda told: (handling.watch, {}),
    Verb.ASSESS: _assess,
}
TOO_LATE = gettext_lazy("It cannot be undone any more: something else happened since. Nothing was changed.")


def call_of(undo: Undo) -> Call:
    """The action that undoes it, and what it is called with."""
    return (triage.give_back, {}) if undo.back else CALLS[undo.verb](undo.told)


@staff_only
@require_POST
def undo(request: StaffRequest, reference: str) -> HttpResponse:
    """Carries out the inverse of the act that the page offered to undo, once."""
    case, standing, at = case_or_404(request, reference), request.standing, timezone.now()
    key = keyed(standing, f"undo-{case.pk}-{request.POST.get('seq', '')}"[:40])
    if Event.objects.filter(key=key).exists():
        return see_other("desk:case", reference=case.reference)
    found = undoable(Event.objects.filter(case=case).told(), standing, at)
    if found is None or str(found.seq) != request.POST.get("seq"):
        messages.warning(request, TOO_LATE)
        return see_other("desk:case", reference=case.reference)
    action, arguments = call_of(found)
    try:
        action(case=case, actor=standing, at=at, key=key, **arguments)
    except Refused as refused:
        messages.warning(request, refused.remedy)
    else:
        messages.success(request, _("Undone. Both are on record."))
    return see_other("desk:case", reference=case.reference)
