"""The journal, the signs of life of the engine, and the cases it could not move on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Substr
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.defaultfilters import truncatechars
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from customers.models import Contact, User
from escalations.actions import set_aside
from escalations.admin import wording
from escalations.admin.bases import RecordAdmin, found_or_404
from escalations.admin.cases import OfCaseAdmin
from escalations.admin.health import health_page
from escalations.models import Endpoint, Event, Pulse, SetAside

# What two lines of a card on a phone hold; the page of the row says it all.
SHORT = 70


def with_name(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Adds `person`: the name behind a code such as user:… or endpoint:…, else the code itself; one statement."""
    names = (
        Subquery(model.objects.filter(uid=Substr(OuterRef(column), len(prefix) + 1)).values("name")[:1])
        for model, prefix in ((User, "user:"), (Contact, "contact:"), (Endpoint, "endpoint:"))
    )
    return rows.annotate(person=Coalesce(*names, F(column)))


@admin.register(Event)
class EventAdmin(OfCaseAdmin):
    """One line of the journal, as it will stand for ever."""

    list_display = ("occurred_at", "case", "seq", "kind", "by_whom")
    list_display_links = ("occurred_at", "kind")
    list_select_related = ("case",)
    list_filter = ("kind", "actor_kind", "occurred_at")
    search_fields = ("case__subject", "kind")
    ordering = ("-pk",)
    fields = ("case", "seq", "kind", "occurred_at", "recorded_at", "by_whom", "actor", "escalation", "data")
    readonly_fields = ("by_whom",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return with_name(super().get_queryset(request), "actor")

    @display(description=_("by"))
    def by_whom(self, event: Any) -> str:
        return str(event.person)


@admin.register(Pulse)
class PulseAdmin(RecordAdmin):
    """When each part of the engine was last seen."""

    list_display = ("component", "at")
    list_filter = ("at",)
    search_fields = ("component",)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.health)
        return [path("health/", page, name="escalations_pulse_health"), *super().get_urls()]

    def health(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return health_page(self.admin_site, request)


def remedy_for(row: SetAside) -> str:
    """What somebody can do about a case that was set aside."""
    return str(wording.CANNOT_BE_READ if row.stage == set_aside.READING else wording.CANNOT_MOVE_ON)


class StageFilter(admin.SimpleListFilter):
    """What the engine could not do, in words."""

    title = _("what failed")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(set_aside.STAGES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[SetAside]) -> QuerySet[SetAside]:
        return queryset.filter(stage=self.value()) if self.value() in set_aside.STAGES else queryset


@admin.register(SetAside)
class SetAsideAdmin(OfCaseAdmin):
    """Cases that the engine could not move on, with the error. They are tried again by themselves, or at once."""

    list_display = ("case", "what_failed", "short_error", "tries", "last_at", "next_try", "again")
    list_select_related = ("case",)
    list_filter = (StageFilter, "last_at")
    search_fields = ("case__subject", "error")
    fields = ("case", "what_failed", "error", "tries", "first_at", "last_at", "next_try")
    readonly_fields = ("what_failed", "next_try")
    actions = ("try_again",)
    change_form_outer_before_template = "admin/escalations/set_aside.html"

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        """Trying again is not editing, but it is more than looking."""
        return bool(request.user.has_perm("escalations.change_setaside"))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_display if self.has_try_again_permission(request) else self.list_display[:-1]

    def get_urls(self) -> list[URLPattern]:
        again = path(
            "<path:object_id>/try-again/",
            self.admin_site.admin_view(self.try_one_again),
            name="escalations_setaside_try_again",
        )
        return [again, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The row, below what to do about it and the button that has it tried again."""
        row = self.get_object(request, object_id)
        may = row is not None and self.has_try_again_permission(request)
        again = reverse("admin:escalations_setaside_try_again", args=[row.pk]) if row and may else ""
        context = {**(extra_context or {}), "remedy": remedy_for(row) if row else "", "again": again}
        shown: HttpResponse = super().change_view(request, object_id, form_url, context)
        return shown

    @display(description=_("what failed"), ordering="stage")
    def what_failed(self, row: SetAside) -> str:
        return str(set_aside.STAGES.get(row.stage, row.stage))

    @display(description=_("error"), ordering="error")
    def short_error(self, row: SetAside) -> str:
        return truncatechars(row.error, SHORT)

    @display(description=_("next try"), ordering="next_try_at")
    def next_try(self, row: SetAside) -> str:
        return wording.moment(row.next_try_at)

    @display(description="")
    def again(self, row: SetAside) -> SafeString:
        """A button of the form around the list: it needs no script, and a link could not change anything."""
        address = reverse("admin:escalations_setaside_try_again", args=[row.pk])
        return format_html(
            '<button type="submit" formaction="{}" class="border border-base-200 cursor-pointer font-medium px-3 py-1 '
            'rounded-default whitespace-nowrap dark:border-base-700" aria-label="{}">{}</button>',
            address,
            _("Try %(reference)s again now") % {"reference": row.case.reference},
            _("Try again now"),
        )

    @action(description=_("Try again now"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[SetAside]) -> None:
        self._try_again(request, queryset)

    def try_one_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One POST from the list; a row that is gone by now went on by itself."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_try_again_permission(request):
            raise PermissionDenied
        self._try_again(request, [found_or_404(SetAside.objects.all(), object_id)])
        return HttpResponseRedirect(reverse("admin:escalations_setaside_changelist"))

    def _try_again(self, request: HttpRequest, rows: Iterable[SetAside]) -> None:
        rows = list(rows)
        for row in rows:
            self.log_change(request, row, str(_("Tried again at once")))
        number = set_aside.try_now(rows=rows, at=timezone.now())
        said = ngettext(
            "%(number)s case is tried again with the next round, within seconds.",
            "%(number)s cases are tried again with the next round, within seconds.",
            number,
        )
        messages.success(request, said % {"number": number})
