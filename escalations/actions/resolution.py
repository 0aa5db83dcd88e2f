"""The end of a case: solved, confirmed or not, closed, rated. Case and open escalation always move together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from customers.refusal import Refused
from escalations.actions import asks, journal
from escalations.actions.attachments import Upload
from escalations.actions.escalation import documents
from escalations.actions.escalation.questions import no_longer_needed
from escalations.actions.work import cancel_open
from escalations.models import Case, Event, Survey, words
from escalations.rules import events
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import VOIDING, CaseState, EscalationState, Outcome, Verb


def resolve(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    outcome: Outcome,
    text: str,
    cause: str = "",
    prevention: str = "",
    files: Sequence[Upload] = (),
    key: str | None = None,
) -> Event:
    """Solved, as the customer is told in `text`; silence closes it after the policy's working days. Raises Refused.

    Of an escalation `cause` says what it came from, and `prevention` what prevents it next time. What others were asked
    for is no longer needed, and they are told.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.RESOLVE, key=key) as work:
        if work.replayed:
            return work.replayed
        if outcome not in words.ENDINGS:
            raise Refused("outcome", "unknown_choice", words.REMEDIES["unknown_choice"])
        if cause and cause not in words.CAUSES:
            raise Refused("cause", "unknown_choice", words.REMEDIES["unknown_choice"])
        if outcome not in VOIDING:
            documents.check_resolution(work, cause=cause, prevention=prevention)
        message = work.say(text, public=True, files=files)
        work.own()
        no_longer_needed(work)
        closes_at = closing_day(work)
        work.case.resolve(outcome=Outcome(outcome), at=work.at, closes_at=closes_at)
        escalation = _resolve_escalation(work, closes_at, cause, prevention)
        told = cause if escalation else ""
        moot = cancel_open(work)
        return work.record(events.CaseResolved(str(outcome), message.uid, escalation, cause=told, requests=moot))


def closing_day(work: journal.Work) -> datetime:
    """When silence closes a case that is resolved now: working days on the hours of its level."""
    procedure = work.around.procedure
    return procedure.rung(work.case.level).schedule.add_working_days(work.at, procedure.confirm_days)


def _resolve_escalation(work: journal.Work, closes_at: datetime, cause: str, prevention: str) -> str:
    """Resolves the open escalation with its case; solving what only was requested is taking it up."""
    climb = work.around.open_escalation
    if climb is None:
        return ""
    climb.cause, climb.prevention = cause, prevention.strip()
    if climb.state == EscalationState.INCOMPLETE:
        climb.complete()
    if climb.state == EscalationState.REQUESTED:
        climb.accept(at=work.at)
    if climb.state in (EscalationState.INVESTIGATING, EscalationState.RESOLVING):
        climb.resolve(at=work.at, next_check_at=closes_at)
    return climb.uid


def confirm(*, case: Case, actor: Standing, at: datetime, key: str | None = None) -> Event:
    """The customer says that it is solved. Raises Refused."""
    return _close(case, actor, at, Verb.CONFIRM, "confirmed", key)


def close(*, case: Case, actor: Standing, at: datetime, key: str | None = None) -> Event:
    """Staff closes what is resolved without waiting for the customer. Raises Refused."""
    return _close(case, actor, at, Verb.CLOSE, "staff", key)


def _close(case: Case, actor: Standing, at: datetime, verb: Verb, how: str, key: str | None) -> Event:
    with journal.locked(case, actor=actor, at=at, verb=verb, key=key) as work:
        return work.replayed or _closed(work, how)


def close_by_silence(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """The engine's: closes a resolved case whose customer said nothing; None when that is no longer so."""
    with journal.locked(case, actor=actor, at=at) as work:
        row = work.case
        if row.state != CaseState.RESOLVED or row.wake_at is None or row.wake_at > work.at:
            return None
        return _closed(work, "silence")


def _closed(work: journal.Work, how: str) -> Event:
    work.case.close(at=work.at)
    climb = work.around.open_escalation
    if climb and climb.state == EscalationState.RESOLVED:
        climb.close(at=work.at)
    return work.record(events.CaseClosed(how=how, escalation=climb.uid if climb else "", ask=asks.over(work)))


def follow_up(
    *, case: Case, actor: Standing, at: datetime, text: str, public: bool = False, key: str | None = None
) -> Event:
    """Some days after the end of an escalation: asked once more whether all is well. Raises Refused.

    `public` words go to the customer; otherwise they say what was heard, for colleagues only.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.FOLLOW_UP, key=key) as work:
        if work.replayed:
            return work.replayed
        kind = events.FollowUpSent if public else events.FollowUpDone
        return work.record(kind(work.escalation.uid, work.say(text, public=public).uid))


def reopen(
    *, case: Case, actor: Standing, at: datetime, text: str, files: Sequence[Upload] = (), key: str | None = None
) -> Event:
    """Not solved: the case, and an escalation that was only resolved, go on where they were. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.REOPEN, key=key) as work:
        if work.replayed:
            return work.replayed
        message = work.say(text, public=actor.is_customer, files=files)
        work.case.reopen()
        if work.case.owner and not work.case.owner.works:
            work.case.owner = None  # left since it was closed; the leads of the team are told
        climb = work.around.open_escalation
        if climb and climb.state == EscalationState.RESOLVED:
            climb.not_solved(next_check_at=work.at)
        by = "customer" if actor.is_customer else "staff"
        escalation = climb.uid if climb else ""
        return work.record(events.CaseReopened(message=message.uid, escalation=escalation, by=by))


def rate(*, case: Case, actor: Standing, at: datetime, score: int, comment: str = "", key: str | None = None) -> Event:
    """The customer's answer to the one question after a resolution, 1 to 5, once per resolution. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.RATE, key=key) as work:
        if work.replayed:
            return work.replayed
        if not 1 <= score <= 5:
            raise Refused("score", "score_range", words.REMEDIES["score_range"])
        resolved = max(line.seq for line in work.lines if isinstance(line.data, events.CaseResolved))
        survey = Survey.objects.create(
            case=work.case,
            resolution_seq=resolved,
            contact_id=actor.as_contact,
            score=score,
            comment=comment.strip(),
            answered_at=work.at,
        )
        return work.record(events.SurveyAnswered(survey=survey.uid, score=score))
