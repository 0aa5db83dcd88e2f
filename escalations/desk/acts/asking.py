"""Customers who ask for escalation, as the staff answers them; granting is the climb itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from escalations.actions import asks
from escalations.desk.acts.base import Act
from escalations.desk.forms.asking import DeclineAskForm
from escalations.rules.vocabulary import Verb

ACTS: Mapping[str, Act] = {
    Verb.DECLINE_ASK: Act(
        DeclineAskForm,
        asks.decline_ask,
        _("Declined; the customer can read why."),
        _("The customer asks for escalation and is told at once why not. To grant it, escalate instead."),
        grave=True,
    ),
}
