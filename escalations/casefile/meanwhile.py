"""What others did on a case since somebody looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalations.casefile import sentences
from escalations.casefile.people import Names, names_in
from escalations.models import Case, Event
from escalations.models.events import Told
from escalations.rules import events as e
from escalations.rules.standing import Standing

MOST = 5
# What changes nothing that an act depends on: words, what is found out, and what the clockwork only tells.
HARMLESS = frozenset(
    {
        e.MessageReceived.kind,
        e.MessageSent.kind,
        e.NoteAdded.kind,
        e.NoticeFailed.kind,
        e.CaseWatched.kind,
        e.FindingAdded.kind,
        e.ScriptTicked.kind,
        e.ClockWarned.kind,
        e.EscalationReminded.kind,
        e.RequestChased.kind,
        e.BriefChased.kind,
        e.MailRecorded.kind,
        e.MailBounced.kind,
        e.MailReferred.kind,
        e.ParticipantJoined.kind,
        e.SurveyAnswered.kind,
        e.ReviewWritten.kind,
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `who` is empty for what came by itself."""

    seq: int
    at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """`lines` are the newest things, the last first, and `more` how many others there are.

    `matters` says that state, level, owner, severity or the step of the escalation may be another one now.
    """

    lines: list[Line]
    more: int = 0
    matters: bool = False

    def __bool__(self) -> bool:
        return bool(self.lines)


def meanwhile(case: Case, since: int, standing: Standing) -> Meanwhile:
    """What others, and the clockwork, did after event `since`; two statements."""
    rows = Event.objects.filter(case=case, seq__gt=since).exclude(actor=standing.code).told()
    if not rows:
        return Meanwhile([])
    names = names_in(rows)
    lines = [_line(row, "" if row.actor_kind == "system" else names.person(row.actor), names) for row in rows[-MOST:]]
    return Meanwhile(lines[::-1], max(len(rows) - MOST, 0), any(row.kind not in HARMLESS for row in rows))


def _line(row: Told, who: str, names: Names) -> Line:
    return Line(row.seq, row.occurred_at, who, sentences.for_staff(row.typed, names))
