"""Who was told what, every try of it, what is tried again by hand, and how the ways out fare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from escalations.actions import dead_letters
from escalations.admin.bases import RecordAdmin, RecordInline
from escalations.admin.buttons import Button, WithButtons
from escalations.admin.cases import OfCaseAdmin
from escalations.admin.system import with_name
from escalations.models import Attempt, Lane, Notice, NoticeState

COLOURS = {
    NoticeState.WAITING: "warning",
    NoticeState.ACCEPTED: "success",
    NoticeState.FAILED: "danger",
    NoticeState.BOUNCED: "danger",
}
REMEDY = _(
    "Nothing more is tried by itself. Look at what the other side said below, mend it – an address, a mailbox that is "
    "full, an endpoint – and have it tried again. It keeps its identity, so whoever got it after all sees it once."
)


class AttemptInline(RecordInline):
    """Every try of a notice, the newest first."""

    model = Attempt
    fields = ("number", "began_at", "took", "outcome", "code", "answer")
    readonly_fields = ("took",)
    ordering = ("-number",)
    hide_title = True
    tab = False
    show_change_link = False
    per_page = 50

    @display(description=_("took"))
    def took(self, attempt: Attempt) -> str:
        """How long the other side took, in seconds; nothing for one that a death cut off."""
        return f"{(attempt.ended_at - attempt.began_at).total_seconds():.1f} s" if attempt.ended_at else ""


@admin.register(Notice)
class NoticeAdmin(WithButtons, OfCaseAdmin):
    """Who was told what, by which way, and whether it arrived. What was given up is tried again from here."""

    list_display = ("written_at", "case", "told_to", "channel", "shown_state", "tries", "seen_at", "last_error")
    list_select_related = ("case",)
    list_filter = ("state", "channel", "over_budget", "is_urgent", "is_held", "event__kind", "written_at")
    search_fields = ("case__subject", "recipient", "last_error", "uid")
    search_help_text = _("A reference such as B-1042, words of the subject or the error, or the id of a delivery.")
    ordering = ("-pk",)
    fields = (
        "case",
        "event",
        "bulletin",
        "told_to",
        "recipient",
        "channel",
        "state",
        "written_at",
        ("is_urgent", "is_held", "over_budget"),
        "folded_into",
        "next_try_at",
        "tries",
        "last_error",
        "accepted_at",
        "bounced_at",
        "seen_at",
        "uid",
    )
    readonly_fields = ("told_to", "uid")
    inlines = (AttemptInline,)
    actions = ("try_again",)
    list_before_template = "admin/escalations/dead_letters.html"
    buttons = (
        Button(_("Try again now"), "try-again", "try_one_again"),
        Button(_("Deliver once more"), "replay", "replay"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return with_name(super().get_queryset(request), "recipient")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list of dead letters says what to do about them."""
        dead = request.GET.get("state__exact") == NoticeState.FAILED.value
        context = {**(extra_context or {}), "dead_letters": REMEDY if dead else ""}
        if dead:
            context["title"] = translate("Dead letters")
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def offers(self, row: Notice, button: Button) -> bool:
        if button.method == "replay":
            return row.state == NoticeState.ACCEPTED and row.recipient.startswith("endpoint:")
        return row.state == NoticeState.FAILED

    def told(self, row: Notice) -> Any:
        return REMEDY if row.state == NoticeState.FAILED else ""

    @display(description=_("to"))
    def told_to(self, notice: Any) -> str:
        return str(notice.person)

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, notice: Notice) -> tuple[str, str]:
        return notice.state, notice.get_state_display()

    @action(description=_("Try again now"), permissions=["button"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        self._try_again(request, queryset)

    def try_one_again(self, request: HttpRequest, row: Notice) -> None:
        self._try_again(request, [row])

    def _try_again(self, request: HttpRequest, notices: Iterable[Notice]) -> None:
        """Only what was given up is tried again, and as many are counted."""
        dead = [row for row in notices if row.state == NoticeState.FAILED]
        for row in dead:
            self.log_change(request, row, str(_("Tried again")))
        number = dead_letters.try_again(notices=dead, at=timezone.now())
        said = ngettext(
            "%(number)s notice is tried again with the next round, within seconds.",
            "%(number)s notices are tried again with the next round, within seconds.",
            number,
        )
        messages.success(request, said % {"number": number})

    def replay(self, request: HttpRequest, row: Notice) -> None:
        if dead_letters.replay(notice=row, at=timezone.now()):
            self.log_change(request, row, str(_("Delivered once more")))
            messages.success(request, str(_("It is delivered once more with the next round, under the same id.")))
        else:
            messages.warning(request, str(_("It waits already, or goes to a person: nothing was done.")))


@admin.register(Lane)
class LaneAdmin(RecordAdmin):
    """How the ways out with one server behind them fare. Nothing is lost while one is down."""

    list_display = ("channel", "failures", "down_since", "rests_until", "error")
    list_filter = ("channel", ("down_since", admin.EmptyFieldListFilter))
    search_fields = ("channel", "error")
    search_help_text = _("A way out such as mail, or words of its last error.")
    fields = ("channel", "failures", "down_since", "rests_until", "error")
