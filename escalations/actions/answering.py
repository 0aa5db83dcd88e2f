"""Words to the customer, with a promise of the next news in the same act where one is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from customers.refusal import Refused
from escalations.actions import handling, journal, promises
from escalations.actions.attachments import Upload
from escalations.models import Case, Event, words
from escalations.rules.standing import Standing


def answer(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    text: str,
    files: Sequence[Upload] = (),
    due_at: datetime | None = None,
    reason: str = "",
    key: str | None = None,
) -> Event:
    """A reply; with `due_at` it promises news by then too, both or neither.

    Where news are promised already, the words keep that promise, and the new one follows them. Raises Refused.
    """
    if due_at is None:
        return handling.reply(case=case, actor=actor, at=at, text=text, files=files, key=key)
    if not text.strip():
        raise Refused("text", "text_missing", words.REMEDIES["text_missing"])
    with journal.locked(case, actor=actor, at=at, key=key) as work:
        if work.replayed:
            return work.replayed
        if work.case.promised_at is None:
            return promises.make(
                case=case, actor=actor, at=at, due_at=due_at, text=text, reason=reason, files=files, key=key
            )
        said = handling.reply(case=case, actor=actor, at=at, text=text, files=files, key=key)
        promises.make(case=case, actor=actor, at=at, due_at=due_at, reason=reason)
        return said
