"""Business hours: calendars, and their versions with opening hours and special days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from customers.time_zones import time_zones
from escalations.actions import checking, policies
from escalations.admin.bases import (
    ConfigurationAdmin,
    RecordInline,
    VersionAdmin,
    VersionInline,
    confirmed,
    found_or_404,
    is_draft,
)
from escalations.admin.fields import SpecialWindowForm, WindowForm
from escalations.admin.holidays import Copying, coverage_warning
from escalations.admin.marks import mark
from escalations.admin.wording import STATE_COLOURS, state_words
from escalations.models import Calendar, CalendarVersion, Hours, SpecialDay, VersionState
from escalations.models.calendars import clock_time


class CalendarVersionsInline(RecordInline):
    """The versions of a calendar, newest first."""

    model = CalendarVersion
    fields = ("number", "state", "time_zone", "published_at")
    readonly_fields = fields
    related = ("calendar",)
    hide_title = True
    tab = False


@admin.register(Calendar)
class CalendarAdmin(ConfigurationAdmin):
    """The name under which policies find their hours."""

    list_display = ("name", "slug", "running")
    search_fields = ("name", "slug")
    list_filter = ("versions__state",)
    fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (CalendarVersionsInline,)
    actions_detail = ("begin",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Calendar]:
        found: QuerySet[Calendar] = super().get_queryset(request)
        return found.prefetch_related("versions")

    def has_begin_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return request.user.has_perm("escalations.change_calendarversion")

    @display(description=_("published version"))
    def running(self, calendar: Calendar) -> str:
        numbers = [row.number for row in calendar.versions.all() if row.state == VersionState.PUBLISHED]
        return str(max(numbers)) if numbers else str(_("none yet"))

    @action(description=_("New draft"), url_path="new-draft", icon="edit_note", permissions=["begin"])
    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        calendar = found_or_404(Calendar.objects.all(), object_id)
        return begin_draft(self, request, calendar)


def begin_draft(page: ConfigurationAdmin, request: HttpRequest, calendar: Calendar) -> HttpResponse:
    return confirmed(
        page,
        request,
        calendar,
        title=_("New draft"),
        question=_("Begin the next version of “%(name)s” with the hours of the newest one?") % {"name": calendar},
        act=lambda: policies.new_calendar_draft(calendar=calendar, by=request.user, at=timezone.now()),  # type: ignore[arg-type]
        done=_("Here is the new draft; change it and publish it when it is right."),
    )


class CalendarVersionForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [("", ""), *((name, name) for name in sorted(time_zones()))],  # no choice for an old name
        widget=UnfoldAdminSelectWidget,
    )


class WindowInline(VersionInline):
    """Times are written in a draft; afterwards they are read as people write them, not as minutes."""

    reading = {"opens": "opened", "closes": "closed"}

    def get_fields(self, request: HttpRequest, obj: CalendarVersion | None = None) -> tuple[str, ...]:
        return self.fields if is_draft(obj) else tuple(self.reading.get(name, name) for name in self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarVersion | None = None) -> tuple[str, ...]:
        return self.readonly_fields if is_draft(obj) else (*self.readonly_fields, *self.reading.values())

    @display(description=_("opens"))
    def opened(self, row: Hours | SpecialDay) -> str:
        return str(_("closed")) if row.opens is None else clock_time(row.opens)

    @display(description=_("closes"))
    def closed(self, row: Hours | SpecialDay) -> str:
        return "" if row.closes is None else clock_time(row.closes)


class HoursInline(WindowInline):
    model = Hours
    form = WindowForm
    fields = ("weekday", "opens", "closes")


class SpecialDayForm(SpecialWindowForm):
    """A date whose empty times say what they mean."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "opens" in self.fields:
            self.fields["opens"].widget.attrs["placeholder"] = _("closed")
            self.fields["closes"].widget.attrs["placeholder"] = ""


class SpecialDayInline(WindowInline):
    model = SpecialDay
    form = SpecialDayForm
    fields = ("date", "name", "opens", "closes", "is_observed", "source")
    readonly_fields = ("source",)
    per_page = 100  # more rows in one form than Django takes would be refused as a whole


@admin.register(CalendarVersion)
class CalendarVersionAdmin(VersionAdmin):
    """The hours of a calendar; policies that are published pin the newest published version."""

    form = CalendarVersionForm
    list_display = ("__str__", "shown_state", "time_zone", "published_at")
    list_select_related = ("calendar",)
    list_filter = ("state", "calendar")
    search_fields = ("calendar__name", "calendar__slug", "time_zone")
    fields = ("calendar", "number", "time_zone", "published_at")
    readonly_fields = ("calendar", "number", "published_at")
    inlines = (HoursInline, SpecialDayInline)
    actions_detail = ("publish", "copy_holidays", "begin")
    change_form_outer_before_template = "admin/escalations/holidays_state.html"

    def has_copy_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self.has_publish_permission(request, object_id) and request.user.has_perm("escalations.add_specialday")

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        version = self.get_object(request, object_id) if object_id else None
        return version is not None and self.has_change_permission(request, version)

    def has_begin_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        version = self.get_object(request, object_id) if object_id else None
        return version is not None and version.state != VersionState.DRAFT and self.may_configure(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        context: dict[str, Any] = dict(extra_context or {})
        if version is not None:
            draft = version.state == VersionState.DRAFT
            context["version_words"] = state_words(version)
            context["coverage"] = coverage_warning(version) if version.state != VersionState.RETIRED else ""
            context["may_copy"] = self.has_copy_permission(request, object_id)
        found: HttpResponse = super().change_view(request, object_id, form_url, context)
        if version is not None and draft and isinstance(found, TemplateResponse):
            found.context_data = found.context_data or {}
            found.context_data["findings"] = mark(found, checking.calendar_findings(version))
        return found

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, version: CalendarVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @action(description=_("Publish"), url_path="publish", icon="check_circle", permissions=["publish"])
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = found_or_404(CalendarVersion.objects.select_related("calendar"), object_id)

        def act() -> CalendarVersion:
            policies.publish_calendar(version=version, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            self._name_outdated(request, version)
            return version

        return confirmed(
            self,
            request,
            version,
            title=_("Publish"),
            question=self._before_publishing(version),
            act=act,
            done=_("Published: policies that are published from now on work by these hours."),
            findings=checking.calendar_findings(version),
        )

    def _before_publishing(self, version: CalendarVersion) -> str:
        question = translate("Publish “%(name)s”? Its hours can never be changed afterwards.") % {"name": version}
        return f"{question} {coverage_warning(version)}".strip()

    def _name_outdated(self, request: HttpRequest, version: CalendarVersion) -> None:
        behind = ", ".join(str(pin.version) for pin in checking.outdated_pins(version.calendar))
        if behind:
            text = _("Still on older hours: %(names)s. Publish a new version of each to change that.")
            messages.warning(request, text % {"names": behind})

    @action(description=_("Copy holidays"), url_path="holidays", icon="event_busy", permissions=["copy"])
    def copy_holidays(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return Copying(
            self, request, found_or_404(CalendarVersion.objects.select_related("calendar"), object_id)
        ).answer()

    @action(description=_("New draft from this"), url_path="new-draft", icon="edit_note", permissions=["begin"])
    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = found_or_404(CalendarVersion.objects.select_related("calendar"), object_id)
        return begin_draft(self, request, version.calendar)
