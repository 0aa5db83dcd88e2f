"""The whole configuration as one file: downloaded, looked at in words, and taken in by whoever has all power."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from customers.file_pages import FileKind, FilePage, Preview
from customers.sheets import NotTaken
from escalations.actions import configuration
from escalations.channels.configured import OUTSIDE
from escalations.models import HouseRules

EXPLAINED = (
    _("People, teams, calendars, policies, letters and all other settings, in a file that can be read and compared."),
    _("No passwords and secrets, no customers, cases, articles and absences are in it."),
    _("An import deletes and publishes nothing: versions that differ become drafts. You see first what it would do."),
)


def addresses(site: AdminSite) -> list[URLPattern]:
    """The page and its file, for the list of addresses of a model."""
    return [
        path("configuration/", site.admin_view(_page(site)), name="escalations_configuration"),
        path("configuration/file/", site.admin_view(download), name="escalations_configuration_file"),
    ]


def _page(site: AdminSite) -> Callable[[HttpRequest], HttpResponse]:
    def page(request: HttpRequest) -> HttpResponse:
        _refuse_others(request)
        by: Any = request.user
        kind = FileKind(
            model=HouseRules,
            title=translate("Configuration"),
            largest=configuration.LARGEST,
            look=lambda content: _imported(content, by),
            take=lambda content, agree: _imported(content, by, agree),
            context={
                "opts": None,  # it is no page of one model
                "explained": EXPLAINED,
                "accepts": ".yaml,.yml",
                "download": reverse("admin:escalations_configuration_file"),
            },
        )
        return FilePage(site, request, kind).answer()

    return page


def download(request: HttpRequest) -> HttpResponse:
    """The configuration as it is now."""
    _refuse_others(request)
    answer = HttpResponse(configuration.exported(), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="belay-configuration.yaml"'
    return answer


def _refuse_others(request: HttpRequest) -> None:
    """A file gives rights to groups, so only whoever has all of them may read one in."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied


def _imported(content: bytes, by: Any, agree: Callable[[Preview], None] | None = None) -> Preview:
    """Raises NotTaken, and whatever `agree` raises; then nothing is changed."""

    def told(outcome: configuration.Outcome) -> Preview:
        return Preview(list(outcome.told()), outcome.counted(), outcome.anything)

    try:
        done = configuration.imported(
            content,
            by=by,
            outside=OUTSIDE,
            dry_run=agree is None,
            agree=lambda outcome: agree(told(outcome)) if agree else None,
        )
    except configuration.Unreadable as refused:
        raise NotTaken(refused.problems) from None
    return told(done)
