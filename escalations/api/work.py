"""The work on a case as the programs of staff read it: what was found, planned, asked of others, tried and followed."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.api.fields import Instant, Named
from escalations.api.names import Identified, Person, Slugged
from escalations.casefile.climbs import Having
from escalations.models import words


class Finding(serializers.Serializer):
    """Something that was found out."""

    uid = serializers.CharField()
    text = serializers.CharField(source="body")
    author = Person(allow_null=True)
    found_at = Instant()
    written_at = Instant()


class PlanStepFace(serializers.Serializer):
    """One thing to do."""

    uid = serializers.CharField(source="step.uid")
    body = serializers.CharField(source="step.body")
    owner = Person(source="step.owner")
    due_on = serializers.DateField(source="step.due_on")
    done_at = Instant(source="step.done_at", allow_null=True)
    done_by = Person(source="step.done_by", allow_null=True)
    is_overdue = serializers.BooleanField()
    is_mine = serializers.BooleanField(help_text="You may say that it is done.")


class PlanFace(serializers.Serializer):
    """How it is solved: the newest plan."""

    uid = serializers.CharField(source="plan.uid")
    author = Person(source="plan.author", allow_null=True)
    written_at = Instant(source="plan.written_at")
    target_at = Instant(source="plan.target_at", allow_null=True)
    steps = PlanStepFace(many=True)


class RequestFace(serializers.Serializer):
    """What another team or an outside party owes, or owed."""

    uid = serializers.CharField()
    state = serializers.ChoiceField(list(words.REQUEST_STATES.items()))
    team = Slugged(allow_null=True)
    party = Slugged(allow_null=True)
    contact = serializers.CharField()
    their_reference = serializers.CharField()
    text = serializers.CharField(source="body")
    asked_by = Person(allow_null=True)
    asked_at = Instant()
    chase_minutes = serializers.IntegerField(help_text="Reminded every so many working minutes.")
    next_chase_at = Instant(allow_null=True)
    chased = serializers.IntegerField(help_text="How many times they were reminded.")
    answer = Named(slug_field="body", read_only=True, allow_null=True)
    answered_at = Instant(allow_null=True)


class OpenRequest(serializers.Serializer):
    """A request that waits for its answer, the critical one first."""

    request = RequestFace()
    due_at = Instant(source="clock.due_at", allow_null=True, default=None, help_text="By when an answer is owed.")
    is_critical = serializers.BooleanField(help_text="Everything else waits for this one.")


class ScriptTick(serializers.Serializer):
    """A line that was done."""

    helped = serializers.BooleanField()
    done_by = Person(allow_null=True)
    done_at = Instant()


class ScriptLine(serializers.Serializer):
    """A line of a script."""

    uid = serializers.CharField(source="line.uid")
    body = serializers.CharField(source="line.body")
    article = Named(source="line.article", slug_field="slug", read_only=True, allow_null=True)
    tick = ScriptTick(allow_null=True)


class Script(serializers.Serializer):
    """An ordered list of what to try here, with what came of it."""

    uid = serializers.CharField(source="script.uid")
    name = serializers.CharField(source="script.name")
    lines = ScriptLine(many=True)


class Work(serializers.Serializer):
    """Everything that is done on a case beside words."""

    findings = Finding(many=True)
    plan = PlanFace(allow_null=True)
    asked = OpenRequest(many=True, help_text="Requests that wait for an answer.")
    ended = RequestFace(many=True, help_text="Requests that were answered or cancelled.")
    scripts = Script(many=True)
    watchers = Person(many=True)
    is_watching = serializers.BooleanField(help_text="You are told of every change.")
    follow_up_at = Instant(
        source="follow_up.due_at", allow_null=True, default=None, help_text="By when somebody asks whether all is well."
    )


class AskOfCustomer(serializers.Serializer):
    """A customer asks for escalation and waits for an answer."""

    uid = serializers.CharField()
    contact = Identified()
    reason = serializers.ChoiceField(list(words.ASK_REASONS.items()))
    text = serializers.CharField(source="stake.body", help_text="What is at stake, in the customer's words.")
    reach = serializers.CharField(help_text="How to reach the customer.")
    asked_at = Instant()


class Account(serializers.Serializer):
    """The account escalation of the organization, with one manager and one rhythm of news."""

    uid = serializers.CharField()
    organization = Identified()
    manager = Person()
    why = serializers.CharField()
    rhythm_minutes = serializers.IntegerField(help_text="News at least every so many working minutes.")
    opened_at = Instant()


class Held(serializers.Serializer):
    """A climb by itself that waits until somebody has looked at a storm."""

    to_level = serializers.IntegerField()
    held_at = Instant()


class Over(serializers.Serializer):
    """Somebody who was passed over."""

    name = serializers.CharField()
    why = serializers.CharField()


class Routing(serializers.Serializer):
    """Why it is just this person, in words."""

    person = serializers.CharField()
    because = serializers.CharField()
    instead_of = serializers.CharField(help_text="Who is away, so that a deputy got it.")
    passed_over = serializers.SerializerMethodField()
    skill = serializers.CharField()
    since = Instant()
    acknowledged_at = Instant(allow_null=True)

    @extend_schema_field(Over(many=True))
    def get_passed_over(self, having: Having) -> list[dict[str, str]]:
        return [{"name": name, "why": str(why)} for name, why in having.passed_over]


class Following(serializers.Serializer):
    """Something that happens by itself if nobody acts."""

    what = serializers.CharField()
    at = Instant()
    why = serializers.CharField()
