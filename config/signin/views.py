"""The pages of signing in that are not allauth's alone."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from allauth.usersessions.views import ListUserSessionsView
from django.contrib.admin import site
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from config.signin.browsers import in_words


class SignIn(LoginView):
    """E-mail address and password; whoever was signed in as somebody else is signed out first."""

    def form_valid(self, form: Any) -> HttpResponse:
        if self.request.user.is_authenticated:
            logout(self.request)
        answer: HttpResponse = super().form_valid(form)
        return answer


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
    return render(request, "account/no_password.html", {"tab": "password"})


class Sessions(ListUserSessionsView):
    """Where somebody is signed in, the newest first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["sessions"].reverse()
        for session in context["sessions"]:
            session.browser = in_words(session.user_agent)
        return context
