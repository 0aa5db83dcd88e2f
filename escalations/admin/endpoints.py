"""Where programs and chat rooms are told, with which secret, and how it went."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from escalations.actions import endpoints
from escalations.admin import wording
from escalations.admin.bases import ConfigurationAdmin, page_of
from escalations.admin.buttons import Button, WithButtons
from escalations.admin.switches import AsksBeforeSwitchingOff
from escalations.channels import guard
from escalations.channels.addresses import is_outside
from escalations.models import AllowedHost, Attempt, Endpoint
from escalations.rules import kinds
from escalations.rules.vocabulary import Channel

NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+:[0-9a-f:.]*")
SHOWN = 20  # tries on the page of an endpoint; the list of notices has them all


class EndpointForm(forms.ModelForm):
    """An address is looked at here so that a mistake is seen at once; it is looked at again at every delivery."""

    kinds = forms.MultipleChoiceField(
        label=_("events"),
        choices=[(kind, kind) for kind in sorted(kinds.KINDS)],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What it is told of. None: of everything."),
    )

    class Meta:
        model = Endpoint
        fields = ("name", "channel", "url", "is_active", "kinds", "team", "agent")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            host = str(guard.split(url).hostname)
        except guard.Forbidden as problem:
            raise ValidationError(
                _("Write an address with http:// or https:// and a host, without name and password.")
            ) from problem
        is_literal = ":" in host or host.replace(".", "").isdecimal()
        if is_literal and not is_outside(host) and not AllowedHost.objects.filter(host=host).exists():
            raise ValidationError(_("This is a private address. Put it on the list of allowed hosts first."))
        return url


@admin.register(Endpoint)
class EndpointAdmin(AsksBeforeSwitchingOff, WithButtons, ConfigurationAdmin):
    """A webhook, a chat room, or the own chat of a person."""

    form = EndpointForm
    list_display = ("name", "channel", "host", "team", "agent", "is_active", "failures", "rests_until")
    list_select_related = ("team", "agent__user")
    list_filter = ("channel", "is_active", "team")
    search_fields = ("name", "url", "agent__user__name")
    fields = ("name", "channel", "url", "is_active", "kinds", "team", "agent")
    history_hides = ("url",)  # that of a chat is as good as a password
    buttons = (
        Button(_("Send a ping"), "ping", "ping"),
        Button(_("Make a new secret"), "new-secret", "new_secret"),
    )

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> tuple[str, ...]:
        """The whole address, which may be a secret of a chat, only for whoever may change it."""
        seen = ("failures", "rests_until", "old_secret", "tries") if obj else ()
        if obj is None or self.has_change_permission(request, obj):
            return (*self.fields, *seen)
        return (*("host" if field == "url" else field for field in self.fields), *seen)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("channel", "host", "failures", "rests_until", "old_secret", "tries") if obj else ()

    def offers(self, row: Endpoint, button: Button) -> bool:
        return row.is_active if button.method == "ping" else row.channel == Channel.WEBHOOK

    @display(description=_("host"))
    def host(self, endpoint: Endpoint) -> str:
        """Without the rest of the address, which may be a secret of a chat."""
        return endpoint.url.partition("://")[2].partition("/")[0]

    @display(description=_("secret before"))
    def old_secret(self, endpoint: Endpoint) -> str:
        until = endpoint.previous_until
        if until is None or until <= timezone.now():
            return str(_("signs nothing any more"))
        return str(_("signs beside the new one until %(until)s") % {"until": wording.moment(until)})

    @display(description=_("last tries"))
    def tries(self, endpoint: Endpoint) -> SafeString | str:
        """Each with what was answered, and a link to its delivery, where it can be delivered once more."""
        codes = [endpoint.agent.code] if endpoint.agent else [endpoint.code]
        found = Attempt.objects.filter(notice__recipient__in=codes, notice__channel=endpoint.channel)
        rows = [_row(attempt) for attempt in found.select_related("notice__event")[:SHOWN]]
        if not rows:
            return str(_("none yet"))
        return format_html(
            "<ul>{}</ul>", format_html_join("", '<li><a class="underline" href="{}">{}</a> {}</li>', rows)
        )

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """Switched on again by hand it begins anew."""
        if "is_active" in form.changed_data or "url" in form.changed_data:
            obj.failures, obj.rests_until = 0, None
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Endpoint, post_url_continue: str | None = None) -> HttpResponse:
        """A new webhook gets its secret at once."""
        if obj.channel == Channel.WEBHOOK:
            return self.new_secret(request, obj)
        answer: HttpResponse = super().response_add(request, obj, post_url_continue)
        return answer

    def ping(self, request: HttpRequest, row: Endpoint) -> None:
        endpoints.ping(endpoint=row, at=timezone.now())
        self.log_change(request, row, str(_("Ping sent")))
        messages.success(request, str(_("A ping is on its way; what comes of it stands below within seconds.")))

    def new_secret(self, request: HttpRequest, row: Endpoint) -> HttpResponse:
        """Shown on this page and never again: it stands nowhere in the clear."""
        secret = endpoints.new_secret(endpoint=row, at=timezone.now())
        self.log_change(request, row, str(_("New secret made")))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The secret of %(endpoint)s") % {"endpoint": row},
            "secret": secret,
            "overlaps": bool(row.previous_secret),
            "back": page_of(row),
        }
        return TemplateResponse(request, "admin/escalations/secret.html", context)


def _row(attempt: Attempt) -> tuple[str, str, str]:
    """The address of the delivery, when it was tried, and what came of it."""
    notice = attempt.notice
    took = (attempt.ended_at - attempt.began_at).total_seconds() if attempt.ended_at else None
    about = notice.event.kind if notice.event else "ping"
    outcome = attempt.outcome if took is not None else str(_("cut off"))
    parts = [about, outcome, str(attempt.code or ""), attempt.answer, f"{took:.1f} s" if took is not None else ""]
    address = reverse("admin:escalations_notice_change", args=[notice.pk])
    return address, wording.moment(attempt.began_at), " · ".join(part for part in parts if part)


class AllowedHostForm(forms.ModelForm):
    """One name or address, as it stands in the address of an endpoint."""

    class Meta:
        model = AllowedHost
        fields = ("host", "note")

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip().lower().strip("[]").rstrip(".")
        if not NAME.fullmatch(host):
            raise ValidationError(_("Write the host alone, such as chat.intern or 10.0.0.5, without http:// and port."))
        return host


@admin.register(AllowedHost)
class AllowedHostAdmin(ConfigurationAdmin):
    """Hosts inside that endpoints may reach. Without them Belay calls nothing in a private network."""

    form = AllowedHostForm
    list_display = ("host", "note")
    list_filter = ("host",)
    search_fields = ("host", "note")
    fields = ("host", "note")
