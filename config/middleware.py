"""What happens around every request: who asks, a nudge for delivery, a policy the admin can live with."""

import logging
from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

from escalations import tasks

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class StandingMiddleware:
    """Placeholder until people exist: lets every request through."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


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
