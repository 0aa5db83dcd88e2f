"""Who is told of what: one table, roles only; actions turn roles into people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from escalations.rules import events as e


class Role(StrEnum):
    """People as seen from one case. `keeper` is the first there is of accountable, owner, leads of the team."""

    CUSTOMER = "customer"
    OWNER = "owner"
    ACCOUNTABLE = "accountable"
    LEADS = "leads"
    KEEPER = "keeper"


AUDIENCE: Mapping[str, tuple[Role, ...]] = {
    e.CaseOpened.kind: (Role.CUSTOMER, Role.LEADS),
    e.CaseTriaged.kind: (Role.KEEPER,),
    e.CaseTaken.kind: (Role.OWNER,),
    e.CaseReassigned.kind: (Role.ACCOUNTABLE, Role.LEADS),
    e.MessageReceived.kind: (Role.OWNER, Role.KEEPER),
    e.MessageSent.kind: (Role.CUSTOMER,),
    e.CaseHeld.kind: (Role.CUSTOMER,),
    e.CaseResumed.kind: (Role.KEEPER,),
    e.CaseResolved.kind: (Role.CUSTOMER, Role.OWNER, Role.KEEPER),
    e.CaseReopened.kind: (Role.OWNER, Role.KEEPER, Role.LEADS),
    e.CaseClosed.kind: (Role.CUSTOMER, Role.OWNER),
    e.ClockWarned.kind: (Role.OWNER, Role.KEEPER),
    e.ClockBreached.kind: (Role.OWNER, Role.KEEPER, Role.LEADS),
    e.PromiseMade.kind: (Role.CUSTOMER, Role.OWNER),
    e.PromiseMoved.kind: (Role.CUSTOMER, Role.OWNER),
    e.PromiseBroken.kind: (Role.CUSTOMER, Role.OWNER, Role.KEEPER, Role.LEADS),
    e.CriteriaMet.kind: (Role.OWNER, Role.KEEPER, Role.LEADS),
    e.EscalationRequested.kind: (Role.CUSTOMER, Role.ACCOUNTABLE, Role.OWNER, Role.LEADS),
    e.EscalationStepped.kind: (Role.CUSTOMER, Role.ACCOUNTABLE, Role.OWNER, Role.LEADS),
    e.EscalationAcknowledged.kind: (Role.CUSTOMER, Role.OWNER),
    e.EscalationAccepted.kind: (Role.CUSTOMER, Role.OWNER),
    e.EscalationDeclined.kind: (Role.CUSTOMER, Role.OWNER, Role.KEEPER),
    e.DecisionMade.kind: (Role.OWNER, Role.ACCOUNTABLE),
    e.SurveyAnswered.kind: (Role.OWNER,),
    e.ReviewWritten.kind: (Role.OWNER, Role.ACCOUNTABLE),
}
