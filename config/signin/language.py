"""In which language, and on which clock, Belay speaks with whoever is signed in: colleagues and customers alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers import actions
from customers.models import LANGUAGES, User
from customers.time_zones import time_zones


class LanguageForm(forms.Form):
    """The language by its own name, and the time zone by that of a city."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(time_zones())],
        help_text=gettext_lazy("All times on pages and in letters are told by its clocks."),
    )

    def __init__(self, user: User, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"language": user.language, "time_zone": user.time_zone})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Shows what is chosen; a change holds from the next page and the next letter on."""
    user: User = request.user  # type: ignore[assignment]
    form = LanguageForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.choose_language(user=user, **form.cleaned_data)
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            messages.success(request, _("From here on Belay speaks to you like this."))
        return HttpResponseRedirect(reverse("language"), status=303)
    return render(request, "account/language.html", {"form": form}, status=422 if form.errors else 200)
