"""Everything that goes wrong, as one kind of answer: a problem document after RFC 9457."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from customers.refusal import Refused

MEDIA_TYPE = "application/problem+json"
# Refusals that another person would not get; the rest come from the state of the case.
NOT_FOR_YOU = frozenset(
    {
        *("staff_only", "customer_only", "other_team", "not_above", "not_asked_to_decide", "you_are_away"),
        "role",
        *("not_your_case", "ask_leads_only", "ask_leads_missing"),
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request; `field` is empty when it is the whole of it."""

    field: str
    code: str
    detail: str


def explain(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception of a view; None for what nobody foresaw."""
    if isinstance(problem, Refused):
        fault = Fault(problem.field, problem.code, str(problem.remedy))
        return document(_status_of(problem), [fault])
    plain = exception_handler(problem, context)
    if plain is None:
        return None
    kept = {name: plain[name] for name in ("WWW-Authenticate", "Retry-After", "Allow") if name in plain}
    return document(plain.status_code, list(_faults(problem)), kept)


def document(code: int, faults: list[Fault], headers: dict[str, str] | None = None) -> Response:
    """The problem document; the first fault is repeated at its top, all that name a field stand in `errors`."""
    first = faults[0]
    told = {
        "type": f"urn:belay:problem:{first.code}",
        "title": title(code),
        "status": code,
        "detail": first.detail,
        "code": first.code,
        "field": first.field,
        "errors": [asdict(fault) for fault in faults if fault.field],
    }
    return Response(told, status=code, headers=headers, content_type=MEDIA_TYPE)


def title(code: int) -> str:
    """What kind of problem it is, in a few words."""
    return {
        status.HTTP_400_BAD_REQUEST: _("Something in the request is wrong"),
        status.HTTP_401_UNAUTHORIZED: _("Sign in first"),
        status.HTTP_403_FORBIDDEN: _("Not for you"),
        status.HTTP_404_NOT_FOUND: _("Not found"),
        status.HTTP_405_METHOD_NOT_ALLOWED: _("Not done this way"),
        status.HTTP_406_NOT_ACCEPTABLE: _("Not in that format"),
        status.HTTP_409_CONFLICT: _("Not possible now"),
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: _("Too much at once"),
        status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: _("Not in that format"),
        status.HTTP_429_TOO_MANY_REQUESTS: _("Not so fast"),
        status.HTTP_503_SERVICE_UNAVAILABLE: _("Not possible right now"),
    }.get(code, _("Not done"))


def _status_of(refused: Refused) -> int:
    if refused.field:
        return status.HTTP_400_BAD_REQUEST
    return status.HTTP_403_FORBIDDEN if refused.code in NOT_FOR_YOU else status.HTTP_409_CONFLICT


def _faults(problem: Exception) -> Iterator[Fault]:
    if isinstance(problem, exceptions.ValidationError):
        yield from _flat(problem.detail, "")
    elif isinstance(problem, (Http404, exceptions.NotFound)):
        yield Fault("", "not_found", _("There is nothing here, or nothing that you may see."))
    elif isinstance(problem, exceptions.APIException):
        code = problem.get_codes()
        yield Fault("", code if isinstance(code, str) else problem.default_code, str(problem.detail))
    else:
        yield Fault("", "permission_denied", _("You may not do this."))


def _flat(detail: Any, field: str) -> Iterator[Fault]:
    """The errors of a body or a query, by the dotted name of the field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            inner_field = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (field, inner_field) if part))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, field)
    else:
        yield Fault(field, getattr(detail, "code", "invalid"), str(detail))
