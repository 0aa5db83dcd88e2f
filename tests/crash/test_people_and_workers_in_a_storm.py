"""Many workers and many people on the same few cases at once: nobody waits for ever, no case is torn."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, resolution, triage
from escalations.engine.delivery import deliver
from escalations.engine.sweep import sweep
from escalations.models import Case, Event
from escalations.rules.vocabulary import Kind, Outcome, Reason
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.engine.together import together

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]

ROUNDS = 25


def moment(number: int) -> datetime:
    """A working day in quarters of an hour."""
    return MONDAY + timedelta(minutes=15 * number)


def person(company: Company, cases: list[Case], seed: int) -> Callable[[], int]:
    """Somebody who does what comes to mind; what is refused is refused. Gives how much was done."""
    chance = random.Random(seed)
    ben, mara = company.agent.standing, company.specialist.standing
    brief = company.brief("May we?")
    acts: list[Callable[[Case, datetime], object]] = [
        lambda case, at: handling.reply(case=case, actor=ben, at=at, text="Hello."),
        lambda case, at: handling.note(case=case, actor=mara, at=at, text="Hm."),
        lambda case, at: triage.take(case=case, actor=mara, at=at),
        lambda case, at: triage.triage(case=case, actor=ben, at=at, severity=chance.randint(1, 4), level=1, reason="x"),
        lambda case, at: handling.hold(
            case=case, actor=ben, at=at, reason=company.waiting, wake_at=at + timedelta(hours=1)
        ),
        lambda case, at: escalation.escalate(
            case=case, actor=ben, at=at, kind=Kind.FUNCTIONAL, reason=Reason.SKILL, brief=brief
        ),
        lambda case, at: escalation.accept(case=case, actor=mara, at=at, text="Mine."),
        lambda case, at: escalation.hand_back(case=case, actor=mara, at=at, reason="Yours."),
        lambda case, at: resolution.resolve(case=case, actor=ben, at=at, outcome=Outcome.SOLVED, text="Done."),
        lambda case, at: resolution.reopen(case=case, actor=company.ida.standing, at=at, text="No."),
    ]

    def work() -> int:
        done = 0
        for number in range(ROUNDS):
            for case in chance.sample(cases, 3):
                try:
                    chance.choice(acts)(case, moment(number))
                    done += 1
                except Refused:
                    continue
        return done

    return work


def worker() -> int:
    return sum(sweep(moment(number)) + deliver(moment(number)) for number in range(ROUNDS))


def test_in_a_storm_of_people_and_workers_nobody_deadlocks_and_every_case_stays_sound(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    cases = [company.open() for _number in range(6)]
    results = together(*[worker] * 3, *[person(company, cases, seed) for seed in range(3)])
    assert [found for found in results if isinstance(found, Exception)] == []
    assert all(results)
    sweep(moment(ROUNDS))
    for case in cases:
        is_sound(case)
    assert caplog.records == []
    assert Event.objects.filter(kind="escalation.requested").exists()
