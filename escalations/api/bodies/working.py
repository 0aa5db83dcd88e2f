"""What requests about the work on a case may say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from escalations.actions import work
from escalations.api.bodies.base import Words
from escalations.api.fields import Body, Choice, Instant, Named, Text
from escalations.models import Agent, OutsideParty, PlanStep, Request, ScriptLine, Skill, Team, words


class Assess(Body):
    """What a case takes."""

    skill = Named(slug_field="slug", queryset=Skill.objects.all(), required=False, allow_null=True)
    amount = serializers.IntegerField(
        required=False, min_value=0, max_value=2_000_000_000, help_text="What is in question, in whole units."
    )
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, help_text="That of the procedure, such as EUR.")


class Tick(Body):
    """A line of a script that was done."""

    line = Named(slug_field="uid", queryset=ScriptLine.objects.all(), help_text="The uid of the line.")
    helped = serializers.BooleanField(help_text="Whether it helped.")


class Watch(Body):
    """Who watches from now on, or no longer."""

    watcher = Named(
        slug_field="user__uid",
        queryset=Agent.objects.active().select_related("user"),
        required=False,
        help_text="The uid of a colleague; without it you.",
    )


class Find(Words):
    """Something that was found out."""

    found_at = Instant(required=False, help_text="When; now when it is left out.")


class PlanStepBody(Body):
    """One thing to do."""

    body = Text(max_length=300, help_text="What to do.")
    owner = Named(
        slug_field="user__uid",
        queryset=Agent.objects.active().select_related("user"),
        help_text="The uid of whoever does.",
    )
    due_on = serializers.DateField(help_text="By which day.")


class Plan(Body):
    """How it is solved."""

    steps = PlanStepBody(many=True)
    target_at = Instant(required=False, allow_null=True, help_text="By when it is solved; promise it if you are sure.")

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        return values | {"steps": [work.PlanLine(**step) for step in values["steps"]]}


class Finish(Body):
    """A step of the plan that is done."""

    step = Named(slug_field="uid", queryset=PlanStep.objects.all(), help_text="The uid of the step.")


class RequestBody(Words):
    """What another team or somebody outside is asked for; one of the two."""

    team = Named(slug_field="slug", queryset=Team.objects.all(), required=False)
    party = Named(slug_field="slug", queryset=OutsideParty.objects.filter(is_active=True), required=False)
    contact = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="Whom you asked there.")
    their_reference = serializers.CharField(required=False, allow_blank=True, max_length=80)
    chase_minutes = serializers.IntegerField(
        required=False, min_value=1, max_value=100_000, help_text="Reminded every so many working minutes."
    )


class Answer(Words):
    """What the other side answered; internal."""

    request = Named(slug_field="uid", queryset=Request.objects.all(), help_text="The uid of the request.")


class Cancel(Body):
    """A request that is no longer needed."""

    request = Named(slug_field="uid", queryset=Request.objects.all(), help_text="The uid of the request.")
    text = Text(required=False, allow_blank=True, help_text="Why; internal.")


class FollowUp(Words):
    """What was heard when somebody asked once more."""

    public = serializers.BooleanField(required=False, help_text="The words go to the customer.")


class Ask(Words):
    """A customer asks for escalation."""

    reason = Choice(list(words.ASK_REASONS.items()))
    text = Text(help_text="What is at stake.")
    reach = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="How to reach you.")
