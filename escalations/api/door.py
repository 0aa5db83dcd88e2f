"""What every view of the API shares: who asks, at which instant, in whose words, and with which key."""

from __future__ import annotations

import hashlib
import re
import zoneinfo
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.models import User
from customers.refusal import Refused
from escalations.actions import set_aside
from escalations.actions.attachments import MB
from escalations.api.parsers import FormWithFiles
from escalations.models import Case, customer_standing, staff_standing, words
from escalations.rules.standing import NOBODY, Standing

KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class TooLarge(exceptions.APIException):
    """A body longer than this installation takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request is too large; send less at once.")
    default_code = "too_large"


class CannotBeRead(exceptions.APIException):
    """Of a case whose journal or procedure cannot be read right now."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _(
        "This case cannot be read right now. It is kept, and the administrators see it; ask again later."
    )
    default_code = "case_unreadable"
    wait = 300


class NoStanding(exceptions.PermissionDenied):
    default_detail = _("This account neither works here nor belongs to a customer; ask an administrator.")
    default_code = "no_standing"


def standing_of(user: Any, at: datetime) -> Standing:
    """Staff come in by the staff's door, everybody else by the customer's; NOBODY has neither."""
    if not isinstance(user, User):
        return NOBODY
    staff = staff_standing(user)
    return staff if staff.is_staff else customer_standing(user, at.date())


class ApiView(APIView):
    """A view that knows the instant of the request and, once it is let in, who asks.

    With `is_public` it is open to people who are not signed in, too; with `takes_files` it reads forms with files.
    """

    standing: Standing = NOBODY
    is_public = False
    takes_files = False
    at: datetime

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Whatever language and time zone the request switches to ends with it; nobody keeps what it was told."""
        with timezone.override(timezone.get_current_timezone()), translation.override(translation.get_language()):
            response = super().dispatch(request, *args, **kwargs)
            response.headers["Content-Language"] = translation.get_language()
        patch_vary_headers(response, ["Authorization", "Cookie"])
        patch_cache_control(response, private=True, no_store=True)
        return response

    def get_permissions(self) -> Sequence[Any]:
        return [] if self.is_public else super().get_permissions()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Lets in who may come in; after it, words are in the person's language and time zone."""
        self.at = timezone.now()
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > self._longest(request):
            raise TooLarge
        super().initial(request, *args, **kwargs)
        self.standing = standing_of(request.user, self.at)
        if isinstance(request.user, User):
            translation.activate(request.user.language)
            timezone.activate(zoneinfo.ZoneInfo(request.user.time_zone))
        if not self.is_public and self.standing is NOBODY:
            raise NoStanding

    def get_parsers(self) -> list[Any]:
        return [*super().get_parsers(), *([FormWithFiles()] if self.takes_files else [])]

    def _longest(self, request: Request) -> int:
        """How many bytes a body may have; the files of a form are weighed one by one when they are kept."""
        words: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        with_files = self.takes_files and request.content_type.startswith("multipart/")
        return words + settings.MAX_ATTACHMENTS * settings.MAX_ATTACHMENT_MB * MB * with_files

    def handle_exception(self, exc: Exception) -> Response:
        """What nobody foresaw is asked whether its case can be read at all; if not, the case is set aside for that."""
        try:
            return super().handle_exception(exc)
        except Exception:
            case_id = Case.pk_of(self.kwargs.get("reference", ""))
            theirs = Case.objects.visible_to(self.standing).filter(pk=case_id)
            if not theirs.exists() or not set_aside.cannot_be_read(case_id=case_id, at=self.at):
                raise
        return super().handle_exception(CannotBeRead())

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> Any:
        """Somebody who is not signed in is asked to, whatever the order of the ways to do it."""
        if not request.user.is_authenticated:
            raise exceptions.NotAuthenticated(_("Sign in with e-mail address and password, or with a session."))
        return super().permission_denied(request, message, code)

    def staff_only(self) -> None:
        """Raises Refused unless staff asks."""
        if not self.standing.is_staff:
            raise Refused("", "staff_only", words.REFUSALS["staff_only"])

    def key(self, request: Request) -> str | None:
        """The idempotency key of a write: of this person and this address alone; None without the header.

        Raises Refused for a value that cannot be one.
        """
        value = request.headers.get(KEY_HEADER)
        if value is None:
            return None
        if not _KEY.fullmatch(value):
            raise Refused(KEY_HEADER, "bad_key", _("Use 1 to 200 printable characters without spaces."))
        digest = hashlib.sha256(f"{request.path}\n{value}".encode()).hexdigest()
        return f"api:{self.standing.code}:{digest[:32]}"

    def case(self, reference: str) -> Case:
        """The case of this reference. Raises Http404 alike for what does not exist and what is not theirs."""
        rows = (
            Case.objects.visible_to(self.standing)
            .select_related(
                "policy_version__policy",
                "organization__plan",
                "contact",
                "team",
                "owner__user",
                "topic",
                "pause_reason",
            )
            .select_related("skill", "account__organization", "account__manager__user")
        )
        found = rows.filter(pk=Case.pk_of(reference)).first()
        if found is None:
            raise Http404
        return found


class NotHere(ApiView):
    """Addresses below the API that lead nowhere."""

    def handle(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise Http404

    get = post = put = patch = delete = handle
