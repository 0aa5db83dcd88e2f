"""The side bar of the back office, in the order an administrator thinks."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from escalations.models import Notice, NoticeState, SetAside, Violation

# Each page as (words, icon, app and model); the first page of a section opens it.
Page = tuple[Any, str, str]
STRUCTURE: list[tuple[Any, list[Page]]] = [
    (
        _("Organization"),
        [
            (_("Teams"), "groups", "escalations.team"),
            (_("Agents"), "badge", "escalations.agent"),
            (_("Skills"), "psychology", "escalations.skill"),
            (_("Duty"), "event_repeat", "escalations.rota"),
            (_("Absences"), "event_busy", "escalations.absence"),
            (_("Users"), "person", "customers.user"),
            (_("Groups"), "admin_panel_settings", "auth.group"),
        ],
    ),
    (
        _("Customers"),
        [
            (_("Organizations"), "apartment", "customers.organization"),
            (_("Contacts"), "contacts", "customers.contact"),
            (_("Undeliverable addresses"), "unsubscribe", "customers.undeliverableaddress"),
            (_("Support plans"), "workspace_premium", "customers.supportplan"),
        ],
    ),
    (
        _("Procedure"),
        [
            (_("Policies"), "rule", "escalations.policy"),
            (_("Policy versions"), "stairs", "escalations.policyversion"),
            (_("Moves to a version"), "move_up", "escalations.versionmove"),
            (_("Calendars"), "calendar_month", "escalations.calendar"),
            (_("Calendar versions"), "schedule", "escalations.calendarversion"),
            (_("Topics"), "sell", "escalations.topic"),
            (_("Pause reasons"), "pause_circle", "escalations.pausereason"),
            (_("Scripts"), "checklist", "escalations.script"),
            (_("Outside parties"), "handshake", "escalations.outsideparty"),
            (_("Storm brake"), "front_hand", "escalations.stormbrake"),
        ],
    ),
    (
        _("Knowledge"),
        [
            (_("Articles"), "article", "knowledgebase.article"),
            (_("Categories"), "folder", "knowledgebase.category"),
        ],
    ),
    (
        _("Cases"),
        [
            (_("Cases"), "inbox", "escalations.case"),
            (_("Escalations"), "trending_up", "escalations.escalation"),
            (_("Wishes for escalation"), "campaign", "escalations.ask"),
            (_("Decisions"), "gavel", "escalations.decision"),
            (_("Findings"), "lightbulb", "escalations.finding"),
            (_("Plans"), "task_alt", "escalations.plan"),
            (_("Requests"), "assignment_ind", "escalations.request"),
            (_("Account escalations"), "domain", "escalations.accountescalation"),
            (_("Clocks"), "timer", "escalations.clock"),
            (_("Reviews"), "school", "escalations.review"),
            (_("Surveys"), "star", "escalations.survey"),
        ],
    ),
    (
        _("Communication"),
        [
            (_("Letters"), "stylus_note", "escalations.lettertemplate"),
            (_("Notices"), "notifications", "escalations.notice"),
            (_("Ways out"), "outbox", "escalations.lane"),
            (_("Mailboxes"), "inbox", "escalations.mailbox"),
            (_("Received mails"), "mark_email_unread", "escalations.receivedmail"),
            (_("Endpoints"), "webhook", "escalations.endpoint"),
            (_("Allowed hosts"), "verified_user", "escalations.allowedhost"),
        ],
    ),
    (
        _("System"),
        [
            (_("Journal"), "history", "escalations.event"),
            (_("Bulletins"), "sticky_note_2", "escalations.bulletin"),
            (_("Storms"), "thunderstorm", "escalations.storm"),
            (_("Climbs held back"), "pan_tool", "escalations.heldclimb"),
            (_("Path checks"), "route", "escalations.pathcheck"),
            (_("Violations"), "gpp_maybe", "escalations.violation"),
            (_("Audits"), "verified_user", "escalations.audit"),
            (_("Cases set aside"), "report", "escalations.setaside"),
            (_("Signs of life"), "monitor_heart", "escalations.pulse"),
        ],
    ),
]


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """What unfold draws; pages that this person may not look at are left out."""
    found = ((title, [_item(*page) for page in pages if _may_view(request, page[-1])]) for title, pages in STRUCTURE)
    return [{"title": title, "separator": True, "collapsible": True, "items": items} for title, items in found if items]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page says above everything else: what the auditor found, what is set aside, dead letters."""
    if _may_view(request, "escalations.violation"):
        context["violations"] = Violation.objects.open().count()
    if _may_view(request, "escalations.setaside"):
        context["cases_set_aside"] = SetAside.objects.count()
    if _may_view(request, "escalations.notice"):
        context["dead_letters"] = Notice.objects.filter(state=NoticeState.FAILED).count()
    return context


def _item(title: Any, icon: str, model: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
    }


def _may_view(request: HttpRequest, model: str) -> bool:
    """The page itself says so: a few are open to whoever has a right that stands for them."""
    return bool(site.get_model_admin(apps.get_model(model)).has_view_permission(request))
