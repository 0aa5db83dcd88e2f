"""How the API describes itself: the answers every operation may give, and examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from escalations.api.door import KEY_HEADER
from escalations.api.problems import MEDIA_TYPE
from escalations.models import words
from escalations.rules.vocabulary import MANUAL_REASONS, ClockKind
from escalations.timing.stopwatch import ClockState

Decorator = Callable[[Any], Any]

# Choices that the document gives a name of their own; the settings list them.
CASE_STATES = list(words.CASE_STATES.items())
CLOCK_STATES = [(state.value, words.CLOCK_STATES[state]) for state in ClockState]
CLOCK_KINDS = [(kind.value, words.CLOCKS[kind]) for kind in ClockKind]
STEP_KINDS = list(words.KINDS.items())
MANUAL_REASON_CHOICES = [(reason.value, words.REASONS[reason]) for reason in MANUAL_REASONS]
REASONS = list(words.REASONS.items())
ASK_REASONS = list(words.ASK_REASONS.items())
ESCALATION_STATES = list(words.ESCALATION_STATES.items())

KEY = OpenApiParameter(
    KEY_HEADER,
    str,
    OpenApiParameter.HEADER,
    pattern="^[!-~]{1,200}$",
    description="A value of your own for this request. Sent again with the same value to the same address, the request "
    "changes nothing and gets the first result.",
)


class Fault(serializers.Serializer):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """What went wrong, after RFC 9457. `detail` says what to do; `code` is stable, for programs."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    field = serializers.CharField(help_text="The first field at fault; empty when it is the whole request.")
    errors = Fault(many=True)  # type: ignore[assignment]


MEANINGS = {
    400: "Something in the request is wrong; `errors` names each field and the remedy.",
    401: "Nobody has signed in.",
    403: "Another person could do this, this one cannot.",
    404: "There is nothing here, or nothing that this person may see.",
    406: "Only JSON is told.",
    409: "The state of the case does not allow it now; `detail` says what to do instead.",
    413: "The request is too large.",
    415: "JSON is read, and forms with files (`multipart/form-data`) where the address takes files.",
    503: "`case_unreadable`: the journal of the case cannot be read right now. It is kept; ask again later "
    "(`Retry-After`).",
}


# What operations that name a case may answer, too.
OF_A_CASE = (404, 503)


def _problem(code: int, name: str, detail: str, field: str = "") -> OpenApiExample:
    fault = [{"field": field, "code": name, "detail": detail}] if field else []
    told = {
        "type": f"urn:belay:problem:{name}",
        "title": MEANINGS[code].split(";")[0].rstrip("."),
        "status": code,
        "detail": detail,
        "code": name,
        "field": field,
        "errors": fault,
    }
    return OpenApiExample(name, told, response_only=True, status_codes=[str(code)], media_type=MEDIA_TYPE)


EXAMPLES = {
    400: _problem(400, "text_missing", "Write at least one sentence.", "text"),
    409: _problem(409, "already_escalated", "This case is already escalated; let it climb further instead."),
}


def documented(
    *,
    summary: str,
    answers: dict[Any, Any],
    problems: tuple[int, ...] = (),
    examples: tuple[OpenApiExample, ...] = (),
    is_write: bool = False,
    **more: Any,
) -> Decorator:
    """Describes an operation with the problems it may answer; writes take a key and may be refused."""
    codes = sorted({400, 401, 403, 406, *problems, *((409, 413, 415) if is_write else ())})
    responses: dict[Any, Any] = dict(answers)
    responses |= {(code, MEDIA_TYPE): OpenApiResponse(Problem, description=MEANINGS[code]) for code in codes}
    shown = [*examples, *(EXAMPLES[code] for code in codes if code in EXAMPLES and is_write)]
    parameters = [*more.pop("parameters", []), *([KEY] if is_write else [])]
    return extend_schema(summary=summary, responses=responses, examples=shown, parameters=parameters, **more)


def listing(name: str, of: Any) -> Any:
    """The shape of a page of these."""
    next_page = serializers.URLField(allow_null=True, help_text="The address of the next page; null at the end.")
    return inline_serializer(name, {"next": next_page, "results": serializers.ListField(child=of)})


def asking(role: str, value: dict[str, Any], about: str = "") -> OpenApiExample:
    """An example of a request body."""
    return OpenApiExample(role, value, request_only=True, description=about)
