"""What a notice is about, as people choose what reaches them: one table, by what happened and by whom it is told to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from escalations.rules import events as e
from escalations.rules.audience import Role
from escalations.rules.vocabulary import NoticeGroup

# For everybody who hears of it without having to act.
GROUPS: Mapping[str, NoticeGroup] = {
    e.CaseOpened.kind: NoticeGroup.DAILY,
    e.CaseTriaged.kind: NoticeGroup.DAILY,
    e.CaseTaken.kind: NoticeGroup.DAILY,
    e.CaseReassigned.kind: NoticeGroup.DAILY,
    e.CaseJoinedAccount.kind: NoticeGroup.FOLLOW,
    e.CaseLeftAccount.kind: NoticeGroup.FOLLOW,
    e.MessageReceived.kind: NoticeGroup.CUSTOMER,
    e.MessageSent.kind: NoticeGroup.CUSTOMER,
    e.NoteAdded.kind: NoticeGroup.WORK,
    e.MailBounced.kind: NoticeGroup.SYSTEM,
    e.MailRecorded.kind: NoticeGroup.CUSTOMER,
    e.NoticeFailed.kind: NoticeGroup.SYSTEM,
    e.CaseHeld.kind: NoticeGroup.DAILY,
    e.CaseResumed.kind: NoticeGroup.DAILY,
    e.CaseResolved.kind: NoticeGroup.DAILY,
    e.CaseReopened.kind: NoticeGroup.CUSTOMER,
    e.CaseClosed.kind: NoticeGroup.DAILY,
    e.CaseMerged.kind: NoticeGroup.DAILY,
    e.CaseAbsorbed.kind: NoticeGroup.DAILY,
    e.ClockWarned.kind: NoticeGroup.DEADLINE,
    e.ClockBreached.kind: NoticeGroup.DEADLINE,
    e.PromiseMade.kind: NoticeGroup.DEADLINE,
    e.PromiseMoved.kind: NoticeGroup.DEADLINE,
    e.PromiseBroken.kind: NoticeGroup.DEADLINE,
    e.FindingAdded.kind: NoticeGroup.WORK,
    e.PlanMade.kind: NoticeGroup.WORK,
    e.PlanStepFinished.kind: NoticeGroup.WORK,
    e.RequestMade.kind: NoticeGroup.WORK,
    e.RequestAnswered.kind: NoticeGroup.WORK,
    e.RequestCancelled.kind: NoticeGroup.WORK,
    e.RequestChased.kind: NoticeGroup.WORK,
    e.FollowUpPlanned.kind: NoticeGroup.WORK,
    e.FollowUpSent.kind: NoticeGroup.CUSTOMER,
    e.CriteriaMet.kind: NoticeGroup.DEADLINE,
    e.ClimbReleased.kind: NoticeGroup.FOLLOW,
    e.AskMade.kind: NoticeGroup.CUSTOMER,
    e.AskWithdrawn.kind: NoticeGroup.CUSTOMER,
    e.AskDeclined.kind: NoticeGroup.CUSTOMER,
    e.EscalationRequested.kind: NoticeGroup.FOLLOW,
    e.EscalationStepped.kind: NoticeGroup.FOLLOW,
    e.EscalationReminded.kind: NoticeGroup.FOLLOW,
    e.EscalationPassedOn.kind: NoticeGroup.FOLLOW,
    e.EscalationForgotten.kind: NoticeGroup.FOLLOW,
    e.EscalationReturned.kind: NoticeGroup.FOLLOW,
    e.BriefChased.kind: NoticeGroup.FOLLOW,
    e.EscalationCompleted.kind: NoticeGroup.FOLLOW,
    e.EscalationAcknowledged.kind: NoticeGroup.FOLLOW,
    e.EscalationAccepted.kind: NoticeGroup.FOLLOW,
    e.EscalationDeclined.kind: NoticeGroup.FOLLOW,
    e.EscalationWithdrawn.kind: NoticeGroup.FOLLOW,
    e.DeEscalated.kind: NoticeGroup.FOLLOW,
    e.DecisionAsked.kind: NoticeGroup.FOLLOW,
    e.DecisionMade.kind: NoticeGroup.WORK,
    e.SurveyAnswered.kind: NoticeGroup.CUSTOMER,
    e.ReviewWritten.kind: NoticeGroup.WORK,
}

# Who must act on it: for these it is what they are asked to do, whatever else they are to the case.
MUST_ACT: Mapping[str, tuple[Role, ...]] = {
    e.CaseTaken.kind: (Role.OWNER,),
    e.CaseReassigned.kind: (Role.ACCOUNTABLE, Role.LEADS, Role.ASKED),
    e.NoteAdded.kind: (Role.MENTIONED,),
    e.ClockWarned.kind: (Role.ASKED,),
    e.ClockBreached.kind: (Role.ASKED,),
    e.PlanMade.kind: (Role.PLANNED,),
    e.RequestMade.kind: (Role.REQUESTED,),
    e.RequestChased.kind: (Role.REQUESTED,),
    e.FollowUpPlanned.kind: (Role.OWNER,),
    e.EscalationRequested.kind: (Role.PERSON, Role.ASKED),
    e.EscalationStepped.kind: (Role.PERSON, Role.ASKED),
    e.EscalationReminded.kind: (Role.PERSON,),
    e.EscalationPassedOn.kind: (Role.PERSON,),
    e.EscalationForgotten.kind: (Role.PERSON,),
    e.EscalationReturned.kind: (Role.SENDER,),
    e.BriefChased.kind: (Role.SENDER,),
    e.EscalationCompleted.kind: (Role.PERSON,),
    e.DecisionAsked.kind: (Role.ASKED,),
}

# What is told again until somebody acts, or of the same clock: the newest says all that those before it said.
_AGAIN = frozenset(
    {
        e.BriefChased.kind,
        e.ClockBreached.kind,
        e.ClockWarned.kind,
        e.EscalationForgotten.kind,
        e.EscalationReminded.kind,
        e.RequestChased.kind,
    }
)


def group_of(kind: str, roles: Collection[Role]) -> NoticeGroup:
    """What this is about for somebody who is told of it in these roles. Raises KeyError for what nobody is told of."""
    asked = any(role in MUST_ACT.get(kind, ()) for role in roles)
    return NoticeGroup.ASKED if asked else GROUPS[kind]


def sameness(kind: str, data: Mapping[str, Any]) -> tuple[str, str] | None:
    """What two notices of one case share, so that the newer may stand for the older; None for what stands for itself.

    Two things that somebody is asked to do are never one, and neither are two clocks.
    """
    if kind in MUST_ACT and kind not in _AGAIN:
        return None
    return kind, str(data.get("clock") or data.get("request") or "")
