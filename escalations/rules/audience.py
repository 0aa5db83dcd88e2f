"""Who is told of what: one table, roles only; actions turn roles into people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from escalations.rules import events as e
from escalations.rules.vocabulary import ClockKind, MailKind


class Role(StrEnum):
    """People as seen from one case. `keeper` is the first there is of accountable, owner, leads of the team.

    `person` is who must acknowledge the current step, `sender` whoever brought the case there, `asked` whoever a
    decision is asked of, `requested` the team or colleague a request went to, `asker` whoever made it, `planned` those
    with a step of the plan, `manager` the manager of the account escalation, `mentioned` whoever a note names.
    """

    CUSTOMER = "customer"
    OWNER = "owner"
    ACCOUNTABLE = "accountable"
    LEADS = "leads"
    KEEPER = "keeper"
    PERSON = "person"
    SENDER = "sender"
    ASKED = "asked"
    REQUESTED = "requested"
    ASKER = "asker"
    PLANNED = "planned"
    MANAGER = "manager"
    WATCHERS = "watchers"
    MENTIONED = "mentioned"


_ALL_STAFF = (Role.ACCOUNTABLE, Role.OWNER, Role.WATCHERS, Role.MANAGER)

AUDIENCE: Mapping[str, tuple[Role, ...]] = {
    e.CaseOpened.kind: (Role.CUSTOMER, Role.LEADS),
    e.CaseTriaged.kind: (Role.KEEPER, Role.WATCHERS),
    e.CaseTaken.kind: (Role.OWNER,),
    e.CaseReassigned.kind: (Role.ACCOUNTABLE, Role.LEADS, Role.ASKED),
    e.CaseJoinedAccount.kind: (Role.MANAGER, Role.OWNER, Role.ACCOUNTABLE),
    e.CaseLeftAccount.kind: (Role.OWNER, Role.ACCOUNTABLE),
    e.MessageReceived.kind: (Role.OWNER, Role.KEEPER, Role.WATCHERS, Role.MANAGER),
    e.MessageSent.kind: (Role.CUSTOMER,),
    e.NoteAdded.kind: (Role.MENTIONED,),
    e.MailBounced.kind: (Role.OWNER, Role.KEEPER),
    e.MailRecorded.kind: (Role.KEEPER,),
    e.CaseHeld.kind: (Role.CUSTOMER, Role.WATCHERS),
    e.CaseResumed.kind: (Role.KEEPER,),
    e.CaseResolved.kind: (Role.CUSTOMER, Role.OWNER, Role.KEEPER, Role.WATCHERS, Role.MANAGER, Role.REQUESTED),
    e.CaseReopened.kind: (Role.OWNER, Role.KEEPER, Role.LEADS, Role.WATCHERS, Role.MANAGER),
    e.CaseClosed.kind: (Role.CUSTOMER, Role.OWNER, Role.WATCHERS),
    e.CaseMerged.kind: (
        *(Role.CUSTOMER, Role.OWNER, Role.ACCOUNTABLE, Role.PERSON, Role.SENDER, Role.LEADS),
        *(Role.WATCHERS, Role.MANAGER, Role.REQUESTED),
    ),
    e.CaseAbsorbed.kind: (Role.OWNER, Role.KEEPER, Role.WATCHERS, Role.MANAGER),
    e.ClockWarned.kind: (Role.OWNER, Role.KEEPER),
    e.ClockBreached.kind: (Role.OWNER, Role.KEEPER, Role.LEADS, Role.MANAGER),
    e.PromiseMade.kind: (Role.CUSTOMER, Role.OWNER),
    e.PromiseMoved.kind: (Role.CUSTOMER, Role.OWNER),
    e.PromiseBroken.kind: (Role.CUSTOMER, Role.OWNER, Role.KEEPER, Role.LEADS, Role.MANAGER),
    e.FindingAdded.kind: _ALL_STAFF,
    e.PlanMade.kind: (Role.PLANNED, *_ALL_STAFF),
    e.PlanStepFinished.kind: (Role.ACCOUNTABLE,),
    e.RequestMade.kind: (Role.REQUESTED, Role.WATCHERS),
    e.RequestAnswered.kind: (Role.ASKER, Role.OWNER, Role.KEEPER, Role.WATCHERS),
    e.RequestCancelled.kind: (Role.REQUESTED,),
    e.RequestChased.kind: (Role.REQUESTED, Role.ASKER, Role.OWNER, Role.KEEPER),
    e.FollowUpPlanned.kind: (Role.OWNER,),
    e.FollowUpSent.kind: (Role.CUSTOMER,),
    e.CriteriaMet.kind: (Role.OWNER, Role.KEEPER, Role.LEADS),
    e.ClimbReleased.kind: (Role.OWNER, Role.KEEPER),
    e.AskMade.kind: (Role.OWNER, Role.KEEPER, Role.LEADS, Role.MANAGER),
    e.AskWithdrawn.kind: (Role.OWNER, Role.KEEPER),
    e.AskDeclined.kind: (Role.CUSTOMER, Role.OWNER, Role.MANAGER),
    e.EscalationRequested.kind: (Role.CUSTOMER, Role.PERSON, *_ALL_STAFF, Role.LEADS, Role.ASKED),
    e.EscalationStepped.kind: (Role.CUSTOMER, Role.PERSON, *_ALL_STAFF, Role.LEADS, Role.ASKED),
    e.EscalationReminded.kind: (Role.PERSON, Role.ACCOUNTABLE, Role.LEADS),
    e.EscalationPassedOn.kind: (Role.PERSON, Role.OWNER),
    e.EscalationForgotten.kind: (Role.PERSON, Role.ACCOUNTABLE, Role.LEADS),
    e.EscalationReturned.kind: (Role.SENDER, Role.OWNER, Role.WATCHERS),
    e.BriefChased.kind: (Role.SENDER, Role.OWNER, Role.ACCOUNTABLE),
    e.EscalationCompleted.kind: (Role.PERSON, Role.ACCOUNTABLE),
    e.EscalationAcknowledged.kind: (Role.CUSTOMER, Role.OWNER, Role.WATCHERS, Role.MANAGER),
    e.EscalationAccepted.kind: (Role.CUSTOMER, Role.OWNER, Role.WATCHERS, Role.MANAGER),
    e.EscalationDeclined.kind: (
        *(Role.CUSTOMER, Role.SENDER, Role.OWNER, Role.KEEPER),
        *(Role.LEADS, Role.WATCHERS, Role.MANAGER),
    ),
    e.EscalationWithdrawn.kind: (Role.CUSTOMER, Role.PERSON, Role.OWNER, Role.WATCHERS, Role.MANAGER),
    e.DeEscalated.kind: (Role.CUSTOMER, Role.OWNER, Role.KEEPER, Role.WATCHERS, Role.MANAGER),
    e.DecisionAsked.kind: (Role.ASKED, Role.WATCHERS),
    e.DecisionMade.kind: (*_ALL_STAFF,),
    e.SurveyAnswered.kind: (Role.OWNER,),
    e.ReviewWritten.kind: (Role.OWNER, Role.ACCOUNTABLE),
    e.NoticeFailed.kind: (Role.KEEPER, Role.OWNER),
}
# What is told in the inbox alone: a mail about a mail that failed would fail too.
IN_APP_ONLY = frozenset({e.NoticeFailed.kind})
PEOPLE = ("user:", "contact:")


def roles_of(kind: str, data: Mapping[str, Any]) -> tuple[Role, ...]:
    """Who is told of an event of this kind with this data.

    Of the clock of a decision also whoever must decide; of a mail to a colleague that came back also the leads, because
    the colleague may be the very one who has the case; of a notice that failed nobody when it was for a program; of a
    mail that is on record nobody unless somebody speaks in it.
    """
    roles = AUDIENCE.get(kind, ())
    if kind == e.MailRecorded.kind and data.get("sort") != MailKind.MESSAGE:
        return ()
    if kind == e.NoticeFailed.kind and not str(data.get("recipient", "")).startswith(PEOPLE):
        return ()
    if kind == e.MailBounced.kind and str(data.get("person", "")).startswith("user:"):
        return (*roles, Role.LEADS)
    of_clock = kind in (e.ClockWarned.kind, e.ClockBreached.kind)
    return (*roles, Role.ASKED) if of_clock and data.get("clock") == ClockKind.DECISION else roles
