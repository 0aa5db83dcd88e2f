"""The forms of the desk: one per verb, each translated into exactly one call of an action.

The fields carry the names of the action's arguments, so that what is refused lands where it belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Organization
from customers.refusal import Refused
from escalations.actions.escalation import BriefText
from escalations.models import Agent, Brief, Case, PauseReason, Topic, words
from escalations.rules.procedure import Procedure, Rung
from escalations.rules.vocabulary import MANUAL_REASONS, Impact, Kind, Outcome, Reason, Severity, Urgency

MOMENT = "%Y-%m-%dT%H:%M"
WORKING_MORNING = time(9)


def fresh_key() -> str:
    """A new identity of one filled-in form: sent twice, it counts once."""
    return uuid4().hex


class Written(forms.CharField):
    """Words somebody writes, kept as a draft in the browser until they are saved."""

    def __init__(self, *, draft: str, rows: int = 4, missing: str = "text_missing", **kwargs: Any) -> None:
        self.draft = draft
        kwargs.setdefault("error_messages", {"required": words.REMEDIES[missing]})
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class MomentField(forms.DateTimeField):
    """A day and a time of day, in the time zone of whoever fills the form in."""

    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        remedy = words.REMEDIES[missing]
        kwargs.setdefault("error_messages", {"required": remedy, "invalid": remedy})
        picked = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=picked, input_formats=[MOMENT], **kwargs)


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
            field.widget.attrs["data-draft"] for field in self.fields.values() if isinstance(field, Written)
        )

    def refuse(self, refused: Refused) -> None:
        """Shows a refusal at the field it names, else above the form; what was typed stays."""
        names = [refused.field, *self.renamed.get(refused.field, ())]
        field = next((name for name in names if name in self.fields), NON_FIELD_ERRORS)
        self.add_error(field, ValidationError(refused.remedy, code=refused.code))

    def arguments(self) -> dict[str, Any]:
        """What the action is called with, apart from case, actor, instant and key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class VerbForm(DeskForm):
    """A form about one case, filled in with what is known of it."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, case: Case, procedure: Procedure, **kwargs: Any
    ) -> None:
        self.case, self.procedure = case, procedure
        initial = self.known() | kwargs.pop("initial", {})
        super().__init__(data, about=case.reference, initial=initial, **kwargs)
        self.furnish()

    def known(self) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def furnish(self) -> None:
        """Fills the choices that depend on the case."""


class EmptyForm(VerbForm):
    """An act that needs no words."""


class ReplyForm(VerbForm):
    text = Written(draft="reply", label=_("Reply to the customer"))


class NoteForm(VerbForm):
    text = Written(draft="note", label=_("Internal note"), help_text=_("No customer ever sees it."))


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


class TriageForm(VerbForm):
    severity = SeverityField()
    level = LevelField(label=_("Level"))
    reason = Written(
        draft="triage",
        label=_("Why, if you change something"),
        required=False,
        help_text=_("Kept as an internal note. Leave it empty to confirm as it is."),
    )

    def known(self) -> dict[str, Any]:
        return {"severity": self.case.severity, "level": self.case.level}

    def furnish(self) -> None:
        level = self.fields["level"]
        if isinstance(level, LevelField):
            level.offer(list(self.procedure.rungs))


class TakeForm(VerbForm):
    owner = forms.ModelChoiceField(
        label=_("For"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("me"),
        help_text=_("Who owns it from now on."),
    )

    def furnish(self) -> None:
        owner = self.fields["owner"]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = Agent.objects.active().select_related("user")


class HoldForm(VerbForm):
    reason = forms.ModelChoiceField(
        label=_("Waiting for"),
        queryset=PauseReason.objects.none(),
        empty_label=_("Choose a reason"),
        help_text=_("The reason decides which clocks stop."),
    )
    wake_at = MomentField(
        label=_("Comes back by itself"),
        missing="wake_missing",
        help_text=_("At the latest then somebody looks at it again; any words of the customer bring it back earlier."),
    )

    def known(self) -> dict[str, Any]:
        return {"wake_at": next_morning(timezone.localtime())}

    def furnish(self) -> None:
        reason = self.fields["reason"]
        if isinstance(reason, forms.ModelChoiceField):
            reason.queryset = PauseReason.objects.filter(is_active=True)


def next_morning(local: datetime) -> datetime:
    """Nine o'clock of the next weekday, where `local` is."""
    day = local.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, WORKING_MORNING, tzinfo=local.tzinfo)


class UpwardForm(VerbForm):
    """Escalate, or climb further: why, and everything the next level must know."""

    kind = forms.TypedChoiceField(
        label=_("What it needs"),
        choices=[(kind.value, words.KINDS[kind]) for kind in Kind],
        coerce=Kind,
        widget=forms.RadioSelect,
        initial=Kind.FUNCTIONAL.value,
    )
    reason = forms.TypedChoiceField(
        label=_("Why"), choices=[(reason.value, words.REASONS[reason]) for reason in MANUAL_REASONS], coerce=Reason
    )
    level = LevelField(label=_("To"))
    tried = Written(draft="brief", label=_("What was tried"), rows=3, missing="brief_missing")
    impact = Written(draft="brief", label=_("What it means for the customer"), rows=2, missing="brief_missing")
    asked = Written(draft="brief", label=_("What is asked of the next level"), rows=2, missing="brief_missing")
    question = Written(
        draft="brief",
        label=_("What has to be decided"),
        rows=2,
        required=False,
        help_text=_("Only where authority is needed: the question, the options, what you recommend."),
    )

    def known(self) -> dict[str, Any]:
        """What the case says already, so that nobody types it again."""
        told = Brief.objects.filter(step__escalation__case=self.case).order_by("-pk").first()
        asked = _("Please take this up, find the cause, and say what happens next.")
        if told:
            return {"tried": told.tried, "impact": told.impact, "asked": asked}
        first = self.case.messages.filter(is_public=True).order_by("pk").first()
        last = self.case.messages.filter(contact=None).order_by("-pk").first()
        impact = str(words.IMPACTS[self.case.impact])
        return {
            "tried": last.body if last else "",
            "impact": f"{impact}. {first.body}" if first else impact,
            "asked": asked,
        }

    def furnish(self) -> None:
        level = self.fields["level"]
        if isinstance(level, LevelField):
            level.offer([rung for rung in self.procedure.rungs if rung.number > self.case.level])

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        brief = BriefText(said["tried"], said["impact"], said["asked"], said["question"])
        return {"kind": said["kind"], "reason": said["reason"], "level": said["level"], "brief": brief}


class AcknowledgeForm(VerbForm):
    severity = SeverityField(help_text=_("Confirm it, or correct it."))
    text = Written(
        draft="acknowledge",
        label=_("To the customer"),
        missing="tell_customer",
        help_text=_("Heard you, own it, next step, when the next news comes."),
    )

    def known(self) -> dict[str, Any]:
        return {"severity": self.case.severity}


class AcceptForm(AcknowledgeForm):
    text = Written(
        draft="accept",
        label=_("To the customer"),
        required=False,
        help_text=_("Needed when nobody has acknowledged yet: who has it now and when the next news comes."),
    )


class ReasonForm(VerbForm):
    """Decline or hand back: the reason stays inside."""

    reason = Written(
        draft="reason",
        label=_("Why, and what to do instead"),
        help_text=_("Kept as an internal note for the team that gets it back."),
    )


class DecideForm(VerbForm):
    verdict = forms.ChoiceField(label=_("Decision"), choices=list(words.VERDICTS.items()), widget=forms.RadioSelect)
    answer = Written(
        draft="decide", label=_("In words"), help_text=_("What is approved or refused, and within which limits.")
    )


class ResolveForm(VerbForm):
    outcome = forms.TypedChoiceField(
        label=_("How it ended"), choices=list(words.OUTCOMES.items()), coerce=Outcome, initial=Outcome.SOLVED.value
    )
    text = Written(
        draft="resolve",
        label=_("To the customer"),
        help_text=_("What was wrong, what was done, what to do if it comes back."),
    )


class ReopenForm(VerbForm):
    text = Written(draft="reopen", label=_("Why it is not solved"), help_text=_("Kept as an internal note."))


class ReviewForm(VerbForm):
    causes = Written(
        draft="review", label=_("Why the escalation was needed"), help_text=_("The causes, without blame.")
    )
    lessons = Written(draft="review", label=_("What prevents it next time"))


class NewCaseForm(DeskForm):
    """A case that somebody told us by telephone or in person."""

    contact = forms.ModelChoiceField(
        label=_("Contact"),
        queryset=Contact.objects.none(),
        empty_label=_("Choose a person"),
        help_text=_("Who told you."),
    )
    organization = forms.ModelChoiceField(
        label=_("Organization"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("the contact's own"),
    )
    topic = forms.ModelChoiceField(
        label=_("About"), queryset=Topic.objects.none(), required=False, empty_label=_("not known yet")
    )
    impact = forms.TypedChoiceField(
        label=_("Impact"), choices=list(words.IMPACTS.items()), coerce=Impact, initial=Impact.MEDIUM.value
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), choices=list(words.URGENCIES.items()), coerce=Urgency, initial=Urgency.MEDIUM.value
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        help_text=_("One sentence, as the customer would say it."),
        error_messages={"required": words.REMEDIES["subject_missing"]},
    )
    text = Written(
        draft="text",
        label=_("What happened"),
        rows=6,
        help_text=_("In the customer's words; the customer reads it too."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, about="new-case", **kwargs)
        for name, rows in (
            ("contact", Contact.objects.order_by("name")),
            ("organization", Organization.objects.order_by("name")),
            ("topic", Topic.objects.filter(is_offered=True)),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
