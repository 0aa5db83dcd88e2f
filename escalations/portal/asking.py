"""Asking for escalation: the form, why it cannot be asked now, and the one call that asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.refusal import Refused
from escalations.actions import asks
from escalations.casefile.customer import customer_casefile
from escalations.models import Case
from escalations.portal.forms import CUSTOMER_REMEDIES, AskForm
from escalations.portal.pages import CustomerRequest, case_or_404, customers_only, keyed, posted, see_other, show


@customers_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: CustomerRequest, reference: str) -> HttpResponse:
    """What it takes to have a case escalated, and who would join; or why that is not possible now."""
    row, standing = case_or_404(request, reference), request.standing_as_customer
    form = AskForm(posted(request), about=f"{standing.code}-{row.reference}")
    if form.is_bound and form.is_valid() and _asked(request, row, form):
        done = _("We have heard you. Somebody decides, and you read the answer here.")
        messages.success(request, done, extra_tags=form.drafts)
        return see_other("portal:case", row.reference)
    row = case_or_404(request, reference)
    at = timezone.now()
    refused = None if form.is_bound else asks.why_not(case=row, actor=standing, at=at)
    found = customer_casefile(row, standing, at)
    context = {
        "at": at,
        "file": found,
        "form": form,
        "refusal": CUSTOMER_REMEDIES.get(refused.code, refused.remedy) if refused else "",
        "upper": next((place for place in found.path if place.place == "next"), None),
    }
    return show(request, "ask.html", context, status=422 if form.is_bound else 200)


def _asked(request: CustomerRequest, row: Case, form: AskForm) -> bool:
    """Asks once; False when it was refused, which the form then shows."""
    key = keyed(request, form.cleaned_data["key"])
    try:
        asks.ask(case=row, actor=request.standing_as_customer, at=timezone.now(), key=key, **form.arguments())
    except Refused as refused:
        form.refuse(refused)
        return False
    return True
