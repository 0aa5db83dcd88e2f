"""What every page of the desk shares: who may enter, the navigation, and the instant it was made at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from escalations.actions import set_aside
from escalations.casefile import queues
from escalations.models import Case
from escalations.rules.standing import Right, Standing

OVERSIGHT_STANDS = 3  # after the escalations


class StaffRequest(HttpRequest):
    """A request as the middleware hands it to the desk."""

    standing: Standing
    htmx: HtmxDetails


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the navigation; `name` is what a page calls itself, `key` follows the letter g."""

    name: str
    words: str
    url: str
    key: str = ""
    rule_after: bool = False


def may_oversee(standing: Standing) -> bool:
    """Whoever decides, or sees every case, has all of it on one screen."""
    return standing.may(Right.SEE_ALL, Right.DECIDE)


def _inboxes(standing: Standing) -> list[Item]:
    """What waits to be taken up or decided, for whoever can do that."""
    triage = Item("triage", _("Triage"), reverse("desk:triage"), "t")
    decisions = Item("decisions", _("Decisions"), reverse("desk:decisions"), "v")
    able = ((triage, (Right.WORK, Right.RECEIVE)), (decisions, (Right.DECIDE,)))
    return [item for item, rights in able if standing.may(*rights)]


def navigation(request: StaffRequest) -> list[Item]:
    """Where a member of the staff can go; administration only for those who may enter it."""
    items = [
        Item("home", _("Home"), reverse("desk:home"), "h"),
        Item("queue", _("Queue"), reverse("desk:queue"), "q"),
        Item("escalations", _("Escalations"), reverse("desk:escalations"), "e"),
        *_inboxes(request.standing),
        Item("accounts", _("Accounts"), reverse("desk:accounts"), "a"),
        Item("duty", _("Duty"), reverse("desk:duty"), "d"),
        Item("inbox", _("Inbox"), reverse("desk:inbox"), "i"),
        Item("knowledge", _("Knowledge"), "/help/"),
        Item("procedure", _("Procedure"), reverse("desk:procedures")),
        Item("numbers", _("Numbers"), reverse("desk:numbers"), "n"),
        Item("absence", _("Away"), reverse("desk:absence")),
        Item("me", _("How I am told"), reverse("desk:me")),
        Item("paths", _("Who can be reached"), reverse("desk:paths"), rule_after=request.user.is_staff),
    ]
    if may_oversee(request.standing):
        items.insert(OVERSIGHT_STANDS, Item("executive", _("On one screen"), reverse("desk:executive"), "o"))
    if request.user.is_superuser:
        items.append(Item("mail", _("Mail written to files"), reverse("desk:mail")))
    if request.user.is_staff:
        items.append(Item("admin", _("Administration"), reverse("admin:index")))
    return items


Page = Callable[Concatenate[StaffRequest, ...], HttpResponseBase]


def staff_only(view: Page) -> Page:
    """Asks the anonymous to sign in and tells everybody else who is not staff that there is nothing here.

    A part of a page that is asked for after the session ended gets a bare 401, so that no sign-in page lands inside it.
    """

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.htmx:
            return HttpResponse(status=401)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.standing.is_staff:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except (Http404, PermissionDenied):
            raise
        except Exception:
            if not _is_of_a_case_that_cannot_be_read(request, kwargs.get("reference", "")):
                raise
        return show(request, "desk/unreadable.html", {"reference": kwargs["reference"]}, status=503)

    return guarded


def _is_of_a_case_that_cannot_be_read(request: StaffRequest, reference: str) -> bool:
    """Whether a page failed because of its case, which is set aside then; any other failure is one of ours."""
    found = Case.objects.visible_to(request.standing).filter(pk=Case.pk_of(reference)).first() if reference else None
    return found is not None and set_aside.cannot_be_read(case_id=found.pk, at=timezone.now())


def show(
    request: StaffRequest, template: str, context: dict[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """Render a page of the desk; all its relative times are seen from one instant, `at`."""
    shared = {
        "at": timezone.now(),
        "here": here,
        "navigation": navigation(request),
    }
    if "unread" not in context:
        shared["unread"] = queues.unread(request.standing.code)
    return render(request, template, shared | context, status=status)


def see_other(name: str, **kwargs: Any) -> HttpResponse:
    """Where to go after a form was carried out: a plain GET that may be repeated."""
    return HttpResponseRedirect(reverse(name, kwargs=kwargs), status=303)


def case_or_404(request: StaffRequest, reference: str) -> Case:
    """The case of this reference, if the asking person may see it."""
    rows = Case.objects.visible_to(request.standing)
    around = (
        "policy_version",
        "organization__plan",
        "contact__user",
        "account__manager__user",
        "team",
        "owner__user",
        "topic",
        "pause_reason",
        "skill",
        "follows",
    )
    return get_object_or_404(rows.select_related(*around), pk=Case.pk_of(reference))


def sent_files(request: StaffRequest) -> MultiValueDict[str, UploadedFile] | None:
    """The files that were sent; None when the form is only shown."""
    return request.FILES if request.method == "POST" else None


def posted(request: StaffRequest) -> QueryDict | None:
    """What was sent; None when the form is only shown."""
    return request.POST if request.method == "POST" else None
