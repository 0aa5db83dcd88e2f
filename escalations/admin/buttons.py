"""Buttons above a row: each is one POST, so that nothing happens by following a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from escalations.admin.bases import found_or_404, page_of


@dataclass(frozen=True, slots=True)
class Button:
    """What it says, the end of its address, and the method of the page that does it."""

    words: Any
    slug: str
    method: str


class WithButtons:
    """A page whose rows have buttons, for whoever may change such rows; `offers` says which of them a row has now."""

    buttons: tuple[Button, ...] = ()
    change_form_outer_before_template = "admin/escalations/buttons.html"

    def offers(self, row: Any, button: Button) -> bool:
        return True

    def has_button_permission(self, request: HttpRequest) -> bool:
        """Pressing a button is not editing, but it is more than looking."""
        opts = self.opts  # type: ignore[attr-defined]
        return bool(request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}"))

    def get_urls(self) -> list[URLPattern]:
        opts = self.opts  # type: ignore[attr-defined]
        site = self.admin_site  # type: ignore[attr-defined]
        own = [
            path(
                f"<path:object_id>/{button.slug}/",
                site.admin_view(self._pressed),
                {"button": button},
                name=f"{opts.app_label}_{opts.model_name}_{button.slug.replace('-', '_')}",
            )
            for button in self.buttons
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def _pressed(self, request: HttpRequest, object_id: str, button: Button) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_button_permission(request):
            raise PermissionDenied
        row = found_or_404(self.get_queryset(request), object_id)  # type: ignore[attr-defined]
        answer: HttpResponse | None = getattr(self, button.method)(request, row)
        return answer or HttpResponseRedirect(page_of(row))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        may = row is not None and self.has_button_permission(request)
        shown = [
            (button.words, self._address(row, button)) for button in self.buttons if may and self.offers(row, button)
        ]
        context = {**(extra_context or {}), "row_buttons": shown, "told": self.told(row) if row else ""}
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)  # type: ignore[misc]
        return answer

    def told(self, row: Any) -> Any:
        """What stands above the buttons: what to do about this row."""
        return ""

    def _address(self, row: Model, button: Button) -> str:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{button.slug.replace('-', '_')}"
        return reverse(name, args=[row.pk])
