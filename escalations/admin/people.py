"""Users with what only colleagues have: how they want to be told, and being seen as."""

from __future__ import annotations

import smtplib
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import action, display

from customers import invitations
from customers.admin import PersonAdmin
from customers.models import Invitation, User
from customers.refusal import Refused
from escalations.actions import seeing
from escalations.admin.bases import RecordAdmin, found_or_404, page_of
from escalations.admin.buttons import Button, WithButtons
from escalations.models import HouseRules, NoticeChoice, NoticeWishes


class WishesInline(StackedInline):
    """Quiet hours, working time and rhythm; colleagues write them down themselves on the desk."""

    model = NoticeWishes
    extra = 0
    fields = (("quiet_from", "quiet_until"), ("rhythm", "digest_at"), "calendar")


class ChoiceInline(TabularInline):
    """What differs from what everybody gets: all by mail, nothing by chat."""

    model = NoticeChoice
    extra = 0
    fields = ("group", "channel", "is_wanted")


def state_of(invitation: Invitation) -> str:
    """How far it is, in words."""
    if invitation.used_at:
        return str(_("accepted"))
    if invitation.revoked_at:
        return str(_("taken back"))
    return str(_("open") if invitation.expires_at > timezone.now() else _("expired"))


admin.site.unregister(User)


@admin.register(User)
class ColleagueAdmin(WithButtons, PersonAdmin):
    """A person who signs in, with how they want to be told; whoever has no password yet is invited here."""

    inlines = (WishesInline, ChoiceInline)
    actions_detail = ("see_as",)
    buttons = (Button(_("Invite by mail"), "invite", "invite"),)

    def has_see_as_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        person = User.objects.filter(pk=object_id).first() if object_id else None
        return person is not None and seeing.may_see_as(request.user, person)  # type: ignore[arg-type]

    @action(description=_("See as this person"), url_path="see-as", icon="visibility", permissions=["see_as"])
    def see_as(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the reason first; then desk or portal open as they do for this person."""
        person = found_or_404(User.objects.all(), object_id)
        refusal = ""
        if request.method == "POST":
            try:
                look = seeing.begin(
                    administrator=request.user,  # type: ignore[arg-type]
                    person=person,
                    reason=request.POST.get("reason", ""),
                    at=timezone.now(),
                )
            except Refused as refused:
                refusal = str(refused.remedy)
            else:
                request.session[seeing.SESSION_KEY] = look.uid
                return HttpResponseRedirect(reverse("landing"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("See as %(person)s") % {"person": person},
            "person": person,
            "refusal": refusal,
            "minutes": int(seeing.LASTS.total_seconds() // 60),
            "back": page_of(person),
        }
        status = 422 if refusal else 200
        return TemplateResponse(request, "admin/escalations/see_as.html", context, status=status)

    def offers(self, row: Any, button: Button) -> bool:
        return bool(row.is_active and not row.has_usable_password())

    def told(self, row: Any) -> Any:
        """How far the invitation of somebody without a password is."""
        if row.has_usable_password():
            return ""
        last = row.invitations.first()
        if last is None:
            return _("This person has no password and was not invited yet.")
        return _("This person has no password. Last invitation: %(state)s.") % {"state": state_of(last)}

    def invite(self, request: HttpRequest, row: User) -> None:
        """Makes the invitation and mails it; one whose mail was not taken is taken back at once."""
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        at, by = timezone.now(), request.user
        try:
            made, secret = invitations.invite(
                user=row,
                by=by if isinstance(by, User) else None,
                at=at,
                days=HouseRules.current().invitation_days,
            )
        except Refused as no:
            messages.error(request, no.remedy)
            return
        link = f"{settings.BELAY_URL}{reverse('invitation', args=[secret])}"
        told = {"user": row, "link": link, "expires_at": made.expires_at}
        try:
            get_adapter().deliver("account/email/invitation", row.email, told)
        except (OSError, smtplib.SMTPException):
            invitations.revoke(invitation=made, at=timezone.now())
            messages.error(request, _("The mail server did not take the invitation. Try again in a few minutes."))
            return
        self.log_change(request, row, str(_("Invited by mail")))
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": row.email})

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type[InlineModelAdmin[Any, Any]], ...]:
        """Somebody who is only being made has no wishes yet."""
        return self.inlines if obj else ()


class InvitationStateFilter(admin.SimpleListFilter):
    """How far invitations are."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("accepted", _("accepted")), ("over", _("taken back or expired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        now = timezone.now()
        over = queryset.filter(used_at=None).exclude(revoked_at=None, expires_at__gt=now)
        chosen = {"open": queryset.filter(used_at=None, revoked_at=None, expires_at__gt=now), "over": over}
        chosen["accepted"] = queryset.exclude(used_at=None)
        return chosen.get(self.value() or "", queryset)


@admin.register(Invitation)
class InvitationAdmin(WithButtons, RecordAdmin):
    """Who was invited by whom, and how far that is; new ones are made on the page of the user."""

    list_display = ("user", "state", "invited_by", "made_at", "expires_at")
    list_select_related = ("user", "invited_by")
    list_filter = (InvitationStateFilter, "made_at")
    search_fields = ("user__name", "user__email")
    fields = ("user", "state", "invited_by", "made_at", "expires_at", "used_at", "revoked_at")
    readonly_fields = ("state",)
    buttons = (Button(_("Take it back"), "take-back", "take_back"),)

    @display(description=_("state"))
    def state(self, row: Invitation) -> str:
        return state_of(row)

    def offers(self, row: Any, button: Button) -> bool:
        return bool(not row.used_at and not row.revoked_at and row.expires_at > timezone.now())

    def take_back(self, request: HttpRequest, row: Invitation) -> None:
        invitations.revoke(invitation=row, at=timezone.now())
        self.log_change(request, row, str(_("Taken back")))
        messages.success(request, _("The link does not work any more."))
