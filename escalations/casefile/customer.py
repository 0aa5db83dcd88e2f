"""A case as its customer sees it: built from an allow-list, never by taking away from the staff's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from escalations.casefile import promises, sentences
from escalations.casefile.attachments import FileFace
from escalations.casefile.explanation_verdict import key_of
from escalations.casefile.reading import CaseReading, Said, read_case
from escalations.casefile.staff import Offer, offers_for
from escalations.models import Case, words
from escalations.models.events import Told
from escalations.rules import asks
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED, AskState, CaseState, ClockKind, EscalationState, Move, Verb
from escalations.timing.stopwatch import ClockState

VERBS = (Verb.REPLY, Verb.CONFIRM, Verb.REOPEN, Verb.RATE, Verb.ASK, Verb.WITHDRAW_ASK)
# Any public words are news, so of these clocks the first that is due says when news come; else the solution is news.
WORDS = (ClockKind.NEXT_UPDATE, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)
NEWS = (*WORDS, ClockKind.RESOLUTION)


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One line of the history: what happened in plain words, or what somebody wrote, and which promise that kept."""

    at: datetime
    who: str
    is_mine: bool
    is_ours: bool
    words: str
    text: str
    kept: str = ""
    kept_late: bool = False
    files: tuple[FileFace, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A level on the path; `place` is below, here, next or above."""

    name: str
    place: str
    was_visited: bool
    joins_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskFace:
    """The last ask for escalation as customers read it.

    `due_at` is when it is answered at the latest (None where nothing is promised) and `clock` the key of that clock;
    `answer` are the words with which it was declined, `again_at` is from when on they can ask again (None: at once).
    """

    state: str
    reason: Any
    asked_at: datetime
    asked_by: str
    due_at: datetime | None
    late: bool
    clock: str
    answered_at: datetime | None
    answer: str
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerCasefile:
    """Everything the portal and a customer's API may show of a case."""

    reference: str
    subject: str
    state: str
    status: Any
    opened_at: datetime
    organization: str
    topic: str
    level: int
    has_it: str
    news_at: datetime | None
    news_late: bool
    news_words: Any
    news_clock: str
    promised_at: datetime | None
    owed_since: datetime | None
    path: list[Place]
    waits_for: str
    wakes_at: datetime | None
    closes_at: datetime | None
    entries: list[PublicEntry]
    offers: dict[str, Offer]
    is_escalated: bool
    score: int | None
    ask: AskFace | None
    goes_on_as: str


def customer_casefile(case: Case, standing: Standing, at: datetime) -> CustomerCasefile:
    """The case for this contact at this instant."""
    reading = read_case(case, at)
    situation = reading.around.situation(reading.at)
    news_at, kind, clock = _news(reading)
    offers = offers_for(situation, standing)
    waiting = case.pause_reason if case.state == CaseState.PENDING else None
    climb = reading.around.open_escalation
    return CustomerCasefile(
        reference=case.reference,
        subject=case.subject,
        state=case.state,
        status=status_words(
            case,
            climb.state if climb else "",
            heard=situation.acknowledged,
            helped=reading.around.arrival is not None and reading.around.arrival.move == Move.LEND,
        ),
        opened_at=case.opened_at,
        organization=case.organization.name if case.organization else "",
        topic=case.topic.name if case.topic else "",
        level=case.level,
        has_it=case.team.public_name,
        news_at=news_at,
        news_late=bool(news_at and news_at < reading.at),
        news_words=_news_words(kind),
        news_clock=clock,
        promised_at=case.promised_at,
        owed_since=promises.owed_since(reading),
        path=[Place(r.public_team, r.place, r.was_visited, r.joins_at) for r in reversed(reading.rungs())],
        waits_for=waiting.public_label if waiting else "",
        wakes_at=case.wake_at if waiting else None,
        closes_at=case.wake_at if case.state == CaseState.RESOLVED else None,
        entries=list(_entries(reading, standing)),
        offers={verb.value: offers[verb.value] for verb in VERBS},
        is_escalated=climb is not None,
        score=_score(reading),
        ask=_ask(reading),
        goes_on_as=case.goes_on_as().reference if case.merged_into_id else "",
    )


def status_words(case: Case, escalation_state: str, *, heard: bool = False, helped: bool = False) -> Any:
    """Where a case stands, as one would tell a customer.

    `heard` when its current step was acknowledged; `helped` when it stays where it was and an expert was asked to help.
    """
    if case.state == CaseState.RESOLVED:
        return _("We believe it is solved – please tell us")
    if case.merged_into_id:
        return _("Goes on in another case of yours")
    if case.state == CaseState.CLOSED:
        return _("Closed")
    if case.state == CaseState.PENDING:
        return _("On hold")
    if escalation_state and helped:
        return _helped_words(escalation_state)
    if escalation_state == EscalationState.REQUESTED:
        return _("Heard at the next level") if heard else _("Raised to the next level, which takes it up now")
    if escalation_state:
        return _("Being worked on at a higher level")
    return _("Received") if case.state == CaseState.NEW else _("Being worked on")


def _helped_words(escalation_state: str) -> Any:
    if escalation_state in (EscalationState.INVESTIGATING, EscalationState.RESOLVING):
        return _("Being worked on with the help of an expert")
    return _("An expert has been asked to help")


def _news(reading: CaseReading) -> tuple[datetime | None, ClockKind | None, str]:
    """When the customer hears next, at the latest: of the clocks that stand for news the first due, with its key.

    While all of them wait, only the key of the first one, whose explanation says what for.
    """
    live = {track.kind: (track, clock) for track, clock in reading.readings if not clock.ended_at}
    found = [live[kind] for kind in NEWS if kind in live]
    due = [(t.kind not in WORDS, r.due_at, t) for t, r in found if r.due_at and r.state is ClockState.RUNNING]
    if due:
        _last, due_at, track = min(due, key=lambda item: item[:2])
        return due_at, track.kind, key_of(track)
    return None, None, key_of(found[0][0]) if found else ""


def _news_words(kind: ClockKind | None) -> Any:
    if kind is ClockKind.RESOLUTION:
        return _("Solved by then, or you hear why not")
    if kind in (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY):
        return _("Somebody answers you by then")
    return _("You hear from us by then") if kind else ""


def _ask(reading: CaseReading) -> AskFace | None:
    """What became of the last ask; one that was withdrawn is over, and so are all once the case is solved."""
    told = asks.story(reading.lines)
    if not told or told[-1].state is AskState.WITHDRAWN or reading.case.state not in UNSOLVED:
        return None
    ask = told[-1]
    answered_at = asks.last_answer(reading.lines)
    again_at = asks.again_from(answered_at, reading.around.procedure.ask_again_hours) if answered_at else None
    waits = ((t, r) for t, r in reading.readings if t.kind is ClockKind.ASK and not r.ended_at)
    clock = next(waits, None) if ask.state is AskState.OPEN else None
    due_at = clock[1].due_at if clock else None
    answer, event = reading.messages.get(ask.answer), reading.events[ask.seq - 1]
    return AskFace(
        state=ask.state.value,
        reason=words.ASK_REASONS[ask.reason],
        asked_at=ask.asked_at,
        asked_by=reading.names.person(event.actor),
        due_at=due_at,
        late=bool(due_at and due_at < reading.at),
        clock=key_of(clock[0]) if clock else "",
        answered_at=ask.answered_at,
        answer=answer.body if answer and answer.is_public else "",
        again_at=again_at if again_at and again_at > reading.at else None,
    )


def _entries(reading: CaseReading, standing: Standing) -> Iterator[PublicEntry]:
    kept = promises.kept(reading)
    for event in reading.events:
        told = sentences.for_customer(event.typed, reading.names)
        if told is None:
            continue
        message, promise = reading.messages.get(str(event.data.get("message", ""))), kept.get(event.seq)
        public = message if message and message.is_public else None
        yield PublicEntry(
            at=event.occurred_at,
            who=_who(reading, event, message),
            is_mine=event.actor == standing.code,
            is_ours=event.actor_kind == "staff",
            words=told,
            text=public.body if public else "",
            kept=promise.for_customer() if promise else "",
            kept_late=bool(promise and promise.late),
            files=reading.files.get(public.uid, ()) if public else (),
        )


def _who(reading: CaseReading, event: Told, said: Said | None) -> str:
    """Customers by name; ours by role, never by name; the machine as nobody."""
    if event.actor_kind == "customer":
        return reading.names.person(event.actor)
    if event.actor_kind == "system":
        return ""
    return (said and said.job_title) or _("Support")


def _score(reading: CaseReading) -> int | None:
    """The customer's answer after the last resolution."""
    score = None
    for line in reading.lines:
        if line.data.kind == "case.resolved":
            score = None
        score = getattr(line.data, "score", score)
    return score
