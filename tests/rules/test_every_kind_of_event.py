"""A new kind of event either moves clocks, or is named here as one that does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import effects, kinds
from escalations.rules import events as e
from escalations.rules.procedure import Procedure
from tests.rules.procedures import procedure
from tests.rules.told import (
    ABSORBED,
    ACCEPTED,
    ACKED,
    AGAIN,
    ANSWERED,
    ASKED,
    ASKED_ONCE_MORE,
    ASSESSED,
    BOUNCED,
    BREACHED,
    BRIEF_CHASED,
    BROKEN,
    CANCELLED,
    CHASED,
    CLOSED,
    COMPLETED,
    CRITERIA,
    DECIDED,
    DECLINED,
    EASED,
    FOLLOWED_UP,
    FOLLOWS,
    FORGOTTEN,
    FOUND,
    HANDED_OVER,
    HELD,
    JOINED,
    LEFT,
    LINKED,
    MERGED,
    MOVED,
    NOT_GRANTED,
    NOTE,
    OPENED,
    PLAN,
    PLAN_STEP,
    PLANNED,
    QUESTION,
    RECORDED,
    REFERRED,
    RELEASED,
    REMINDED,
    REPLY,
    RESUMED,
    RETURNED,
    SOLVED,
    STEP,
    STORM,
    TICKED,
    UNLINKED,
    UNWISHED,
    UPPER,
    WARNED,
    WATCHED,
    WISHED,
    WITHDRAWN,
    WORDS,
    WRITTEN_UP,
    everything,
    instant,
    postponed,
    promised,
    story,
)

SILENT: set[type[e.EventData]] = {
    e.NoteAdded,
    e.NoticeFailed,
    e.CaseAssessed,
    e.CaseWatched,
    e.CaseLinked,
    e.CaseUnlinked,
    e.ScriptTicked,
    e.MailRecorded,
    e.MailBounced,
    e.MailReferred,
    e.ParticipantJoined,
    e.CriteriaMet,
    e.ClimbHeld,
    e.ClimbReleased,
    e.EscalationReminded,
    e.BriefChased,
    e.FindingAdded,
    e.PlanMade,
    e.PlanStepFinished,
    e.RequestChased,
    e.SurveyAnswered,
    e.CaseReassigned,
    e.ClocksRepaired,
}
SAMPLES: dict[str, e.EventData] = {
    data.kind: data
    for data in (
        *(OPENED, STEP, UPPER, REPLY, WORDS, NOTE, ACKED, ACCEPTED, DECLINED, HELD, RESUMED, SOLVED, AGAIN, CLOSED),
        *(WARNED, BREACHED, WRITTEN_UP, ASKED, ANSWERED, PLANNED, FOLLOWED_UP, MOVED, BROKEN),
        *(REMINDED, BRIEF_CHASED, HANDED_OVER, FORGOTTEN, RETURNED, COMPLETED, WITHDRAWN, EASED, QUESTION, DECIDED),
        *(WISHED, UNWISHED, NOT_GRANTED, CRITERIA, STORM, RELEASED, FOUND, PLAN, PLAN_STEP, TICKED),
        *(RECORDED, BOUNCED, REFERRED, FOLLOWS),
        *(LINKED, UNLINKED, MERGED, ABSORBED),
        *(CANCELLED, CHASED, ASSESSED, WATCHED, JOINED, LEFT, ASKED_ONCE_MORE),
        *(promised(900), postponed(200, 900)),
        e.CaseTriaged(2, 1, 1, 1, "t1", "t1"),
        e.CaseTaken("user:1"),
        e.CaseReassigned("user:1", "esc", "user:2", "user:3", "lead"),
        e.ClocksRepaired(["resolution:1"], ["due_at"], [""], [""]),
        e.SurveyAnswered("s", 5),
        e.NoticeFailed("n", "contact:1", "mail"),
    )
}
Told = tuple[tuple[float, e.EventData], ...]
BEFORE: tuple[Told, ...] = (
    ((0, OPENED), (5, STEP)),
    ((0, OPENED), (5, HELD)),
    ((0, OPENED), (5, ASKED)),
    ((0, OPENED), (5, WISHED)),
    ((0, OPENED), (5, JOINED)),
    ((0, OPENED), (5, STEP), (6, QUESTION)),
    ((0, OPENED), (5, STEP), (6, RETURNED)),
    ((0, OPENED), (5, promised(200))),
    ((0, replace(OPENED, dormant=True)),),
    ((0, OPENED), (5, STEP), (9, SOLVED)),
    ((0, OPENED), (5, STEP), (9, SOLVED), (15, CLOSED)),
    ((0, OPENED), (5, SOLVED), (15, PLANNED)),
)
VERSIONS: dict[str, Procedure] = {"uid": everything(), "newer": procedure(targets=())}


def read(*told: tuple[float, e.EventData]) -> list[object]:
    found = effects.readings(story(*told, by=VERSIONS), instant(400))
    return [(r.state, r.next_at, r.due_at) for _t, r in found]


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_every_kind_of_event_has_been_thought_of(kind: str) -> None:
    """Some clock of some case reads otherwise when it happened: escalated, waiting, dormant, solved, closed …"""
    moves = any(read(*before) != read(*before, (300, SAMPLES[kind])) for before in BEFORE)
    assert moves is not (kinds.KINDS[kind] in SILENT)


def test_a_kind_nobody_has_thought_of_would_be_noticed() -> None:
    assert set(SAMPLES) == set(kinds.KINDS)
    assert {cls.kind for cls in SILENT} <= set(kinds.KINDS)
