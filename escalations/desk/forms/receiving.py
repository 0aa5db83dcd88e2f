"""The forms of whoever gets an escalation: take it up, decide, give it back, pass it on, end it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.casefile.sentences import moment
from escalations.desk.forms.base import LevelField, SeverityField, VerbForm, Written, grouped
from escalations.models import Agent, Case, Decision, Step, Team, words


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


def question_of(case: Case) -> Decision | None:
    """The question of the open escalation of this case that was asked last."""
    climbing = Decision.objects.filter(escalation__case=case, escalation__next_check_at__isnull=False)
    return climbing.order_by("-pk").first()


class DecideForm(VerbForm):
    """The answer to the question that was read: `decision` names it, so that none is answered unread."""

    verdict = forms.ChoiceField(label=_("Decision"), choices=list(words.VERDICTS.items()), widget=forms.RadioSelect)
    option = forms.TypedChoiceField(label=_("Which of them"), coerce=int, required=False, widget=forms.RadioSelect)
    answer = Written(
        draft="decide", label=_("In words"), help_text=_("What is approved or refused, and within which limits.")
    )
    decision = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args: Any, case: Case, asked: Decision | None = None, **kwargs: Any) -> None:
        self.asked = asked or question_of(case)
        super().__init__(*args, case=case, **kwargs)

    def known(self) -> dict[str, Any]:
        return {"decision": self.asked.uid if self.asked else ""}

    def furnish(self) -> None:
        option = self.fields["option"]
        if self.asked and self.asked.options and isinstance(option, forms.TypedChoiceField):
            option.choices = list(enumerate(self.asked.options, start=1))
            self.wanted["option"] = _("needed to approve")
        else:
            del self.fields["option"]

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"option": self.cleaned_data.get("option") or 0}

    @property
    def facts(self) -> list[tuple[Any, str]]:
        """The question with everything that belongs to it."""
        asked = self.asked
        if asked is None:
            return []
        told = [
            (_("What has to be decided"), asked.question),
            (_("Recommended"), asked.recommendation),
            (_("Amount"), f"{grouped(asked.amount)} {asked.currency}" if asked.amount else ""),
            (_("To be decided by"), moment(asked.due_at.isoformat()) if asked.due_at else ""),
        ]
        return [(name, said) for name, said in told if said]


class ReasonForm(VerbForm):
    """The reason stays inside."""

    reason = Written(draft="reason", label=_("Why"), help_text=_("Kept as an internal note for your colleagues."))


class DeclineForm(VerbForm):
    reason = Written(
        draft="reason",
        label=_("Why, and what to do instead"),
        missing="advice_missing",
        help_text=_("Kept as an internal note for the team that gets it back."),
    )


class ReturnForm(VerbForm):
    reason = Written(
        draft="reason",
        label=_("What is missing"),
        missing="missing_text",
        help_text=_("Kept as an internal note for whoever asked; they can add it without asking anew."),
    )


class PersonField(forms.ModelChoiceField):
    """A colleague with the teams."""

    def label_from_instance(self, obj: Agent) -> str:
        return f"{obj} – {', '.join(team.name for team in obj.teams.all())}"


class RedirectForm(ReasonForm):
    """To another team at this level, or to somebody else."""

    team = forms.ModelChoiceField(
        label=_("To the team"), queryset=Team.objects.none(), required=False, empty_label=_("the one that has it")
    )
    person = PersonField(
        label=_("To the person"), queryset=Agent.objects.none(), required=False, empty_label=_("whoever is next there")
    )
    field_order = ["team", "person", "reason"]

    def furnish(self) -> None:
        team, person = self.fields["team"], self.fields["person"]
        has_it = Step.objects.filter(escalation__case=self.case, ended_at=None).values("person")
        if isinstance(team, forms.ModelChoiceField):
            team.queryset = Team.objects.exclude(pk=self.case.team_id)
        if isinstance(person, forms.ModelChoiceField):
            there = Agent.objects.active().select_related("user").prefetch_related("teams")
            person.queryset = there.exclude(pk__in=has_it)


class StepBackForm(ReasonForm):
    """To a level below."""

    level = LevelField(label=_("Back to"))
    field_order = ["level", "reason"]

    def known(self) -> dict[str, Any]:
        below = [rung.number for rung in self.procedure.rungs if rung.number < self.case.level]
        return {"level": max(below, default=None)}

    def furnish(self) -> None:
        level = self.fields["level"]
        if isinstance(level, LevelField):
            level.offer([rung for rung in reversed(self.procedure.rungs) if rung.number < self.case.level])
