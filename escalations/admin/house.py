"""Roles, the house rules, and who looked at the product as somebody else."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from customers.admin import PermissionGroupAdmin
from escalations.admin.bases import ConfigurationAdmin, RecordAdmin, RecordInline, page_of
from escalations.models import HouseRules, SeeingAs, SeenPage, words

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(PermissionGroupAdmin):
    """The roles, and groups of one's own; the names of the roles stay, because Belay finds them by it."""

    list_display = ("in_words", "name", "people")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(held=Count("user", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[Any]:
        fixed = ["name"] if obj is not None and obj.name in words.ROLES else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return (obj is None or obj.name not in words.ROLES) and super().has_delete_permission(request, obj)

    @display(description=_("role"), ordering="name")
    def in_words(self, group: Group) -> str:
        return str(words.ROLES.get(group.name, group.name))

    @display(description=_("people"), ordering="held")
    def people(self, group: Any) -> int:
        return int(group.held)


@admin.register(HouseRules)
class HouseRulesAdmin(ConfigurationAdmin):
    """One row for the whole installation; its list leads to it at once."""

    list_display = ("__str__", "by_team", "needs_second_factor", "invitation_days")
    list_filter = ("by_team", "needs_second_factor")
    search_fields = ("pk",)
    fieldsets = (
        (_("Who sees what"), {"fields": ("by_team",)}),
        (_("How people come in"), {"fields": ("needs_second_factor", "invitation_days")}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is nothing to choose from: the page of the row, or the one that makes it."""
        row = HouseRules.objects.order_by("pk").first()
        if row and self.has_view_permission(request):
            return HttpResponseRedirect(page_of(row))
        if self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:escalations_houserules_add"))
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request)) and not HouseRules.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PagesInline(RecordInline):
    """What was looked at, in order."""

    model = SeenPage
    fields = ("at", "path")
    hide_title = True
    tab = False
    show_change_link = False
    per_page = 50


@admin.register(SeeingAs)
class SeeingAsAdmin(RecordAdmin):
    """An administrator looked at the product as somebody else."""

    list_display = ("began_at", "administrator", "person", "reason", "ended_at", "pages_seen")
    list_select_related = ("administrator", "person")
    list_filter = ("began_at",)
    search_fields = ("administrator__name", "person__name", "reason")
    fields = ("administrator", "person", "reason", "began_at", "ended_at")
    inlines = (PagesInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeeingAs]:
        return super().get_queryset(request).annotate(seen=Count("pages"))

    @display(description=_("pages"), ordering="seen")
    def pages_seen(self, look: Any) -> int:
        return int(look.seen)
