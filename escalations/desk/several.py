"""One verb on several cases: first what it will do to each of them, or why not, then all of it, each case by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from customers.refusal import Refused
from escalations.actions import handling, resolution, triage
from escalations.casefile.questions import read
from escalations.desk.forms.several import (
    HoldSeveral,
    NoteSeveral,
    NothingMore,
    ResolveSeveral,
    SeveralForm,
    TakeSeveral,
    TriageSeveral,
)
from escalations.desk.pages import StaffRequest, posted, show, staff_only
from escalations.desk.verbs import keyed, why_not
from escalations.models import Case, words
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Verb

MOST = 50


@dataclass(frozen=True, slots=True)
class Together:
    """A verb that can be done to several cases: its form, the action of one case, and what it does to each."""

    form: type[SeveralForm]
    call: Callable[..., Any]
    does: Any


ACTS: Mapping[Verb, Together] = {
    Verb.TAKE: Together(TakeSeveral, triage.take, _("gets this owner")),
    Verb.TRIAGE: Together(TriageSeveral, triage.triage, _("is confirmed, or corrected as you say")),
    Verb.HOLD: Together(HoldSeveral, handling.hold, _("waits, and its customer is told for what")),
    Verb.RESUME: Together(NothingMore, handling.resume, _("goes on, and its clocks run again")),
    Verb.NOTE: Together(NoteSeveral, handling.note, _("gets the note")),
    Verb.RESOLVE: Together(ResolveSeveral, resolution.resolve, _("ends, and its customer is told")),
}
TOGETHER: Mapping[Verb, Any] = {
    Verb.TAKE: _("Take or give"),
    Verb.TRIAGE: _("Triage"),
    Verb.HOLD: _("Put on hold"),
    Verb.RESUME: _("Go on"),
    Verb.NOTE: _("Note"),
    Verb.RESOLVE: _("Spam or duplicate"),
}


@dataclass(frozen=True, slots=True)
class Prospect:
    """One of the chosen cases, and why it is or was left alone, in words; empty when the verb is open or was done."""

    case: Case
    why_not: str


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: StaffRequest) -> HttpResponse:
    """What will happen to each of the chosen cases, and on POST what did. Sent twice it counts once."""
    sent: QueryDict = request.POST if request.method == "POST" else request.GET
    verb = _verb(sent.get("verb", ""))
    act = ACTS[verb]
    references = list(dict.fromkeys(sent.getlist("case")))
    cases = _chosen(references[: MOST + 1], request.standing)
    form = act.form(posted(request), cases=cases)
    context = {
        "form": form,
        "verb": verb.value,
        "title": TOGETHER[verb],
        "does": act.does,
        "most": MOST,
        "too_many": len(references) > MOST,
        "missing": len(references) - len(cases),
        "back": read(dict(QueryDict(sent.get("back", "")).lists())).address,
    }
    if form.is_bound and not context["too_many"] and form.is_valid():
        context |= {"outcomes": [_carry_out(act, case, form, request.standing) for case in cases]}
        return show(request, "desk/several_done.html", context, here="queue")
    prospects = [] if context["too_many"] else [_prospect(verb, case, request.standing) for case in cases]
    context |= {"prospects": prospects, "open": sum(not prospect.why_not for prospect in prospects)}
    return show(request, "desk/several.html", context, here="queue", status=422 if form.is_bound else 200)


def _verb(said: str) -> Verb:
    """The verb of this name. Raises Http404 for one that is done to a case by itself only."""
    found = next((verb for verb in ACTS if verb.value == said), None)
    if found is None:
        raise Http404
    return found


def _chosen(references: Sequence[str], standing: Standing) -> list[Case]:
    """Those of these cases that this person may see, in the order they were chosen; of the others not a word."""
    keys = [pk for pk in map(Case.pk_of, references) if pk]
    visible = Case.objects.visible_to(standing).filter(pk__in=keys)
    found = visible.select_related(
        "organization", "owner__user", "team", "topic", "policy_version", "account"
    ).in_bulk()
    return [found[pk] for pk in dict.fromkeys(keys) if pk in found]


def _prospect(verb: Verb, case: Case, standing: Standing) -> Prospect:
    return Prospect(case, words.against(why_not(verb, case, standing), standing))


def _key_of(key: str, case: Case) -> str:
    """The identity of one act of the form: of the same length as that of the form, and different for every case."""
    return sha256(f"{key}-{case.pk}".encode()).hexdigest()[:32] if key else ""


def _carry_out(act: Together, case: Case, form: SeveralForm, standing: Standing) -> Prospect:
    """The act on one case, with a key of its own; what is refused leaves the others as they are."""
    key = _key_of(form.cleaned_data["key"], case)
    at: datetime = timezone.now()
    try:
        act.call(case=case, actor=standing, at=at, key=keyed(standing, key), **form.of_case(case))
    except Refused as refused:
        return Prospect(case, str(refused.remedy))
    return Prospect(case, "")
