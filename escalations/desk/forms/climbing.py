"""The forms of the ladder: up, back down, and what the receiver does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.actions.escalation import BriefText
from escalations.desk.forms.base import LevelField, SeverityField, VerbForm, Written
from escalations.models import Brief, words
from escalations.rules.vocabulary import MANUAL_REASONS, Kind, Reason


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


class DecideForm(VerbForm):
    verdict = forms.ChoiceField(label=_("Decision"), choices=list(words.VERDICTS.items()), widget=forms.RadioSelect)
    answer = Written(
        draft="decide", label=_("In words"), help_text=_("What is approved or refused, and within which limits.")
    )
