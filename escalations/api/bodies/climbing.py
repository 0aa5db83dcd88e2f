"""What requests about the ladder may say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from escalations.actions import escalation
from escalations.actions.escalation import BriefText
from escalations.api.bodies.base import Because, Level, Severity
from escalations.api.fields import Body, Choice, Instant, Named, Text
from escalations.models import Agent, Skill, Team, words
from escalations.rules.vocabulary import MANUAL_REASONS
from knowledgebase.models import Article


class Question(Body):
    """What is asked to be decided; all of it only for hierarchical steps."""

    question = Text(
        "question_missing", required=False, allow_blank=True, help_text="What has to be decided; hierarchical only."
    )
    options = serializers.ListField(
        child=serializers.CharField(max_length=300), required=False, max_length=9, help_text="To choose from, in words."
    )
    recommendation = Text(required=False, allow_blank=True, help_text="What you would do.")
    amount = serializers.IntegerField(
        required=False, min_value=0, max_value=2_000_000_000, help_text="In whole units of the currency."
    )
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, help_text="That of the procedure, such as EUR.")
    due_at = Instant(required=False, help_text="By when it has to be decided; else in the time of the procedure.")


class BriefBody(Body):
    """What the next level must know."""

    tried = Text("brief_missing")
    impact = Text("brief_missing")
    asked = Text("brief_missing")
    evidence = Text(
        "evidence_missing", required=False, allow_blank=True, help_text="Logs, numbers, where pictures are."
    )
    articles = Named(
        slug_field="slug",
        queryset=Article.objects.all(),
        many=True,
        required=False,
        help_text="The short names of the articles that were tried.",
    )


ABOUT_THE_QUESTION = ("options", "recommendation", "amount", "currency", "due_at")


def taken(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """These values, taken out; lists become tuples, as the actions want them."""
    found = {name: values.pop(name) for name in names if name in values}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def brief_of(values: dict[str, Any]) -> BriefText:
    """The brief, taken out of these values."""
    names = ("tried", "impact", "asked", "evidence", "articles", "question", *ABOUT_THE_QUESTION)
    return BriefText(**taken(values, *names))


class Upward(BriefBody, Question):
    """Where to, why, and what the next level must know."""

    kind = Choice(list(words.KINDS.items()))
    reason = Choice([(reason.value, words.REASONS[reason]) for reason in MANUAL_REASONS])
    level = Level(required=False, allow_null=True, help_text="The next level when it is left out; further is a jump.")
    skill = Named(
        slug_field="slug",
        queryset=Skill.objects.all(),
        required=False,
        help_text="Functional only: what whoever gets it must be able to do.",
    )
    justification = Text(required=False, allow_blank=True, help_text="Why it cannot wait or be solved here.")

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values["brief"] = brief_of(values)
        return values


class Justified(Body):
    """A justification in words, kept as an internal note."""

    justification = Text("justification_missing")


class Complete(BriefBody):
    """A whole brief; it takes the place of the one that was returned."""

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        values["brief"] = brief_of(values)
        return values


class Redirect(Because):
    """To another team, or to somebody."""

    team = Named(slug_field="slug", queryset=Team.objects.all(), required=False, help_text="The short name of a team.")
    person = Named(
        slug_field="user__uid",
        queryset=Agent.objects.active().select_related("user"),
        required=False,
        help_text="The uid of a colleague of that team.",
    )


class StepBack(Because):
    level = Level(required=False, allow_null=True, help_text="The level below when it is left out.")


class Lend(Body):
    """An expert, and what for."""

    skill = Named(slug_field="slug", queryset=Skill.objects.all())
    asked = Text("brief_missing", help_text="What the expert is asked.")


class AskDecision(Question):
    """A question to somebody with authority, beside the steps."""

    question = Text("question_missing")
    person = Named(
        slug_field="user__uid",
        queryset=Agent.objects.active().select_related("user"),
        required=False,
        help_text="The uid of a colleague; else the manager chain says who.",
    )

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        about = taken(values, *ABOUT_THE_QUESTION)
        return values | {"question": escalation.Question(values["question"], **about)}


class Acknowledge(Body):
    severity = Severity()
    text = Text("tell_customer", help_text="What the customer is told.")


class Accept(Body):
    severity = Severity(required=False)
    text = Text("tell_customer", required=False, allow_blank=True, help_text="What the customer is told.")


class Decide(Body):
    verdict = Choice(list(words.VERDICTS.items()))
    answer = Text()
    option = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=9,
        help_text="The number of the chosen option, from 1, if any.",
    )
    decision = serializers.CharField(
        required=False, max_length=32, help_text="The uid of the decision: a second answer gets the first result."
    )
