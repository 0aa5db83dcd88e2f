"""Against guessing passwords: after a few wrong ones this person may not sign in from this address for a while.

By person and address together, so that one guesser locks out neither an office nor, from elsewhere, the person.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

NOWHERE = "0.0.0.0"  # noqa: S104  # a socket of the machine itself names no address
LONGEST = 254  # of an e-mail address


def person(request: Any, credentials: Mapping[str, Any] | None = None) -> str:
    """Who is to be signed in, whichever door asks: a form, or a program with every request."""
    given = credentials or {}
    posted = getattr(request, "POST", {})
    name = given.get("username") or given.get("email") or posted.get("login") or posted.get("username") or ""
    return str(name).strip().lower().replace("\x00", "")[:LONGEST]


def client_address(request: Any) -> str:
    """Where a request comes from.

    Behind a proxy (BELAY_BEHIND_PROXY) it is the last address the proxy wrote down, because the ones before may be
    invented by whoever asks; otherwise nothing that a request says about itself is believed.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if settings.BEHIND_PROXY else []
    for said in (*hops[-1:], request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ipaddress.ip_address(said.strip()))
        except ValueError:
            continue
    return NOWHERE


class Guesses(AxesDatabaseHandler):
    """Counts wrong passwords, keeps nothing of what was sent along with them, and says until when somebody must wait.

    A request that came too often carries `locked_until`; each door says it in its own way.
    """

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is None:
            return
        same = AccessAttempt.objects.filter(username=person(request, credentials), ip_address=client_address(request))
        same.exclude(post_data="", get_data="").update(get_data="", post_data="")
        if request.axes_locked_out:
            last = same.aggregate(at=Max("attempt_time"))["at"] or timezone.now()
            request.locked_until = last + settings.AXES_COOLOFF_TIME


def answer(request: Any, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page somebody sees who guessed too often; a door that said so in its own way is left alone."""
    if response is not None and response.status_code == 429:
        return response
    until = request.locked_until
    page = render(request, "account/locked.html", {"until": until}, status=429)
    page["Retry-After"] = str(max(1, math.ceil((until - timezone.now()).total_seconds())))
    return page
