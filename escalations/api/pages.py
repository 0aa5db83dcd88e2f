"""Lists in pages of bounded size: each answer names the address of the next, and no page counts the whole."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.refusal import Refused
from escalations.api.fields import Body

PAGE, LARGEST_PAGE = 50, 100


class Order(Enum):
    """How a list runs: by what is due next, the newest first, or by title."""

    DUE = ("next_due_at", "pk")
    NEWEST = ("-pk",)
    TITLE = ("title", "pk")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor of the next page (empty at the end)."""

    rows: list[Any]
    following: str


class Query(Body):
    """What every list can be asked."""

    cursor = serializers.CharField(
        required=False, default="", max_length=1_200, help_text="Where to go on; from `next` of a page."
    )
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=LARGEST_PAGE)


def asked(form: type[Query], request: Request) -> dict[str, Any]:
    """The query of a request. Raises ValidationError naming what is unknown or wrong."""
    query = form(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def page_of(rows: QuerySet[Any], order: Order, query: dict[str, Any]) -> Page:
    """The page a query asks for; one statement. Raises Refused for a cursor that no page gave."""
    limit = query["limit"]
    if query["cursor"]:
        rows = rows.filter(_beyond(order, query["cursor"]))
    found = list(rows.order_by(*order.value)[: limit + 1])
    return Page(found[:limit], _cursor(order, found[limit - 1]) if len(found) > limit else "")


def answer(request: Request, page: Page, shown: Any) -> Response:
    """The page as it is told."""
    following = None
    if page.following:
        query = request.query_params.copy()
        query["cursor"] = page.following
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return Response({"next": following, "results": shown})


def _cursor(order: Order, row: Model) -> str:
    """What a row is found again by: letters that an address may hold."""
    mark = getattr(row, order.value[0]) if len(order.value) > 1 else ""
    mark = mark.isoformat() if isinstance(mark, datetime) else mark
    return base64.urlsafe_b64encode(f"{row.pk}~{mark}".encode()).decode()


def _beyond(order: Order, cursor: str) -> Q:
    try:
        plain = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
        number, _sep, mark = plain.partition("~")
        if "\x00" in mark or not 0 < int(number) < 2**63:
            raise ValueError(cursor)
        pk = int(number)
        if order is Order.NEWEST:
            return Q(pk__lt=pk)
        if order is Order.TITLE:
            return Q(title__gt=mark) | Q(title=mark, pk__gt=pk)
        due = datetime.fromisoformat(mark).astimezone(UTC)
        return Q(next_due_at__gt=due) | Q(next_due_at=due, pk__gt=pk)
    except (ValueError, OverflowError) as problem:
        raise Refused("cursor", "bad_cursor", _("Use the address that `next` of a page gave, unchanged.")) from problem
