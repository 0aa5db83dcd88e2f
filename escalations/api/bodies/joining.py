"""What requests may say that join cases, or take them apart."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.models import Contact
from escalations.actions.links import BY_HAND
from escalations.api.bodies.base import Words
from escalations.api.fields import Body, Choice, Named
from escalations.models import Case, CaseLink, Event, Message, words

MOST_ENTRIES = 100


@extend_schema_field(OpenApiTypes.STR)
class OtherCase(serializers.CharField):
    """Another case by its reference; what the person who asks may not see does not exist."""

    def to_internal_value(self, data: Any) -> Any:
        reference = super().to_internal_value(data)
        found = Case.objects.visible_to(self.context["standing"]).filter(pk=Case.pk_of(reference)).first()
        if found is None:
            raise serializers.ValidationError(words.REMEDIES["case_unknown"], "case_unknown")
        return found


class Link(Body):
    """How this case belongs together with another one."""

    other = OtherCase(help_text="The reference of the other case, such as B-1042.")
    kind = Choice([(kind.value, words.LINKS[kind]) for kind in BY_HAND], help_text="What this case is to the other.")


class Unlink(Body):
    """The link that ends."""

    link = Named(slug_field="uid", queryset=CaseLink.objects.all(), help_text="The uid of the link.")


class Merge(Words):
    """The case in which this one goes on; the words tell the customer why."""

    into = OtherCase(help_text="The reference of the case that goes on.")


class Split(Body):
    """What becomes a case of its own."""

    messages = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        min_length=1,
        max_length=MOST_ENTRIES,
        help_text="The `seq` of each entry of the timeline whose words go along.",
    )
    subject = serializers.CharField(max_length=200, help_text="Of the new case.")
    contact = Named(
        slug_field="uid",
        queryset=Contact.objects.all(),
        required=False,
        help_text="The uid of another contact of the same organization; without it the contact of this case.",
    )

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        told = Event.objects.filter(case=self.context["case"], seq__in=values["messages"])
        uids = [str(event.data["message"]) for event in told if event.data.get("message")]
        return {**values, "messages": list(Message.objects.filter(case=self.context["case"], uid__in=uids))}
