"""The forms of the portal, each translated into exactly one call of an action.

The fields carry the names of the action's arguments, so that what is refused lands where it belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Membership, Organization
from customers.refusal import Refused
from escalations.actions import asks
from escalations.files.uploads import FilesField
from escalations.models import Topic, words
from escalations.rules.vocabulary import AskReason, Impact, Origin, Urgency

LONGEST_TEXT = 20_000
# Refusals whose usual remedy speaks to staff.
CUSTOMER_REMEDIES: Mapping[str, Any] = {
    "no_policy": _("We cannot take this here at the moment; choose another topic or call us."),
    "organization_needed": _("You belong to several organizations; choose the one this is about."),
    "not_a_member": _("Choose one of your organizations."),
    "case_not_open": _("We believe that this case is solved. If it is not, say “Not solved”; then you can ask."),
    "top_level": _("Your case is with our highest level already; write to them here."),
    "not_asked": _("This was answered or withdrawn already."),
    "staff_only": _("Only our team can do this; write to us here."),
}


def fresh_key() -> str:
    """A new identity of one filled-in form: sent twice, it counts once."""
    return uuid4().hex


class Written(forms.CharField):
    """Words the customer writes, kept as a draft in the browser until they are saved."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": words.REMEDIES["text_missing"]})
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), max_length=LONGEST_TEXT, **kwargs)


class PortalForm(forms.Form):
    """What all forms of the portal share: the key that makes two clicks one, and refusals as errors.

    `about` tells the drafts of different people and cases apart.
    """

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, data: Mapping[str, Any] | None = None, *, about: str, **kwargs: Any) -> None:
        super().__init__(data, initial={"key": fresh_key()} | kwargs.pop("initial", {}), **kwargs)
        self.about = about
        for name in self._written:
            self.fields[name].widget.attrs["data-draft"] = self._draft(name)

    @property
    def _written(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, Written)]

    def _draft(self, name: str) -> str:
        return f"{self.about}-{type(self).__name__}-{name}"

    @property
    def drafts(self) -> str:
        """The drafts that are saved with this form, by name."""
        return " ".join(self._draft(name) for name in self._written)

    def refuse(self, refused: Refused) -> None:
        """Shows a refusal at the field it names, else above the form; what was typed stays."""
        field = refused.field if refused.field in self.fields else NON_FIELD_ERRORS
        remedy = CUSTOMER_REMEDIES.get(refused.code, refused.remedy)
        self.add_error(field, ValidationError(remedy, code=refused.code))

    def arguments(self) -> dict[str, Any]:
        """What the action is called with, apart from case, actor, instant and key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class ReplyForm(PortalForm):
    text = Written(label=_("Your reply"))
    files: Any = FilesField()

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"origin": Origin.PORTAL}


class ConfirmForm(PortalForm):
    """An answer that needs no words."""


class ReopenForm(PortalForm):
    text = Written(label=_("What is still wrong?"), rows=3)
    files: Any = FilesField()


class AskForm(PortalForm):
    """Asking for escalation: why, what is at stake, and how we reach whoever asks."""

    reason = forms.ChoiceField(
        label=_("Why do you ask?"),
        choices=list(words.ASK_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": words.REMEDIES["unknown_choice"],
            "invalid_choice": words.REMEDIES["unknown_choice"],
        },
    )
    text = Written(
        label=_("What is at stake for you?"),
        rows=4,
        help_text=_("What happens if it stays as it is, and by when? Whoever decides reads exactly this."),
    )
    reach = forms.CharField(
        label=_("How do we reach you?"),
        required=False,
        max_length=asks.LONGEST_REACH,
        help_text=_("A telephone number, or when you can be called. Otherwise we answer here."),
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"reason": AskReason(given["reason"])}


class WithdrawAskForm(PortalForm):
    """A word that needs no others."""


SCORES = [
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Neither nor")),
    (2, _("Dissatisfied")),
    (1, _("Very dissatisfied")),
]


class RateForm(PortalForm):
    score = forms.TypedChoiceField(
        label=_("How satisfied are you with how we solved this?"),
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": words.REMEDIES["score_range"], "invalid_choice": words.REMEDIES["score_range"]},
    )
    comment = Written(label=_("What should we do better?"), rows=2, required=False)


class TopicField(forms.ModelChoiceField):
    """What it is about; a product stands before its parts."""

    def label_from_instance(self, topic: Topic) -> str:
        return f"{topic.parent.name} › {topic.name}" if topic.parent else topic.name


class NewCaseForm(PortalForm):
    """Raising a case in the customer's words; the organization is asked only of those who have several."""

    subject = forms.CharField(
        label=_("What is it about?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": words.REMEDIES["subject_missing"]},
    )
    text = Written(
        label=_("What happened?"),
        rows=6,
        help_text=_("What did you do, what did you expect, and what came instead? Since when?"),
    )
    files: Any = FilesField()
    topic = TopicField(
        label=_("Which part is it?"), queryset=Topic.objects.none(), required=False, empty_label=_("I do not know")
    )
    organization = forms.ModelChoiceField(
        label=_("For which organization?"),
        queryset=Organization.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": CUSTOMER_REMEDIES["organization_needed"]},
    )
    impact = forms.ChoiceField(
        label=_("How much does it hold you up?"), choices=list(words.IMPACTS.items()), widget=forms.RadioSelect
    )
    urgency = forms.ChoiceField(
        label=_("How long can it wait?"), choices=list(words.URGENCIES.items()), widget=forms.RadioSelect
    )

    field_order = ("subject", "text", "files", "topic", "organization", "impact", "urgency")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        contact_id: int,
        on: date,
        initial: dict[str, Any],
        **kwargs: Any,
    ) -> None:
        usual = {"impact": Impact.MEDIUM.value, "urgency": Urgency.MEDIUM.value}
        super().__init__(data, initial=usual | initial, **kwargs)
        topics = Topic.objects.filter(is_offered=True).select_related("parent")
        self._choice("topic").queryset = topics.order_by("parent__name", "name")
        current = Membership.objects.current(on).filter(contact_id=contact_id)
        mine = Organization.objects.filter(pk__in=current.values("organization_id"))
        if mine.count() > 1:
            self._choice("organization").queryset = mine
        else:
            del self.fields["organization"]

    def _choice(self, name: str) -> forms.ModelChoiceField[Any]:
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {
            "impact": Impact(given["impact"]),
            "urgency": Urgency(given["urgency"]),
            "origin": Origin.PORTAL,
        }
