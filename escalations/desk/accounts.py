"""Account escalations: all that burns at one customer, seen and steered in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Organization
from customers.refusal import Refused
from escalations.actions import accounts as actions
from escalations.casefile.accounts import account_lines, accounts_for, accounts_over, burning
from escalations.casefile.accounts import accounts as open_accounts
from escalations.desk.forms.accounts import AccountForm, AddForm, CloseForm, OpenAccountForm, RemoveForm, TellForm
from escalations.desk.pages import StaffRequest, posted, see_other, show, staff_only
from escalations.desk.verbs import keyed
from escalations.models import AccountEscalation, Case

HERE = "accounts"


@dataclass(frozen=True, slots=True)
class AccountAct:
    """Something done to an account escalation; `leading` is for its manager alone."""

    form: type[AccountForm]
    call: Callable[..., Any]
    done: Any
    leading: bool = True


ACTS: Mapping[str, AccountAct] = {
    "tell": AccountAct(TellForm, actions.tell, _("Said on every open case of this customer.")),
    "add": AccountAct(AddForm, actions.add, _("The case belongs to this account escalation now."), leading=False),
    "remove": AccountAct(RemoveForm, actions.remove, _("The case goes on by itself.")),
    "close": AccountAct(CloseForm, actions.close, _("The account escalation is over; its cases go on by themselves.")),
}


@staff_only
@require_safe
def accounts(request: StaffRequest) -> HttpResponse:
    """Customers whose cases are in one hand, and those where that could be begun."""
    me = request.standing
    context = {"rows": open_accounts(me), "over": accounts_over(me), "burning": burning(me)}
    return show(request, "desk/accounts.html", context, here=HERE)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Puts the cases of one organization into one hand; where that is done already, it leads there."""
    organization = get_object_or_404(Organization, uid=request.GET.get("organization", ""))
    going_on = AccountEscalation.objects.filter(organization=organization, closed_at=None).first()
    if going_on and request.method != "POST":
        return see_other("desk:account", uid=going_on.uid)
    cases = _with_meant(request, organization, actions.candidates(organization, request.standing), "cases")
    form = OpenAccountForm(posted(request), cases=cases, initial={"manager": request.standing.agent_id})
    if form.is_bound and form.is_valid() and (opened := _open(request, organization, form)):
        messages.success(request, _("All of it is in one hand now."), extra_tags=form.drafts)
        return see_other("desk:account", uid=opened.uid)
    context = {"organization": organization, "form": form, "cases": cases}
    return show(request, "desk/account_new.html", context, here=HERE, status=422 if form.is_bound else 200)


def _open(request: StaffRequest, organization: Organization, form: OpenAccountForm) -> AccountEscalation | None:
    """Opens it once; None when it was refused, which the form then shows."""
    standing = request.standing
    key = keyed(standing, form.cleaned_data["key"])
    try:
        return actions.open_account(
            organization=organization, actor=standing, at=timezone.now(), key=key, **form.arguments()
        )
    except Refused as refused:
        form.refuse(refused)
        return None


@staff_only
@require_safe
def account(request: StaffRequest, uid: str) -> HttpResponse:
    """Everything about one customer at a glance, for the person who has it in hand."""
    return _show(request, _account(request, uid), {})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: StaffRequest, uid: str, verb: str) -> HttpResponse:
    """Carries out one act; asked for by GET, as after signing in again, it leads back to the page."""
    chosen, row = ACTS.get(verb), _account(request, uid)
    if chosen is None:
        raise Http404
    if request.method != "POST":
        return see_other("desk:account", uid=row.uid)
    form = _form(verb, row, request, sent=True)
    if form.is_valid() and _carry_out(request, chosen, row, form):
        messages.success(request, chosen.done, extra_tags=form.drafts)
        return see_other("desk:account", uid=row.uid)
    return _show(request, row, {verb: form})


def _account(request: StaffRequest, uid: str) -> AccountEscalation:
    rows = accounts_for(request.standing).select_related("organization", "manager__user", "opened_by__user")
    return get_object_or_404(rows, uid=uid)


def _form(verb: str, row: AccountEscalation, request: StaffRequest, *, sent: bool = False) -> AccountForm:
    """One form of the page, filled in where it was sent; a case that was meant then may have moved since."""
    cases: list[Case] = []
    if verb == "add":
        cases = actions.candidates(row.organization, request.standing)
    elif verb == "remove":
        cases = list(Case.objects.visible_to(request.standing).filter(account=row).order_by("pk"))
    if sent:
        cases = _with_meant(request, row.organization, cases, "case")
    data = request.POST if sent else None
    return ACTS[verb].form(data, cases=cases, about=row.uid, auto_id=f"{verb}_%s")


def _with_meant(request: StaffRequest, organization: Organization, cases: list[Case], name: str) -> list[Case]:
    """The cases to choose from, and those a form was sent with: they may have moved since, as by its first sending."""
    numbers = [Case.pk_of(reference) for reference in request.POST.getlist(name)]
    meant = Case.objects.visible_to(request.standing).filter(pk__in=numbers, organization=organization)
    return list({case.pk: case for case in (*cases, *meant)}.values()) if numbers else cases


def _carry_out(request: StaffRequest, chosen: AccountAct, row: AccountEscalation, form: AccountForm) -> bool:
    """Calls the action once; False when it was refused, which the form then shows."""
    standing = request.standing
    key = keyed(standing, form.cleaned_data["key"])
    try:
        chosen.call(row, actor=standing, at=timezone.now(), key=key, **form.arguments())
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


def _show(request: StaffRequest, row: AccountEscalation, sent: dict[str, AccountForm]) -> HttpResponse:
    """The page of one account escalation; `sent` are forms that were filled in and not carried out."""
    row, at = _account(request, row.uid), timezone.now()
    leads = actions.may_lead(row, request.standing, at)
    offered = [] if row.closed_at else [verb for verb, chosen in ACTS.items() if leads or not chosen.leading]
    forms = {verb: sent.get(verb) or _form(verb, row, request) for verb in {*offered, *sent}}
    context = {
        "at": at,
        "account": row,
        "lines": account_lines(row, request.standing, at),
        "leads": leads,
        "forms": forms,
        "hours": row.rhythm_minutes / 60,
    }
    return show(request, "desk/account.html", context, here=HERE, status=422 if sent else 200)
