"""What allauth asks us: who may come in, where links lead, and how mail leaves."""

from __future__ import annotations

import logging
import smtplib
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from config.signin.lockout import client_address
from config.signin.provider import company_url
from customers.models import User
from escalations.models import HouseRules
from escalations.models.sealed import seal, unseal

logger = logging.getLogger(__name__)

# Nobody needs to be told that signing in or out worked: the next page shows it.
UNSAID = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})
JUST_NOW = 300  # seconds
# Nobody answers a machine.
HEADERS = {"Auto-Submitted": "auto-generated"}


class People(DefaultAccountAdapter):
    """Signing in with e-mail address and password. People are made by administrators, never by themselves."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": _("This is not the password until now."),
        "incorrect_password": _("This is not the password."),
        "incorrect_code": _("This code is wrong, or it was used already. Take the next one."),
        "rate_limited": _("This was tried too often. Wait a few minutes."),
        "too_many_login_attempts": _("This was tried too often. Wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted in one place, by person and address together."""

    def is_safe_url(self, url: str | None) -> bool:
        """Only pages of this very host; neither other allowed hosts nor trusted origins are ours to send people to."""
        host = self.request.get_host()
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host}, require_https=self.request.is_secure())

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever comes in through the company only shows that it is them by having just come in."""
        user = self.request.user
        if user.has_usable_password() or Authenticator.objects.filter(user=user).exists():
            return bool(super().is_reauthentication_required(app=app, **kwargs))
        records = get_authentication_records(self.request, user)
        latest = max((record["at"] for record in records if record["method"] == "socialaccount"), default=0)
        return time.time() - latest > JUST_NOW

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        known: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return known or [{"id": "company", "description": settings.OIDC_NAME, "url": company_url()}]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_change_password")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Below the address that is configured: what a request calls this host may be invented."""
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.BELAY_URL}{path}"

    def set_password(self, user: User, password: str) -> None:
        """Whoever got a new password in has proved who they are: wrong ones from before do not count any more."""
        super().set_password(user, password)
        AxesProxyHandler.reset_attempts(username=user.email)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Somebody who has no password yet was never let in: that takes an invitation."""
        if user.has_usable_password():
            super().send_password_reset_mail(user, email, context)
        else:
            self.send_mail("account/email/unknown_account", email, {"user": user})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes in the language of its reader; a server that does not take the mail is said in words."""
        try:
            self.deliver(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as problem:
            logger.warning("a mail about signing in was not taken: %s", type(problem).__name__)
            raise ImmediateHttpResponse(render(self.request, "account/mail_failed.html", status=503)) from problem

    def deliver(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises OSError or SMTPException when the mail is not taken."""
        with _language_of(context.get("user")):
            told = {"email": email, "request": self.request, "belay_url": settings.BELAY_URL, **context}
            self.render_mail(template_prefix, email, told, headers=HEADERS).send()

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Says afterwards what has happened; that it could not be said takes nothing back."""
        told = {"user": user, "ip": client_address(self.request), **(context or {})}
        try:
            self.deliver(template_prefix, email or user.email, told)
        except (OSError, smtplib.SMTPException) as problem:
            logger.warning("a mail about signing in was not taken: %s", type(problem).__name__)


def _language_of(user: Any) -> AbstractContextManager[None]:
    return translation.override(user.language) if isinstance(user, User) else nullcontext()


class SecondFactor(DefaultMFAAdapter):
    """One-time codes. Their secrets stand sealed in the database."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong, or it was used already. Take the next one."),
        "cannot_delete_authenticator": _("Whoever may enter the administration needs a second factor here."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """With a secret whose key is gone no code fits any more; an empty one would fit a code anybody can make."""
        return unseal(encrypted_text) or generate_totp_secret()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (authenticator.user.is_staff and HouseRules.current().needs_second_factor)
