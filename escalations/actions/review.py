"""Learning from an escalation that has ended."""

from __future__ import annotations

from datetime import datetime

from customers.refusal import Refused
from escalations.actions import journal
from escalations.models import Case, Event, Review, words
from escalations.rules import events
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Verb


def write_review(
    *, case: Case, actor: Standing, at: datetime, causes: str, lessons: str, key: str | None = None
) -> Event:
    """Why the newest escalation of a case was needed, and what prevents it next time. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.REVIEW, key=key) as work:
        if work.replayed:
            return work.replayed
        for name, text in (("causes", causes), ("lessons", lessons)):
            if not text.strip():
                raise Refused(name, "text_missing", words.REMEDIES["text_missing"])
        review = Review.objects.create(
            escalation=work.escalation,
            author_id=actor.as_agent,
            causes=causes.strip(),
            lessons=lessons.strip(),
            written_at=work.at,
        )
        work.about = work.escalation
        return work.record(events.ReviewWritten(review=review.uid, escalation=work.escalation.uid))
