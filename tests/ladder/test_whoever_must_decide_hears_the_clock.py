"""The clock of a decision is heard by whoever must decide, not only by those who wait for it."""

from __future__ import annotations

import pytest

from escalations.actions import escalation
from escalations.engine.sweep import sweep
from escalations.rules import events as e
from escalations.rules.audience import AUDIENCE, Role, roles_of
from escalations.rules.vocabulary import ClockKind
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.ladder.ground import HOUR, MINUTE, promising, question, told
from tests.policies.newer import newer


def test_whoever_is_asked_is_told_when_the_time_to_decide_is_over(company: Company) -> None:
    newer(company, promising(ClockKind.DECISION, 60))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    mara, boss = company.specialist.standing, company.executive
    escalation.accept(case=case, actor=mara, at=MONDAY + 2 * MINUTE, text="I look at it.")
    asked = question().wanted()
    escalation.ask_decision(case=case, actor=mara, at=MONDAY + 3 * MINUTE, question=asked, person=boss.agent)
    before = told(boss).count("clock.breached")
    sweep(MONDAY + HOUR + 4 * MINUTE)
    assert told(boss).count("clock.breached") == before + 1
    is_sound(case)


@pytest.mark.parametrize("kind", [e.ClockWarned.kind, e.ClockBreached.kind])
def test_only_the_clock_of_a_decision_is_theirs(kind: str) -> None:
    assert Role.ASKED in roles_of(kind, {"clock": "decision"})
    assert roles_of(kind, {"clock": "resolution"}) == AUDIENCE[kind]
