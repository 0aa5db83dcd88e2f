"""Who is on duty: rotas with their order, swaps and overrides, and a look at the weeks that come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget

from escalations.admin.bases import ChoicesOnce, ConfigurationAdmin, RemovedWhenUnused, found_or_404, page_of
from escalations.casefile import duty
from escalations.models import Agent, CalendarVersion, DutyOverride, DutySwap, Rota, RotaMember, VersionState


class OfRotaInline(ChoicesOnce, TabularInline):
    """Rows of a rota; those who take turns are members of its team."""

    extra = 0
    hide_title = True
    choices_with = {"agent": ("user",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.select_related("agent__user", "rota")

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        match = request.resolver_match
        if db_field.name == "agent" and match and match.kwargs.get("object_id", "").isdecimal():
            members = Agent.objects.filter(memberships__team__rota=int(match.kwargs["object_id"]))
            kwargs["queryset"] = members.order_by("user__name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TurnInline(OfRotaInline):
    model = RotaMember
    fields = ("position", "agent")


class SwapForm(forms.ModelForm):
    """A shift is chosen by its dates; what is kept is its number, so a swap follows when the shifts are moved."""

    shift = forms.TypedChoiceField(label=_("Shift"), coerce=int, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, rota: Rota, shifts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["shift"]
        chosen.choices = shifts


class SwapRows(PaginationInlineFormSet):
    """Offers the coming shifts, and those that are swapped already."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        if not hasattr(self, "_shifts"):
            known = {row.shift for row in self.get_queryset()}
            self._shifts = duty.coming_shifts(self.instance, at=timezone.now(), known=known)
        return {**super().get_form_kwargs(index), "rota": self.instance, "shifts": self._shifts}


class SwapInline(OfRotaInline):
    model = DutySwap
    form = SwapForm
    formset = SwapRows
    fields = ("shift", "agent")


class OverrideInline(OfRotaInline):
    model = DutyOverride
    fields = ("starts_at", "ends_at", "agent")


class RotaForm(forms.ModelForm):
    """Hours of duty come from a calendar that is in force."""

    def clean_calendar(self) -> Any:
        calendar = self.cleaned_data["calendar"]
        editions = CalendarVersion.objects.filter(calendar=calendar, state=VersionState.PUBLISHED)
        if calendar is not None and not editions.exists():
            raise forms.ValidationError(_("This calendar has no published version; publish one first."))
        return calendar


@admin.register(Rota)
class RotaAdmin(RemovedWhenUnused, ConfigurationAdmin):
    """Whose turn it is in a team. First the rota, then the people: they are members of its team."""

    form = RotaForm
    list_display = ("team", "time_zone", "shift_days", "hands_over", "takes_turns")
    list_select_related = ("team",)
    list_filter = ("time_zone", "shift_days")
    search_fields = ("team__name", "members__agent__user__name")
    fields = ("team", "time_zone", "anchor", "hands_over", "shift_days", "calendar")
    change_form_outer_after_template = "admin/escalations/turns.html"
    history_of = ("members",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rota]:
        found: QuerySet[Rota] = super().get_queryset(request)
        return found.prefetch_related("members__agent__user")

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        return [TurnInline, SwapInline, OverrideInline] if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), *(["team"] if obj else [])]

    def response_add(self, request: HttpRequest, obj: Rota, post_url_continue: str | None = None) -> HttpResponse:
        """On to the page on which people are put in order."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(page_of(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rota = found_or_404(Rota.objects.select_related("team", "calendar"), object_id)
        lines = duty.ahead(rota, at=timezone.now())
        context = {**(extra_context or {}), "turns": lines, "turns_zone": rota.time_zone}
        found: HttpResponse = super().change_view(request, object_id, form_url, context)
        return found

    @display(description=_("takes turns"))
    def takes_turns(self, rota: Rota) -> str:
        return " → ".join(str(place.agent) for place in rota.members.all())
