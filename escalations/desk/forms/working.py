"""The forms of the work on an escalation: findings, plan, requests, scripts, and what comes after the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from escalations.actions.handling import MOST_AMOUNT
from escalations.actions.work import USUAL_CHASE, PlanLine
from escalations.desk.forms.base import MomentField, VerbForm, Written
from escalations.models import Agent, OutsideParty, PlanStep, Request, ScriptLine, Skill, Team, words
from escalations.models.situations import scripts_for
from escalations.rules.vocabulary import RequestState

PLAN_ROWS = 5
PARTS = ("what", "who", "when")
CHASES = (60, 120, 240, USUAL_CHASE, 2 * USUAL_CHASE, 5 * USUAL_CHASE)  # working minutes
LONGEST_LABEL = 80


class RowField(forms.ModelChoiceField):
    """One of some rows, named by their uids in forms and addresses."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, to_field_name="uid", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        whom = f"{obj.whom}: " if isinstance(obj, Request) else ""
        return Truncator(f"{whom}{obj.body}").chars(LONGEST_LABEL)


def offer(form: VerbForm, name: str, rows: QuerySet[Any]) -> None:
    """Fills a field of rows; the only one there is chosen already."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows
    if isinstance(field, RowField) and field.required and len(found := list(rows[:2])) == 1:
        form.initial.setdefault(name, found[0].uid)


def colleagues() -> QuerySet[Agent]:
    return Agent.objects.active().select_related("user")


class AssessForm(VerbForm):
    skill = forms.ModelChoiceField(
        label=_("Skill"), queryset=Skill.objects.none(), required=False, empty_label=_("none in particular")
    )
    amount = forms.IntegerField(label=_("Amount in question"), required=False, min_value=0, max_value=MOST_AMOUNT)

    def known(self) -> dict[str, Any]:
        return {"skill": self.case.usual_skill_id, "amount": self.case.amount or None}

    def furnish(self) -> None:
        offer(self, "skill", Skill.objects.all())
        told = _("In whole %(currency)s: what somebody has to have the authority for.")
        self.fields["amount"].help_text = told % {"currency": self.procedure.currency}

    def arguments(self) -> dict[str, Any]:
        return {"skill": self.cleaned_data["skill"], "amount": self.cleaned_data["amount"] or 0}


class WatchForm(VerbForm):
    watcher = forms.ModelChoiceField(label=_("Who"), queryset=Agent.objects.none(), required=False, empty_label=_("me"))

    def furnish(self) -> None:
        offer(self, "watcher", colleagues())


class TickForm(VerbForm):
    linked: ClassVar[tuple[str, ...]] = ("line",)
    line = RowField(label=_("What you did"))
    helped = forms.TypedChoiceField(
        label=_("Did it help?"),
        choices=[("yes", _("it helped")), ("no", _("it did not help"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def furnish(self) -> None:
        lines = ScriptLine.objects.filter(script__in=scripts_for(self.case), is_active=True)
        offer(self, "line", lines.exclude(ticks__case=self.case).order_by("script__name", "position"))


class FindForm(VerbForm):
    text = Written(draft="find", label=_("What you found out"), help_text=_("For colleagues only."))
    found_at = MomentField(
        label=_("When it was found"), missing="moment_missing", required=False, help_text=_("Empty: just now.")
    )


class PlanForm(VerbForm):
    """Some rows of what, by whom and by when; rows without anything do not count."""

    layout = "desk/_work_plan_rows.html"

    target_at = MomentField(
        label=_("Solved by"),
        missing="moment_missing",
        required=False,
        help_text=_("What you aim at. You can promise it to the customer afterwards; nothing is promised by itself."),
    )

    def known(self) -> dict[str, Any]:
        """What is open of the plan that this one takes the place of."""
        rows = PlanStep.objects.to_do().filter(plan__escalation__case=self.case).select_related("plan")
        found: dict[str, Any] = {}
        for number, row in enumerate(rows.order_by("position")[:PLAN_ROWS], start=1):
            found |= {f"what_{number}": row.body, f"who_{number}": row.owner_id, f"when_{number}": row.due_on}
            found["target_at"] = timezone.localtime(row.plan.target_at) if row.plan.target_at else None
        return found

    def furnish(self) -> None:
        people = [("", _("choose somebody")), *((agent.pk, str(agent)) for agent in colleagues())]
        unknown = {"invalid_choice": words.REMEDIES["unknown_choice"], "invalid": words.REMEDIES["moment_missing"]}
        for number in range(1, PLAN_ROWS + 1):
            self.fields[f"what_{number}"] = forms.CharField(label=_("What to do"), required=False, max_length=300)
            self.fields[f"who_{number}"] = forms.ChoiceField(
                label=_("By whom"), choices=people, required=False, error_messages=unknown
            )
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[f"when_{number}"] = forms.DateField(
                label=_("By when"), required=False, widget=day, error_messages=unknown
            )

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each row, for the page."""
        return [[self[f"{part}_{number}"] for part in PARTS] for number in range(1, PLAN_ROWS + 1)]

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows in which there is anything, with their numbers."""
        for number in range(1, PLAN_ROWS + 1):
            row = {part: self.cleaned_data.get(f"{part}_{number}") for part in PARTS}
            if any(row.values()) or any(f"{part}_{number}" in self.errors for part in row):
                yield number, row

    def clean(self) -> None:
        rows = list(self.rows())
        for number, row in rows:
            for part, value in row.items():
                if not value and f"{part}_{number}" not in self.errors:
                    self.add_error(f"{part}_{number}", words.REMEDIES["plan_step_missing"])
        if not rows:
            self.add_error("what_1", words.REMEDIES["plan_step_missing"])

    def arguments(self) -> dict[str, Any]:
        agents = {str(agent.pk): agent for agent in colleagues()}
        steps = [PlanLine(row["what"], agents[row["who"]], row["when"]) for _number, row in self.rows()]
        return {"steps": steps, "target_at": self.cleaned_data["target_at"]}


class FinishForm(VerbForm):
    linked: ClassVar[tuple[str, ...]] = ("step",)
    step = RowField(label=_("What is done"))

    def furnish(self) -> None:
        offer(self, "step", PlanStep.objects.to_do().filter(plan__escalation__case=self.case).order_by("position"))


def _chase_choices() -> list[tuple[int, str]]:
    return [(minutes, _hours(minutes // 60)) for minutes in CHASES]


def _hours(count: int) -> str:
    return ngettext("%(hours)d working hour", "%(hours)d working hours", count) % {"hours": count}


class RequestForm(VerbForm):
    team = forms.ModelChoiceField(
        label=_("A team of ours"), queryset=Team.objects.none(), required=False, empty_label=_("nobody of ours")
    )
    party = forms.ModelChoiceField(
        label=_("or somebody outside"),
        queryset=OutsideParty.objects.none(),
        required=False,
        empty_label=_("nobody outside"),
    )
    text = Written(draft="request", label=_("What you need, and until when"))
    contact = forms.CharField(label=_("Whom you asked there"), max_length=120, required=False)
    their_reference = forms.CharField(label=_("Their reference"), max_length=80, required=False)
    chase_minutes = forms.TypedChoiceField(
        label=_("Remind every"),
        choices=_chase_choices,
        coerce=int,
        initial=USUAL_CHASE,
        help_text=_("Until it is answered, you and whoever you asked hear of it again."),
    )

    def furnish(self) -> None:
        offer(self, "team", Team.objects.exclude(pk=self.case.team_id))
        offer(self, "party", OutsideParty.objects.filter(is_active=True))


class OpenRequestForm(VerbForm):
    """About one of the requests that wait for an answer."""

    linked: ClassVar[tuple[str, ...]] = ("request",)
    request = RowField(label=_("Which request"))

    def furnish(self) -> None:
        rows = Request.objects.filter(case=self.case, state=RequestState.OPEN.value)
        offer(self, "request", rows.select_related("team", "party"))


class AnswerRequestForm(OpenRequestForm):
    text = Written(draft="answer", label=_("The answer"), help_text=_("For colleagues only, as an internal note."))


class CancelRequestForm(OpenRequestForm):
    text = Written(draft="cancel", label=_("Why"), required=False, rows=2, help_text=_("For colleagues only."))


class FollowUpForm(VerbForm):
    text = Written(draft="follow_up", label=_("What you asked, or what you heard"))
    public = forms.BooleanField(label=_("Send these words to the customer"), required=False)
