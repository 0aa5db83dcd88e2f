"""How colleagues want to be told, on the page of the user."""

from __future__ import annotations

from django.contrib import admin
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
