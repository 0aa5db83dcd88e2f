"""Switching something off is asked back with what follows from it, in numbers; everything else is saved at once."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as translate

from escalations.admin import consequences

AGREED = "switch-off-agreed"


class AsksBeforeSwitchingOff:
    """A form whose `switch` is a tick: taken away, it is asked once more before anything is saved."""

    switch = "is_active"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self._to_be_switched_off(request, object_id)
        if row is not None:
            return self._ask(request, row)
        found: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        return found

    def _to_be_switched_off(self, request: HttpRequest, object_id: str | None) -> Model | None:
        if request.method != "POST" or object_id is None or AGREED in request.POST or self.switch in request.POST:
            return None
        row: Model | None = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is None or not self.has_change_permission(request, row):  # type: ignore[attr-defined]
            return None
        return row if getattr(row, self.switch) else None

    def _ask(self, request: HttpRequest, row: Model) -> HttpResponse:
        """What was typed travels along, so that nothing is lost by being asked."""
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "opts": row._meta,
            "object": row,
            "title": translate("Switch off"),
            "question": translate("Switch off “%(name)s”?") % {"name": row},
            "consequences": consequences.switched_off(row),
            "typed": [
                (name, value)
                for name, values in request.POST.lists()
                if name != "csrfmiddlewaretoken"
                for value in values
            ],
            "agreed": AGREED,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/escalations/switch_off.html", context)
