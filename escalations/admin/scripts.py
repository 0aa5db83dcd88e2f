"""What the front line tries in order, and the outside parties that may be asked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from escalations.admin.bases import ChoicesOnce, ConfigurationAdmin
from escalations.admin.switches import AsksBeforeSwitchingOff
from escalations.models import OutsideParty, Script, ScriptLine


class LineInline(ChoicesOnce, TabularInline):
    """The lines of a script. One that was done on a case is retired, not deleted."""

    model = ScriptLine
    extra = 0
    hide_title = True
    fields = ("position", "body", "article", "is_active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScriptLine]:
        found: QuerySet[ScriptLine] = super().get_queryset(request)
        return found.select_related("article", "script")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Script)
class ScriptAdmin(AsksBeforeSwitchingOff, ConfigurationAdmin):
    """An ordered checklist for a topic at a level."""

    list_display = ("name", "topic", "level", "lines", "is_active")
    list_select_related = ("topic",)
    list_filter = ("level", "topic", "is_active")
    search_fields = ("name", "lines__body")
    fields = ("name", "topic", "level", "is_active")
    inlines = (LineInline,)
    history_of = ("lines",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Script]:
        found: QuerySet[Script] = super().get_queryset(request)
        return found.prefetch_related("lines")

    @display(description=_("lines"))
    def lines(self, script: Script) -> int:
        return sum(line.is_active for line in script.lines.all())


@admin.register(OutsideParty)
class OutsidePartyAdmin(AsksBeforeSwitchingOff, ConfigurationAdmin):
    """Somebody outside whom we depend on."""

    list_display = ("name", "contact", "email", "phone", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "slug", "contact", "email")
    fields = ("name", "slug", "contact", "email", "phone", "is_active")
    prepopulated_fields = {"slug": ("name",)}
