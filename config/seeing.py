"""While an administrator sees the product as somebody else: everything is as for that person, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.logs import hidden
from config.middleware import SAFE_METHODS
from customers.models import User
from escalations.actions import seeing
from escalations.models import SeeingAs

# Asked for by the pages themselves, every few seconds.
UNTOLD = ("desk:inbox_count",)
# Passwords, second factors and tokens are nobody's to look at.
OWN = "/accounts/"
SIGN_OUT = "/accounts/logout/"


class SeeingMiddleware:
    """Puts the person who is looked at in the place of the administrator; a session without the key costs nothing.

    Only safe methods get through. `request.seeing` is the look, for the banner, and for pages that otherwise mark what
    was read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or seeing.SESSION_KEY not in request.session:
            return self.get_response(request)
        at, administrator = timezone.now(), request.user
        look = None
        if isinstance(administrator, User):
            look = seeing.going_on(uid=request.session[seeing.SESSION_KEY], administrator=administrator, at=at)
        if look is None:
            del request.session[seeing.SESSION_KEY]
            messages.info(request, _("You see with your own eyes again: the look as somebody else is over."))
            return HttpResponseRedirect(reverse("landing"))
        if request.path in (reverse("seeing_end"), SIGN_OUT):
            seeing.end(look=look, at=at)
            return self.get_response(request)
        if request.method not in SAFE_METHODS or request.path.startswith(OWN):
            return _refused(request, look)
        if request.path not in map(reverse, UNTOLD):
            seeing.saw(look=look, path=hidden(request.get_full_path()), at=at)
        _become(request, look)
        return self.get_response(request)


def _refused(request: HttpRequest, look: SeeingAs) -> HttpResponse:
    """Ending it, also by signing out, is all that can be done; everything else is refused in words."""
    said = _("You only look as %(person)s: nothing can be changed meanwhile. End the look first.")
    remedy = said % {"person": look.person}
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": _("Forbidden"), "status": 403, "detail": remedy}
        more = {"code": "only_looking", "field": "", "errors": []}
        return JsonResponse(problem | more, status=403, content_type="application/problem+json")
    _become(request, look)
    return render(request, "only_looking.html", {"remedy": remedy}, status=403)


def _become(request: HttpRequest, look: SeeingAs) -> None:
    request.seeing = look  # type: ignore[attr-defined]
    request.user = look.person
