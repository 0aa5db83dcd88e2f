"""Who signs in how: the session of the pages, a token, or e-mail address and password with every request."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, BasicAuthentication
from rest_framework.permissions import SAFE_METHODS

from customers import tokens
from customers.models import AccessToken, User


class Basic(BasicAuthentication):
    """HTTP Basic with the sign-in of the pages."""

    www_authenticate_realm = "Belay"

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> tuple[User, None]:
        """Raises AuthenticationFailed in the same words for whatever is wrong with the pair, and in others when a
        pair is not enough; Throttled when this person was guessed at from this address too often.
        """
        asked = getattr(request, "_request", request)  # wrong passwords are counted on Django's own request
        try:
            # No address holds a zero byte, and PostgreSQL would not even look for one.
            found = None if "\x00" in userid else super().authenticate_credentials(userid, password, asked)
        except exceptions.AuthenticationFailed:
            found = None
        if until := getattr(asked, "locked_until", None):
            wait = (until - timezone.now()).total_seconds()
            raise exceptions.Throttled(max(1, wait), _("There were too many wrong passwords."))
        if found is None:
            raise exceptions.AuthenticationFailed(_("E-mail address and password do not belong together."))
        if Authenticator.objects.filter(user=found[0], type=Authenticator.Type.TOTP).exists():
            raise exceptions.AuthenticationFailed(
                _("This person signs in with a second factor: give the program an access token instead."),
                "second_factor",
            )
        return found


class BasicScheme(OpenApiAuthenticationExtension):
    """How the document describes it."""

    target_class = Basic
    name = "basicAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "basic"}


class OnlyReads(exceptions.PermissionDenied):
    default_detail = gettext_lazy("This token only reads; make one that may also write.")
    default_code = "token_only_reads"


class Bearer(BaseAuthentication):
    """An access token that a person made for a program."""

    def authenticate(self, request: Any) -> tuple[User, AccessToken] | None:
        """Raises AuthenticationFailed for a token that opens nothing, OnlyReads for a write with one that reads."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = tokens.opened_by(secret.strip(), at=timezone.now())
        if token is None:
            raise exceptions.AuthenticationFailed(
                _("This token opens nothing: it is unknown, expired or revoked. Make another one.")
            )
        if token.is_read_only and request.method not in SAFE_METHODS:
            raise OnlyReads
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="Belay"'


class BearerScheme(OpenApiAuthenticationExtension):
    """How the document describes it."""

    target_class = Bearer
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token, made on the page “Access tokens” of whoever it speaks for.",
        }
