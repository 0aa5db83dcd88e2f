"""How colleagues want to be told, on the page of the user."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from customers.admin import PersonAdmin
from customers.models import User
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

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type[InlineModelAdmin[Any, Any]], ...]:
        """Somebody who is only being made has no wishes yet."""
        return self.inlines if obj else ()
