"""The daily work on a case: replies, notes, what it takes, scripts, waiting and going on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from customers.refusal import Refused
from escalations.actions import journal
from escalations.actions.attachments import Upload
from escalations.models import (
    Agent,
    Case,
    Event,
    Mention,
    Message,
    PauseReason,
    ScriptLine,
    ScriptTick,
    Skill,
    Watcher,
    words,
)
from escalations.models.situations import scripts_for
from escalations.rules import events
from escalations.rules.mentions import named_in
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Origin, Verb

LONGEST_HOLD = timedelta(days=366)
MOST_AMOUNT = 2_000_000_000  # whole units


def reply(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    text: str,
    files: Sequence[Upload] = (),
    origin: Origin = Origin.DESK,
    key: str | None = None,
) -> Event:
    """Public words: ours answer the customer's clocks, the customer's end a pause. Raises Refused.

    A customer's words to a case that was merged arrive where it goes on.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.REPLY, key=key, follow=actor.is_customer) as work:
        if work.replayed:
            return work.replayed
        message = work.say(text, public=True, files=files)
        if actor.is_customer:
            return _received(work, message, origin)
        work.own()
        return work.record(events.MessageSent(message=message.uid, origin=origin.value))


def _received(work: journal.Work, message: Message, origin: Origin) -> Event:
    if work.case.state == CaseState.PENDING:
        work.case.resume()
    return work.record(events.MessageReceived(message=message.uid, origin=origin.value))


def note(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    text: str,
    mentioned: Sequence[Agent] = (),
    files: Sequence[Upload] = (),
    key: str | None = None,
) -> Event:
    """Internal words, which no customer ever sees and no clock counts.

    Those `mentioned`, and colleagues who stand in the text as @Name, are told, and may see the case from then on.
    Raises Refused, also when somebody mentioned no longer works here.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.NOTE, key=key) as work:
        if work.replayed:
            return work.replayed
        told = _told_of(text, mentioned, actor)
        message = work.say(text, public=False, files=files)
        Mention.objects.bulk_create(Mention(message=message, agent=agent) for agent in told)
        return work.record(events.NoteAdded(message=message.uid, mentioned=[agent.code for agent in told]))


def _told_of(text: str, mentioned: Sequence[Agent], actor: Standing) -> list[Agent]:
    """Everybody a note names, once; whoever writes it knows already. Raises Refused."""
    if not all(agent.works for agent in mentioned):
        raise Refused("mentioned", "mentioned_unknown", words.REMEDIES["mentioned_unknown"])
    found = {agent.pk: agent for agent in mentioned}
    if "@" in text:
        there = {agent.pk: agent for agent in Agent.objects.active().select_related("user")}
        found |= {pk: there[pk] for pk in named_in(text, [(pk, str(agent)) for pk, agent in there.items()])}
    return [agent for pk, agent in found.items() if pk != actor.agent_id]


def assess(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    skill: Skill | None = None,
    amount: int = 0,
    currency: str = "",
    key: str | None = None,
) -> Event:
    """What the case takes: a skill, and authority over an amount in whole units. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.ASSESS, key=key) as work:
        if work.replayed:
            return work.replayed
        ours = work.around.procedure.currency
        if not 0 <= amount <= MOST_AMOUNT:
            raise Refused("amount", "amount_range", words.REMEDIES["amount_range"])
        if amount and currency and currency != ours:
            raise Refused("currency", "other_currency", words.REMEDIES["other_currency"] % {"currency": ours})
        row = work.case
        row.skill, row.amount, row.currency = skill, amount, ours if amount else ""
        return work.record(events.CaseAssessed(skill.slug if skill else "", row.amount, row.currency))


def watch(*, case: Case, actor: Standing, at: datetime, watcher: Agent | None = None, key: str | None = None) -> Event:
    """Whoever acts, or a `watcher`, is told of every change from here on. Raises Refused.

    Said again by the watcher it ends; nobody ends it for a colleague.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.WATCH, key=key) as work:
        if work.replayed:
            return work.replayed
        agent = watcher or Agent.objects.select_related("user").filter(pk=actor.agent_id or 0).first()
        if agent is None:
            raise Refused("watcher", "watcher_unknown", words.REMEDIES["watcher_unknown"])
        gone = 0
        if agent.pk == actor.agent_id:
            gone, _rows = Watcher.objects.filter(case=work.case, agent=agent).delete()
        if not gone:
            if not agent.works:
                raise Refused("watcher", "watcher_unknown", words.REMEDIES["watcher_unknown"])
            Watcher.objects.get_or_create(case=work.case, agent=agent)
        return work.record(events.CaseWatched(agent.code, watches=not gone))


def tick(*, case: Case, actor: Standing, at: datetime, line: ScriptLine, helped: bool, key: str | None = None) -> Event:
    """A line of the script was done, and whether it helped. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.TICK, key=key) as work:
        if work.replayed:
            return work.replayed
        offered = ScriptLine.objects.filter(script__in=scripts_for(work.case), is_active=True)
        row = offered.select_related("script").filter(pk=line.pk).first()
        if row is None:
            raise Refused("line", "line_unknown", words.REMEDIES["line_unknown"])
        if ScriptTick.objects.filter(case=work.case, line=row).exists():
            raise Refused("line", "line_done", words.REMEDIES["line_done"])
        ScriptTick.objects.create(case=work.case, line=row, helped=helped, done_by_id=actor.agent_id, done_at=work.at)
        work.own()
        return work.record(events.ScriptTicked(row.script.uid, row.uid, helped))


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
