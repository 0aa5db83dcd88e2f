"""What watches over the ladder itself: the storm brake with its storms, the daily path checks, the bulletins."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from escalations.admin import configuration
from escalations.admin.bases import ConfigurationAdmin, RecordAdmin, RecordInline
from escalations.admin.cases import OfCaseAdmin
from escalations.admin.switches import AsksBeforeSwitchingOff
from escalations.casefile import path_words
from escalations.models import Bulletin, HeldClimb, PathCheck, Storm, StormBrake


@admin.register(StormBrake)
class StormBrakeAdmin(AsksBeforeSwitchingOff, ConfigurationAdmin):
    """How many cases may climb by themselves before a person is asked: one row for all."""

    switch = "is_on"

    list_display = ("__str__", "climbs", "minutes", "is_on")
    list_filter = ("is_on",)
    search_fields = ("climbs",)
    fields = ("climbs", "minutes", "is_on")

    def get_urls(self) -> list[URLPattern]:
        """With the page of the whole configuration, of which this is a part."""
        return [*configuration.addresses(self.admin_site), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Asked on every page of the back office; the rows are only counted where the answer is shown or used."""
        here = request.path.startswith(reverse("admin:escalations_stormbrake_changelist"))
        return bool(super().has_add_permission(request)) and not (here and StormBrake.objects.exists())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HeldInline(RecordInline):
    model = HeldClimb
    fields = ("case", "to_level", "held_at", "released_at")
    related = ("case",)
    hide_title = True
    tab = False
    show_change_link = False
    per_page = 50


@admin.register(Storm)
class StormAdmin(RecordAdmin):
    """More cases than allowed wanted to climb at once; it is ended at the desk."""

    list_display = ("began_at", "is_open", "ended_at", "ended_by", "let_climb")
    list_select_related = ("ended_by",)
    list_filter = ("is_open", "let_climb", "began_at")
    search_fields = ("uid", "ended_by__name")
    fields = ("began_at", "is_open", "ended_at", "ended_by", "let_climb")
    inlines = (HeldInline,)


@admin.register(HeldClimb)
class HeldClimbAdmin(OfCaseAdmin):
    """A climb that waited until somebody had looked."""

    list_display = ("case", "to_level", "held_at", "released_at")
    list_select_related = ("case", "storm")
    list_filter = ("to_level", ("released_at", admin.EmptyFieldListFilter))
    search_fields = ("case__subject",)
    ordering = ("-pk",)
    fields = ("storm", "case", "to_level", "held_at", "released_at")


@admin.register(PathCheck)
class PathCheckAdmin(RecordAdmin):
    """What was wrong with the paths of a policy on one day; it is confirmed at the desk."""

    list_display = ("policy", "checked_on", "number", "confirmed_at", "confirmed_by")
    list_select_related = ("policy", "confirmed_by__user")
    list_filter = ("policy", ("confirmed_at", admin.EmptyFieldListFilter), "checked_on")
    search_fields = ("policy__name", "policy__slug")
    fields = ("policy", "checked_on", "checked_at", "in_words", "confirmed_at", "confirmed_by", "at_the_desk")
    readonly_fields = ("in_words", "at_the_desk")

    @display(description=_("found"))
    def number(self, check: PathCheck) -> int:
        return len(check.findings)

    @display(description=_("found"))
    def in_words(self, check: PathCheck) -> SafeString | str:
        found = path_words.told(check)
        row = '<li><a class="underline" href="{}">{}</a></li>'
        items = format_html_join("", row, ((finding.mend, finding.sentence) for finding in found))
        return format_html("<ul>{}</ul>", items) if found else str(_("nothing"))

    @display(description=_("confirm it"))
    def at_the_desk(self, check: PathCheck) -> SafeString:
        words = _("on its page at the desk: the owner of the policy, or an administrator who works here")
        return format_html('<a class="underline" href="{}">{}</a>', reverse("desk:path_check", args=[check.uid]), words)


@admin.register(Bulletin)
class BulletinAdmin(RecordAdmin):
    """What people were told beside cases."""

    list_display = ("written_at", "kind", "path")
    list_filter = ("kind", "written_at")
    search_fields = ("about", "path")
    fields = ("kind", "about", "path", "data", "written_at")
