"""What belongs to the work on an escalation: looked at and searched, never written here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from escalations.admin.bases import RecordAdmin, RecordInline
from escalations.admin.cases import OfCaseAdmin
from escalations.models import AccountEscalation, Ask, Decision, Finding, Plan, PlanStep, Request


@admin.register(Ask)
class AskAdmin(OfCaseAdmin):
    """A customer asked for escalation, and what the answer was."""

    list_display = ("case", "reason", "state", "contact", "asked_at", "answered_at", "answered_by")
    list_select_related = ("case", "contact", "answered_by__user")
    list_filter = ("state", "reason", "asked_at")
    search_fields = ("case__subject", "contact__name")
    ordering = ("-pk",)
    fields = (
        "case",
        "contact",
        "reason",
        "stake",
        "reach",
        "state",
        "asked_at",
        "answered_at",
        "answered_by",
        "answer",
    )


@admin.register(Request)
class RequestAdmin(OfCaseAdmin):
    """A part of the work that somebody else owes."""

    list_display = ("case", "owes", "state", "their_reference", "asked_at", "next_chase_at", "chased", "answered_at")
    list_select_related = ("case", "team", "party")
    list_filter = ("state", "team", "party")
    search_fields = ("case__subject", "body", "their_reference", "contact")
    ordering = ("-pk",)
    fields = (
        "case",
        "escalation",
        "team",
        "party",
        "contact",
        "their_reference",
        "body",
        "asked_by",
        "asked_at",
        "state",
        "chase_minutes",
        "next_chase_at",
        "chased",
        "answered_at",
        "answer",
    )

    @display(description=_("owed by"))
    def owes(self, request: Request) -> str:
        return request.whom


class OfClimbAdmin(OfCaseAdmin):
    """Records of an escalation, found by the reference of its case."""

    case_column = "escalation__case_id"


@admin.register(Finding)
class FindingAdmin(OfClimbAdmin):
    """Something that was found out."""

    list_display = ("escalation", "found_at", "author", "body")
    list_select_related = ("escalation__case", "author__user")
    list_filter = ("found_at",)
    search_fields = ("body", "escalation__case__subject")
    ordering = ("-pk",)
    fields = ("escalation", "author", "found_at", "body", "written_at")


class PlanStepInline(RecordInline):
    model = PlanStep
    fields = ("position", "body", "owner", "due_on", "done_at", "done_by")
    related = ("owner__user", "done_by__user")
    hide_title = True
    tab = False
    show_change_link = False


@admin.register(Plan)
class PlanAdmin(OfClimbAdmin):
    """How an escalation is solved."""

    list_display = ("escalation", "author", "target_at", "written_at")
    list_select_related = ("escalation__case", "author__user")
    list_filter = ("written_at",)
    search_fields = ("escalation__case__subject", "steps__body")
    ordering = ("-pk",)
    fields = ("escalation", "author", "target_at", "written_at")
    inlines = (PlanStepInline,)


@admin.register(Decision)
class DecisionAdmin(OfCaseAdmin):
    """What was asked of a manager, and the answer."""

    case_column = "step__escalation__case_id"
    list_display = ("question", "person", "amount", "currency", "due_at", "verdict", "decided_at")
    list_select_related = ("person__user", "step__escalation__case")
    list_filter = ("verdict", ("decided_at", admin.EmptyFieldListFilter))
    search_fields = ("question", "step__escalation__case__subject")
    ordering = ("-pk",)


@admin.register(AccountEscalation)
class AccountEscalationAdmin(RecordAdmin):
    """Several cases of one customer in one hand."""

    list_display = ("organization", "manager", "rhythm_minutes", "opened_at", "closed_at")
    list_select_related = ("organization", "manager__user")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "opened_at")
    search_fields = ("organization__name", "why", "manager__user__name")
    fields = ("organization", "manager", "why", "rhythm_minutes", "opened_at", "opened_by", "closed_at", "lessons")
