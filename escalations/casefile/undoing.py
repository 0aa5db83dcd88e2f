"""What somebody did a moment ago and can undo: by another act on record, nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from escalations.casefile.meanwhile import HARMLESS
from escalations.models.events import Told
from escalations.rules import events as e
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Verb

OFFERED_FOR = timedelta(minutes=10)
# By anything else of ours whoever does it becomes the owner of a case of the front line that has none.
LEAVING_THE_OWNER = frozenset({e.NoteAdded.kind, e.CaseWatched.kind, e.CaseAssessed.kind})


@dataclass(frozen=True, slots=True)
class Undo:
    """The act that undoes event `seq`: a verb, and what it is told in codes, slugs and numbers.

    `back` means that an owner gives a case back that nobody had before.
    """

    seq: int
    kind: str
    verb: Verb
    told: Mapping[str, Any] = field(default_factory=dict)
    back: bool = False


Inverse = Callable[[Told, Sequence[Told]], Undo | None]


def undoable(events: Sequence[Told], standing: Standing, at: datetime) -> Undo | None:
    """How this person undoes the last act on a case; None when it was somebody else's, is too old or has no inverse."""
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        if at - event.occurred_at > OFFERED_FOR:
            return None
        mine = event.actor == standing.code
        if mine and (inverse := INVERSES.get(event.kind)):
            return inverse(event, events[:place])
        if event.kind not in HARMLESS:
            return None
    return None


def _taken(event: Told, before: Sequence[Told]) -> Undo | None:
    """A case that woke up by it stays awake."""
    data = event.typed
    if not isinstance(data, e.CaseTaken) or _is_dormant(before):
        return None
    owner = _owner(before)
    if owner is None:
        return None
    if owner:
        return Undo(event.seq, event.kind, Verb.TAKE, {"owner": owner})
    return Undo(event.seq, event.kind, Verb.TAKE, back=True) if data.owner == event.actor else None


def _is_dormant(before: Sequence[Told]) -> bool:
    for event in reversed(before):
        if isinstance(event.typed, e.CaseTaken | e.CaseOpened):
            return event.typed.dormant
    return False


def _owner(before: Sequence[Told]) -> str | None:
    """The code of the owner after these events; empty for nobody, None where somebody may have become it by the way."""
    for event in reversed(before):
        if isinstance(event.typed, e.CaseTaken):
            return event.typed.owner
        if isinstance(event.typed, e.CaseReassigned) and event.typed.from_owner:
            return ""
        if event.actor_kind == "staff" and event.kind not in LEAVING_THE_OWNER:
            return None
    return ""


def _triaged(event: Told, before: Sequence[Told]) -> Undo | None:
    data = event.typed
    if not isinstance(data, e.CaseTriaged):
        return None
    earlier = {"severity": data.from_severity, "level": data.from_level}
    if earlier == {"severity": data.severity, "level": data.level}:
        return None
    return Undo(event.seq, event.kind, Verb.TRIAGE, earlier)


def _held(event: Told, before: Sequence[Told]) -> Undo | None:
    return Undo(event.seq, event.kind, Verb.RESUME)


def _resumed(event: Told, before: Sequence[Told]) -> Undo | None:
    """Held again, for the same reason and until the same instant."""
    held = next((data for row in reversed(before) if isinstance(data := row.typed, e.CaseHeld)), None)
    if held is None or datetime.fromisoformat(held.wake_at) <= event.occurred_at + OFFERED_FOR:
        return None
    return Undo(event.seq, event.kind, Verb.HOLD, {"reason": held.reason, "wake_at": held.wake_at})


def _resolved(event: Told, before: Sequence[Told]) -> Undo | None:
    return Undo(event.seq, event.kind, Verb.REOPEN)


def _watched(event: Told, before: Sequence[Told]) -> Undo | None:
    """Nobody ends it for a colleague."""
    mine = isinstance(event.typed, e.CaseWatched) and event.typed.watcher == event.actor
    return Undo(event.seq, event.kind, Verb.WATCH) if mine else None


def _assessed(event: Told, before: Sequence[Told]) -> Undo | None:
    last = next((data for row in reversed(before) if isinstance(data := row.typed, e.CaseAssessed)), None)
    told = {"skill": last.skill, "amount": last.amount} if last else {"skill": "", "amount": 0}
    return Undo(event.seq, event.kind, Verb.ASSESS, told)


INVERSES: Mapping[str, Inverse] = {
    e.CaseTaken.kind: _taken,
    e.CaseTriaged.kind: _triaged,
    e.CaseHeld.kind: _held,
    e.CaseResumed.kind: _resumed,
    e.CaseResolved.kind: _resolved,
    e.CaseWatched.kind: _watched,
    e.CaseAssessed.kind: _assessed,
}
