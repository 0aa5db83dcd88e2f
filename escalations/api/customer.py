"""What a customer's programs may read: the customer's casefile field by field, and lines made from an allow-list."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework import serializers

from escalations.api.attachments import File
from escalations.api.fields import Instant
from escalations.casefile.customer import PublicEntry
from escalations.models import words


def own_words(entries: Sequence[PublicEntry], text: str) -> PublicEntry:
    """What this customer has just written, as it stands in the history."""
    return next(entry for entry in reversed(entries) if entry.is_mine and entry.text == text)


class CustomerCaseLine(serializers.Serializer):
    reference = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(list(words.CASE_STATES.items()))
    status = serializers.CharField(help_text="Where it stands, in words.")
    opened_at = Instant()
    organization = serializers.CharField()
    topic = serializers.CharField()
    level = serializers.IntegerField()
    has_it = serializers.CharField(help_text="Who has it now, by role.")
    news_at = Instant(allow_null=True, help_text="When the customer hears next, at the latest.")
    promised_at = Instant(allow_null=True, help_text="When a person of ours promised news for, if one did.")
    owed_since = Instant(allow_null=True, help_text="When a promise of news was over that nobody kept yet.")
    is_escalated = serializers.BooleanField()


class CustomerEntry(serializers.Serializer):
    at = Instant()
    who = serializers.CharField()
    is_mine = serializers.BooleanField()
    is_ours = serializers.BooleanField(help_text="Written by the support team.")
    words = serializers.CharField()
    text = serializers.CharField()
    kept = serializers.CharField(help_text="The promise of news that these words kept, in words.")
    kept_late = serializers.BooleanField(help_text="They kept it too late.")
    files = File(many=True)


class CustomerPlace(serializers.Serializer):
    name = serializers.CharField()
    place = serializers.ChoiceField(["below", "here", "next", "above"])
    was_visited = serializers.BooleanField()
    joins_at = Instant(allow_null=True)


class CustomerOffer(serializers.Serializer):
    is_open = serializers.BooleanField()
    why = serializers.CharField(help_text="Why not, and what to do instead; empty when it is open.")


class CustomerAsk(serializers.Serializer):
    """The last time somebody of the customer asked for escalation, and what became of it."""

    state = serializers.ChoiceField(list(words.ASK_STATES.items()))
    reason = serializers.CharField(help_text="In words.")
    asked_at = Instant()
    asked_by = serializers.CharField()
    due_at = Instant(allow_null=True, help_text="When it is answered at the latest.")
    late = serializers.BooleanField()
    clock = serializers.CharField(help_text="The clock that says so, below `clocks/`; empty when nothing is due.")
    answered_at = Instant(allow_null=True)
    answer = serializers.CharField(help_text="The words with which it was declined.")
    again_at = Instant(allow_null=True, help_text="From when on you can ask again; null: at once.")


class CustomerCase(CustomerCaseLine):
    """Exactly what `casefile.customer` gives, and nothing else of the case."""

    news_late = serializers.BooleanField()
    news_words = serializers.CharField()
    news_clock = serializers.CharField(help_text="The clock that says so, below `clocks/`; empty when nothing is due.")
    path = CustomerPlace(many=True)
    waits_for = serializers.CharField()
    wakes_at = Instant(allow_null=True)
    closes_at = Instant(allow_null=True)
    entries = CustomerEntry(many=True)
    offers = serializers.DictField(child=CustomerOffer())
    score = serializers.IntegerField(allow_null=True)
    goes_on_as = serializers.CharField(help_text="The case in which this one goes on; empty where it goes on itself.")
    ask = CustomerAsk(allow_null=True)
