"""Escalations over all cases."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalations.api import customer, pages, staff
from escalations.api.bodies import base
from escalations.api.cases import ALL_WORD, tell_lines
from escalations.api.documents import documented, listing
from escalations.api.door import ApiView
from escalations.api.fields import Choice
from escalations.models import Case, Escalation
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import OPEN_ESCALATION, EscalationState

OPEN_WORD = "open"
LINE = PolymorphicProxySerializer(
    component_name="EscalatedLine",
    serializers=[staff.EscalationLine, customer.CustomerCaseLine],
    resource_type_field_name=None,
)


class EscalationQuery(pages.Query):
    """What the list of escalations can be asked."""

    state = Choice(
        [OPEN_WORD, ALL_WORD, *(state.value for state in EscalationState)],
        default=OPEN_WORD,
        help_text="`open` is everything that has not ended. Staff only.",
    )
    level = base.Level(required=False, help_text="Where the case is now.")
    team = serializers.SlugField(required=False, help_text="The short name of a team. Staff only.")
    mine = serializers.BooleanField(required=False, help_text="Those you are accountable for. Staff only.")


class CustomerEscalationQuery(pages.Query):
    """What a customer's list of escalations can be asked."""

    level = base.Level(required=False)


def filtered(rows: QuerySet[Escalation], query: dict[str, Any], standing: Standing) -> QuerySet[Escalation]:
    """The escalations that a query asks for."""
    wanted = query["state"]
    if wanted != ALL_WORD:
        rows = rows.filter(state__in=[s.value for s in OPEN_ESCALATION] if wanted == OPEN_WORD else [wanted])
    columns = {"level": "case__level", "team": "case__team__slug"}
    rows = rows.filter(**{column: query[name] for name, column in columns.items() if name in query})
    if "mine" in query:
        own = rows.filter(accountable_id=standing.agent_id)
        rows = own if query["mine"] else rows.exclude(accountable_id=standing.agent_id)
    return rows


class Escalations(ApiView):
    """Who climbs, and where."""

    @documented(
        summary="Escalations, the newest first",
        description="Customers get their escalated cases, as in the list of cases.",
        operation_id="escalations_list",
        parameters=[EscalationQuery],
        answers={200: listing("EscalationPage", LINE)},
    )
    def get(self, request: Request) -> Response:
        if self.standing.is_customer:
            query = pages.asked(CustomerEscalationQuery, request)
            return tell_lines(self, request, query | {"state": ALL_WORD, "escalated": True})
        query = pages.asked(EscalationQuery, request)
        seen = Escalation.objects.filter(case__in=Case.objects.visible_to(self.standing))
        rows = filtered(seen, query, self.standing).select_related("case__team", "accountable__user", "asked_by__user")
        page = pages.page_of(rows, pages.Order.NEWEST, query)
        return pages.answer(request, page, staff.EscalationLine(page.rows, many=True).data)
