"""The forms of what is done to several cases at once: what is the same for all of them is asked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.desk.forms.base import DeskForm, MomentField, OwnerField, PauseReasonField, Written
from escalations.desk.forms.daily import next_morning
from escalations.models import Case, words
from escalations.rules.vocabulary import Outcome, Severity

UNWANTED = (Outcome.SPAM, Outcome.DUPLICATE)


class SeveralForm(DeskForm):
    """One form for all; `of_case` is what the action of one case is called with."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(data, about="several", **kwargs)
        self.furnish(cases)

    def furnish(self, cases: Sequence[Case]) -> None:
        """Fills the choices."""

    def of_case(self, _case: Case) -> dict[str, Any]:
        return self.arguments()


class TakeSeveral(SeveralForm):
    owner = OwnerField(help_text=_("Who owns them from now on."))


class TriageSeveral(SeveralForm):
    """Where a field stays empty, each case keeps what it has."""

    severity = forms.TypedChoiceField(label=_("Severity"), required=False, coerce=int, empty_value=None)
    level = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("The team of that level gets them."),
    )
    reason = Written(
        draft="triage",
        label=_("Why, if you change something"),
        required=False,
        help_text=_("Kept as an internal note. Leave it empty to confirm as it is."),
    )

    def furnish(self, cases: Sequence[Case]) -> None:
        """Levels are those of the procedure that the first case follows; one that another lacks is refused there."""
        severities = [(int(one), f"{one} – {words.SEVERITIES[one]}") for one in Severity]
        rungs = cases[0].policy_version.procedure().rungs if cases else ()
        levels = [(rung.number, f"{rung.number} – {rung.name}") for rung in rungs]
        for name, choices in (("severity", severities), ("level", levels)):
            field = self.fields[name]
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", _("as it is")), *choices]

    def of_case(self, case: Case) -> dict[str, Any]:
        said = self.arguments()
        return said | {"severity": said["severity"] or case.severity, "level": said["level"] or case.level}


class HoldSeveral(SeveralForm):
    reason = PauseReasonField()
    wake_at = MomentField(
        label=_("Come back by themselves"),
        missing="wake_missing",
        help_text=_(
            "At the latest then somebody looks at them again; any words of a customer bring that case back earlier."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"wake_at": next_morning(timezone.localtime())}, **kwargs)


class NothingMore(SeveralForm):
    """What needs no words."""


class NoteSeveral(SeveralForm):
    text = Written(draft="note", label=_("Internal note"), help_text=_("On each of them. No customer ever sees it."))


class ResolveSeveral(SeveralForm):
    """Only what never should have been a case of its own: what was solved deserves words of its own."""

    outcome = forms.TypedChoiceField(
        label=_("How they ended"),
        choices=[(outcome.value, words.OUTCOMES[outcome]) for outcome in UNWANTED],
        coerce=Outcome,
    )
    text = Written(
        draft="resolve", label=_("To each of the customers"), help_text=_("What becomes of what they wrote.")
    )
