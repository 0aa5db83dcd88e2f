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
        e.CaseTaken,
        e.CaseReassigned,
        e.MessageReceived,
        e.MessageSent,
        e.NoteAdded,
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
        e.RequestMade,
        e.RequestAnswered,
        e.FollowUpPlanned,
        e.FollowUpDone,
        e.CriteriaMet,
        e.EscalationRequested,
        e.EscalationStepped,
        e.EscalationAcknowledged,
        e.EscalationAccepted,
        e.EscalationDeclined,
        e.DecisionMade,
        e.SurveyAnswered,
        e.ReviewWritten,
    )
}

UPCASTS: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    (e.CaseReopened.kind, 1): lambda data: {**data, "by": ""},
}


def load(kind: str, version: int, data: dict[str, Any]) -> e.EventData:
    """The typed data of a stored event, old versions brought up to date. Raises KeyError for a kind nobody knows."""
    cls = KINDS[kind]
    while version < cls.version:
        data, version = UPCASTS[kind, version](data), version + 1
    return cls(**data)
