"""Who is away; people write down their own absences at the desk, administrators here for everybody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from customers.refusal import Refused
from escalations.actions import absences
from escalations.admin.bases import ConfigurationAdmin, confirmed, found_or_404
from escalations.admin.fields import CheckedAfterFields
from escalations.models import Absence, Agent


class AbsenceForm(CheckedAfterFields, forms.ModelForm):
    """What an action would refuse is said at its field."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            absences.check(self.instance, timezone.now())
        except Refused as refusal:
            known = refusal.field in self.fields
            self.add_error(refusal.field if known else None, ValidationError(refusal.remedy, code=refusal.code))


@admin.register(Absence)
class AbsenceAdmin(ConfigurationAdmin):
    """Somebody is away, and who stands in."""

    form = AbsenceForm
    list_display = ("agent", "starts_at", "ends_at", "deputy", "handed_over_at")
    list_select_related = ("agent__user", "deputy__user")
    list_filter = ("starts_at", ("deputy", admin.EmptyFieldListFilter))
    search_fields = ("agent__user__name", "deputy__user__name")
    fields = ("agent", "starts_at", "ends_at", "deputy", "handed_over_at")
    readonly_fields = ("handed_over_at",)
    choices_with = {"agent": ("user",), "deputy": ("user",)}
    actions_detail = ("end",)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("agent", "deputy"):
            kwargs["queryset"] = Agent.objects.active().order_by("user__name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Absence, form: Any, change: bool) -> None:
        absences.save(absence=obj, by=request.user, at=timezone.now())  # type: ignore[arg-type]

    def has_end_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        row = self.get_object(request, object_id) if object_id else None
        return row is not None and row.ends_at > timezone.now() and self.has_change_permission(request, row)

    @action(description=_("Is back"), url_path="end", icon="login", permissions=["end"])
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = found_or_404(Absence.objects.select_related("agent__user"), object_id)

        def ended() -> Agent:
            absences.end(absence=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            return row.agent

        return confirmed(
            self,
            request,
            row,
            title=_("Is back"),
            question=_("Does %(name)s count as there from now on?") % {"name": row.agent},
            act=ended,
            done=_("The absence is over."),
        )
