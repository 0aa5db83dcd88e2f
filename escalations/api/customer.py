"""What a customer's programs may read: the customer's casefile field by field, and lines made from an allow-list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework import serializers

from escalations.api.fields import Instant
from escalations.casefile.customer import NEWS, PublicEntry, status_words
from escalations.models import Case, Clock, Escalation, words
from escalations.timing.stopwatch import ClockState


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A case in a list of the customer's; every field is one of the customer's casefile."""

    reference: str
    subject: str
    state: str
    status: Any
    opened_at: datetime
    organization: str
    topic: str
    level: int
    has_it: str
    news_at: datetime | None
    is_escalated: bool


def customer_rows(cases: Sequence[Case]) -> list[CustomerRow]:
    """The lines for these cases; two statements whatever their number."""
    ids = [case.pk for case in cases]
    climbs = dict(Escalation.objects.open().filter(case_id__in=ids).values_list("case_id", "state"))
    news: dict[tuple[int, str], datetime] = {}
    running = Clock.objects.filter(case_id__in=ids, state=ClockState.RUNNING.value, kind__in=NEWS)
    for clock in running.only("case_id", "kind", "due_at"):
        if clock.due_at:
            news[clock.case_id, clock.kind] = clock.due_at
    return [_row(case, climbs.get(case.pk, ""), news) for case in cases]


def _row(case: Case, climb: str, news: dict[tuple[int, str], datetime]) -> CustomerRow:
    return CustomerRow(
        reference=case.reference,
        subject=case.subject,
        state=case.state,
        status=status_words(case, climb),
        opened_at=case.opened_at,
        organization=case.organization.name if case.organization else "",
        topic=case.topic.name if case.topic else "",
        level=case.level,
        has_it=case.team.public_name,
        news_at=next((news[case.pk, kind.value] for kind in NEWS if (case.pk, kind.value) in news), None),
        is_escalated=bool(climb),
    )


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
    is_escalated = serializers.BooleanField()


class CustomerEntry(serializers.Serializer):
    at = Instant()
    who = serializers.CharField()
    is_mine = serializers.BooleanField()
    is_ours = serializers.BooleanField(help_text="Written by the support team.")
    words = serializers.CharField()
    text = serializers.CharField()


class CustomerPlace(serializers.Serializer):
    name = serializers.CharField()
    place = serializers.ChoiceField(["below", "here", "next", "above"])
    was_visited = serializers.BooleanField()
    joins_at = Instant(allow_null=True)


class CustomerOffer(serializers.Serializer):
    is_open = serializers.BooleanField()
    why = serializers.CharField(help_text="Why not, and what to do instead; empty when it is open.")


class CustomerCase(CustomerCaseLine):
    """Exactly what `casefile.customer` gives, and nothing else of the case."""

    news_late = serializers.BooleanField()
    news_words = serializers.CharField()
    path = CustomerPlace(many=True)
    waits_for = serializers.CharField()
    wakes_at = Instant(allow_null=True)
    closes_at = Instant(allow_null=True)
    entries = CustomerEntry(many=True)
    offers = serializers.DictField(child=CustomerOffer())
    score = serializers.IntegerField(allow_null=True)
