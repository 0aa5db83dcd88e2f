"""What the auditor looked at, and what it found: looked at here, mended where it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from escalations.admin.bases import RecordAdmin
from escalations.admin.cases import OfCaseAdmin
from escalations.models import Audit, Violation, words
from escalations.rules.violations import Repair, ViolationKind

STATE_COLOURS = {"open": "danger", "over": "success"}
# What a person does about what the auditor cannot mend, or could not.
REMEDIES: dict[str, Any] = {
    ViolationKind.UNACCOUNTED: _("Nobody could take it over: add somebody who is there to the team of the case."),
    ViolationKind.OWNER_LEFT: _("Give the case to somebody who works here."),
    ViolationKind.UNCHECKED: _("See whether the sweep runs, and whether the case is set aside with an error."),
    ViolationKind.UNTOLD: _("Call whoever has the step, and see why no notice reaches anybody."),
    ViolationKind.UNHANDLED: _("See whether the sweep runs: worker and beat must be alive."),
    ViolationKind.SET_ASIDE: _("Mend what its error names, on the page of cases set aside, and try it again there."),
    ViolationKind.LOST: _("They were made due again; see who writes into the database past Belay."),
    ViolationKind.LATE: _("See whether the server behind this channel answers, and whether delivery runs."),
    ViolationKind.UNFOLDED: _("They were made due again and go out by themselves."),
    ViolationKind.SILENT: _("Start this part again; its log says why it stopped."),
    ViolationKind.JOURNAL: _(
        "Somebody or something changed the journal past Belay. Keep the database as it is, compare it with a backup, "
        "and find out who could write to it. Nothing here is mended by itself: that would hide it."
    ),
    ViolationKind.CLOCKS: _("They are corrected from the journal; before and after stand there."),
    ViolationKind.UNREADABLE: _(
        "The case is set aside with its error; run verify_journal, and update Belay if it is older."
    ),
    ViolationKind.PATH: _("Add people to this team, or publish a version whose level names another one."),
    ViolationKind.DUTY: _("Put people into the rota of this team again, or make a rota for it."),
    ViolationKind.UNANSWERED: _("The log says why the question failed; until then nobody knows the answer."),
}


class OverFilter(admin.SimpleListFilter):
    """Whether a violation is over."""

    title = _("over")
    parameter_name = "over"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Violation]) -> QuerySet[Violation]:
        if self.value() in ("no", "yes"):
            return queryset.filter(over_at__isnull=self.value() == "no")
        return queryset


class KindFilter(admin.SimpleListFilter):
    """What is wrong, in words."""

    title = _("what")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(words.VIOLATIONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Violation]) -> QuerySet[Violation]:
        return queryset.filter(kind=self.value()) if self.value() in words.VIOLATIONS else queryset


@admin.register(Violation)
class ViolationAdmin(OfCaseAdmin):
    """What must not be, from when it was found until it was over; those that last stand first."""

    list_display = ("what", "case", "shown_about", "state", "found_at", "done", "over_at")
    list_select_related = ("case",)
    list_filter = (OverFilter, KindFilter, "found_at")
    search_fields = ("about", "case__subject")
    ordering = (F("over_at").desc(nulls_first=True), "-found_at")
    fields = (
        "what",
        "state",
        "case",
        "about",
        "details",
        "what_to_do",
        "done",
        "found_at",
        "last_found_at",
        "times",
        "told_at",
        "repaired_at",
        "over_at",
    )
    readonly_fields = ("what", "state", "details", "what_to_do", "done")

    @display(description=_("what"), ordering="kind")
    def what(self, row: Violation) -> str:
        return row.in_words

    @display(description=_("about"), ordering="about")
    def shown_about(self, row: Violation) -> str:
        """Where it is no case: the part, the channel or the team."""
        return "" if row.case_id else str(row.data.get("team", row.about))

    @display(description=_("state"), ordering="over_at", label=STATE_COLOURS)
    def state(self, row: Violation) -> tuple[str, Any]:
        return ("over", _("over")) if row.over_at else ("open", _("open"))

    @display(description=_("what was done"), ordering="repair")
    def done(self, row: Violation) -> str:
        return row.repair_in_words

    @display(description=_("what to do"))
    def what_to_do(self, row: Violation) -> str:
        mended = row.repair and row.repair != Repair.FAILED
        return str(_("Nothing, if the next look finds it over.") if mended else REMEDIES.get(row.kind, ""))

    @display(description=_("details"))
    def details(self, row: Violation) -> SafeString:
        return format_html_join("", "<div>{}</div>", ((line,) for line in _lines(row.data)))


def _lines(data: dict[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list):
            yield from (str(item) for item in value)
        else:
            yield f"{name}: {value}"


@admin.register(Audit)
class AuditAdmin(RecordAdmin):
    """Each look of the auditor of the last days."""

    list_display = ("at", "open_escalations", "findings", "milliseconds", "statements")
    list_filter = ("at",)
    search_fields = ("findings",)
    ordering = ("-at",)
    fields = ("at", "open_escalations", "findings", "milliseconds", "statements", "chain_from", "chain_to")
