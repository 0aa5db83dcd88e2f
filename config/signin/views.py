"""The pages of signing in that are not allauth's alone."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from allauth.socialaccount.providers.openid_connect.views import login as provider_login
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from requests import RequestException

from config.signin.browsers import in_words
from config.signin.forms import AcceptedInvitation
from config.signin.provider import refused
from customers import invitations
from customers.refusal import Refused


class SignIn(LoginView):
    """E-mail address and password; whoever was signed in as somebody else is signed out first."""

    def form_valid(self, form: Any) -> HttpResponse:
        if self.request.user.is_authenticated:
            logout(self.request)
        answer: HttpResponse = super().form_valid(form)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "company": settings.OIDC_NAME if settings.OIDC_ISSUER else ""}


@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """The administration has no sign-in of its own: it leads to the one of the house, or says who may enter."""
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(wanted, resolve_url("login"))
    if site.has_permission(request):
        return HttpResponseRedirect(wanted)
    return render(request, "account/not_for_you.html", {"wanted": wanted}, status=403)


@login_required
def no_password(request: HttpRequest) -> HttpResponse:
    """Whoever comes in another way cannot give themself a password: that takes an invitation."""
    return render(request, "account/no_password.html")


class Sessions(ListUserSessionsView):
    """Where somebody is signed in, the newest first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["sessions"].reverse()
        for session in context["sessions"]:
            session.browser = in_words(session.user_agent)
        return context


def company_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to the company's provider; one that does not answer is said in words."""
    try:
        answer: HttpResponse = provider_login(request, provider_id)
    except RequestException:
        return refused(request, "away", status=503)
    return answer


@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Choosing a password by the link of an invitation; looking at it changes nothing."""
    form = AcceptedInvitation(request.POST or None)
    try:
        found = invitations.find(secret=secret, at=timezone.now())
        form.user = found.user
        if request.method == "POST" and form.is_valid():
            invitations.accept(secret=secret, password=form.cleaned_data["password1"], at=timezone.now())
            messages.success(request, _("Your password is set. Sign in with it."))
            return HttpResponseRedirect(reverse("login"))
    except Refused as no:
        return render(request, "account/invitation_over.html", {"remedy": no.remedy}, status=410)
    page = render(request, "account/invitation.html", {"form": form, "person": found.user})
    page["Referrer-Policy"] = "strict-origin"  # the address is a secret
    return page
