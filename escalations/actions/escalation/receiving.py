"""What the receiver of an escalation does with it, and how it ends before its case does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from customers.refusal import Refused
from escalations.actions import journal
from escalations.actions.escalation.documents import check_brief, must_say
from escalations.actions.escalation.questions import no_longer_needed
from escalations.actions.escalation.steps import BriefText, fill
from escalations.actions.triage import known_severity
from escalations.models import Brief, Case, Event, Team, words
from escalations.rules import events
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Kind, Move, Verb


def acknowledge(
    *, case: Case, actor: Standing, at: datetime, severity: int, text: str, key: str | None = None
) -> Event:
    """Heard: confirms the severity and tells the customer in the same act who has it and when news comes.

    Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.ACKNOWLEDGE, key=key) as work:
        if work.replayed:
            return work.replayed
        climb, step = work.escalation, work.step
        told = _tell_customer(work, text)
        data = events.EscalationAcknowledged(climb.uid, step.uid, work.case.severity, severity, told)
        _acknowledged(work, severity)
        return work.record(data)


def accept(
    *, case: Case, actor: Standing, at: datetime, severity: int | None = None, text: str = "", key: str | None = None
) -> Event:
    """Takes the escalation up; whoever did not acknowledge before tells the customer now. Raises Refused.

    An expert who was lent helps: whoever was accountable stays so.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.ACCEPT, key=key) as work:
        if work.replayed:
            return work.replayed
        climb, step, before = work.escalation, work.step, work.case.severity
        severity = severity or before
        told = _tell_customer(work, text) if text.strip() or not step.acknowledged_at else ""
        _acknowledged(work, severity)
        climb.accept(at=work.at)
        if step.move != Move.LEND:
            climb.accountable_id = work.actor.agent_id or climb.accountable_id
        work.case.owner_id = work.case.owner_id or work.actor.agent_id
        return work.record(events.EscalationAccepted(climb.uid, step.uid, before, severity, told))


def give_back(*, case: Case, actor: Standing, at: datetime, reason: str, key: str | None = None) -> Event:
    """Returns it as incomplete: whoever asked owes what is missing; the customer's clocks go on. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.RETURN, key=key) as work:
        if work.replayed:
            return work.replayed
        must_say("reason", reason, "missing_text")
        missing = work.say(reason, public=False)
        work.escalation.give_back()
        return work.record(events.EscalationReturned(work.escalation.uid, work.step.uid, missing.uid))


def complete(*, case: Case, actor: Standing, at: datetime, brief: BriefText, key: str | None = None) -> Event:
    """Writes down what was missing; the receiver is asked again, with new clocks. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.COMPLETE, key=key) as work:
        if work.replayed:
            return work.replayed
        _check_whole(work, brief)
        row = work.around.brief or Brief.objects.create(step=work.step)
        fill(row, brief)
        work.escalation.complete()
        work.step.acknowledged_at = None
        return work.record(events.EscalationCompleted(work.escalation.uid, work.step.uid, row.uid))


def _check_whole(work: journal.Work, brief: BriefText) -> None:
    """A brief lacks nothing that the procedure wanted of the step; an expert lent was sent without any papers."""
    brief.check(Kind.FUNCTIONAL)
    came = work.arrival
    if came.move != Move.LEND:
        check_brief(
            work,
            level=came.to_level,
            kind=Kind(came.kind),
            evidence=brief.evidence,
            has_articles=bool(brief.articles),
        )


def decline(*, case: Case, actor: Standing, at: datetime, reason: str, key: str | None = None) -> Event:
    """Says no, with reason and advice as an internal note; the case goes back to where it came from. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.DECLINE, key=key) as work:
        if work.replayed:
            return work.replayed
        must_say("reason", reason, "advice_missing")
        came = work.arrival
        no_longer_needed(work)
        work.escalation.decline(at=work.at)
        return _over(work, events.EscalationDeclined, reason, came.from_level, came.from_team)


def withdraw(*, case: Case, actor: Standing, at: datetime, reason: str, key: str | None = None) -> Event:
    """Whoever asked no longer wants it; the case is back where the escalation began. Raises Refused."""
    return _end(case, actor, at, Verb.WITHDRAW, reason, key)


def de_escalate(*, case: Case, actor: Standing, at: datetime, reason: str, key: str | None = None) -> Event:
    """It need not be escalated any more, and why; the case is back where the escalation began. Raises Refused."""
    return _end(case, actor, at, Verb.DE_ESCALATE, reason, key)


def _end(case: Case, actor: Standing, at: datetime, verb: Verb, reason: str, key: str | None) -> Event:
    with journal.locked(case, actor=actor, at=at, verb=verb, key=key) as work:
        if work.replayed:
            return work.replayed
        climb = work.escalation
        no_longer_needed(work)
        kind: Callable[..., events.EscalationDeclined]
        if verb is Verb.WITHDRAW:
            kind = events.EscalationWithdrawn
            climb.withdraw(at=work.at)
        else:
            kind = events.DeEscalated
            climb.de_escalate(at=work.at)
        return _over(work, kind, reason, climb.from_level, climb.from_team or work.case.team)


def _over(
    work: journal.Work, kind: Callable[..., events.EscalationDeclined], reason: str, level: int, team: Team
) -> Event:
    """The escalation has ended before its case; the words why are an internal note."""
    row, step = work.case, work.step
    note = work.say(reason, public=False)
    data = kind(work.escalation.uid, step.uid, row.level, level, row.team.uid, team.uid, note.uid)
    step.ended_at = work.at
    row.level, row.team = level, team
    return work.record(data)


def _tell_customer(work: journal.Work, text: str) -> str:
    if not text.strip():
        raise Refused("text", "tell_customer", words.REMEDIES["tell_customer"])
    return work.say(text, public=True).uid


def _acknowledged(work: journal.Work, severity: int) -> None:
    work.case.severity = known_severity(severity)
    for row in (work.step, work.escalation):
        row.acknowledged_at = row.acknowledged_at or work.at
