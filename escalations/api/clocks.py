"""The clocks of a case, and each of them explained: the same as on the pages of staff and customers, as data."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from escalations.api import pages
from escalations.api.documents import OF_A_CASE, documented, listing
from escalations.api.door import ApiView
from escalations.api.fields import Instant
from escalations.api.staff import TONES
from escalations.casefile.explanation import ClockLine, Explanation, UnknownClock, clock_lines, explain_key
from escalations.models import words
from escalations.rules.tracks import Because
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState

SORTS = ["open", "over", "todo", "closed", "holiday", "paused", "note"]
KINDS = [(kind.value, words.CLOCKS[kind]) for kind in ClockKind]
STATES = [(state.value, words.CLOCK_STATES[state]) for state in ClockState]


class ClockSummary(serializers.Serializer):
    """A clock in a list."""

    clock = serializers.CharField(source="key", help_text="Its name in addresses: kind and first event.")
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    tone = serializers.ChoiceField(TONES, help_text="`late` is missed, also on hold and after the end.")
    headline = serializers.CharField(help_text="When it is due, or what became of it, in words.")
    started_at = Instant()
    due_at = Instant(allow_null=True, help_text="Null while on hold. Of a clock that ended: when it was due.")
    breached_at = Instant(allow_null=True)
    met_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)


class ClockEntry(ClockSummary):
    """A clock in a list, with the address of its explanation."""

    url = serializers.URLField()


class ClockPiece(serializers.Serializer):
    """A stretch of the time line, or a note (`start` and `end` are the same instant)."""

    start = Instant()
    end = Instant()
    sort = serializers.ChoiceField(SORTS, help_text="`over` counted too late; `todo` is still to run.")
    words = serializers.CharField()
    minutes = serializers.IntegerField(help_text="What it counts; 0 for what does not count.")


class ClockLever(serializers.Serializer):
    """Something that would change the clock, or that would not."""

    code = serializers.CharField()
    words = serializers.CharField()


class CustomersChange(serializers.Serializer):
    """What was promised from an instant on."""

    at = Instant()
    words = serializers.CharField()
    target_minutes = serializers.IntegerField()
    carried_minutes = serializers.IntegerField(help_text="Counted before on another clock, and taken over.")


class StaffsChange(CustomersChange):
    """The same, with where it is written."""

    because = serializers.ChoiceField([item.value for item in Because], source="basis.because", default=None)
    policy = serializers.CharField(source="basis.policy", default=None, allow_null=True)
    version = serializers.IntegerField(source="basis.version", default=None, allow_null=True)
    row = serializers.IntegerField(source="basis.row", default=None, allow_null=True, help_text="Counted from 1.")
    severity = serializers.IntegerField(source="basis.severity", default=None, allow_null=True)


class CustomerClock(ClockSummary):
    """A clock explained to its customer. Minutes are working minutes, except `passed_minutes`."""

    case = serializers.CharField(source="reference")
    at = Instant(help_text="The instant all of this was computed for.")
    because = serializers.CharField(help_text="Why it is due then, in words.")
    sums = serializers.CharField(help_text="Working time beside the time that really passed, in words.")
    words = serializers.CharField(source="story", help_text="The whole time line as sentences.")
    target_minutes = serializers.IntegerField()
    counted_minutes = serializers.IntegerField()
    left_minutes = serializers.IntegerField()
    over_minutes = serializers.IntegerField(help_text="Counted after it was due.")
    carried_minutes = serializers.IntegerField()
    passed_minutes = serializers.IntegerField(
        help_text="As the customer waits: nights, holidays and pauses included, and the clocks that it took over from."
    )
    hours = serializers.CharField(help_text="Where the hours are kept; empty for a promise.")
    changes: Any = CustomersChange(many=True)
    levers = ClockLever(many=True)
    pieces = ClockPiece(many=True, help_text="In order; what is very long ago or far ahead is left out.")
    left_out = serializers.ListField(child=serializers.CharField(), help_text="What was left out, as sums in words.")
    earlier = serializers.CharField(help_text="The clock that this one took over from, or empty.")
    later = serializers.CharField(help_text="The clock that took over from this one, or empty.")


class StaffClock(CustomerClock):
    """A clock explained to staff."""

    warn_at = Instant(allow_null=True)
    changes: Any = StaffsChange(many=True)


CLOCK = PolymorphicProxySerializer(
    component_name="Clock", serializers=[StaffClock, CustomerClock], resource_type_field_name=None
)

_CUSTOMERS_EXAMPLE: dict[str, Any] = {
    "clock": "resolution-1",
    "kind": "resolution",
    "name": "Solution",
    "state": "running",
    "tone": "calm",
    "headline": "Due Wed 4 Mar, 10:30 in Berlin",
    "started_at": "2026-03-02T15:02:00Z",
    "due_at": "2026-03-04T09:30:00Z",
    "breached_at": None,
    "met_at": None,
    "ended_at": None,
    "case": "B-1042",
    "at": "2026-03-03T14:32:00Z",
    "because": "Because we have 8 h of working time for it.",
    "sums": "6 h 20 min of working time counted so far, 1 h 40 min left; you have really waited 23 h 30 min.",
    "words": "Mon 2 Mar: 16:02–17:00 counted 58 min; 17:00 – Tue 3 Mar, 09:00 closed. …",
    "target_minutes": 480,
    "counted_minutes": 380,
    "left_minutes": 100,
    "over_minutes": 0,
    "carried_minutes": 0,
    "passed_minutes": 1410,
    "hours": "Berlin",
    "changes": [
        {
            "at": "2026-03-02T15:02:00Z",
            "words": "Begun with 8 h of working time",
            "target_minutes": 480,
            "carried_minutes": 0,
        }
    ],
    "levers": [{"code": "meets", "words": "It ends when your case is solved."}],
    "pieces": [
        {
            "start": "2026-03-02T15:02:00Z",
            "end": "2026-03-02T16:00:00Z",
            "sort": "open",
            "words": "counted",
            "minutes": 58,
        }
    ],
    "left_out": [],
    "earlier": "",
    "later": "",
}
_STAFFS_EXAMPLE = _CUSTOMERS_EXAMPLE | {
    "name": "Resolution",
    "warn_at": "2026-03-03T14:12:00Z",
    "because": "Because the target is 8 h of working time on the hours of “Office hours”, version 1 "
    "(policy “Standard”, version 4, row 3, severity high).",
    "changes": [
        _CUSTOMERS_EXAMPLE["changes"][0]
        | {"because": "started", "policy": "standard", "version": 4, "row": 3, "severity": 2}
    ],
}


def answering(role: str, value: dict[str, Any]) -> OpenApiExample:
    """An example of an answer."""
    return OpenApiExample(role, value, response_only=True, status_codes=["200"])


class Clocks(ApiView):
    """What is owed on a case, and what was."""

    @documented(
        summary="The clocks of a case, in the order they began",
        description="Customers get their own: first answer, next answer, news and solution.",
        operation_id="clocks_list",
        answers={200: listing("ClockPage", ClockEntry())},
        problems=OF_A_CASE,
    )
    def get(self, request: Request, reference: str) -> Response:
        case = self.case(reference)
        lines = clock_lines(case, self.standing, self.at)
        shown = [ClockSummary(line).data | {"url": self._address(request, case.reference, line)} for line in lines]
        return pages.answer(request, pages.Page(shown, ""), shown)

    def _address(self, request: Request, reference: str, line: ClockLine) -> str:
        return reverse("api:clock", args=[reference, line.key], request=request)


class OneClock(ApiView):
    """Why it is due then."""

    @documented(
        summary="One clock, explained",
        description="Computed from the journal at the instant of the request: each stretch of time with the reason "
        "why it counted or did not, what was promised when, and what would change it. Staff reads where the target is "
        "written; customers read their own clocks, without policies and reasons of ours.",
        operation_id="clocks_read",
        answers={200: CLOCK},
        problems=OF_A_CASE,
        examples=(answering("For staff", _STAFFS_EXAMPLE), answering("For the customer", _CUSTOMERS_EXAMPLE)),
    )
    def get(self, request: Request, reference: str, clock: str) -> Response:
        try:
            told = explain_key(self.case(reference), clock, self.standing, self.at)
        except UnknownClock:
            raise Http404 from None
        form = StaffClock if self.standing.is_staff else CustomerClock
        return Response(form(_flat(told)).data)


def _flat(told: Explanation) -> dict[str, Any]:
    """The explanation as one flat value; which of it is told is said by the serializer."""
    line, shown = told.line, told.table
    return {
        **{name: getattr(line, name) for name in ClockLine.__slots__},
        **{name: getattr(told, name) for name in Explanation.__slots__},
        "pieces": [row for day in shown.kept for row in day.rows],
        "left_out": [lump for lump in (shown.earlier, shown.later) if lump],
    }
