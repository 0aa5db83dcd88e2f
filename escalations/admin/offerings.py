"""What cases may be about and why they may wait."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from escalations.admin.bases import ConfigurationAdmin
from escalations.admin.fields import pausable
from escalations.admin.switches import AsksBeforeSwitchingOff
from escalations.models import PauseReason, Topic, words


class PauseReasonForm(forms.ModelForm):
    """The clocks are ticked; those that never stop are not offered."""

    stops = forms.MultipleChoiceField(
        label=_("Clocks it stops"),
        required=False,
        choices=pausable,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Acknowledgement, triage and news never stop."),
    )


@admin.register(PauseReason)
class PauseReasonAdmin(AsksBeforeSwitchingOff, ConfigurationAdmin):
    """Why a case may wait. An edit changes nothing about cases that already wait."""

    form = PauseReasonForm
    list_display = ("name", "public_label", "stopped", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "public_label", "slug")
    fields = ("name", "slug", "public_label", "stops", "is_active")
    prepopulated_fields = {"slug": ("name",)}

    @display(description=_("stops"))
    def stopped(self, reason: PauseReason) -> str:
        return ", ".join(str(words.CLOCKS.get(clock, clock)) for clock in reason.stops)


class TopicForm(forms.ModelForm):
    """Topics form a tree: none lies below itself."""

    def clean_parent(self) -> Topic | None:
        parent: Topic | None = self.cleaned_data["parent"]
        above = parent
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError(_("A topic cannot belong to itself or to one below it; choose another one."))
            above = above.parent
        return parent


@admin.register(Topic)
class TopicAdmin(AsksBeforeSwitchingOff, ConfigurationAdmin):
    """What a case is about, and which team answers first."""

    switch = "is_offered"

    form = TopicForm
    list_display = ("name", "parent", "team", "skill", "is_offered")
    list_select_related = ("parent", "team", "skill")
    list_filter = ("is_offered", "team")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "parent", "team", "skill", "is_offered")
    prepopulated_fields = {"slug": ("name",)}
