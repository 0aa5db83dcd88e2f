"""A form posted twice, a call repeated, a mail that came again: one effect, whatever the verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import (
    asks,
    escalation,
    handling,
    links,
    merging,
    promises,
    resolution,
    review,
    splitting,
    triage,
    work,
)
from escalations.models import Case, CaseLink, Event, Message, PlanStep, Request, Script, ScriptLine, Skill
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import AskReason, Kind, LinkKind, Outcome, Reason, Verb
from tests.actions.soundness import everything, is_sound
from tests.actions.versions import ALL_CLOCKS, another
from tests.cast import MONDAY, Company

MINUTE = timedelta(minutes=1)
Act = Callable[..., Event]
Scene = tuple[Act, str, dict[str, Any]]


def upward(company: Company, kind: Kind) -> dict[str, Any]:
    return {"kind": kind, "reason": Reason.SKILL, "brief": company.brief("May we refund?")}


def play(company: Company) -> list[tuple[Verb, Scene]]:
    """One case from the first look to the review, through every verb; a function chooses then."""
    return [*taken_in(company), *carried_up(company), *worked_on(company), *ended(company), *joined(company)]


WORDS = {"text": "The collector stands still."}
SAY = {"reason": "See article 12."}


def taken_in(company: Company) -> list[tuple[Verb, Scene]]:
    wait = {"reason": company.waiting, "wake_at": MONDAY + timedelta(days=3)}
    promise = {"due_at": MONDAY + timedelta(hours=4), "reason": "The vendor answers by then.", **WORDS}
    later = {**promise, "due_at": MONDAY + timedelta(hours=5)}
    wish = {"reason": AskReason.NO_NEWS, **WORDS}
    return [
        (Verb.TRIAGE, (triage.triage, "agent", {"severity": 1, "level": 1, "reason": "It is worse."})),
        (Verb.ASSESS, (handling.assess, "agent", {"skill": skill, "amount": 200, "currency": "EUR"})),
        (Verb.TAKE, (triage.take, "specialist", {})),
        (Verb.WATCH, (handling.watch, "manager", {})),
        (Verb.TICK, (handling.tick, "agent", {"line": lambda _case: ScriptLine.objects.get(), "helped": False})),
        (Verb.NOTE, (handling.note, "agent", WORDS)),
        (Verb.HOLD, (handling.hold, "agent", wait)),
        (Verb.RESUME, (handling.resume, "agent", {})),
        (Verb.HOLD, (handling.hold, "agent", wait)),
        (Verb.REPLY, (handling.reply, "ida", WORDS)),
        (Verb.PROMISE, (promises.make, "agent", promise)),
        (Verb.MOVE_PROMISE, (promises.move, "agent", later)),
        (Verb.REPLY, (handling.reply, "agent", WORDS)),
        (Verb.ASK, (asks.ask, "ida", wish)),
        (Verb.WITHDRAW_ASK, (asks.withdraw_ask, "ida", {})),
        (Verb.ASK, (asks.ask, "ida", wish)),
        (Verb.DECLINE_ASK, (asks.decline_ask, "agent", WORDS)),
    ]


def carried_up(company: Company) -> list[tuple[Verb, Scene]]:
    again = upward(company, Kind.FUNCTIONAL)
    told = {**WORDS, "severity": 1}
    asked = {"question": escalation.Question("May we refund?")}
    return [
        (Verb.ESCALATE, (escalation.escalate, "agent", again)),
        (Verb.DECLINE, (escalation.decline, "specialist", SAY)),
        (Verb.ESCALATE, (escalation.escalate, "agent", again)),
        (Verb.WITHDRAW, (escalation.withdraw, "agent", SAY)),
        (Verb.ESCALATE, (escalation.escalate, "agent", again)),
        (Verb.RETURN, (escalation.give_back, "specialist", SAY)),
        (Verb.COMPLETE, (escalation.complete, "agent", {"brief": company.brief()})),
        (Verb.ACKNOWLEDGE, (escalation.acknowledge, "specialist", told)),
        (Verb.ACCEPT, (escalation.accept, "specialist", told)),
        (Verb.HAND_BACK, (escalation.hand_back, "specialist", SAY)),
        (Verb.PULL_UP, (escalation.pull_up, "specialist", {"justification": "It is mine."})),
        (Verb.REDIRECT, (escalation.redirect, "specialist", {"team": company.manager.agent.teams.get(), **SAY})),
        (Verb.STEP_BACK, (escalation.step_back, "manager", {**SAY, "level": 1})),
        (Verb.CLIMB, (escalation.climb, "agent", {**upward(company, Kind.HIERARCHICAL), "level": 3})),
        (Verb.DECIDE, (escalation.decide, "manager", {"verdict": "approved", "answer": "Refund it."})),
        (Verb.ASK_DECISION, (escalation.ask_decision, "manager", asked)),
        (Verb.ACCEPT, (escalation.accept, "manager", told)),
        (Verb.LEND, (escalation.lend, "manager", {"skill": skill, "asked": "Measure it."})),
        (Verb.DE_ESCALATE, (escalation.de_escalate, "manager", SAY)),
    ]


def worked_on(company: Company) -> list[tuple[Verb, Scene]]:
    line = work.PlanLine("Change it", company.specialist.agent, date(2026, 3, 6))
    asked = {"team": company.executive.agent.teams.get(), **WORDS}

    def open_request(case: Case) -> Request:
        return Request.objects.filter(case=case, answered_at=None).latest("pk")

    def planned(case: Case) -> PlanStep:
        return PlanStep.objects.get(plan__escalation__case=case)

    return [
        (Verb.ESCALATE, (escalation.escalate, "agent", upward(company, Kind.FUNCTIONAL))),
        (Verb.ACCEPT, (escalation.accept, "specialist", {**WORDS, "severity": 1})),
        (Verb.FIND, (work.find, "specialist", WORDS)),
        (Verb.PLAN, (work.plan, "specialist", {"steps": [line]})),
        (Verb.FINISH, (work.finish, "specialist", {"step": planned})),
        (Verb.REQUEST, (work.request, "specialist", asked)),
        (Verb.ANSWER_REQUEST, (work.answer_request, "executive", {"request": open_request, **WORDS})),
        (Verb.REQUEST, (work.request, "specialist", asked)),
        (Verb.CANCEL_REQUEST, (work.cancel_request, "specialist", {"request": open_request})),
    ]


def ended(company: Company) -> list[tuple[Verb, Scene]]:
    return [
        (Verb.RESOLVE, (resolution.resolve, "specialist", {"outcome": Outcome.SOLVED, **WORDS})),
        (Verb.REOPEN, (resolution.reopen, "ida", WORDS)),
        (Verb.RESOLVE, (resolution.resolve, "specialist", {"outcome": Outcome.WORKAROUND, **WORDS})),
        (Verb.CONFIRM, (resolution.confirm, "ida", {})),
        (Verb.RATE, (resolution.rate, "ida", {"score": 4})),
        (Verb.FOLLOW_UP, (resolution.follow_up, "specialist", {**WORDS, "public": True})),
        (Verb.REOPEN, (resolution.reopen, "agent", WORDS)),
        (Verb.RESOLVE, (resolution.resolve, "agent", {"outcome": Outcome.SOLVED, **WORDS})),
        (Verb.CLOSE, (resolution.close, "agent", {})),
        (Verb.REVIEW, (review.write_review, "manager", {"causes": "A lock.", "lessons": "Rotate safely."})),
    ]


def joined(company: Company) -> list[tuple[Verb, Scene]]:
    def other(_case: Case) -> Case:
        return Case.objects.filter(subject="Another one").get()

    def link(case: Case) -> CaseLink:
        return CaseLink.objects.filter(case=case).get()

    def first(case: Case) -> list[Message]:
        return list(case.messages.order_by("pk")[:1])

    return [
        (Verb.LINK, (links.link, "agent", {"other": other, "kind": LinkKind.SAME_CAUSE})),
        (Verb.UNLINK, (links.unlink, "agent", {"link": link})),
        (Verb.SPLIT, (splitting.split, "agent", {"messages": first, "subject": "The invoice"})),
        (Verb.REOPEN, (resolution.reopen, "agent", WORDS)),
        (Verb.MERGE, (merging.merge, "agent", {"into": other, **WORDS})),
    ]


def skill(_case: Case) -> Skill:
    return Skill.objects.get()


@pytest.fixture
def stage(company: Company) -> Company:
    """What the play needs beside the cast: a skill of the executive, a script, a promise of a follow-up."""
    Skill.objects.create(slug="electrics", name="Electrics").agents.add(company.executive.agent)
    script = Script.objects.create(name="Readings", level=1)
    ScriptLine.objects.create(script=script, position=1, body="Restart the collector.")
    another(company, ALL_CLOCKS)
    company.open(subject="Another one")
    return company


def who(company: Company, name: str) -> Standing:
    standing: Standing = getattr(company, name).standing
    return standing


def test_every_act_with_the_same_key_is_done_once_and_answers_as_the_first_time(stage: Company) -> None:
    company, case = stage, stage.open()
    for number, (verb, (act, name, given)) in enumerate(play(company), start=1):
        at = MONDAY + number * MINUTE
        key = f"form-{number}"
        arguments = {word: value(case) if callable(value) else value for word, value in given.items()}
        first = act(case=case, actor=who(company, name), at=at, key=key, **arguments)
        after = everything()
        again = act(case=case, actor=who(company, name), at=at + MINUTE, key=key, **arguments)
        assert (again.pk, again.kind) == (first.pk, first.kind), verb
        assert everything() == after, verb
        is_sound(case)


def test_the_play_leaves_out_no_verb(company: Company) -> None:
    assert {verb for verb, _scene in play(company)} == set(Verb)


def test_without_a_key_the_same_words_twice_are_two_replies(company: Company) -> None:
    case = company.open()
    for _time in range(2):
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Hello.")
    assert Event.objects.filter(case=case, kind="message.sent").count() == 2


def test_a_case_opened_twice_with_the_same_key_is_one_case(company: Company) -> None:
    first = company.open(key="form-1")
    after = everything()
    assert company.open(key="form-1").pk == first.pk
    assert everything() == after


def test_a_key_is_of_the_person_who_used_it_and_nobody_else_gets_their_answer(company: Company) -> None:
    hers = company.open(company.ida, key="mine")
    before = everything()
    with pytest.raises(Refused):
        company.open(company.vera, key="mine")
    with pytest.raises(Refused):
        handling.reply(case=hers, actor=company.otto.standing, at=MONDAY, text="Me too.", key="mine")
    assert everything() == before
    assert Case.objects.count() == 1


def test_what_was_refused_may_be_sent_again_with_the_same_key(company: Company) -> None:
    case = company.open()
    with pytest.raises(Refused):
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text=" ", key="form-1")
    sent = handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Hello.", key="form-1")
    assert sent.key == "form-1"
