"""Users with what only colleagues have: how they want to be told, and being seen as."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import action

from customers.admin import PersonAdmin
from customers.models import User
from customers.refusal import Refused
from escalations.actions import seeing
from escalations.admin.bases import found_or_404, page_of
from escalations.models import NoticeChoice, NoticeWishes


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


admin.site.unregister(User)


@admin.register(User)
class ColleagueAdmin(PersonAdmin):
    """A person who signs in, with how they want to be told."""

    inlines = (WishesInline, ChoiceInline)
    actions_detail = ("see_as",)

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

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type[InlineModelAdmin[Any, Any]], ...]:
        """Somebody who is only being made has no wishes yet."""
        return self.inlines if obj else ()
