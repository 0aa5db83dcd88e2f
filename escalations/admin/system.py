"""The journal, the notices it called for, and the signs of life of the engine."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Substr
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from customers.models import Contact, User
from escalations.admin.bases import RecordAdmin
from escalations.admin.cases import OfCaseAdmin
from escalations.models import Event, Notice, NoticeState, Pulse

NOTICE_COLOURS = {NoticeState.WAITING: "warning", NoticeState.ACCEPTED: "success", NoticeState.FAILED: "danger"}


def with_name(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Adds `person`: the name behind a code such as user:… or contact:…, else the code itself; one statement."""
    names = (
        Subquery(model.objects.filter(uid=Substr(OuterRef(column), len(prefix) + 1)).values("name")[:1])
        for model, prefix in ((User, "user:"), (Contact, "contact:"))
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


@admin.register(Notice)
class NoticeAdmin(OfCaseAdmin):
    """Who was told what, by which way, and whether it arrived."""

    list_display = ("written_at", "case", "told", "channel", "shown_state", "tries", "seen_at", "last_error")
    list_select_related = ("case",)
    list_filter = ("state", "channel", "event__kind", "written_at")
    search_fields = ("case__subject", "recipient", "last_error")
    ordering = ("-pk",)
    fields = (
        "case",
        "event",
        "told",
        "recipient",
        "channel",
        "state",
        "written_at",
        "next_try_at",
        "tries",
        "last_error",
        "accepted_at",
        "seen_at",
    )
    readonly_fields = ("told",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return with_name(super().get_queryset(request), "recipient")

    @display(description=_("to"))
    def told(self, notice: Any) -> str:
        return str(notice.person)

    @display(description=_("state"), ordering="state", label=NOTICE_COLOURS)
    def shown_state(self, notice: Notice) -> tuple[str, str]:
        return notice.state, notice.get_state_display()


@admin.register(Pulse)
class PulseAdmin(RecordAdmin):
    """When each part of the engine was last seen."""

    list_display = ("component", "at")
    list_filter = ("at",)
    search_fields = ("component",)
