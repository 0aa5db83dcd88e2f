"""What helps to write on one case: canned replies with their blanks filled in."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from escalations.models import CannedReply, Case, filling
from escalations.rules.blanks import Filled
from escalations.rules.standing import Standing

MOST = 30


@dataclass(frozen=True, slots=True)
class Offered:
    """A canned reply for this case; `missing` are the blanks that the case says nothing of yet, in words."""

    uid: str
    name: str
    text: str
    missing: tuple[str, ...]


def canned_replies(case: Case, standing: Standing, like: str = "", *, most: int = MOST) -> list[Offered]:
    """Those in the language of the contact, for the topic of the case and the teams of whoever writes.

    `like` are words of which each stands in the name or the text. Those for nobody in particular come too.
    """
    known, topic = filling.known_of(case, standing), case.topic
    topics = [pk for pk in (case.topic_id, topic.parent_id if topic else None) if pk]
    rows = CannedReply.objects.filter(
        Q(topic=None) | Q(topic_id__in=topics), Q(team=None) | Q(team_id__in=standing.team_ids), is_active=True
    )
    if language := filling.language_of(case):
        rows = rows.filter(language__in=["", language])
    for word in like.split():
        rows = rows.filter(Q(name__icontains=word) | Q(text__icontains=word))
    return [_offered(row, filling.filled(row.text, known)) for row in rows[:most]]


def _offered(row: CannedReply, found: Filled) -> Offered:
    missing = tuple(str(filling.BLANKS[blank]) for blank in found.missing)
    return Offered(row.uid, row.name, found.text.replace("\r\n", "\n").strip(), missing)
