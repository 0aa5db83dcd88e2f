"""The side bar of the back office, in the order an administrator thinks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.admin.front_page import front_page


@dataclass(frozen=True, slots=True)
class Page:
    """An entry: its words, its icon, the model whose right opens it; without a name of its own the list of the model.

    With a query it is a part of that list. Some pages are only for whoever has all power.
    """

    words: Any
    icon: str
    model: str
    name: str = ""
    query: str = ""
    for_all_power: bool = False

    @property
    def path(self) -> str:
        return reverse(f"admin:{self.name or self.model.replace('.', '_') + '_changelist'}")


# The first page of a section opens it. A model that has no page in the back office is left out.
STRUCTURE: list[tuple[Any, list[Page]]] = [
    (
        _("Organization"),
        [
            Page(_("Users"), "person", "customers.user"),
            Page(_("Invitations"), "forward_to_inbox", "customers.invitation"),
            Page(_("Agents"), "badge", "escalations.agent"),
            Page(_("Teams"), "groups", "escalations.team"),
            Page(_("Skills"), "psychology", "escalations.skill"),
            Page(_("Duty"), "event_repeat", "escalations.rota"),
            Page(_("Absences"), "event_busy", "escalations.absence"),
            Page(_("Roles"), "admin_panel_settings", "auth.group"),
            Page(_("House rules"), "gavel", "escalations.houserules"),
        ],
    ),
    (
        _("Customers"),
        [
            Page(_("Organizations"), "apartment", "customers.organization"),
            Page(_("Support plans"), "workspace_premium", "customers.supportplan"),
            Page(_("Contacts"), "contacts", "customers.contact"),
            Page(_("Undeliverable addresses"), "unsubscribe", "customers.undeliverableaddress"),
        ],
    ),
    (
        _("Procedure"),
        [
            Page(_("Policies"), "rule", "escalations.policy"),
            Page(_("Policy versions"), "stairs", "escalations.policyversion"),
            Page(_("Moves to a version"), "move_up", "escalations.versionmove"),
            Page(_("Who has read it"), "mark_email_read", "escalations.reading"),
            Page(_("Who is trained"), "school", "escalations.trainingrecord"),
            Page(_("Path checks"), "route", "escalations.pathcheck"),
            Page(_("Calendars"), "calendar_month", "escalations.calendar"),
            Page(_("Calendar versions"), "schedule", "escalations.calendarversion"),
            Page(_("Topics"), "sell", "escalations.topic"),
            Page(_("Pause reasons"), "pause_circle", "escalations.pausereason"),
            Page(_("Scripts"), "checklist", "escalations.script"),
            Page(_("Outside parties"), "handshake", "escalations.outsideparty"),
        ],
    ),
    (
        _("Communication"),
        [
            Page(_("Mailboxes"), "inbox", "escalations.mailbox"),
            Page(_("Received mails"), "mark_email_unread", "escalations.receivedmail"),
            Page(_("Letters"), "stylus_note", "escalations.lettertemplate"),
            Page(_("Canned replies"), "quickreply", "escalations.cannedreply"),
            Page(_("Macros"), "playlist_play", "escalations.macro"),
            Page(_("Ways out"), "outbox", "escalations.lane"),
            Page(_("Endpoints"), "webhook", "escalations.endpoint"),
            Page(_("Allowed hosts"), "verified_user", "escalations.allowedhost"),
            Page(_("Notices"), "notifications", "escalations.notice"),
            Page(_("Bulletins"), "sticky_note_2", "escalations.bulletin"),
        ],
    ),
    (
        _("Knowledge"),
        [
            Page(_("Articles"), "article", "knowledgebase.article"),
            Page(_("Categories"), "folder", "knowledgebase.category"),
        ],
    ),
    (
        _("Cases"),
        [
            Page(_("Cases"), "inbox", "escalations.case"),
            Page(_("Escalations"), "trending_up", "escalations.escalation"),
            Page(_("Wishes for escalation"), "campaign", "escalations.ask"),
            Page(_("Decisions"), "gavel", "escalations.decision"),
            Page(_("Findings"), "lightbulb", "escalations.finding"),
            Page(_("Plans"), "task_alt", "escalations.plan"),
            Page(_("Requests"), "assignment_ind", "escalations.request"),
            Page(_("Account escalations"), "domain", "escalations.accountescalation"),
            Page(_("Clocks"), "timer", "escalations.clock"),
            Page(_("Reviews"), "reviews", "escalations.review"),
            Page(_("Surveys"), "star", "escalations.survey"),
        ],
    ),
    (
        _("System"),
        [
            Page(_("Health"), "ecg_heart", "escalations.pulse", name="escalations_pulse_health"),
            Page(_("Violations"), "gpp_maybe", "escalations.violation"),
            Page(_("Audits"), "fact_check", "escalations.audit"),
            Page(_("Dead letters"), "unsubscribe", "escalations.notice", query="?state__exact=failed"),
            Page(_("Cases set aside"), "report", "escalations.setaside"),
            Page(_("Journal"), "history", "escalations.event"),
            Page(_("Imports"), "upload_file", "escalations.case", name="escalations_case_imports"),
            Page(
                _("Configuration"),
                "settings_backup_restore",
                "escalations.stormbrake",
                name="escalations_configuration",
                for_all_power=True,
            ),
            Page(_("Storm brake"), "front_hand", "escalations.stormbrake"),
            Page(_("Storms"), "thunderstorm", "escalations.storm"),
            Page(_("Climbs held back"), "pan_tool", "escalations.heldclimb"),
            Page(_("Signs of life"), "monitor_heart", "escalations.pulse"),
            Page(_("Access tokens"), "key", "customers.accesstoken"),
            Page(_("Looks as somebody else"), "visibility", "escalations.seeingas"),
            Page(_("Failed sign-ins"), "lock_person", "axes.accessattempt"),
            Page(_("Second factors"), "phonelink_lock", "mfa.authenticator"),
        ],
    ),
]


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """What unfold draws; pages that this person may not look at are left out."""
    pages = {model._meta.label_lower: page for model, page in site._registry.items()}
    found = []
    for title, listed in STRUCTURE:
        # The page itself says so: a few are open to whoever has a right that stands for them.
        open_to = [page for page in listed if page.model in pages and pages[page.model].has_view_permission(request)]
        open_to = [page for page in open_to if request.user.is_superuser or not page.for_all_power]
        items = _items(open_to, request)
        if items:
            found.append({"title": title, "separator": True, "collapsible": True, "items": items})
    return found


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page says above everything else."""
    context["front"] = front_page(request, timezone.now())
    return context


def _items(pages: list[Page], request: HttpRequest) -> list[dict[str, Any]]:
    """Of a list and a part of it only the one that is open is marked."""
    here = [page for page in pages if page.query and _is_here(page, request)]
    return [
        {
            "title": page.words,
            "icon": page.icon,
            "link": page.path + page.query,
            "active": page in here if here or page.query else _is_below(page, pages, request),
        }
        for page in pages
    ]


def _is_here(page: Page, request: HttpRequest) -> bool:
    return request.path == page.path and request.GET.urlencode() == page.query.removeprefix("?")


def _is_below(page: Page, pages: list[Page], request: HttpRequest) -> bool:
    """Whether the page that is shown lies below this one, and below none that is nearer."""
    nearer = [other for other in pages if len(other.path) > len(page.path) and request.path.startswith(other.path)]
    return request.path.startswith(page.path) and not nearer
