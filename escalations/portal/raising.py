"""Raising a case: the form, answers that may make it unnecessary, and the one call that opens it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Contact
from customers.refusal import Refused
from escalations.actions import intake
from escalations.models import Case
from escalations.portal import forms
from escalations.portal.pages import CustomerRequest, customers_only, keyed, posted, see_other, sent_files, show
from knowledgebase.models import Article, Audience
from knowledgebase.search import suggest


@customers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: CustomerRequest) -> HttpResponse:
    """The form of a new case; `look` shows answers to it first, for browsers that do not do so while one types."""
    standing = request.standing_as_customer
    form = forms.NewCaseForm(
        posted(request),
        files=sent_files(request),
        contact_id=standing.contact_id or 0,
        on=timezone.now().date(),
        initial={"subject": request.GET.get("subject", "")[:200]},
        about=f"{standing.code}-new",
    )
    looks = "look" in request.POST
    if form.is_bound and not looks and form.is_valid() and (opened := _open(request, form)):
        messages.success(request, _("We have your case."), extra_tags=form.drafts)
        return see_other("portal:received", opened.reference)
    context = {"form": form, "articles": _answers(str(form["subject"].value() or "")), "looks": looks}
    return show(request, "new.html", context, here="new", status=422 if form.is_bound and not looks else 200)


def _open(request: CustomerRequest, form: forms.NewCaseForm) -> Case | None:
    """Opens the case once; None when it was refused, which the form then shows."""
    standing = request.standing_as_customer
    key = keyed(request, form.cleaned_data["key"])
    try:
        return intake.open_case(
            actor=standing,
            at=timezone.now(),
            contact=Contact.objects.get(pk=standing.contact_id or 0),
            key=key,
            **form.arguments(),
        )
    except Refused as refused:
        form.refuse(refused)
        return None


def _answers(subject: str) -> list[Article]:
    return suggest(subject, Audience.CUSTOMERS)


@customers_only
@require_safe
def suggestions(request: CustomerRequest) -> HttpResponse:
    """Articles close to what is being typed, as a fragment."""
    return show(request, "_suggestions.html", {"articles": _answers(request.GET.get("subject", ""))})
