"""Everything the queue can be asked for, as one form that is sent as an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from escalations.casefile.questions import ME, NOBODY, Question
from escalations.desk import queue_words
from escalations.models import Agent, Level, Team, Topic

Choices = list[tuple[str, Any]]


def _boxes(name: str, choices: Any = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=queue_words.FILTERS[name], choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _one(name: str, nothing: Any) -> forms.ChoiceField:
    choices = [("", nothing), *queue_words.VALUES[name].items()]
    return forms.ChoiceField(label=queue_words.FILTERS[name], choices=choices, required=False)


def _severities() -> Choices:
    return [(value, f"{value} – {name}") for value, name in queue_words.VALUES["severity"].items()]


def _levels() -> Choices:
    highest = Level.objects.aggregate(highest=Max("number"))["highest"] or 1
    return [(str(number), str(number)) for number in range(1, highest + 1)]


def _owners() -> Choices:
    people = Agent.objects.active().order_by("user__name").values_list("user__uid", "user__name")
    return [(ME, _("me")), (NOBODY, _("nobody")), *people]


def _teams() -> Iterable[tuple[str, str]]:
    return Team.objects.order_by("name").values_list("slug", "name")


def _topics() -> Iterable[tuple[str, str]]:
    return Topic.objects.order_by("name").values_list("slug", "name")


class FilterForm(forms.Form):
    """What a question holds, ready to be changed; nothing is checked here, since the queue reads every address."""

    use_required_attribute = False

    due = _one("due", _("whenever"))
    promised = _one("promised", _("or not"))
    hold = _one("hold", _("or not"))
    severity = _boxes("severity", _severities)
    level = _boxes("level")
    stage = _boxes("stage", list(queue_words.VALUES["stage"].items()))
    state = _boxes("state", list(queue_words.VALUES["state"].items()))
    tier = _boxes("tier", list(queue_words.VALUES["tier"].items()))
    origin = _boxes("origin", list(queue_words.VALUES["origin"].items()))
    customer = forms.CharField(
        label=_("Customer"), required=False, max_length=120, help_text=_("The name, or a part of it.")
    )
    team = _boxes("team")
    owner = _boxes("owner")
    topic = _boxes("topic")
    sort = forms.ChoiceField(label=_("Order"), choices=list(queue_words.SORTS.items()), required=False)
    group = forms.ChoiceField(label=_("Groups"), choices=list(queue_words.GROUPS.items()), required=False)
    column = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=list(queue_words.COLUMNS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The case itself always stands there."),
    )

    def __init__(self, question: Question) -> None:
        known: dict[str, Any] = {name: list(values) for name, values in question.filters.items()}
        for name in ("due", "promised", "hold", "customer"):
            known[name] = (question.filters.get(name) or ("",))[0]
        arranged = {"sort": question.sort, "group": question.group, "column": list(question.columns)}
        super().__init__(initial=known | arranged, auto_id="filter_%s")
        for name, choices in (("level", _levels()), ("team", _teams()), ("owner", _owners()), ("topic", _topics())):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = list(choices)
