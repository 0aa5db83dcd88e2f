"""Where a colleague was named in a note, the newest first: for the home page, and for who may be named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from escalations.models import Agent, Case, Mention, Notice
from escalations.rules.events import NoteAdded
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Channel

MOST = 8


@dataclass(frozen=True, slots=True)
class Mentioned:
    """One note that names this person; `is_new` until the inbox or the case was opened since."""

    case: Case
    text: str
    who: str
    at: datetime
    is_new: bool


def mentions(standing: Standing, *, most: int = MOST, new_only: bool = False) -> list[Mentioned]:
    """Notes on cases this person may see that name them. One statement."""
    unseen = Notice.objects.filter(
        recipient=standing.code,
        channel=Channel.IN_APP.value,
        seen_at=None,
        event__kind=NoteAdded.kind,
        event__case=OuterRef("message__case"),
        event__occurred_at=OuterRef("message__written_at"),
    )
    visible = Case.objects.visible_to(standing).order_by().values("pk")
    rows = Mention.objects.filter(agent_id=standing.agent_id or 0, message__case__in=visible)
    rows = rows.annotate(is_new=Exists(unseen)).select_related("message__case", "message__user").order_by("-pk")
    if new_only:
        rows = rows.filter(is_new=True)
    return [_mentioned(row) for row in rows[:most]]


def _mentioned(row: Mention) -> Mentioned:
    message = row.message
    is_new: bool = row.is_new  # type: ignore[attr-defined]
    return Mentioned(message.case, message.body, str(message.user or ""), message.written_at, is_new)


def colleagues(like: str, standing: Standing, *, most: int = MOST) -> list[Agent]:
    """Active colleagues in whose names these letters stand, without whoever asks; for choosing whom to name."""
    found = Agent.objects.active().exclude(pk=standing.agent_id or 0).select_related("user").order_by("user__name")
    for word in like.split():
        found = found.filter(user__name__icontains=word)
    return list(found[:most])
