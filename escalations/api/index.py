"""Where a program begins: what there is, who it is, and what may be named in requests."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from customers.models import Membership
from escalations.api.documents import documented
from escalations.api.door import ApiView
from escalations.api.staff import Identified, Slugged
from escalations.models import PauseReason, Team, Topic

PLACES = ("schema", "me", "cases", "escalations", "articles", "numbers")


class Index(ApiView):
    """The index."""

    is_public = True

    @documented(
        summary="What there is",
        operation_id="index",
        answers={200: inline_serializer("Index", {name: serializers.URLField() for name in PLACES})},
    )
    def get(self, request: Request) -> Response:
        return Response({name: reverse(f"api:{name}", request=request) for name in PLACES})


class MeAnswer(serializers.Serializer):
    name = serializers.CharField()
    door = serializers.ChoiceField(["staff", "customer"])
    organizations = Identified(many=True, help_text="Customers: yours.")
    topics = Slugged(many=True, help_text="What a case may be about.")
    teams = Slugged(many=True, help_text="Staff: all teams.")
    pause_reasons = Slugged(many=True, help_text="Staff: why a case may wait.")


class Me(ApiView):
    """The person behind the request."""

    @documented(
        summary="Who you are, and what your requests may name",
        operation_id="me",
        answers={200: MeAnswer},
    )
    def get(self, request: Request) -> Response:
        named = self._staff() if self.standing.is_staff else self._customer()
        return Response(MeAnswer({"name": str(request.user), **named}).data)

    def _staff(self) -> dict[str, Any]:
        return {
            "door": "staff",
            "organizations": [],
            "topics": Topic.objects.all(),
            "teams": Team.objects.all(),
            "pause_reasons": PauseReason.objects.filter(is_active=True),
        }

    def _customer(self) -> dict[str, Any]:
        own = Membership.objects.current(self.at.date()).filter(contact_id=self.standing.contact_id or 0)
        return {
            "door": "customer",
            "organizations": [row.organization for row in own.select_related("organization")],
            "topics": Topic.objects.filter(is_offered=True),
            "teams": [],
            "pause_reasons": [],
        }
