"""The forms of account escalations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.desk.forms.base import DeskForm, Written
from escalations.models import Agent, Case, words

MINUTES_OF_HOUR = 60


def case_label(case: Case) -> str:
    return f"{case.reference} {case.subject}"


class OpenAccountForm(DeskForm):
    """Who has it in hand, why, how often the customer hears, and which cases it takes in."""

    renamed: ClassVar[Mapping[str, tuple[str, ...]]] = {"rhythm_minutes": ("hours",)}

    manager = forms.ModelChoiceField(
        label=_("Manager"),
        queryset=Agent.objects.none(),
        empty_label=None,
        help_text=_("The one person who has all of it in hand, and hears of everything that happens on these cases."),
    )
    hours = forms.DecimalField(
        label=_("News for the customer every (working hours)"),
        initial=4,
        min_value=0,
        decimal_places=2,
        max_digits=6,
        help_text=_("From 0.25 (15 minutes) to 168."),
        error_messages={"required": words.REMEDIES["rhythm_range"], "invalid": words.REMEDIES["rhythm_range"]},
    )
    why = Written(draft="account", rows=3, label=_("Why these cases belong in one hand"))
    cases = forms.MultipleChoiceField(
        label=_("Cases"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("required", "invalid_choice"), words.REMEDIES["account_empty"]),
    )

    field_order = ("manager", "hours", "why", "cases")

    def __init__(self, data: Mapping[str, Any] | None = None, *, cases: Sequence[Case], **kwargs: Any) -> None:
        self.found = {case.reference: case for case in cases}
        super().__init__(data, **kwargs)
        manager = cast("forms.ModelChoiceField[Agent]", self.fields["manager"])
        manager.queryset = Agent.objects.active().select_related("user").order_by("user__name")
        chosen = cast("forms.MultipleChoiceField", self.fields["cases"])
        chosen.choices = [(reference, case_label(case)) for reference, case in self.found.items()]
        chosen.error_messages["required"] = words.REMEDIES["account_empty"]
        self.initial.setdefault("cases", list(self.found))

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "manager": said["manager"],
            "why": said["why"],
            "rhythm_minutes": round(said["hours"] * MINUTES_OF_HOUR),
            "cases": [self.found[reference] for reference in said["cases"]],
        }


class AccountForm(DeskForm):
    """A form about one account escalation; `cases` are those it may be about."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.found = {case.reference: case for case in cases}
        if "case" in self.fields:
            chosen = cast("forms.ChoiceField", self.fields["case"])
            chosen.choices = [(reference, case_label(case)) for reference, case in self.found.items()]

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"case": self.found[given["case"]]} if "case" in given else given


class TellForm(AccountForm):
    text = Written(
        draft="tell",
        rows=4,
        label=_("The same words to the customer on every open case"),
        help_text=_("They count as news on each of them."),
    )


class AddForm(AccountForm):
    renamed: ClassVar[Mapping[str, tuple[str, ...]]] = {"cases": ("case",)}

    case = forms.ChoiceField(label=_("Another case of this customer"))


class RemoveForm(AccountForm):
    case = forms.ChoiceField(
        label=_("Take out"), help_text=_("It follows the rhythm of its own policy again; nothing else changes.")
    )


class CloseForm(AccountForm):
    lessons = Written(
        draft="lessons",
        rows=3,
        label=_("What was learned"),
        help_text=_("Every case goes on by itself, on the rhythm of its own policy."),
    )
