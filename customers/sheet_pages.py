"""The sheets of organizations and contacts in the back office: taken in after a look, and written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from customers.file_pages import FileKind, FilePage, Preview
from customers.sheet_imports import Outcome, foreseen
from customers.sheets import LARGEST


def _preview(outcome: Outcome) -> Preview:
    return Preview([*outcome.notes, *outcome.told], outcome.counted(), outcome.anything)


class WithSheets:
    """A list with a page to import a sheet, and a file to take away."""

    actions_list = ("import_sheet", "export_sheet")
    sheet_title: Any = ""
    sheet_help: tuple[Any, ...] = ()
    sheet_rights: tuple[str, ...] = ()
    take_sheet: Callable[..., Outcome]
    give_sheet: Callable[[str], bytes]

    def has_import_sheet_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return all(request.user.has_perm(f"customers.{right}") for right in self.sheet_rights)

    def has_export_sheet_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return bool(self.has_view_permission(request))  # type: ignore[attr-defined]

    @action(description=_("Import a sheet"), url_path="import", icon="upload", permissions=["import_sheet"])
    def import_sheet(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_sheet_permission(request):
            raise PermissionDenied
        take, opts = type(self).take_sheet, self.opts  # type: ignore[attr-defined]
        kind = FileKind(
            model=self.model,  # type: ignore[attr-defined]
            title=self.sheet_title,
            largest=LARGEST,
            look=lambda content: _preview(foreseen(take, content)),
            take=lambda content, agree: _preview(take(content, agree=lambda done: agree(_preview(done)))),
            context={
                "explained": self.sheet_help,
                "accepts": ".csv,text/csv",
                "download": reverse(f"admin:{opts.app_label}_{opts.model_name}_export_sheet"),
                "back": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
            },
        )
        return FilePage(self.admin_site, request, kind).answer()  # type: ignore[attr-defined]

    @action(description=_("Export as a sheet"), url_path="export", icon="download", permissions=["export_sheet"])
    def export_sheet(self, request: HttpRequest) -> HttpResponse:
        if not self.has_export_sheet_permission(request):
            raise PermissionDenied
        delimiter = ";" if (get_language() or "").startswith("de") else ","
        answer = HttpResponse(type(self).give_sheet(delimiter), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}s.csv"'  # type: ignore[attr-defined]
        return answer
