"""The access tokens of whoever is signed in: colleagues and customers alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from customers import tokens
from customers.models import AccessToken
from customers.refusal import Refused

DAYS = {"30": gettext_lazy("30 days"), "90": gettext_lazy("90 days"), "365": gettext_lazy("a year")}
FOR_EVER = "never"


class TokenForm(forms.Form):
    """What a new token is for, how long it is good and whether it only reads."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=80)
    days = forms.ChoiceField(
        label=gettext_lazy("Good for"), choices=[*DAYS.items(), (FOR_EVER, gettext_lazy("until it is revoked"))]
    )
    is_read_only = forms.BooleanField(label=gettext_lazy("It may only read"), required=False, initial=True)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"days": "90"})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """The own tokens, and the form for another one; its secret is in the answer to the form and nowhere else."""
    form, at, secret = TokenForm(request.POST if request.method == "POST" else None), timezone.now(), ""
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        expires_at = None if given["days"] == FOR_EVER else at + timedelta(days=int(given["days"]))
        try:
            _row, secret = tokens.make(
                user=request.user,  # type: ignore[arg-type]
                name=given["name"],
                at=at,
                expires_at=expires_at,
                is_read_only=given["is_read_only"],
            )
        except Refused as refused:
            form.add_error(refused.field or None, str(refused.remedy))
        else:
            form = TokenForm()
    context = {"form": form, "tokens": _mine(request), "secret": secret, "at": at, "tab": "tokens"}
    return render(request, "account/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoked(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the own tokens opens nothing any more."""
    tokens.revoke(token=get_object_or_404(_mine(request), pk=pk), at=timezone.now())
    messages.success(request, _("Revoked: it opens nothing any more."))
    return HttpResponseRedirect(reverse("tokens"), status=303)


def _mine(request: HttpRequest) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(user=request.user.pk).order_by("-pk")
