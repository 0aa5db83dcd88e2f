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
from escalations.api.names import Identified, Person, Slugged
from escalations.casefile.accounts import accounts_for
from escalations.models import Agent, OutsideParty, PauseReason, Skill, Team, Topic

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


class Accounts(serializers.Serializer):
    """An account escalation in one line."""

    uid = serializers.CharField()
    organization = Identified()
    manager = Person()


class MeAnswer(serializers.Serializer):
    name = serializers.CharField()
    door = serializers.ChoiceField(["staff", "customer"])
    organizations = Identified(many=True, help_text="Customers: yours.")
    topics = Slugged(many=True, help_text="What a case may be about.")
    teams = Slugged(many=True, help_text="Staff: all teams.")
    colleagues = Person(many=True, help_text="Staff: everybody who works here.")
    skills = Slugged(many=True, help_text="Staff: what a case may take.")
    outside_parties = Slugged(many=True, help_text="Staff: who outside may be asked for a part of the work.")
    pause_reasons = Slugged(many=True, help_text="Staff: why a case may wait.")
    accounts = Accounts(many=True, help_text="Staff: the account escalations that are open.")


NAMED = ("organizations", "topics", "teams", "colleagues", "skills", "outside_parties", "pause_reasons", "accounts")
NOTHING: dict[str, Any] = dict.fromkeys(NAMED, ())


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
        accounts = accounts_for(self.standing).filter(closed_at=None)
        return NOTHING | {
            "door": "staff",
            "topics": Topic.objects.all(),
            "teams": Team.objects.all(),
            "colleagues": Agent.objects.active().select_related("user").order_by("user__name", "pk"),
            "skills": Skill.objects.all(),
            "outside_parties": OutsideParty.objects.filter(is_active=True),
            "pause_reasons": PauseReason.objects.filter(is_active=True),
            "accounts": accounts.select_related("organization", "manager__user"),
        }

    def _customer(self) -> dict[str, Any]:
        own = Membership.objects.current(self.at.date()).filter(contact_id=self.standing.contact_id or 0)
        return NOTHING | {
            "door": "customer",
            "organizations": [row.organization for row in own.select_related("organization")],
            "topics": Topic.objects.filter(is_offered=True),
        }
