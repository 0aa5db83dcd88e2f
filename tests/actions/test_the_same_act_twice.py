"""A form posted twice, a call repeated, a mail that came again: one effect, whatever the verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, promises, resolution, review, triage
from escalations.models import Case, Event
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Kind, Outcome, Reason, Verb
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company

MINUTE = timedelta(minutes=1)
Act = Callable[..., Event]
Scene = tuple[Act, str, dict[str, Any]]


def upward(company: Company, kind: Kind) -> dict[str, Any]:
    return {"kind": kind, "reason": Reason.SKILL, "brief": company.brief("May we refund?")}


def play(company: Company) -> list[tuple[Verb, Scene]]:
    """One case from the first look to the review, through every verb there is."""
    words = {"text": "The collector stands still."}
    say = {"reason": "See article 12."}
    again = upward(company, Kind.FUNCTIONAL)
    wait = {"reason": company.waiting, "wake_at": MONDAY + timedelta(days=3)}
    told = {**words, "severity": 1}
    promise = {"due_at": MONDAY + timedelta(hours=2), "reason": "The vendor answers by then.", **words}
    later = {**promise, "due_at": MONDAY + timedelta(hours=3)}
    return [
        (Verb.TRIAGE, (triage.triage, "agent", {"severity": 1, "level": 1, "reason": "It is worse."})),
        (Verb.TAKE, (triage.take, "specialist", {})),
        (Verb.NOTE, (handling.note, "agent", words)),
        (Verb.HOLD, (handling.hold, "agent", wait)),
        (Verb.RESUME, (handling.resume, "agent", {})),
        (Verb.HOLD, (handling.hold, "agent", wait)),
        (Verb.REPLY, (handling.reply, "ida", words)),
        (Verb.PROMISE, (promises.make, "agent", promise)),
        (Verb.MOVE_PROMISE, (promises.move, "agent", later)),
        (Verb.REPLY, (handling.reply, "agent", words)),
        (Verb.ESCALATE, (escalation.escalate, "agent", again)),
        (Verb.DECLINE, (escalation.decline, "specialist", say)),
        (Verb.ESCALATE, (escalation.escalate, "agent", again)),
        (Verb.ACKNOWLEDGE, (escalation.acknowledge, "specialist", told)),
        (Verb.ACCEPT, (escalation.accept, "specialist", told)),
        (Verb.HAND_BACK, (escalation.hand_back, "specialist", say)),
        (Verb.CLIMB, (escalation.climb, "agent", {**upward(company, Kind.HIERARCHICAL), "level": 3})),
        (Verb.DECIDE, (escalation.decide, "manager", {"verdict": "approved", "answer": "Refund it."})),
        (Verb.RESOLVE, (resolution.resolve, "manager", {"outcome": Outcome.SOLVED, **words})),
        (Verb.REOPEN, (resolution.reopen, "ida", words)),
        (Verb.RESOLVE, (resolution.resolve, "manager", {"outcome": Outcome.WORKAROUND, **words})),
        (Verb.CONFIRM, (resolution.confirm, "ida", {})),
        (Verb.RATE, (resolution.rate, "ida", {"score": 4})),
        (Verb.REOPEN, (resolution.reopen, "agent", words)),
        (Verb.RESOLVE, (resolution.resolve, "agent", {"outcome": Outcome.SOLVED, **words})),
        (Verb.CLOSE, (resolution.close, "agent", {})),
        (Verb.REVIEW, (review.write_review, "manager", {"causes": "A lock.", "lessons": "Rotate safely."})),
    ]


def who(company: Company, name: str) -> Standing:
    standing: Standing = getattr(company, name).standing
    return standing


def test_every_act_with_the_same_key_is_done_once_and_answers_as_the_first_time(company: Company) -> None:
    case = company.open()
    for number, (verb, (act, name, arguments)) in enumerate(play(company), start=1):
        at = MONDAY + number * MINUTE
        key = f"form-{number}"
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
