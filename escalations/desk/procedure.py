"""The written procedure: what is in force, one version as a document, and what people ask and suggest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from customers.refusal import Refused
from escalations.actions import suggestions
from escalations.casefile.procedure import overview
from escalations.casefile.procedure.document import OPEN_TO_ALL, document, readable
from escalations.desk.forms.base import DeskForm, Written
from escalations.desk.pages import Page, StaffRequest, posted, see_other, show
from escalations.models import PolicyVersion, VersionState
from escalations.models.knowing import versions_in_force
from escalations.timing.schedule import ScheduleError

SEES_DRAFTS = "escalations.view_policyversion"


def readers_only(view: Page) -> Page:
    """For the staff, and for administrators who look at a version before it is published; nobody else finds it."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.standing.is_staff and not sees_drafts(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def sees_drafts(request: HttpRequest) -> bool:
    """Administrators, who write versions and look at those of others."""
    return request.user.is_staff and request.user.has_perm(SEES_DRAFTS)


class QuestionForm(DeskForm):
    """What somebody asks or suggests."""

    text = Written(label=gettext_lazy("Your question or suggestion"), draft="question", max_length=suggestions.LONGEST)


@readers_only
@require_safe
def procedures(request: StaffRequest) -> HttpResponse:
    """What is in force, and what this person has still to read and confirm."""
    at = timezone.now()
    with translation.override(chosen_language(request)):
        versions = versions_in_force()
        coming = readable(sees_drafts=True).filter(state__in=(VersionState.REVIEW, VersionState.SCHEDULED))
        context = {
            "at": at,
            "versions": versions,
            "open": overview.still_open(request.standing, at, versions),
            "coming": list(coming) if sees_drafts(request) else [],
            **languages(request),
        }
        return show(request, "desk/procedure/list.html", context, here="procedure")


@readers_only
@require_safe
def running(request: StaffRequest, slug: str) -> HttpResponse:
    """The version in force."""
    found = readable(sees_drafts=False).filter(state=VersionState.PUBLISHED)
    return _document(request, get_object_or_404(found, policy__slug=slug))


@readers_only
@require_safe
def version(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Any version that was published; those before only for administrators."""
    return _document(request, version_or_404(request, slug, number))


def version_or_404(request: StaffRequest, slug: str, number: int) -> PolicyVersion:
    """The version of this address, if the asking person may read it."""
    rows = readable(sees_drafts=sees_drafts(request))
    found: PolicyVersion = get_object_or_404(rows, policy__slug=slug, number=number)
    return found


@readers_only
@require_POST
def question(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Tells whoever keeps the procedure; what was typed stays when it is refused."""
    shown = version_or_404(request, slug, number)
    form = QuestionForm(posted(request), about=f"{slug}-{number}")
    if form.is_valid():
        try:
            suggestions.suggest(version=shown, by=request.user, at=timezone.now(), **form.arguments())  # type: ignore[arg-type]
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Whoever keeps this procedure has it now."), extra_tags=form.drafts)
            return see_other("desk:procedure_version", slug=slug, number=number)
    return _document(request, shown, form)


def _document(request: StaffRequest, shown: PolicyVersion, form: QuestionForm | None = None) -> HttpResponse:
    at = timezone.now()
    with translation.override(chosen_language(request)):
        context: dict[str, Any] = {"at": at, "version": shown, **languages(request)}
        try:
            context["doc"] = document(shown, request.standing, at, sees_drafts=sees_drafts(request))
        except (KeyError, ScheduleError):
            return show(request, "desk/procedure/unfinished.html", context, here="procedure", status=409)
        context |= {
            "form": form or QuestionForm(about=f"{shown.policy.slug}-{shown.number}"),
            "in_force": shown.state == VersionState.PUBLISHED,
            "is_open_to_all": shown.state in OPEN_TO_ALL,
        }
        return show(request, "desk/procedure/document.html", context, here="procedure", status=422 if form else 200)


def chosen_language(request: HttpRequest) -> str:
    """The language of this page: the one in its address, else that of the reader."""
    wanted = request.GET.get("language", "")
    return wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


def languages(request: HttpRequest) -> Mapping[str, Any]:
    """The other languages of this page, and what its own links carry on."""
    chosen = chosen_language(request)
    return {
        "languages": [(code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "language": chosen,
        "carried": f"?language={chosen}" if "language" in request.GET else "",
    }
