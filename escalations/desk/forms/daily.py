"""The forms of the daily work on a case, and of a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Organization
from escalations.desk.forms.base import (
    DeskForm,
    LevelField,
    MomentField,
    OwnerField,
    PauseReasonField,
    SeverityField,
    VerbForm,
    Written,
)
from escalations.files.uploads import FilesField
from escalations.models import Agent, Escalation, Topic, words
from escalations.rules.vocabulary import TO_RESOLVE, VOIDING, Document, Impact, Outcome, Urgency

WORKING_MORNING = time(9)


class ReplyForm(VerbForm):
    text = Written(
        draft="reply", label=_("Reply to the customer"), placeholder=_("Heard you · own it · next step · when …")
    )
    files: Any = FilesField()
    due_at = MomentField(
        label=_("Promise the next news by"),
        missing="promise_in_the_past",
        required=False,
        help_text=_("Empty: nothing is promised. In your own time."),
    )
    reason = Written(
        draft="reply",
        label=_("Why not earlier"),
        required=False,
        rows=2,
        help_text=_("Needed when the promise is later than the policy wants news. No customer ever sees it."),
    )


class NoteForm(VerbForm):
    text = Written(
        draft="note",
        label=_("Internal note"),
        help_text=_("No customer ever sees it. Whoever you name with @ is told, and can open the case from then on."),
    )
    mentioned = forms.ModelMultipleChoiceField(label=_("Also tell"), queryset=Agent.objects.none(), required=False)
    files: Any = FilesField()

    def furnish(self) -> None:
        self.fields["text"].widget.attrs["data-names"] = reverse("desk:names")
        mentioned = self.fields["mentioned"]
        if isinstance(mentioned, forms.ModelMultipleChoiceField):
            mentioned.queryset = Agent.objects.active().select_related("user")
            mentioned.error_messages["invalid_choice"] = words.REMEDIES["mentioned_unknown"]


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
    owner = OwnerField(help_text=_("Who owns it from now on."))


class HoldForm(VerbForm):
    reason = PauseReasonField()
    wake_at = MomentField(
        label=_("Comes back by itself"),
        missing="wake_missing",
        help_text=_("At the latest then somebody looks at it again; any words of the customer bring it back earlier."),
    )

    def known(self) -> dict[str, Any]:
        return {"wake_at": next_morning(timezone.localtime())}


def next_morning(local: datetime) -> datetime:
    """Nine o'clock of the next weekday, where `local` is."""
    day = local.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, WORKING_MORNING, tzinfo=local.tzinfo)


def _cause_choices() -> list[tuple[str, Any]]:
    return [("", _("not known yet")), *words.CAUSES.items()]


class ResolveForm(VerbForm):
    outcome = forms.TypedChoiceField(
        label=_("How it ended"), choices=list(words.ENDINGS.items()), coerce=Outcome, initial=Outcome.SOLVED.value
    )
    text = Written(
        draft="resolve",
        label=_("To the customer"),
        help_text=_("What was wrong, what was done, what to do if it comes back."),
    )
    files: Any = FilesField()
    cause = forms.ChoiceField(label=_("What it came from"), choices=_cause_choices, required=False)
    prevention = Written(
        draft="resolve",
        label=_("What prevents it next time"),
        required=False,
        rows=2,
        missing="prevention_missing",
        help_text=_("For colleagues only."),
    )
    # The browser must not insist on a cause: what never should have been owed needs none.
    use_required_attribute = False

    def furnish(self) -> None:
        """Asks what an escalation came from, where the procedure wants to know; of any other case it asks nothing."""
        escalated = Escalation.objects.open().filter(case=self.case).exists()
        wanted = self.procedure.required(TO_RESOLVE, level=self.case.level)
        is_void = self.data.get("outcome") in {outcome.value for outcome in VOIDING}
        for document in (Document.CAUSE, Document.PREVENTION):
            name = document.value
            if not escalated:
                del self.fields[name]
            elif document in wanted and not is_void:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = words.REMEDIES[f"{name}_missing"]


class ReopenForm(VerbForm):
    text = Written(draft="reopen", label=_("Why it is not solved"), help_text=_("Kept as an internal note."))
    files: Any = FilesField()


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
    files: Any = FilesField()

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, about="new-case", **kwargs)
        self.fields["subject"].widget.attrs["data-draft"] = "new-case-subject"
        for name, rows in (
            ("contact", Contact.objects.order_by("name")),
            ("organization", Organization.objects.order_by("name")),
            ("topic", Topic.objects.filter(is_offered=True)),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
