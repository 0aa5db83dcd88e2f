"""The rows of a policy version: levels, targets, matrix, triggers, required documents, duties, training texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from escalations.admin import conditions
from escalations.admin.bases import VersionInline, VersionRows, is_draft
from escalations.admin.fields import CheckedAfterFields
from escalations.admin.rows import OrderedRows
from escalations.models import (
    Communication,
    Level,
    MatrixCell,
    PolicyVersion,
    Requirement,
    Role,
    Target,
    Training,
    Trigger,
)


class LevelInline(VersionRows, StackedInline):
    """The rungs of the ladder."""

    model = Level
    fields = (
        ("number", "name"),
        "meaning",
        ("team", "calendar"),
        ("last_resort", "authority_limit"),
        ("dwell_minutes", "forget_minutes"),
        ("remind_minutes", "pass_on_minutes"),
        ("waits_from", "notice_budget"),
        "needs_training",
    )
    related = ("team", "calendar", "last_resort__user")
    choices_with = {"last_resort": ("user",)}


class OrderedForm(CheckedAfterFields, forms.ModelForm):
    """A row of an ordered part; one without a number goes to the end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name_what_empty_means()
        if "position" in self.fields:
            position = self.fields["position"]
            position.required, position.widget.attrs["placeholder"] = False, _("last")
            if self.instance.pk is None:
                self.initial["position"] = position.initial = None

    def _name_what_empty_means(self) -> None:
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField) and not field.required:
                field.widget.attrs["placeholder"] = _("any")
            if isinstance(field, forms.ChoiceField) and not field.required:
                choices: Any = field.choices
                field.choices = [(value, label if value else _("any")) for value, label in choices]


class TriggerForm(OrderedForm):
    """A condition with what it takes; what does not fit together is said at the parameters."""

    parameters = conditions.ParametersField(
        label=_("Parameters"), required=False, help_text=_("See the list of conditions above.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        condition = cleaned.get("condition")
        if condition and "parameters" in cleaned:
            cleaned["parameters"] = conditions.named(condition, cleaned["parameters"])
            try:
                conditions.check(condition, cleaned["parameters"])
            except ValidationError as problem:
                self.add_error("parameters", problem)
        return cleaned


class TargetInline(VersionInline):
    model = Target
    form = OrderedForm
    formset = OrderedRows
    fields = ("position", "clock", "severity", "level", "plan", "calendar", "minutes", "warn_percent")
    related = ("plan", "calendar")
    empty_value_display = _("any")


class MatrixInline(VersionInline):
    model = MatrixCell
    form = OrderedForm
    formset = OrderedRows
    fields = ("position", "impact", "urgency", "tier", "severity", "level")
    empty_value_display = _("any")


class TriggerInline(VersionInline):
    model = Trigger
    form = TriggerForm
    formset = OrderedRows
    fields = ("position", "condition", "parameters", "effect", "kind", "skill")
    related = ("skill",)

    def get_fields(self, request: HttpRequest, obj: PolicyVersion | None = None) -> tuple[str, ...]:
        """Parameters are written in a draft and read in words afterwards."""
        return self.fields if is_draft(obj) else ("position", "condition", "watched", "effect", "kind", "skill")

    def get_readonly_fields(self, request: HttpRequest, obj: PolicyVersion | None = None) -> tuple[str, ...]:
        return () if is_draft(obj) else ("watched",)

    @display(description=_("parameters"))
    def watched(self, trigger: Trigger) -> str:
        return conditions.in_words(trigger.parameters)


class CommunicationInline(VersionInline):
    model = Communication
    form = OrderedForm
    formset = OrderedRows
    fields = ("position", "group", "severity", "level", "is_urgent")
    empty_value_display = _("any")


class RequirementInline(VersionInline):
    model = Requirement
    form = OrderedForm
    formset = OrderedRows
    fields = ("position", "document", "level", "kind")
    empty_value_display = _("any")


class RoleInline(VersionInline):
    """Who is accountable, does, is consulted and is informed, stage by stage."""

    model = Role
    form = OrderedForm
    formset = OrderedRows
    fields = ("position", "stage", "party", "level", "involvement", "duty")
    empty_value_display = _("any")

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """A duty is a sentence, and is written where it can be read."""
        if db_field.name == "duty":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TrainingInline(VersionRows, StackedInline):
    """What whoever works by this version has to have read and to be able to apply."""

    model = Training
    form = OrderedForm
    formset = OrderedRows
    fields = (("title", "key"), "text", ("level", "valid_days", "position"))
    empty_value_display = _("any")
