"""The daily work on a case: replies, notes, waiting and going on."""

from __future__ import annotations

from datetime import datetime, timedelta

from customers.refusal import Refused
from escalations.actions import journal
from escalations.models import Case, Event, Message, PauseReason, words
from escalations.rules import events
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Origin, Verb

LONGEST_HOLD = timedelta(days=366)


def reply(
    *, case: Case, actor: Standing, at: datetime, text: str, origin: Origin = Origin.DESK, key: str | None = None
) -> Event:
    """Public words: ours answer the customer's clocks, the customer's end a pause. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.REPLY, key=key) as work:
        if work.replayed:
            return work.replayed
        message = work.say(text, public=True)
        if actor.is_customer:
            return _received(work, message, origin)
        work.own()
        return work.record(events.MessageSent(message=message.uid, origin=origin.value))


def _received(work: journal.Work, message: Message, origin: Origin) -> Event:
    if work.case.state == CaseState.PENDING:
        work.case.resume()
    return work.record(events.MessageReceived(message=message.uid, origin=origin.value))


def note(*, case: Case, actor: Standing, at: datetime, text: str, key: str | None = None) -> Event:
    """Internal words, which no customer ever sees and no clock counts. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.NOTE, key=key) as work:
        if work.replayed:
            return work.replayed
        return work.record(events.NoteAdded(message=work.say(text, public=False).uid))


def hold(
    *, case: Case, actor: Standing, at: datetime, reason: PauseReason, wake_at: datetime, key: str | None = None
) -> Event:
    """Waits for somebody else until `wake_at` at the latest; the clocks that the reason names stop. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.HOLD, key=key) as work:
        if work.replayed:
            return work.replayed
        if not reason.is_active:
            raise Refused("reason", "reason_retired", words.REMEDIES["reason_retired"])
        if wake_at <= work.at:
            raise Refused("wake_at", "wake_in_the_past", words.REMEDIES["wake_in_the_past"])
        if wake_at > work.at + LONGEST_HOLD:
            raise Refused("wake_at", "wake_too_far", words.REMEDIES["wake_too_far"])
        work.own()
        work.case.hold(reason=reason, wake_at=wake_at)
        return work.record(events.CaseHeld(reason=reason.slug, stops=list(reason.stops), wake_at=wake_at.isoformat()))


def resume(*, case: Case, actor: Standing, at: datetime, key: str | None = None) -> Event:
    """Goes on before the wake-up date. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.RESUME, key=key) as work:
        if work.replayed:
            return work.replayed
        work.case.resume()
        return work.record(events.CaseResumed(by="person"))


def wake(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """The engine's: a case on hold comes back when its date has come; None when that is no longer so."""
    with journal.locked(case, actor=actor, at=at) as work:
        row = work.case
        if row.state != CaseState.PENDING or row.wake_at is None or row.wake_at > work.at:
            return None
        row.resume()
        return work.record(events.CaseResumed(by="wake"))
