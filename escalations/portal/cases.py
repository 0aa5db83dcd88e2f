"""My cases, one case, and what its customer can do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.refusal import Refused
from escalations.actions import asks, handling, resolution
from escalations.casefile import overview
from escalations.casefile.customer import CustomerCasefile, PublicEntry, customer_casefile
from escalations.models import Case, Event
from escalations.portal import forms
from escalations.portal.pages import CustomerRequest, case_or_404, customers_only, keyed, see_other, show
from escalations.rules.vocabulary import UNSOLVED, Verb

# Older entries of a case are folded away.
ENTRIES_SHOWN = 6
LAST_PAGE = 1000


@customers_only
@require_safe
def cases(request: CustomerRequest) -> HttpResponse:
    """Everything this customer may follow: what waits for an answer, what we work on, or what is over."""
    at, standing = timezone.now(), request.standing_as_customer
    query, page, over = request.GET.get("q", "").strip(), _page_number(request), request.GET.get("show") == "closed"
    rows = (overview.closed if over else overview.in_our_hands)(standing, at, query=query, page=page)
    asked = [] if over or query or page > 1 else overview.to_answer(standing, at)
    context = {"at": at, "asked": asked, "rows": rows, "query": query, "page": page, "over": over}
    return show(request, "cases.html", context | {"leads": bool(standing.organizations_led)})


def _page_number(request: CustomerRequest) -> int:
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 1


@customers_only
@require_safe
def case(request: CustomerRequest, reference: str) -> HttpResponse:
    """One case as its customer sees it."""
    return _show_case(request, case_or_404(request, reference), {})


@customers_only
@require_safe
def received(request: CustomerRequest, reference: str) -> HttpResponse:
    """What happens next with a case that was just raised, and by when."""
    at = timezone.now()
    found = customer_casefile(case_or_404(request, reference), request.standing_as_customer, at)
    return show(request, "received.html", {"at": at, "file": found, "joins": _joins(found)})


@dataclass(frozen=True, slots=True)
class Act:
    """One verb of the portal: its form, the action it calls, and what is said when it is done."""

    form: type[forms.PortalForm]
    call: Callable[..., Event]
    done: Any


ACTS: Mapping[str, Act] = {
    Verb.REPLY: Act(forms.ReplyForm, handling.reply, _("We have your reply.")),
    Verb.CONFIRM: Act(forms.ConfirmForm, resolution.confirm, _("Thank you. The case is closed.")),
    Verb.REOPEN: Act(forms.ReopenForm, resolution.reopen, _("The case is open again; we go on with it.")),
    Verb.WITHDRAW_ASK: Act(
        forms.WithdrawAskForm, asks.withdraw_ask, _("Thank you; your case goes on as before, without an escalation.")
    ),
    Verb.RATE: Act(forms.RateForm, resolution.rate, _("Thank you for your answer.")),
}


@customers_only
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: CustomerRequest, reference: str, verb: str) -> HttpResponse:
    """Carries out one verb; asked for by GET, as after signing in again, it leads back to the case."""
    chosen = ACTS.get(verb)
    if chosen is None:
        raise Http404
    row = case_or_404(request, reference)
    if request.method != "POST":
        return see_other("portal:case", row.reference)
    if row.merged_into_id and verb == Verb.REPLY:
        row, chosen = _where_it_goes_on(request, row)
    form = chosen.form(request.POST, files=request.FILES, about=_about(request, row), auto_id=f"{verb}_%s")
    if form.is_valid() and (done := _carry_out(request, chosen, row, form)):
        messages.success(request, chosen.done, extra_tags=form.drafts)
        return see_other("portal:case", done.case.reference)
    return _show_case(request, row, {verb: form})


def _where_it_goes_on(request: CustomerRequest, row: Case) -> tuple[Case, Act]:
    """Words to a case that was merged answer the one in which it goes on, and open that again where it is solved."""
    theirs = Case.objects.visible_to(request.standing_as_customer)
    found = theirs.filter(pk=row.goes_on_as().pk).first() or row
    return found, ACTS[Verb.REPLY if found.state in UNSOLVED or found.merged_into_id else Verb.REOPEN]


def _carry_out(request: CustomerRequest, act: Act, row: Case, form: forms.PortalForm) -> Event | None:
    """Calls the action once; None when it was refused, which the form then shows."""
    key = keyed(request, form.cleaned_data["key"])
    try:
        done = act.call(case=row, actor=request.standing_as_customer, at=timezone.now(), key=key, **form.arguments())
    except Refused as refused:
        form.refuse(refused)
        return None
    return done


def _about(request: CustomerRequest, row: Case) -> str:
    return f"{request.standing_as_customer.code}-{row.reference}"


def _show_case(request: CustomerRequest, row: Case, sent: dict[str, forms.PortalForm]) -> HttpResponse:
    """The page of a case; `sent` are forms that were filled in and not carried out."""
    row = case_or_404(request, row.reference) if sent else row
    at = timezone.now()
    found = customer_casefile(row, request.standing_as_customer, at)
    shown = {
        verb: sent.get(verb) or act.form(about=_about(request, row), auto_id=f"{verb}_%s")
        for verb, act in ACTS.items()
        if verb in sent or found.offers[verb].is_open
    }
    newest = list(reversed(found.entries))
    latest = next((place for place, entry in enumerate(newest, start=1) if entry.text), len(newest))
    context: dict[str, Any] = {
        "at": at,
        "file": found,
        "forms": shown,
        "latest": newest[:latest],
        "before": newest[latest:][:ENTRIES_SHOWN],
        "earlier": newest[latest:][ENTRIES_SHOWN:],
        "last_words": _last_words(found),
        "joins": _joins(found),
    }
    return show(request, "case.html", context, status=422 if sent else 200)


def _last_words(found: CustomerCasefile) -> PublicEntry | None:
    """What was written last by one of ours."""
    return next((entry for entry in reversed(found.entries) if entry.text and entry.is_ours), None)


def _joins(found: CustomerCasefile) -> Any:
    """The level that joins by itself, with the instant; None when none will."""
    return next((place for place in found.path if place.joins_at), None)
