"""What happens around every request: who asks, a nudge for delivery, a policy the admin can live with."""

import logging
import zoneinfo
from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from customers.models import User
from escalations import tasks
from escalations.models import customer_standing, staff_standing
from escalations.rules.standing import NOBODY, Standing

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class StandingMiddleware:
    """Builds who is asking, once per request and only when somebody looks, and sets their language and time zone.

    `request.standing` is for the staff's doors and the help pages, `request.standing_as_customer` for the portal: a
    person may be both, and the two never mix.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = SimpleLazyObject(lambda: _staff(request))  # type: ignore[attr-defined]
        request.standing_as_customer = SimpleLazyObject(lambda: _customer(request))  # type: ignore[attr-defined]
        if request.path == reverse("healthz"):
            return self.get_response(request)  # must answer without asking a database that may be down
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        request.LANGUAGE_CODE = user.language
        with translation.override(user.language), timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
            return self.get_response(request)


def _staff(request: HttpRequest) -> Standing:
    return staff_standing(request.user) if isinstance(request.user, User) else NOBODY


def _customer(request: HttpRequest) -> Standing:
    return customer_standing(request.user, timezone.now().date()) if isinstance(request.user, User) else NOBODY


class NudgeMiddleware:
    """After a successful unsafe request tells delivery once that there may be something to send.

    Beat would find it anyway within seconds, so a broker that does not answer is counted, logged and otherwise ignored:
    it must never hold or fail the request that already did its work.
    """

    failures = 0

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE_METHODS and 200 <= response.status_code < 400:
            self.nudge()
        return response

    def nudge(self) -> None:
        """Ask for one delivery run, without waiting for it."""
        try:
            tasks.nudge()
        except Exception as problem:
            NudgeMiddleware.failures += 1
            logger.warning("delivery was not nudged (%s so far): %s", NudgeMiddleware.failures, problem)


class AdminCspMiddleware:
    """Relaxes the content policy below /admin/ only: the admin's own scripts evaluate strings."""

    relaxed = {
        "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = self.relaxed  # type: ignore[attr-defined]
        return response
