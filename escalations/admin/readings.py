"""Who has read which version of a procedure, and who is trained; people confirm both themselves at the desk."""

from __future__ import annotations

from django.contrib import admin

from escalations.admin.bases import RecordAdmin
from escalations.models import Reading, TrainingRecord


@admin.register(Reading)
class ReadingAdmin(RecordAdmin):
    """Somebody was asked to read a version, and has confirmed it or not yet."""

    list_display = ("agent", "version", "asked_at", "read_at")
    list_select_related = ("agent__user", "version__policy")
    list_filter = (("read_at", admin.EmptyFieldListFilter), "version__state", "version__policy", "asked_at")
    search_fields = ("agent__user__name", "version__policy__name")
    fields = ("agent", "version", "asked_at", "read_at")


@admin.register(TrainingRecord)
class TrainingRecordAdmin(RecordAdmin):
    """Somebody confirmed to be able to apply a training text; it counts until its last day."""

    list_display = ("agent", "policy", "key", "confirmed_at", "valid_until")
    list_select_related = ("agent__user", "policy")
    list_filter = ("policy", "key", "valid_until")
    search_fields = ("agent__user__name", "policy__name", "key")
    fields = ("agent", "policy", "key", "confirmed_at", "valid_until")
