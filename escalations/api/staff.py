"""What the programs of staff read: the staff's casefile, and lines of lists."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.models import Tier
from escalations.api.attachments import File
from escalations.api.fields import Instant
from escalations.api.names import Identified, Person, Slugged
from escalations.api.work import Account, AskOfCustomer, Following, Held, Routing, Work
from escalations.casefile.joined import linked_with
from escalations.casefile.staff import StaffCasefile
from escalations.models import words
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState

TONES = ["late", "soon", "calm", "met", "paused", "void", "dormant"]
PLACES = ["below", "here", "next", "above"]


class Climb(serializers.Serializer):
    """An escalation in one line."""

    uid = serializers.CharField()
    state = serializers.ChoiceField(list(words.ESCALATION_STATES.items()))


class StaffCaseLine(serializers.Serializer):
    """A case in a list."""

    reference = serializers.CharField(source="case.reference")
    subject = serializers.CharField(source="case.subject")
    state = serializers.ChoiceField(list(words.CASE_STATES.items()), source="case.state")
    severity = serializers.ChoiceField(list(words.SEVERITIES.items()), source="case.severity")
    level = serializers.IntegerField(source="case.level")
    team = Slugged(source="case.team")
    owner = Person(source="case.owner", allow_null=True)
    organization = Identified(source="case.organization", allow_null=True)
    opened_at = Instant(source="case.opened_at")
    due_at = Instant(allow_null=True, help_text="The next instant anything is due.")
    due_for = serializers.CharField(source="what", help_text="What is due, in words.")
    promised_at = Instant(source="case.promised_at", allow_null=True, help_text="By when news are promised.")
    owed_since = Instant(allow_null=True, help_text="When a promise of news was over that nobody kept yet.")
    tone = serializers.ChoiceField(TONES)
    escalation = Climb(allow_null=True)


class Stretch(serializers.Serializer):
    """A piece of the clock line, and why it counted or did not."""

    start = Instant()
    end = Instant()
    why = serializers.CharField()
    words = serializers.CharField()
    percent = serializers.FloatField()


class ClockFace(serializers.Serializer):
    key = serializers.CharField(help_text="Names its explanation: cases/{reference}/clocks/{key}/.")
    kind = serializers.ChoiceField([(kind.value, words.CLOCKS[kind]) for kind in ClockKind])
    name = serializers.CharField()
    state = serializers.ChoiceField([(state.value, words.CLOCK_STATES[state]) for state in ClockState])
    tone = serializers.ChoiceField(TONES)
    started_at = Instant()
    due_at = Instant(allow_null=True)
    warn_at = Instant(allow_null=True)
    breached_at = Instant(allow_null=True)
    met_at = Instant(allow_null=True)
    target = serializers.CharField(help_text="In working time, in words.")
    elapsed = serializers.CharField()
    left = serializers.CharField()
    percent = serializers.IntegerField()
    explanation = serializers.CharField()
    stretches = Stretch(many=True)


class Rung(serializers.Serializer):
    """A level of the procedure, seen from this case."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    meaning = serializers.CharField()
    team = serializers.CharField()
    place = serializers.ChoiceField(PLACES)
    was_visited = serializers.BooleanField()
    joins_at = Instant(allow_null=True)


class Criterion(serializers.Serializer):
    """A trigger of the procedure, and how near it is."""

    name = serializers.CharField()
    state = serializers.ChoiceField(["met", "nearly", "not"])
    percent = serializers.IntegerField()
    acts = serializers.BooleanField(help_text="Climbs by itself; otherwise people are reminded.")
    fact = serializers.CharField(help_text="What was counted, in words.")
    met_since = Instant(allow_null=True)
    comes_at = Instant(allow_null=True, help_text="When time alone will make it so.")


class Joins(serializers.Serializer):
    """Who joins next by itself, and when."""

    level = serializers.CharField(source="to.name")
    at = Instant()


class Step(serializers.Serializer):
    """One move of an escalation."""

    uid = serializers.CharField()
    number = serializers.IntegerField()
    move = serializers.ChoiceField(list(words.MOVES.items()))
    kind = serializers.ChoiceField(list(words.KINDS.items()))
    reason = serializers.ChoiceField(list(words.REASONS.items()))
    from_level = serializers.IntegerField()
    to_level = serializers.IntegerField()
    from_team = Slugged()
    to_team = Slugged()
    person = Person()
    because = serializers.CharField(source="get_because_display")
    instead_of = Person(allow_null=True, help_text="Who is away, so that a deputy got it.")
    skill = Slugged(allow_null=True)
    is_automatic = serializers.BooleanField(help_text="Taken by the procedure, not by a person.")
    started_at = Instant()
    acknowledged_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)


class ArticleName(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()


class Brief(serializers.Serializer):
    tried = serializers.CharField()
    impact = serializers.CharField()
    asked = serializers.CharField()
    evidence = serializers.CharField()
    articles = ArticleName(many=True, source="articles.all", help_text="Those that were tried.")


class Decision(serializers.Serializer):
    uid = serializers.CharField()
    person = Person(help_text="Who is asked.")
    asked_at = Instant()
    question = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    recommendation = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    was_needed = serializers.BooleanField(help_text="Whoever asked could not have decided it.")
    due_at = Instant(allow_null=True)
    verdict = serializers.CharField()
    option = serializers.IntegerField(help_text="The number of the chosen option, 0 without one.")
    answer = serializers.CharField()
    decided_by = Person(allow_null=True)
    decided_at = Instant(allow_null=True)


class EscalationFace(Climb):
    """An escalation."""

    source = serializers.ChoiceField(list(words.SOURCES.items()))  # type: ignore[assignment]
    reason = serializers.ChoiceField(list(words.REASONS.items()))
    accountable = Person()
    asked_by = Person(allow_null=True)
    cause = serializers.CharField()
    prevention = serializers.CharField()
    ended_early = serializers.BooleanField(help_text="De-escalated.")
    started_at = Instant()
    acknowledged_at = Instant(allow_null=True)
    resolved_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    next_check_at = Instant(allow_null=True)


class EscalationLine(EscalationFace):
    """An escalation in a list, with its case."""

    case = serializers.CharField(source="case.reference")
    subject = serializers.CharField(source="case.subject")
    severity = serializers.ChoiceField(list(words.SEVERITIES.items()), source="case.severity")
    level = serializers.IntegerField(source="case.level")
    team = Slugged(source="case.team")


class Review(serializers.Serializer):
    causes = serializers.CharField()
    lessons = serializers.CharField()
    author = Person()
    written_at = Instant()


class Entry(serializers.Serializer):
    """One entry of the timeline; `sort` tells public messages, internal notes and events apart."""

    seq = serializers.IntegerField()
    at = Instant()
    kind = serializers.CharField()
    sort = serializers.ChoiceField(["message", "note", "event"])
    who = serializers.CharField()
    from_customer = serializers.BooleanField()
    words = serializers.CharField()
    text = serializers.CharField()
    is_automatic = serializers.BooleanField()
    note = serializers.CharField(help_text="Internal words beside it, such as why a promise is so late.")
    kept = serializers.CharField(help_text="The promise of news that these words kept, in words.")
    kept_late = serializers.BooleanField(help_text="They kept it too late.")
    files = File(many=True)
    told = serializers.ListField(child=serializers.CharField(), help_text="The names of those whom a note mentions.")


class Offer(serializers.Serializer):
    """A verb, open to the person who asks or refused with the reason."""

    name = serializers.CharField()
    is_open = serializers.BooleanField()
    refusal = serializers.CharField()
    why = serializers.CharField()
    mend = serializers.CharField(help_text="The page of the desk on which the reason can be mended; may be empty.")


class Linked(serializers.Serializer):
    """Another case as it is related to this one."""

    uid = serializers.CharField(help_text="Names the link, to take it away.")
    kind = serializers.ChoiceField(list(words.LINKS.items()))
    back = serializers.BooleanField(help_text="Read from the other case: it is the duplicate, the part of this one …")
    case = serializers.CharField(source="case.reference")
    subject = serializers.CharField(source="case.subject")
    state = serializers.ChoiceField(list(words.CASE_STATES.items()), source="case.state")
    severity = serializers.ChoiceField(list(words.SEVERITIES.items()), source="case.severity")
    due_at = Instant(allow_null=True)


class StaffCase(serializers.Serializer):
    """A case as staff sees it."""

    reference = serializers.CharField(source="case.reference")
    subject = serializers.CharField(source="case.subject")
    state = serializers.ChoiceField(list(words.CASE_STATES.items()), source="case.state")
    origin = serializers.ChoiceField(list(words.ORIGINS.items()), source="case.origin")
    impact = serializers.ChoiceField(list(words.IMPACTS.items()), source="case.impact")
    urgency = serializers.ChoiceField(list(words.URGENCIES.items()), source="case.urgency")
    tier = serializers.ChoiceField(Tier.choices, source="case.tier")
    severity = serializers.ChoiceField(list(words.SEVERITIES.items()), source="case.severity")
    entry_level = serializers.IntegerField(source="case.entry_level")
    level = serializers.IntegerField(source="case.level")
    team = Slugged(source="case.team")
    owner = Person(source="case.owner", allow_null=True)
    accountable = Person(allow_null=True)
    contact = Identified(source="case.contact")
    organization = Identified(source="case.organization", allow_null=True)
    topic = Slugged(source="case.topic", allow_null=True)
    policy = serializers.CharField(source="case.policy_version.policy.slug")
    policy_version = serializers.IntegerField(source="case.policy_version.number")
    skill = Slugged(source="case.skill", allow_null=True, help_text="What the case takes.")
    amount = serializers.IntegerField(source="case.amount")
    currency = serializers.CharField(source="case.currency")
    criteria_met_at = Instant(source="case.criteria_met_at", allow_null=True, help_text="First of all.")
    outcome = serializers.CharField(source="case.outcome")
    merged_into = serializers.CharField(
        source="case.merged_into.reference", default=None, allow_null=True, help_text="Where this case goes on."
    )
    links = serializers.SerializerMethodField()
    waits_for = Slugged(source="case.pause_reason", allow_null=True)
    wake_at = Instant(source="case.wake_at", allow_null=True)
    promised_at = Instant(allow_null=True, help_text="By when news are promised.")
    owed_since = Instant(allow_null=True, help_text="When a promise of news was over that nobody kept yet.")
    is_dormant = serializers.BooleanField(source="case.is_dormant")
    opened_at = Instant(source="case.opened_at")
    resolved_at = Instant(source="case.resolved_at", allow_null=True)
    closed_at = Instant(source="case.closed_at", allow_null=True)
    clocks = ClockFace(many=True)
    rungs = Rung(many=True)
    criteria = Criterion(many=True)
    joins = Joins(allow_null=True)
    routing = Routing(source="climb.has_it", allow_null=True)
    follows = Following(source="climb.follows", many=True, help_text="What happens by itself, the first thing first.")
    held = Held(source="climb.held", allow_null=True)
    escalation = EscalationFace(allow_null=True)
    step = Step(allow_null=True)
    brief = Brief(allow_null=True)
    decision = Decision(allow_null=True)
    review = Review(allow_null=True)
    work = Work()
    ask = AskOfCustomer(allow_null=True)
    account = Account(source="case.account", allow_null=True)
    offers = serializers.DictField(child=Offer())
    timeline = Entry(many=True)

    @extend_schema_field(Linked(many=True))
    def get_links(self, file: StaffCasefile) -> Any:
        """Those with cases that the person who asks may see."""
        return Linked(linked_with(file.case, self.context["standing"]), many=True).data
