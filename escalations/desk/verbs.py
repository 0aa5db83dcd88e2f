"""Every verb as a page of its own: a form that works without JavaScript and opens as a dialog with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.refusal import Refused
from escalations.casefile.meanwhile import Meanwhile, meanwhile
from escalations.casefile.similar import similar_cases
from escalations.casefile.staff import mends
from escalations.desk.acts import ACTS, Act
from escalations.desk.forms.base import VerbForm
from escalations.desk.forms.climbing import UpwardForm
from escalations.desk.pages import StaffRequest, case_or_404, posted, see_other, sent_files, show, staff_only
from escalations.models import Case, Event, standpoint, words
from escalations.rules import permits
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Verb

# Words are never held up: those for a case that was merged meanwhile are sent to where it goes on.
ON_ELSEWHERE = (Verb.REPLY, Verb.NOTE)


# The inboxes of work, which show the next thing by themselves after an act.
THEN = {"triage": "desk:triage", "decisions": "desk:decisions"}


def then_of(request: StaffRequest) -> str:
    """The inbox from which somebody acts; empty for none."""
    asked = request.POST.get("then", "") or request.GET.get("then", "")
    return asked if asked in THEN else ""


def done(request: StaffRequest, case: Case) -> HttpResponse:
    """Where it goes on after an act: with the next thing that waits, else with the case."""
    then = then_of(request)
    return see_other(THEN[then]) if then else see_other("desk:case", reference=case.reference)


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


def carry_out(request: StaffRequest, act: Act, case: Case, form: VerbForm) -> bool:
    """Calls the action once; False when it was refused, which the form then shows."""
    standing = request.standing
    key = keyed(standing, form.cleaned_data["key"])
    try:
        made = act.call(case=case, actor=standing, at=timezone.now(), key=key, **form.arguments())
    except Refused as refused:
        form.refuse(refused)
        return False
    if isinstance(made, Event) and made.actor != standing.code:
        messages.warning(request, _("Somebody was quicker: see below what came of it."), extra_tags=form.drafts)
    else:
        messages.success(request, act.done, extra_tags=form.drafts)
    return True


def why_not(verb: Verb, case: Case, standing: Standing) -> str:
    """The code of why this person cannot do it now; empty when it is open."""
    return permits.refusal(verb, standpoint(case).situation(timezone.now()), standing)


def linked(request: StaffRequest, act: Act) -> dict[str, str]:
    """What a link on another page has filled in already."""
    return {name: request.GET[name] for name in act.form.linked if name in request.GET}


def _goes_on(case: Case, standing: Standing) -> Case | None:
    """The case in which this one goes on, where this person sees it; None where it was not merged."""
    if not case.merged_into_id:
        return None
    return Case.objects.visible_to(standing).filter(pk=case.goes_on_as().pk).first()


def _elsewhere(request: StaffRequest, goes_on: Case, name: str, form: VerbForm) -> HttpResponse:
    """The case was merged: the words are kept, and one button sends them to where it goes on."""
    form.seen_anew(goes_on)
    context = {"case": form.case, "goes_on": goes_on, "form": form, "verb": name, "title": words.VERBS[Verb(name)]}
    template = "desk/_elsewhere.html" if request.htmx and request.method == "GET" else "desk/elsewhere.html"
    return show(request, template, context, here="queue", status=409 if form.is_bound else 200)


def since_made(case: Case, form: VerbForm, standing: Standing) -> Meanwhile:
    """What others did since the page was made that this form was sent from."""
    said = str(form["since"].data or "") if form.is_bound else ""
    since = int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else case.last_seq
    return meanwhile(case, since, standing) if since < case.last_seq else Meanwhile([])


def asked_again(verb: Verb, happened: Meanwhile) -> bool:
    """Whether somebody has to look before this act is done; words are never held up."""
    return happened.matters and verb not in ON_ELSEWHERE


def tell_of(request: StaffRequest, happened: Meanwhile) -> None:
    """Says what happened while somebody was writing, beside what became of it."""
    for line in happened.lines[:1]:
        told = {"who": line.who, "what": line.words}
        said = _("Meanwhile: %(who)s – %(what)s") if line.who else _("Meanwhile: %(what)s")
        messages.info(request, said % told)


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
        return done(request, case)
    procedure = case.policy_version.procedure()
    form = chosen.form(
        posted(request),
        files=sent_files(request),
        case=case,
        procedure=procedure,
        standing=request.standing,
        initial=linked(request, chosen),
    )
    happened = since_made(case, form, request.standing)
    is_meant = request.method == "POST" and form.is_valid() and not asked_again(Verb(name), happened)
    if is_meant and carry_out(request, chosen, case, form):
        tell_of(request, happened)
        return done(request, case)
    if request.method == "POST":
        case = case_or_404(request, reference)  # what came of it meanwhile
        happened = since_made(case, form, request.standing)
    if (goes_on := _goes_on(case, request.standing)) and name in ON_ELSEWHERE:
        return _elsewhere(request, goes_on, name, form)
    return _form(request, case, chosen, form, Verb(name), happened)


def _form(
    request: StaffRequest, case: Case, chosen: Act, form: VerbForm, verb: Verb, happened: Meanwhile
) -> HttpResponse:
    """The form, with what is wrong with it and what happened meanwhile."""
    code = why_not(verb, case, request.standing) if happened or not form.is_bound else ""
    if happened:
        form.seen_anew(case)
    if code and form.is_bound and not form.errors:
        form.refuse(Refused("", code, words.against(code, request.standing)))
    context = {
        "case": case,
        "form": form,
        "verb": verb.value,
        "act": chosen,
        "title": words.VERBS[verb],
        "verb_path": path_of(verb),
        "then": then_of(request),
        "refusal": "" if form.is_bound else words.against(code, request.standing),
        "mend": mends(code),
        "is_upward": isinstance(form, UpwardForm),
        "happened": happened,
        "only_asked": form.is_bound and not form.errors,
    }
    if isinstance(form, UpwardForm) and not context["refusal"]:
        context |= {"similar": similar_cases(case, request.standing)}
    template = "desk/_act.html" if request.htmx and request.method == "GET" else "desk/act.html"
    return show(request, template, context, here="queue", status=422 if form.is_bound else 200)
