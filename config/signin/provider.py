"""Staff may come in through a provider of the company, by OpenID Connect.

It says who somebody is; who may come in is known here alone. Nothing is made and nothing is linked: each time the
verified address leads to a colleague who is active, or nobody comes in.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from customers.models import User
from escalations.models import Agent

logger = logging.getLogger(__name__)

PROVIDER, NAME = "openid_connect", "company"


def company_url() -> str:
    """Where signing in through the company begins."""
    return reverse("openid_connect_login", args=[NAME])


def refused(request: HttpRequest, why: str, status: int = 403) -> HttpResponse:
    """Says why nobody came in: `stranger`, `failed` or `away`."""
    return render(request, "socialaccount/refused.html", {"why": why, "company": settings.OIDC_NAME}, status=status)


def colleague(addresses: list[str]) -> User | None:
    """The one active person of ours, or who may enter the administration, who signs in with one of these addresses."""
    known = User.objects.alias(lower=Lower("email")).filter(
        Q(is_staff=True) | Q(pk__in=Agent.objects.active().values("user")),
        lower__in=[address.strip().lower() for address in addresses],
        is_active=True,
    )
    found = list(known[:2])
    return found[0] if len(found) == 1 else None


class Company(DefaultSocialAccountAdapter):
    """The one provider there is, as the environment names it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        if not settings.OIDC_ISSUER or provider not in (None, PROVIDER, NAME):
            return []
        app = SocialApp(
            provider=PROVIDER,
            provider_id=NAME,
            name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True},
        )
        return [app] if client_id in (None, app.client_id) else []

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decides here and now, so that none of the ways on which something would be stored is ever gone."""
        user = colleague([address.email for address in sociallogin.email_addresses if address.verified])
        if user is None:
            logger.warning("somebody came from the provider who may not come in")
            raise ImmediateHttpResponse(refused(request, "stranger"))
        if request.user.is_authenticated:
            get_adapter().logout(request)
        record_authentication(request, user, "socialaccount", provider=NAME, uid=sociallogin.account.uid)
        login = Login(user=user, redirect_url=sociallogin.get_redirect_url(request))
        raise ImmediateHttpResponse(perform_login(request, login))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:
        logger.warning("signing in through the provider failed: %s", type(more.get("exception")).__name__)
        raise ImmediateHttpResponse(refused(request, "failed"))
