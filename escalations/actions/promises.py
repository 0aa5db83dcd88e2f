"""Promises of news: made to an exact instant, moved before it, kept by public words, broken by silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from customers.models import new_uid
from customers.refusal import Refused
from escalations.actions import journal
from escalations.actions.attachments import Upload
from escalations.models import Case, Event, words
from escalations.models.policies import procedure_of
from escalations.rules import effects, events
from escalations.rules.effects import Tracks
from escalations.rules.standing import Standing
from escalations.rules.tracks import Track
from escalations.rules.vocabulary import ClockKind, Verb

LONGEST_PROMISE = timedelta(days=366)
SHORTEST = timedelta(minutes=15)
HALF_A_WORKING_DAY = 240  # minutes


@dataclass(frozen=True, slots=True)
class Usual:
    """By when the policy wants the next news; a later promise needs a reason. None where it wants none.

    `silent` is for a promise alone: what runs now stays what is owed. `spoken` is for one with words to the customer:
    they are news themselves, and the next are due a whole cadence after them.
    """

    silent: datetime | None
    spoken: datetime | None

    def limit(self, text: str) -> datetime | None:
        """The one that counts for a promise with these words."""
        return self.spoken if text.strip() else self.silent


def usual(case: Case, at: datetime) -> Usual:
    """By when the policy wants the next news on a case, for whoever is about to promise them."""
    return _usual(effects.tracks(case.events.all().lines(), procedure_of), at)


def sensible(case: Case, at: datetime, limit: datetime | None) -> datetime:
    """By when to promise news: `limit`, or half a working day from now where the policy has none or it is over."""
    if limit is None or limit <= at + SHORTEST:
        schedule = case.policy_version.procedure().rung(case.level).schedule
        return schedule.add_working_time(at, HALF_A_WORKING_DAY)
    return limit


def whole(moment: datetime, minutes: int) -> datetime:
    """The last whole five minutes, or whatever part of an hour is wanted."""
    return moment.replace(minute=moment.minute - moment.minute % minutes, second=0, microsecond=0)


def make(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    due_at: datetime,
    text: str = "",
    reason: str = "",
    files: Sequence[Upload] = (),
    key: str | None = None,
) -> Event:
    """News for the customer by `due_at`, whatever the hours; `text` are words to the customer, `files` go with them.

    Later than the policy wants news (`Usual`) needs a `reason`, kept as an internal note. Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.PROMISE, key=key) as work:
        if work.replayed:
            return work.replayed
        limit = _usual(effects.tracks(work.lines, procedure_of), work.at).limit(text)
        _check(work, due_at, reason, limit=limit)
        work.own()
        message, why = _said(work, text, reason, files)
        return work.record(events.PromiseMade(new_uid(), due_at.isoformat(), message, why))


def move(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    due_at: datetime,
    text: str = "",
    reason: str = "",
    key: str | None = None,
) -> Event:
    """The open promise at another instant, which the customer sees; later than before needs a `reason`.

    Raises Refused, also when the promise was due already: then it is broken, and only news help.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.MOVE_PROMISE, key=key) as work:
        if work.replayed:
            return work.replayed
        promise, promised_at = _open(work)
        if promised_at <= work.at:
            raise Refused("due_at", "promise_passed", words.REMEDIES["promise_passed"])
        if due_at == promised_at:
            raise Refused("due_at", "promise_unchanged", words.REMEDIES["promise_unchanged"])
        _check(work, due_at, reason, limit=promised_at)
        work.own()
        message, why = _said(work, text, reason)
        data = events.PromiseMoved(promise.promise, promised_at.isoformat(), due_at.isoformat(), message, why)
        return work.record(data)


def break_promise(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """The engine's: the instant has passed without news; the cadence begins again and the ladder is looked at.

    None when that is no longer so.
    """
    with journal.locked(case, actor=actor, at=at) as work:
        row = work.case
        if row.promised_at is None or row.promised_at > work.at:
            return None
        promise, due_at = _open(work)
        row.check_at = work.at
        late = int((work.at - due_at).total_seconds())
        return work.record(events.PromiseBroken(promise.promise, promise.start_seq, due_at.isoformat(), late))


def _open(work: journal.Work) -> tuple[Track, datetime]:
    """The clock of the open promise and its instant. Raises Refused without one."""
    promise = effects.tracks(work.lines, procedure_of).promise
    if promise is None or work.case.promised_at is None:
        raise Refused("", "nothing_promised", words.REFUSALS["nothing_promised"])
    return promise, work.case.promised_at


def _usual(tracks: Tracks, at: datetime) -> Usual:
    target = tracks.promised(ClockKind.NEXT_UPDATE, tracks.level)
    cadence = target.terms.schedule.add_working_time(at, target.terms.minutes) if target else None
    running = tracks.running(ClockKind.NEXT_UPDATE)
    return Usual(silent=running.read(at).due_at if running else cadence, spoken=cadence)


def _check(work: journal.Work, due_at: datetime, reason: str, *, limit: datetime | None) -> None:
    if due_at <= work.at:
        raise Refused("due_at", "promise_in_the_past", words.REMEDIES["promise_in_the_past"])
    if due_at > work.at + LONGEST_PROMISE:
        raise Refused("due_at", "promise_too_far", words.REMEDIES["promise_too_far"])
    if limit and due_at > limit and not reason.strip():
        raise Refused("reason", "promise_needs_reason", words.REMEDIES["promise_needs_reason"])


def _said(work: journal.Work, text: str, reason: str, files: Sequence[Upload] = ()) -> tuple[str, str]:
    """Words to the customer and the note for colleagues, as rows; their uids."""
    message = work.say(text, public=True, files=files).uid if text.strip() else ""
    return message, work.say(reason, public=False).uid if reason.strip() else ""
