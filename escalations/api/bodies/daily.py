"""What requests of the daily work may say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from customers.models import Contact, Membership, Organization
from customers.refusal import Refused
from escalations.api.bodies.base import Level, Severity
from escalations.api.fields import Body, Choice, Instant, Named, Text
from escalations.models import Agent, PauseReason, Topic, words
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Impact, Urgency


class OpenCase(Body):
    """A new case of the customer who asks."""

    subject = Text("subject_missing", max_length=200)
    text = Text()
    organization = serializers.CharField(
        required=False,
        max_length=32,
        help_text="The uid of one of the contact's organizations, when there are several.",
    )
    topic = Named(slug_field="slug", queryset=Topic.objects.filter(is_offered=True), required=False)
    impact = Choice(list(words.IMPACTS.items()), default=Impact.MEDIUM.value)
    urgency = Choice(list(words.URGENCIES.items()), default=Urgency.MEDIUM.value)

    def arguments_for(self, standing: Standing) -> dict[str, Any]:
        """What the case is opened with. Raises Refused for an organization or contact that is not known here."""
        values = self.arguments()
        values["contact"] = self._contact(values, standing)
        if "organization" in values:
            values["organization"] = _organization_of(values["contact"], values["organization"])
        return values

    def _contact(self, values: dict[str, Any], standing: Standing) -> Contact:
        return Contact.objects.get(pk=standing.contact_id or 0)


class OpenCaseForCustomer(OpenCase):
    """A new case that staff opens in the name of a contact."""

    contact = serializers.CharField(max_length=254, help_text="The uid or an e-mail address of the contact.")
    topic = Named(slug_field="slug", queryset=Topic.objects.all(), required=False)

    def _contact(self, values: dict[str, Any], standing: Standing) -> Contact:
        name = values["contact"]
        by = {"addresses__email__iexact": name} if "@" in name else {"uid": name}
        found = Contact.objects.filter(**by).first()
        if found is None:
            raise Refused("contact", "unknown_choice", words.REMEDIES["unknown_choice"])
        return found


def _organization_of(contact: Contact, uid: str) -> Organization:
    """One of the contact's organizations; others are refused alike, whether they exist or not."""
    row = Membership.objects.filter(contact=contact, organization__uid=uid).select_related("organization__plan").first()
    if row is None:
        raise Refused("organization", "not_a_member", words.REMEDIES["not_a_member"])
    return row.organization


class Triage(Body):
    severity = Severity()
    level = Level()
    reason = Text(required=False, allow_blank=True, help_text="Needed when severity or level change.")


class Take(Body):
    owner = Named(
        slug_field="user__uid",
        queryset=Agent.objects.active().select_related("user"),
        required=False,
        help_text="The uid of a colleague; without it the case becomes yours.",
    )


class Hold(Body):
    reason = Named(slug_field="slug", queryset=PauseReason.objects.filter(is_active=True))
    wake_at = Instant(help_text="When the case comes back by itself.")


class Promise(Body):
    """News for the customer by an instant."""

    due_at = Instant(help_text="By when the customer has news, whatever the hours; at most a year from now.")
    text = Text(required=False, allow_blank=True, help_text="What the customer is told with it.")
    reason = Text(
        required=False,
        allow_blank=True,
        help_text="Kept as an internal note; needed when it is later than the policy wants news.",
    )


class MovePromise(Promise):
    """The open promise at another instant."""

    reason = Text(
        required=False,
        allow_blank=True,
        help_text="Kept as an internal note; needed when it is later than what is promised now.",
    )


class Resolve(Body):
    outcome = Choice(list(words.ENDINGS.items()))
    text = Text(help_text="What the customer is told.")
    cause = Choice(
        list(words.CAUSES.items()), required=False, help_text="Of an escalation: what it came from, where it is wanted."
    )
    prevention = Text(
        required=False, allow_blank=True, help_text="Of an escalation: what prevents it next time. Internal."
    )


class Rate(Body):
    score = serializers.IntegerField(
        min_value=1,
        max_value=5,
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), words.REMEDIES["score_range"]),
    )
    comment = Text(required=False, allow_blank=True)


class ReviewBody(Body):
    causes = Text()
    lessons = Text()
