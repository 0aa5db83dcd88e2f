"""Up the ladder, back down, and what the receiver does."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from escalations.actions import escalation
from escalations.desk.acts.base import Act
from escalations.desk.forms.base import ReasonForm
from escalations.desk.forms.climbing import AcceptForm, AcknowledgeForm, DecideForm, UpwardForm
from escalations.rules.vocabulary import Verb

ACTS: Mapping[str, Act] = {
    Verb.ESCALATE: Act(
        UpwardForm,
        escalation.escalate,
        _("The case is escalated; the next level is told."),
        _("The next level gets this brief and a clock to acknowledge it. The customer is told too."),
    ),
    Verb.CLIMB: Act(
        UpwardForm,
        escalation.climb,
        _("The escalation climbs; the next level is told."),
        _("The next level gets this brief and a clock to acknowledge it. The customer is told too."),
    ),
    Verb.ACKNOWLEDGE: Act(
        AcknowledgeForm,
        escalation.acknowledge,
        _("Acknowledged, and the customer knows it."),
        _("Says that you have it and tells the customer in the same act."),
    ),
    Verb.ACCEPT: Act(
        AcceptForm,
        escalation.accept,
        _("You have it now."),
        _("You take the escalation up and become accountable."),
    ),
    Verb.DECLINE: Act(
        ReasonForm,
        escalation.decline,
        _("Declined; the case is back where it came from."),
        _("The escalation ends and the case goes back to the team it came from."),
        grave=True,
    ),
    Verb.HAND_BACK: Act(
        ReasonForm,
        escalation.hand_back,
        _("Handed back."),
        _("The escalation goes on with the team this step came from."),
    ),
    Verb.DECIDE: Act(DecideForm, escalation.decide, _("Your decision is with the team.")),
}
