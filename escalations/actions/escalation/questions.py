"""Decisions: asked with a hierarchical step or beside the steps, answered by somebody with the authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from customers.refusal import Refused
from escalations.actions import journal, routing
from escalations.models import Agent, Case, Decision, Escalation, Event, Step, words
from escalations.models.positions import limit_of, may_decide, within
from escalations.rules import events
from escalations.rules.procedure import Procedure
from escalations.rules.routing import Wanted
from escalations.rules.standing import Right, Standing
from escalations.rules.vocabulary import Verb

LONGEST_DEADLINE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be decided: options to choose from, what the asking person would do, an amount, and by when."""

    text: str
    options: tuple[str, ...] = ()
    recommendation: str = ""
    amount: int = 0
    currency: str = ""
    due_at: datetime | None = None


def check(work: journal.Work, question: Question) -> None:
    """Raises Refused naming what is wrong with it."""
    if not question.text.strip():
        raise Refused("question", "question_missing", words.REMEDIES["question_missing"])
    currency = work.around.procedure.currency
    if question.amount and question.currency and question.currency != currency:
        raise Refused("currency", "other_currency", words.REMEDIES["other_currency"] % {"currency": currency})
    if question.due_at and question.due_at <= work.at:
        raise Refused("due_at", "deadline_in_the_past", words.REMEDIES["deadline_in_the_past"])
    if question.due_at and question.due_at > work.at + LONGEST_DEADLINE:
        raise Refused("due_at", "deadline_too_far", words.REMEDIES["deadline_too_far"])


def ask(work: journal.Work, climb: Escalation, step: Step, question: Question, person: Agent) -> Decision:
    """The question as a row, with whether whoever asks could have decided it. Raises Refused."""
    check(work, question)
    if work.around.open_decision:  # asked anew, of somebody else: the question before needs no answer any more
        work.decision.decided_at = work.at
    made = Decision.objects.create(
        escalation=climb,
        step=step,
        person=person,
        asked_at=work.at,
        question=question.text.strip(),
        options=[option.strip() for option in question.options if option.strip()],
        recommendation=question.recommendation.strip(),
        amount=question.amount,
        currency=work.around.procedure.currency if question.amount else "",
        was_needed=not _could_decide(work, question.amount),
        due_at=question.due_at,
    )
    work.around.decision = made
    return made


def no_longer_needed(work: journal.Work) -> None:
    """The work ends, or goes on without it: the open question, if any, is over without an answer."""
    if work.around.open_decision:
        work.decision.decided_at = work.at


def asked_instead(work: journal.Work, before: Agent, person: Agent) -> None:
    """Whoever takes over a step is asked what the one before was asked, unless it is more than they may decide."""
    asked = work.around.open_decision
    if asked and asked.person_id == before.pk and may_decide(person, work.around.procedure, asked.amount):
        work.decision.person = person


def amount_asked(work: journal.Work) -> int:
    """How much whoever has the current step is asked to decide; 0 for nothing."""
    asked = work.around.open_decision
    return asked.amount if asked and asked.person_id == work.step.person_id else 0


def is_asked(work: journal.Work) -> bool:
    """Whether whoever has the current step is asked to decide something."""
    asked = work.around.open_decision
    return asked is not None and asked.person_id == work.step.person_id


def _could_decide(work: journal.Work, amount: int) -> bool:
    """Whether whoever asks may decide as much; a question without an amount is about more than money."""
    asking = Agent.objects.filter(pk=work.actor.agent_id or 0).first() if amount else None
    return asking is not None and within(limit_of(asking, work.around.procedure), amount)


def ask_decision(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    question: Question,
    person: Agent | None = None,
    key: str | None = None,
) -> Event:
    """Asks for a decision while the work goes on at this level: the managers of the owner first. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.ASK_DECISION, key=key) as work:
        if work.replayed:
            return work.replayed
        check(work, question)
        found = _decider(work, question, person)
        made = ask(work, work.escalation, work.step, question, found.person)
        return work.record(
            events.DecisionAsked(
                escalation=work.escalation.uid,
                decision=made.uid,
                person=found.person.code,
                because=found.because,
                due_at=made.due_at.isoformat() if made.due_at else "",
                within_limit=not made.was_needed,
                instead_of=found.instead_of.code if found.instead_of else "",
            )
        )


def _decider(work: journal.Work, question: Question, person: Agent | None) -> routing.Found:
    """The chosen person, or the first of the manager chain and the levels above who may decide so much."""
    procedure, case = work.around.procedure, work.case
    if person is not None:
        found = routing.reachable(person, work.at, [Right.DECIDE])
        if found is None:
            raise Refused("person", "unknown_person", words.REMEDIES["unknown_person"])
        if not found.is_entitled:
            raise Refused("person", "person_role", words.REMEDIES["person_role"] % {"person": found.person})
        _must_be_within(procedure, found.person, question.amount, "person", "person_over_limit", found.person)
        return found
    managed = work.actor.agent_id or case.owner_id
    asking = frozenset({work.actor.agent_id or 0})
    wanted = Wanted(managers_of=managed, amount=question.amount, strictly=True, but_not=asking, decides=True)
    for rung in procedure.rungs:
        if rung.number > case.level and (found := routing.find(rung, procedure, work.at, wanted=wanted)):
            return found
    raise Refused("amount", "no_decider", words.REMEDIES["no_decider"])


def decide(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    verdict: str,
    answer: str,
    option: int = 0,
    decision: str = "",
    key: str | None = None,
) -> Event:
    """Answers the open question. Raises Refused, also over the limit of whoever answers.

    `decision` is the uid of the question that was read: a second answer to it gives back the event of the first.
    """
    with journal.locked(case, actor=actor, at=at, key=key) as work:
        if work.replayed:
            return work.replayed
        if decision and (first := _answered(work, decision)):
            return _the_same(first, actor, verdict, option)
        work.require(Verb.DECIDE)
        found = work.decision
        if decision and decision != found.uid:
            raise Refused("decision", "decision_replaced", words.REMEDIES["decision_replaced"])
        if verdict not in words.VERDICTS:
            raise Refused("verdict", "unknown_choice", words.REMEDIES["unknown_choice"])
        if not answer.strip():
            raise Refused("answer", "text_missing", words.REMEDIES["text_missing"])
        if not 0 <= option <= len(found.options) or (found.options and verdict == "approved" and not option):
            raise Refused("option", "option_needed", words.REMEDIES["option_needed"])
        if verdict == "approved":
            _within_limit(work, found)
        work.begin()
        found.verdict, found.answer, found.option = verdict, answer.strip(), option
        found.decided_by_id, found.decided_at = work.actor.agent_id, work.at
        return work.record(events.DecisionMade(work.escalation.uid, found.uid, verdict, option))


def _answered(work: journal.Work, decision: str) -> Event | None:
    """The event by which this question was answered already."""
    return Event.objects.filter(case=work.case, kind=events.DecisionMade.kind, data__decision=decision).first()


def _the_same(first: Event, actor: Standing, verdict: str, option: int) -> Event:
    """The answer that counts. Raises Refused for whoever now says something else than they said before."""
    if first.actor == actor.code and (first.data["verdict"], first.data.get("option", 0)) != (verdict, option):
        raise Refused("verdict", "already_decided", words.REMEDIES["already_decided"])
    return first


def _within_limit(work: journal.Work, decision: Decision) -> None:
    """Raises Refused when whoever answers may not say yes to so much; a no costs nothing."""
    agent = Agent.objects.select_related("user").get(pk=work.actor.as_agent)
    _must_be_within(work.around.procedure, agent, decision.amount, "verdict", "over_limit", decision.person)


def _must_be_within(procedure: Procedure, agent: Agent, amount: int, field: str, code: str, named: Agent) -> None:
    """Raises Refused on this field, with the limit, when this person may not decide so much."""
    limit = limit_of(agent, procedure) if amount else None
    if not within(limit, amount):
        told = {"limit": limit, "currency": procedure.currency, "person": named}
        raise Refused(field, code, words.REMEDIES[code] % told)
