"""Mail that comes in: the mailboxes it comes from, and each mail with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget

from customers.refusal import Refused
from escalations.actions.incoming import keeping
from escalations.admin.bases import ConfigurationAdmin, RecordAdmin, page_of
from escalations.admin.buttons import Button, WithButtons
from escalations.admin.filters import FailsFilter
from escalations.admin.switches import AsksBeforeSwitchingOff
from escalations.inbound import mailbox as imap
from escalations.inbound.reading import UnreadableError
from escalations.inbound.receiving import open_as_case
from escalations.models import Mailbox, ReceivedMail
from escalations.rules.vocabulary import MailResult, MailState

STATE_COLOURS = {MailState.KEPT: "warning", MailState.DONE: "success", MailState.FAILED: "danger"}
WHERE = ("host", "port", "security", "username")


class AddressesField(forms.CharField):
    """Addresses, one in each line; its value is a list."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        found = str(super().clean(value) or "").replace(",", "\n").split()
        for address in found:
            validate_email(address)
        return [address.lower() for address in found]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != str(data or "").split()


class MailboxForm(forms.ModelForm):
    """The password goes in and is never shown; whoever moves the mailbox to another server enters it again."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("Never shown. Left empty, the one that is kept stays."),
    )
    aliases = AddressesField(
        label=_("Other addresses"), required=False, help_text=_("That lead to the same mailbox; one in each line.")
    )

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"]
        return host.strip()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kept = Mailbox.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        if cleaned.get("password") or kept is None:
            return cleaned
        if kept.password and any(cleaned.get(name) != getattr(kept, name) for name in WHERE):
            raise ValidationError({"password": _("This is another place than before: enter its password.")})
        cleaned["password"] = kept.password
        return cleaned


def _without_password(fields: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(field for field in fields if field != "password")


@admin.register(Mailbox)
class MailboxAdmin(AsksBeforeSwitchingOff, WithButtons, ConfigurationAdmin):
    """The addresses that customers write to."""

    form = MailboxForm
    buttons = (Button(_("Try the connection"), "try", "try_connection"),)
    list_display = ("address", "slug", "is_active", "host", "looked_at", "failures", "last_error")
    list_filter = ("is_active", FailsFilter, "security", "after")
    search_fields = ("address", "slug", "host")
    prepopulated_fields = {"slug": ("address",)}
    readonly_fields = ("looked_at", "failures", "last_error", "next_look_at", "last_uid")
    fieldsets = (
        (None, {"fields": ("address", "slug", "sender_name", "aliases", "takes_plus", "topic", "is_active")}),
        (
            _("How its mail comes here"),
            {
                "fields": ("host", "port", "security", "username", "password", "folder", "after", "moves_to"),
                "description": _(
                    "Without a server nothing is fetched; the mail server passes mails on to receive_mail instead. "
                    "When a mailbox is looked into for the first time, only mails that nobody has read are taken in."
                ),
            },
        ),
        (_("How it goes"), {"fields": ("looked_at", "failures", "last_error", "next_look_at", "last_uid")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Mailbox | None = None) -> Any:
        """Whoever may only look would read the password in plain letters: there is no box to hide it in."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [(title, part | {"fields": _without_password(part["fields"])}) for title, part in found]

    def offers(self, row: Any, button: Button) -> bool:
        return bool(row.host)

    def try_connection(self, request: HttpRequest, row: Mailbox) -> HttpResponse | None:
        """Signs in and counts; no mail is taken or marked by it."""
        try:
            number = imap.check(row)
        except imap.TROUBLE as problem:
            said = _("It does not work: %(problem)s") % {"problem": imap.told(problem, row)}
            messages.error(request, said)
            return None
        said = ngettext(
            "It works: %(number)s mail there is unread.", "It works: %(number)s mails there are unread.", number
        )
        messages.success(request, said % {"number": number})
        return None


@admin.register(ReceivedMail)
class ReceivedMailAdmin(WithButtons, RecordAdmin):
    """Each mail as it came, and what it led to. One that led to nothing can be opened as a case."""

    buttons = (
        Button(_("Try again"), "try-again", "try_again"),
        Button(_("Open as a case"), "open-as-case", "open_as_case"),
    )
    list_display = ("received_at", "sender", "subject", "shown_state", "kind", "result", "case", "error")
    list_select_related = ("case",)
    list_filter = ("state", "result", "kind", "mailbox", "received_at")
    search_fields = ("sender", "subject", "header_id", "uid", "case__subject")
    ordering = ("-pk",)
    fields = (
        "received_at",
        "mailbox",
        "sender",
        "subject",
        "header_id",
        "size",
        "state",
        "kind",
        "result",
        "case",
        "tries",
        "next_try_at",
        "error",
        "done_at",
        "at_the_desk",
    )
    readonly_fields = ("at_the_desk",)

    @display(description=_("state"), ordering="state", label=STATE_COLOURS)
    def shown_state(self, row: ReceivedMail) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description=_("original"))
    def at_the_desk(self, row: ReceivedMail) -> SafeString:
        return format_html(
            '<a class="underline" href="{}">{}</a>', reverse("desk:received", args=[row.uid]), _("as it came")
        )

    def offers(self, row: Any, button: Button) -> bool:
        if button.method == "try_again":
            return bool(row.state == MailState.FAILED)
        led_to_nothing = row.result in (MailResult.RECORDED, MailResult.DUPLICATE, MailResult.SET_ASIDE)
        return bool(row.state == MailState.FAILED or (row.state == MailState.DONE and led_to_nothing))

    def told(self, row: ReceivedMail) -> Any:
        if row.state == MailState.FAILED:
            return _("Nothing more is tried by itself. Mend what the error names and try again, or open it as a case.")
        if row.result == MailResult.SET_ASIDE:
            return _("It led to nothing by itself. If somebody waits for an answer, open it as a case.")
        return ""

    def try_again(self, request: HttpRequest, row: ReceivedMail) -> HttpResponse | None:
        keeping.try_again(rows=[row], at=timezone.now())
        self.log_change(request, row, str(_("Tried again at once")))
        messages.success(request, _("It is tried again with the next round, within half a minute."))
        return None

    def open_as_case(self, request: HttpRequest, row: ReceivedMail) -> HttpResponse | None:
        """The case is that of whoever wrote the mail, and answered to them."""
        try:
            case = open_as_case(row, timezone.now()).case
        except (Refused, UnreadableError) as problem:
            messages.error(request, str(getattr(problem, "remedy", problem)))
            return None
        self.log_change(request, row, str(_("Opened as a case")))
        messages.success(request, _("The case is open; whoever wrote has a confirmation."))
        return HttpResponseRedirect(page_of(case)) if case else None
