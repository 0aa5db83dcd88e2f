"""What all forms of the desk share: one form per verb, each translated into exactly one call of an action.

The fields carry the names of the action's arguments, so that what is refused lands where it belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from customers.refusal import Refused
from escalations.models import Agent, Case, PauseReason, words
from escalations.rules.procedure import Procedure, Rung
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Severity

MOMENT = "%Y-%m-%dT%H:%M"
OF_THE_FORM = ("key", "since")  # what it knows of itself, which no action is told


def fresh_key() -> str:
    """A new identity of one filled-in form: sent twice, it counts once."""
    return uuid4().hex


def grouped(amount: int) -> str:
    """An amount as people write it."""
    return formats.number_format(amount, 0, force_grouping=True)


class Written(forms.CharField):
    """Words somebody writes, kept as a draft in the browser until they are saved."""

    def __init__(
        self, *, draft: str, rows: int = 4, missing: str = "text_missing", placeholder: Any = "", **kwargs: Any
    ) -> None:
        self.draft = draft
        kwargs.setdefault("error_messages", {"required": words.REMEDIES[missing]})
        hint = {"placeholder": placeholder} if placeholder else {}
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, **hint}), **kwargs)


class PauseReasonField(forms.ModelChoiceField):
    """What a case waits for: one of the reasons that are offered, asked for when the form is shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=PauseReason.objects.filter(is_active=True),
            label=_("Waiting for"),
            empty_label=_("Choose a reason"),
            help_text=_("The reason decides which clocks stop."),
            **kwargs,
        )


class OwnerField(forms.ModelChoiceField):
    """Who owns a case from now on; left empty, whoever fills the form in."""

    def __init__(self, **kwargs: Any) -> None:
        colleagues = Agent.objects.active().select_related("user").order_by("user__name")
        super().__init__(queryset=colleagues, label=_("For"), required=False, empty_label=_("me"), **kwargs)


class MomentField(forms.DateTimeField):
    """A day and a time of day, in the time zone of whoever fills the form in."""

    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        remedy = words.REMEDIES[missing]
        kwargs.setdefault("error_messages", {"required": remedy, "invalid": remedy})
        picked = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=picked, input_formats=[MOMENT], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """What lies outside of 1970 to 2999 cannot be told in every time zone, and is nobody's moment."""
        try:
            moment = super().to_python(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if moment and moment.year < 1970:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if moment and moment.year >= 3000:
            raise ValidationError(words.REMEDIES["wake_too_far"], code="wake_too_far")
        return moment


class DeskForm(forms.Form):
    """What all forms of the desk share: the key that makes two clicks one, and refusals as errors."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    # What an action calls its words, and what the forms that ask for a reason call them.
    renamed: ClassVar[Mapping[str, tuple[str, ...]]] = {"text": ("reason",)}

    def __init__(self, data: Mapping[str, Any] | None = None, *, about: str = "", **kwargs: Any) -> None:
        initial = {"key": fresh_key()} | kwargs.pop("initial", {})
        super().__init__(data, initial=initial, **kwargs)
        self.about = about
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
                chosen = words.REMEDIES["unknown_choice"]
                field.error_messages.update(required=chosen, invalid_choice=chosen)
            if isinstance(field, Written):
                field.widget.attrs["data-draft"] = f"{about}-{field.draft}-{name}"

    @property
    def drafts(self) -> str:
        """The drafts that are saved with this form, by name."""
        return " ".join(
            field.widget.attrs["data-draft"] for field in self.fields.values() if "data-draft" in field.widget.attrs
        )

    def refuse(self, refused: Refused) -> None:
        """Shows a refusal at the field it names, else above the form; what was typed stays."""
        names = [refused.field, *self.renamed.get(refused.field, ())]
        field = next((name for name in names if name in self.fields), NON_FIELD_ERRORS)
        self.add_error(field, ValidationError(refused.remedy, code=refused.code))

    def arguments(self) -> dict[str, Any]:
        """What the action is called with, apart from case, actor, instant and key."""
        return {name: value for name, value in self.cleaned_data.items() if name not in OF_THE_FORM}


class VerbForm(DeskForm):
    """A form about one case, filled in with what is known of it.

    `standing` is who fills it in, `wanted` says of fields that may stay empty when they may not. A link on another page
    may fill in the fields that are `linked`.
    """

    # The last event the page had seen that this form was made on.
    since = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    layout = "desk/_fields.html"
    linked: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        case: Case,
        procedure: Procedure,
        standing: Standing | None = None,
        **kwargs: Any,
    ) -> None:
        self.case, self.procedure, self.standing = case, procedure, standing
        self.wanted: dict[str, Any] = {}
        initial = {"since": case.last_seq} | self.known() | kwargs.pop("initial", {})
        super().__init__(data, about=case.reference, initial=initial, **kwargs)
        self.furnish()

    def known(self) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def furnish(self) -> None:
        """Fills the choices that depend on the case."""

    def seen_anew(self, case: Case) -> None:
        """Whoever gets this form back has seen by it what happened meanwhile; what was typed stays."""
        data = self.data.copy() if isinstance(self.data, QueryDict) else dict(self.data)
        data[self.add_prefix("since")] = str(case.last_seq)
        self.data = data

    @property
    def facts(self) -> list[tuple[Any, str]]:
        """What somebody has to know before filling it in: names and words."""
        return []


class EmptyForm(VerbForm):
    """An act that needs no words."""


def _severity_choices() -> list[tuple[int, Any]]:
    return [(int(value), f"{value} – {words.SEVERITIES[value]}") for value in Severity]


class SeverityField(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Severity"), choices=_severity_choices, coerce=int, **kwargs)


class LevelField(forms.TypedChoiceField):
    """A level of the procedure the case follows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)

    def offer(self, rungs: list[Rung]) -> None:
        self.choices = [(rung.number, f"{rung.number} – {rung.name}") for rung in rungs]
