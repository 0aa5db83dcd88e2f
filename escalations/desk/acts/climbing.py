"""Up the ladder, back down, and what the receiver does."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from escalations.actions import escalation
from escalations.desk.acts.base import Act
from escalations.desk.forms.climbing import AskDecisionForm, CompleteForm, LendForm, PullUpForm, UpwardForm
from escalations.desk.forms.receiving import (
    AcceptForm,
    AcknowledgeForm,
    DecideForm,
    DeclineForm,
    ReasonForm,
    RedirectForm,
    ReturnForm,
    StepBackForm,
)
from escalations.rules.vocabulary import Verb

UPWARD: Mapping[str, Act] = {
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
    Verb.PULL_UP: Act(
        PullUpForm,
        escalation.pull_up,
        _("The case is at your level now, and you answer for it."),
        _("You take the case to your own level and become accountable. Those who had it are told why."),
    ),
    Verb.LEND: Act(
        LendForm,
        escalation.lend,
        _("An expert is asked to help."),
        _("Somebody with the skill helps. The case stays where it is, and its owner keeps the customer."),
    ),
    Verb.ASK_DECISION: Act(
        AskDecisionForm,
        escalation.ask_decision,
        _("The question is asked; its clock runs."),
        _("The work goes on here meanwhile. The answer comes from the desk or straight from the mail."),
    ),
    Verb.COMPLETE: Act(
        CompleteForm,
        escalation.complete,
        _("Complete; the next level is asked again."),
        _("Add what was missing. The next level is asked again, with new clocks."),
    ),
}
RECEIVED: Mapping[str, Act] = {
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
        DeclineForm,
        escalation.decline,
        _("Declined; the case is back where it came from."),
        _("The escalation ends and the case goes back to the team it came from."),
        grave=True,
    ),
    Verb.RETURN: Act(
        ReturnForm,
        escalation.give_back,
        _("Returned; whoever asked knows what is missing."),
        _("The escalation waits for what is missing. The customer's clocks go on."),
    ),
    Verb.REDIRECT: Act(
        RedirectForm,
        escalation.redirect,
        _("Redirected; the others are told."),
        _("It stays at this level and goes to another team, or to somebody else, with new clocks."),
    ),
    Verb.HAND_BACK: Act(
        ReasonForm,
        escalation.hand_back,
        _("Handed back."),
        _("The escalation goes on with the team this step came from."),
    ),
    Verb.STEP_BACK: Act(
        StepBackForm,
        escalation.step_back,
        _("The escalation goes on further down."),
        _("Less is needed than this level: the escalation goes on below, with new clocks."),
    ),
    Verb.DECIDE: Act(DecideForm, escalation.decide, _("Your decision is with the team.")),
    Verb.DE_ESCALATE: Act(
        ReasonForm,
        escalation.de_escalate,
        _("De-escalated; the case goes on where the escalation began."),
        _("It need not be escalated any more. The case itself goes on where the escalation began."),
        grave=True,
    ),
    Verb.WITHDRAW: Act(
        ReasonForm,
        escalation.withdraw,
        _("Withdrawn; the case is back where the escalation began."),
        _("You no longer ask for it. The case goes back to where the escalation began."),
        grave=True,
    ),
}
ACTS: Mapping[str, Act] = {**UPWARD, **RECEIVED}
