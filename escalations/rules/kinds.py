"""Which kinds of events there are, and how lines written by older editions are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from escalations.rules import events as e

KINDS: Mapping[str, type[e.EventData]] = {
    cls.kind: cls
    for cls in (
        e.CaseOpened,
        e.CaseTriaged,
        e.CaseAssessed,
        e.CaseTaken,
        e.CaseReassigned,
        e.CaseWatched,
        e.CaseJoinedAccount,
        e.CaseLeftAccount,
        e.CaseLinked,
        e.CaseUnlinked,
        e.CaseMerged,
        e.CaseAbsorbed,
        e.MessageReceived,
        e.MessageSent,
        e.NoteAdded,
        e.NoticeFailed,
        e.ScriptTicked,
        e.MailRecorded,
        e.MailBounced,
        e.MailReferred,
        e.ParticipantJoined,
        e.CaseHeld,
        e.CaseResumed,
        e.CaseResolved,
        e.CaseReopened,
        e.CaseClosed,
        e.ClockWarned,
        e.ClockBreached,
        e.PromiseMade,
        e.PromiseMoved,
        e.PromiseBroken,
        e.CaseMoved,
        e.ClocksRepaired,
        e.FindingAdded,
        e.PlanMade,
        e.PlanStepFinished,
        e.RequestMade,
        e.RequestAnswered,
        e.RequestCancelled,
        e.RequestChased,
        e.FollowUpPlanned,
        e.FollowUpDone,
        e.FollowUpSent,
        e.CriteriaMet,
        e.ClimbHeld,
        e.ClimbReleased,
        e.AskMade,
        e.AskWithdrawn,
        e.AskDeclined,
        e.EscalationRequested,
        e.EscalationStepped,
        e.EscalationReminded,
        e.EscalationPassedOn,
        e.EscalationForgotten,
        e.EscalationReturned,
        e.BriefChased,
        e.EscalationCompleted,
        e.EscalationAcknowledged,
        e.EscalationAccepted,
        e.EscalationDeclined,
        e.EscalationWithdrawn,
        e.DeEscalated,
        e.DecisionAsked,
        e.DecisionMade,
        e.SurveyAnswered,
        e.ReviewWritten,
    )
}


def _as_it_was(data: dict[str, Any]) -> dict[str, Any]:
    """A line from before some fields existed: they say what was true of every line then, that there was nothing."""
    return data


UPCASTS: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    (e.CaseOpened.kind, 1): _as_it_was,
    (e.CaseReopened.kind, 1): lambda data: {**data, "by": ""},
    (e.CaseTaken.kind, 1): _as_it_was,
    (e.CaseReassigned.kind, 1): _as_it_was,
    (e.NoteAdded.kind, 1): _as_it_was,
    (e.CaseResolved.kind, 1): _as_it_was,
    (e.CaseClosed.kind, 1): _as_it_was,
    (e.RequestMade.kind, 1): _as_it_was,
    (e.RequestAnswered.kind, 1): _as_it_was,
    (e.FollowUpDone.kind, 1): _as_it_was,
    (e.CriteriaMet.kind, 1): _as_it_was,
    (e.EscalationRequested.kind, 1): _as_it_was,
    (e.EscalationStepped.kind, 1): _as_it_was,
    (e.EscalationPassedOn.kind, 1): _as_it_was,
    (e.DecisionMade.kind, 1): _as_it_was,
}


def load(kind: str, version: int, data: dict[str, Any]) -> e.EventData:
    """The typed data of a stored event, old versions brought up to date. Raises KeyError for a kind nobody knows."""
    cls = KINDS[kind]
    while version < cls.version:
        data, version = UPCASTS[kind, version](data), version + 1
    return cls(**data)
