"""Cases and what belongs to them: looked at and searched, never written here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from escalations.actions import set_aside
from escalations.admin.bases import RecordAdmin, RecordInline, page_of
from escalations.admin.filters import OpenFilter
from escalations.admin.imports import imports_page
from escalations.admin.moves import MovesCases
from escalations.admin.wording import SEVERITY_COLOURS, severity_label
from escalations.casefile.explanation import Explanation, UnknownClock, explain
from escalations.casefile.sentences import duration
from escalations.models import NEVER, Case, Clock, Escalation, Message, Review, Step, Survey
from escalations.rules.standing import SYSTEM


class OfCaseAdmin(RecordAdmin):
    """Records that are found by the reference of their case."""

    case_column = "case_id"
    search_help_text = _("A reference such as B-1042, or words of the subject.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, twice = super().get_search_results(request, queryset, search_term)
        key = Case.pk_of(search_term.strip())
        return (found | queryset.filter(**{self.case_column: key}), twice) if key else (found, twice)


class EscalationInline(RecordInline):
    model = Escalation
    fields = ("state", "source", "reason", "accountable", "started_at", "acknowledged_at", "ended_at")
    related = ("accountable__user", "case")
    hide_title = True


class ClockInline(RecordInline):
    model = Clock
    fields = ("kind", "state", "started_at", "due_at", "warned_at", "breached_at", "met_at", "explained")
    readonly_fields = ("explained",)
    hide_title = True
    show_change_link = False

    @display(description=_("why"))
    def explained(self, clock: Clock) -> str:
        return format_html('<a href="{}">{}</a>', page_of(clock), _("Explain"))


class MessageInline(RecordInline):
    model = Message
    fields = ("written_at", "is_public", "user", "contact", "body")
    related = ("user", "contact")
    hide_title = True
    show_change_link = False
    per_page = 50


@admin.register(Case)
class CaseAdmin(MovesCases, OfCaseAdmin):
    """A case as it is stored; people work on it at the desk."""

    case_column = "pk"
    list_display = ("reference", "subject", "state", "shown_severity", "level", "team", "owner", "organization", "due")
    list_display_links = ("reference", "subject")
    list_select_related = ("team", "owner__user", "organization")
    list_filter = ("state", "severity", "level", "team", "origin", "source", "is_dormant", "policy_version__policy")
    search_fields = ("subject", "external_id", "organization__name", "contact__name")
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {"fields": ("subject", "state", "outcome", "merged_into", "contact", "organization", "topic", "origin")},
        ),
        (
            _("Where it is"),
            {"fields": ("severity", "level", "entry_level", "team", "owner", "pause_reason")},
        ),
        (_("What was promised"), {"fields": ("policy_version", "impact", "urgency", "tier", "next_due_at", "wake_at")}),
        (_("When"), {"fields": ("opened_at", "resolved_at", "closed_at", "is_dormant", "source", "external_id")}),
    )
    inlines = (EscalationInline, ClockInline, MessageInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Every case: who may look at them here is said by the rights an administrator gives."""
        return Case.objects.visible_to(SYSTEM).order_by("-pk")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.imports)
        return [path("imports/", page, name="escalations_case_imports"), *super().get_urls()]

    def imports(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return imports_page(self.admin_site, request)

    @display(description=_("case"), ordering="pk")
    def reference(self, case: Case) -> str:
        return case.reference

    @display(description=_("severity"), ordering="severity", label=SEVERITY_COLOURS)
    def shown_severity(self, case: Case) -> tuple[int, str]:
        return severity_label(case.severity)

    @display(description=_("due next"), ordering="next_due_at")
    def due(self, case: Case) -> Any:
        return None if case.next_due_at == NEVER else case.next_due_at


class StepInline(RecordInline):
    model = Step
    fields = ("number", "move", "kind", "from_level", "to_level", "to_team", "person", "because", "started_at")
    related = ("to_team", "person__user")
    hide_title = True
    show_change_link = False


@admin.register(Escalation)
class EscalationAdmin(OfCaseAdmin):
    """A climb with its steps."""

    list_display = ("case", "state", "source", "reason", "accountable", "started_at", "acknowledged_at", "ended_at")
    list_select_related = ("case", "accountable__user")
    list_filter = (OpenFilter, "state", "source", "reason", "case__level", "case__team")
    search_fields = ("case__subject", "accountable__user__name")
    ordering = ("-pk",)
    fields = (
        "case",
        "state",
        "source",
        "reason",
        "accountable",
        "started_at",
        "acknowledged_at",
        "resolved_at",
        "ended_at",
        "next_check_at",
    )
    inlines = (StepInline,)


@admin.register(Clock)
class ClockAdmin(OfCaseAdmin):
    """A promise with its instants as stored, and explained from the journal."""

    list_display = ("case", "kind", "state", "started_at", "target", "due_at", "warned_at", "breached_at", "met_at")
    list_select_related = ("case",)
    list_filter = ("kind", "state", ("breached_at", admin.EmptyFieldListFilter))
    search_fields = ("case__subject",)
    ordering = ("-pk",)
    readonly_fields = ("target",)
    fields = (
        "case",
        "kind",
        "state",
        "escalation",
        "started_at",
        "target",
        "warn_percent",
        "calendar_version",
        "due_at",
        "warned_at",
        "breached_at",
        "met_at",
        "ended_at",
    )
    change_form_outer_before_template = "admin/escalations/clock_explained.html"

    class Media:
        css = {"all": ("css/tokens.css", "css/timeline.css")}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The stored row, below the explanation of its clock."""
        row = self.get_object(request, object_id)
        told = explanation_of(row) if row else None
        context = {**(extra_context or {}), "told": told, "told_nothing": told is None}
        shown: HttpResponse = super().change_view(request, object_id, form_url, context)
        return shown

    @display(description=_("target"), ordering="target_minutes")
    def target(self, clock: Clock) -> str:
        return duration(clock.target_minutes)


def explanation_of(clock: Clock) -> Explanation | None:
    """The clock of this row explained; None for one that the journal of its case does not know or cannot be read for.

    A case that cannot be read is set aside.
    """
    at = timezone.now()
    try:
        return explain(clock.case, clock.kind, clock.start_seq, SYSTEM, at)
    except UnknownClock:
        return None
    except Exception:
        if not set_aside.cannot_be_read(case_id=clock.case_id, at=at):
            raise
        return None


@admin.register(Review)
class ReviewAdmin(OfCaseAdmin):
    """What was learned from an escalation."""

    case_column = "escalation__case_id"
    list_display = ("of_case", "author", "causes", "written_at")
    list_select_related = ("escalation__case", "author__user")
    list_filter = ("written_at",)
    search_fields = ("causes", "lessons", "escalation__case__subject")
    ordering = ("-pk",)
    fields = ("escalation", "author", "causes", "lessons", "written_at")

    @display(description=_("case"))
    def of_case(self, review: Review) -> str:
        return str(review.escalation.case)


@admin.register(Survey)
class SurveyAdmin(OfCaseAdmin):
    """What customers thought of a solution."""

    list_display = ("case", "score", "contact", "answered_at", "comment")
    list_select_related = ("case", "contact")
    list_filter = ("score", "answered_at")
    search_fields = ("case__subject", "comment", "contact__name")
    ordering = ("-pk",)
    fields = ("case", "contact", "score", "comment", "answered_at")
