"""What an administrator has to do with signing in: wrong passwords, and second factors that are lost."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from escalations.admin.bases import RecordAdmin

# What allauth keeps for ways of signing in that Belay does not have, and sessions, which are their owner's matter.
for unused in (EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession, Authenticator):
    admin.site.unregister(unused)


class HeldUpFilter(admin.SimpleListFilter):
    """Whether somebody has to wait."""

    title = _("has to wait")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> QuerySet[AccessAttempt]:
        many = {"failures_since_start__gte": settings.AXES_FAILURE_LIMIT}
        return {"yes": queryset.filter(**many), "no": queryset.exclude(**many)}.get(self.value() or "", queryset)


@admin.register(AccessAttempt)
class WrongPasswordsAdmin(RecordAdmin):
    """Wrong passwords of the last quarter of an hour. Whoever deletes a row lets that person try again at once."""

    list_display = ("username", "ip_address", "failures_since_start", "waits", "attempt_time")
    list_filter = (HeldUpFilter, "attempt_time")
    search_fields = ("username", "ip_address")
    fields = ("username", "ip_address", "failures_since_start", "attempt_time", "user_agent", "path_info")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("axes.delete_accessattempt"))

    @display(description=_("has to wait"), boolean=True)
    def waits(self, row: AccessAttempt) -> bool:
        return bool(row.failures_since_start >= settings.AXES_FAILURE_LIMIT)


@admin.register(Authenticator)
class SecondFactorAdmin(RecordAdmin):
    """Who has a second factor. Whoever lost phone and recovery codes has it removed here, and is told by mail."""

    list_display = ("user", "created_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("created_at", "last_used_at")
    search_fields = ("user__name", "user__email")
    fields = ("user", "created_at", "last_used_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authenticator]:
        found: QuerySet[Authenticator] = super().get_queryset(request)
        return found.filter(type=Authenticator.Type.TOTP)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One at a time: each removal is of a person."""
        return {}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody opens the door of somebody more powerful."""
        above = obj is not None and obj.user.is_superuser and not getattr(request.user, "is_superuser", False)
        return not above and bool(request.user.has_perm("mfa.delete_authenticator"))

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        """The recovery codes go too, for they would be a second factor by themselves."""
        Authenticator.objects.filter(user=obj.user).delete()
        get_adapter().send_notification_mail("mfa/email/totp_deactivated", obj.user)
