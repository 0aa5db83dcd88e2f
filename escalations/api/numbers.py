"""The four numbers of a period."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.refusal import Refused
from escalations import reports
from escalations.api.documents import documented
from escalations.api.door import ApiView
from escalations.api.fields import Body, Instant

USUAL = timedelta(days=30)


class Durations(serializers.Serializer):
    """Minutes; null when it never happened."""

    count = serializers.IntegerField()
    median = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)


class Acknowledgement(serializers.Serializer):
    calendar = Durations(help_text="As the customer waits.")
    working = Durations(help_text="As we work.")
    in_time = serializers.IntegerField()


class Satisfaction(serializers.Serializer):
    count = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True, help_text="From 1 (bad) to 5 (very good).")


class LevelRate(serializers.Serializer):
    level = serializers.IntegerField()
    cases = serializers.IntegerField()
    per_hundred = serializers.FloatField()


class NumbersAnswer(serializers.Serializer):
    """Acknowledgements, resolutions and answers count when they happened, climbs with the cases opened then."""

    since = Instant()
    until = Instant()
    opened = serializers.IntegerField()
    acknowledgement = Acknowledgement()
    resolution = Durations(help_text="From the opening of a case to the resolution that held.")
    escalation = Durations(help_text="From the first step of an escalation to the resolution that held.")
    satisfaction = Satisfaction()
    climbs = LevelRate(many=True)


class NumbersQuery(Body):
    """The period; the last 30 days when it is left out."""

    since = Instant(required=False)
    until = Instant(required=False, help_text="The first instant that no longer counts.")


class Numbers(ApiView):
    """How well it goes."""

    @documented(
        summary="The four numbers of a period",
        description="Acknowledgement, resolution, satisfaction and escalations per 100 cases by level. Staff only.",
        operation_id="numbers",
        parameters=[NumbersQuery],
        answers={200: NumbersAnswer},
    )
    def get(self, request: Request) -> Response:
        self.staff_only()
        query = NumbersQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        until = query.validated_data.get("until", self.at)
        since = query.validated_data.get("since", until - USUAL)
        if since >= until:
            raise Refused("since", "period_empty", _("Choose a beginning before the end."))
        return Response(NumbersAnswer(reports.numbers(since, until, standing=self.standing)).data)
