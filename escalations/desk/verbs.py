"""Every verb as a page of its own: a form that works without JavaScript and opens as a dialog with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from customers.refusal import Refused
from escalations.actions import escalation, handling, promises, resolution, review, triage
from escalations.desk import forms
from escalations.desk.pages import StaffRequest, case_or_404, posted, see_other, show, staff_only
from escalations.desk.promises import MovePromiseForm, PromiseForm
from escalations.models import Case, Event, standpoint, words
from escalations.rules import permits
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Verb


@dataclass(frozen=True, slots=True)
class Act:
    """One verb of the desk: its form, the action it calls, what is said before and after it."""

    form: type[forms.VerbForm]
    call: Callable[..., Any]
    done: Any
    about: Any = ""
    grave: bool = False


ACTS: Mapping[str, Act] = {
    Verb.REPLY: Act(forms.ReplyForm, handling.reply, _("Your reply is on its way.")),
    Verb.NOTE: Act(forms.NoteForm, handling.note, _("Your note is kept.")),
    Verb.TRIAGE: Act(
        forms.TriageForm,
        triage.triage,
        _("Triage is done."),
        _("Confirm what the matrix said, or correct it. Clocks that run get the targets of the new severity."),
    ),
    Verb.TAKE: Act(
        forms.TakeForm,
        triage.take,
        _("The case has its owner."),
        _("The owner keeps the customer, also while others help."),
    ),
    Verb.HOLD: Act(
        forms.HoldForm, handling.hold, _("The case is on hold."), _("The customer is told that you wait, and for what.")
    ),
    Verb.RESUME: Act(forms.EmptyForm, handling.resume, _("The case goes on."), _("Its clocks run again from now.")),
    Verb.PROMISE: Act(
        PromiseForm,
        promises.make,
        _("Promised; the customer knows by when to expect news."),
        _("The customer is told at once by when to expect news. Any words to the customer keep the promise."),
    ),
    Verb.MOVE_PROMISE: Act(
        MovePromiseForm,
        promises.move,
        _("The promise is moved, and the customer knows it."),
        _("The customer is told at once, with the time before and the new one. Once a promise is due, only news help."),
    ),
    Verb.ESCALATE: Act(
        forms.UpwardForm,
        escalation.escalate,
        _("The case is escalated; the next level is told."),
        _("The next level gets this brief and a clock to acknowledge it. The customer is told too."),
    ),
    Verb.CLIMB: Act(
        forms.UpwardForm,
        escalation.climb,
        _("The escalation climbs; the next level is told."),
        _("The next level gets this brief and a clock to acknowledge it. The customer is told too."),
    ),
    Verb.ACKNOWLEDGE: Act(
        forms.AcknowledgeForm,
        escalation.acknowledge,
        _("Acknowledged, and the customer knows it."),
        _("Says that you have it and tells the customer in the same act."),
    ),
    Verb.ACCEPT: Act(
        forms.AcceptForm,
        escalation.accept,
        _("You have it now."),
        _("You take the escalation up and become accountable."),
    ),
    Verb.DECLINE: Act(
        forms.ReasonForm,
        escalation.decline,
        _("Declined; the case is back where it came from."),
        _("The escalation ends and the case goes back to the team it came from."),
        grave=True,
    ),
    Verb.HAND_BACK: Act(
        forms.ReasonForm,
        escalation.hand_back,
        _("Handed back."),
        _("The escalation goes on with the team this step came from."),
    ),
    Verb.DECIDE: Act(forms.DecideForm, escalation.decide, _("Your decision is with the team.")),
    Verb.RESOLVE: Act(
        forms.ResolveForm,
        resolution.resolve,
        _("Resolved; the customer is asked to confirm it."),
        _("Case and escalation are resolved together. Silence closes them after some working days."),
    ),
    Verb.REOPEN: Act(
        forms.ReopenForm,
        resolution.reopen,
        _("The case is open again."),
        _("Case and escalation go on where they were."),
    ),
    Verb.CLOSE: Act(
        forms.EmptyForm,
        resolution.close,
        _("The case is closed."),
        _("Closes it now, without waiting for the customer's answer."),
    ),
    Verb.REVIEW: Act(
        forms.ReviewForm,
        review.write_review,
        _("The review is kept."),
        _("What the company learns from this escalation."),
    ),
}


def path_of(verb: str) -> str:
    """The verb as it stands in addresses."""
    return verb.replace("_", "-")


def keyed(standing: Standing, key: str) -> str | None:
    """The idempotency key of a form: nobody can use up another person's."""
    return f"desk:{standing.code}:{key}" if key else None


def sent_before(request: StaffRequest) -> bool:
    """Whether this very form was carried out already: the choices it was made with may be gone since."""
    key = keyed(request.standing, request.POST.get("key", ""))
    return key is not None and Event.objects.filter(key=key).exists()


def carry_out(request: StaffRequest, act: Act, case: Case, form: forms.VerbForm) -> bool:
    """Calls the action once; False when it was refused, which the form then shows."""
    standing = request.standing
    key = keyed(standing, form.cleaned_data["key"])
    try:
        act.call(case=case, actor=standing, at=timezone.now(), key=key, **form.arguments())
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


def why_not(verb: Verb, case: Case, standing: Standing) -> Any:
    """Why this person cannot do it now, in words; empty when it is open."""
    return words.REFUSALS.get(permits.refusal(verb, standpoint(case).situation(), standing), "")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: StaffRequest, reference: str, verb: str) -> HttpResponse:
    """The form of one verb, and what becomes of it."""
    name = verb.replace("-", "_")
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    case = case_or_404(request, reference)
    if request.method == "POST" and sent_before(request):
        return see_other("desk:case", reference=case.reference)
    form = chosen.form(posted(request), case=case, procedure=case.policy_version.procedure())
    if request.method == "POST" and form.is_valid() and carry_out(request, chosen, case, form):
        messages.success(request, chosen.done, extra_tags=form.drafts)
        return see_other("desk:case", reference=case.reference)
    context = {
        "case": case,
        "form": form,
        "verb": name,
        "act": chosen,
        "title": words.VERBS[Verb(name)],
        "verb_path": path_of(name),
        "refusal": "" if form.is_bound else why_not(Verb(name), case, request.standing),
    }
    template = "desk/_act.html" if request.htmx and request.method == "GET" else "desk/act.html"
    return show(request, template, context, here="queue", status=422 if form.is_bound else 200)
