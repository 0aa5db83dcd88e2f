"""Whoever enters the administration shows a second factor first, where the house rules say so."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from escalations.models import HouseRules

ADMINISTRATION = "/admin/"
# Going out, and the page that leads to the sign-in, need none.
OPEN = frozenset({"/admin/login/", "/admin/logout/", "/admin/password_change/"})


class SecondFactorMiddleware:
    """Leads from the administration to setting up a second factor, or to showing it; other doors are not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMINISTRATION) and request.path not in OPEN:
            return _asked(request) or self.get_response(request)
        return self.get_response(request)


def _asked(request: HttpRequest) -> HttpResponse | None:
    user = request.user
    if not user.is_authenticated or not user.is_staff or not HouseRules.current().needs_second_factor:
        return None
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        messages.info(request, _("The administration needs a second factor here. Set it up first."))
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    if any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
        return None
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("admin:index")
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': wanted})}")
