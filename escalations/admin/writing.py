"""What helps to write: canned replies, and macros whose acts are checked one by one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from escalations.admin.bases import ConfigurationAdmin
from escalations.admin.switches import AsksBeforeSwitchingOff
from escalations.models import CannedReply, Macro, MacroStep, PauseReason, Skill, filling, words
from escalations.rules import macros
from escalations.rules.blanks import unknown_in
from escalations.rules.vocabulary import MANUAL_REASONS, Verb


def blanks_in_words() -> str:
    """Every blank as it is written, with what stands there afterwards."""
    listed = ", ".join(f"{{{{ {blank} }}}} {name}" for blank, name in filling.BLANKS.items())
    return translate("Filled in with what the case says: %(blanks)s.") % {"blanks": listed}


class CannedReplyForm(forms.ModelForm):
    """Blanks that nobody can fill in are refused at the text."""

    language = forms.ChoiceField(
        label=_("language"),
        required=False,
        choices=[("", _("every language")), *settings.LANGUAGES],
        widget=UnfoldAdminSelectWidget,
        help_text=_("Offered to contacts who read it, and to those of whom nobody knows."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            self.fields["text"].help_text = blanks_in_words()

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if unknown_in(text):
            raise ValidationError(filling.remedy("blank_unknown", text), code="blank_unknown")
        return text


@admin.register(CannedReply)
class CannedReplyAdmin(AsksBeforeSwitchingOff, ConfigurationAdmin):
    """Words that are written often, offered beside the reply."""

    form = CannedReplyForm
    list_display = ("name", "language", "topic", "team", "position", "is_active")
    list_select_related = ("topic", "team")
    list_filter = ("is_active", "language", "team", "topic")
    search_fields = ("name", "text")
    fields = ("name", "text", "language", "topic", "team", "position", "is_active")


def _chosen(choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", "–"), *choices]


def _verbs() -> list[tuple[str, Any]]:
    return [(verb.value, words.VERBS[verb]) for verb in macros.STEPS]


def _severities() -> list[tuple[str, Any]]:
    return _chosen([(str(int(code)), name) for code, name in words.SEVERITIES.items()])


def _reasons() -> list[tuple[str, Any]]:
    return _chosen([(reason.value, words.REASONS[reason]) for reason in MANUAL_REASONS])


def _number(**how: Any) -> Any:
    return forms.IntegerField(required=False, widget=UnfoldAdminIntegerFieldWidget, **how)


def _area(**how: Any) -> Any:
    area = UnfoldAdminTextareaWidget(attrs={"rows": 4})
    return forms.CharField(required=False, widget=area, **how)


def _choice(choices: Any, **how: Any) -> Any:
    return forms.ChoiceField(required=False, choices=choices, widget=UnfoldAdminSelectWidget, **how)


class StepForm(forms.ModelForm):
    """One act with what it is filled in with; whatever an act does not take stays empty."""

    verb = forms.ChoiceField(label=_("act"), choices=_verbs, widget=UnfoldAdminSelectWidget)
    text = _area(label=_("words"), help_text=_("To the customer; of a note to colleagues, of a climb what is asked."))
    why = _area(
        label=_("why"),
        help_text=_("Internal: why triage corrects something, why it cannot wait, or what prevents it next time."),
    )
    severity = _choice(
        _chosen([(str(int(code)), name) for code, name in words.SEVERITIES.items()]), label=_("severity")
    )
    level = _number(label=_("level"))
    skill = forms.ModelChoiceField(
        label=_("skill"),
        queryset=Skill.objects.all(),
        to_field_name="slug",
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    pause = forms.ModelChoiceField(
        label=_("waits for"),
        queryset=PauseReason.objects.filter(is_active=True),
        to_field_name="slug",
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    hours = _number(
        label=_("working hours"),
        help_text=_("Until it comes back, or until the next news; a promise without them follows the policy."),
    )
    outcome = _choice(_chosen([*words.ENDINGS.items()]), label=_("how it ended"))
    cause = _choice(_chosen([*words.CAUSES.items()]), label=_("what it came from"))
    because = _choice(_reasons, label=_("why it climbs"))

    class Meta:
        model = MacroStep
        fields = ("position", "verb")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in (self.instance.values or {}).items():
            self.initial.setdefault(name, value)

    def clean(self) -> dict[str, Any]:
        """Raises nothing: what does not fit is said at its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.values = values = self._values(cleaned)
        for name, code in macros.problems(cleaned.get("verb", ""), values):
            if name not in self.errors:
                self.add_error(name, ValidationError(filling.remedy(code, values.get(name)), code=code))
        return cleaned

    @staticmethod
    def _values(cleaned: dict[str, Any]) -> dict[str, Any]:
        """What was filled in, in the words of the step: short names, codes and numbers."""
        found = {name: cleaned[name] for name in macros.NAMES if cleaned.get(name) not in (None, "")}
        if "severity" in found:
            found["severity"] = int(found["severity"])
        for name in ("skill", "pause"):
            if name in found:
                found[name] = found[name].slug
        return found


class StepInline(StackedInline):
    """The acts of a macro, carried out in this order."""

    model = MacroStep
    form = StepForm
    extra = 0
    fields = (
        ("position", "verb"),
        "text",
        "why",
        ("severity", "level", "skill"),
        ("pause", "hours"),
        ("outcome", "cause", "because"),
    )


@admin.register(Macro)
class MacroAdmin(AsksBeforeSwitchingOff, ConfigurationAdmin):
    """Several acts under one name."""

    list_display = ("name", "meaning", "acts", "team", "position", "is_active")
    list_select_related = ("team",)
    list_filter = ("is_active", "team")
    search_fields = ("name", "meaning")
    fields = ("name", "meaning", "team", "position", "is_active")
    inlines = (StepInline,)
    history_of = ("steps",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Macro]:
        found: QuerySet[Macro] = super().get_queryset(request)
        return found.prefetch_related("steps")

    @display(description=_("acts"))
    def acts(self, macro: Macro) -> str:
        names: dict[str, Any] = {verb.value: words.VERBS[Verb(verb)] for verb in macros.STEPS}
        return ", ".join(str(names.get(step.verb, step.verb)) for step in macro.steps.all())
