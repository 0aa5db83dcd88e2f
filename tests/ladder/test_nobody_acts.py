"""What happens on the ladder when nobody acts: told again, passed on, up, brought back, and never too early."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalations.actions import escalation, handling
from escalations.actions.set_aside import Stage
from escalations.engine import sweep as engine
from escalations.engine.sweep import sweep
from escalations.models import Case, Escalation, Event
from escalations.rules.vocabulary import ClockKind, Effect
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, worker
from tests.ladder.ground import HOUR, MINUTE, at_levels, away, kinds, newest_step, place, ticking, told, up, when
from tests.policies.newer import acting_on, dwelling, minutes, newer

SECOND = timedelta(seconds=1)


def escalated(company: Company) -> Case:
    return company.escalate(company.open(), MONDAY + MINUTE)


def test_esc_02_an_unanswered_case_reaches_the_executive_level_by_level(company: Company) -> None:
    newer(company, acting_on(ClockKind.FIRST_RESPONSE, ClockKind.ACKNOWLEDGEMENT), dwelling(60))
    case = company.open()
    steps = []
    at = MONDAY
    while at < MONDAY + 6 * HOUR:
        at += 5 * MINUTE
        sweep(at)
        if (here := place(case)) not in steps:
            steps.append(here)
    assert steps == [(1, "front"), (2, "specialists"), (3, "managers"), (4, "executives")]
    assert told(company.specialist).count("escalation.requested") == 1
    assert told(company.manager).count("escalation.stepped") == 1
    assert told(company.executive).count("escalation.stepped") == 1
    assert "criteria.met" in told(company.executive)  # at the top there is nobody above: people are reminded
    assert told(company.ida)[:3] == ["case.opened", "escalation.requested", "escalation.stepped"]
    assert Escalation.objects.get(case=case).accountable == company.executive.agent
    is_sound(case)


def test_esc_10_no_step_comes_a_second_too_early(company: Company) -> None:
    newer(company, acting_on(ClockKind.FIRST_RESPONSE, ClockKind.ACKNOWLEDGEMENT), dwelling(120))
    case = company.open()
    sweep(MONDAY + 60 * MINUTE - SECOND)
    assert place(case) == (1, "front")
    sweep(MONDAY + 60 * MINUTE)
    assert place(case) == (2, "specialists")
    sweep(MONDAY + 90 * MINUTE)  # the acknowledgement is missed, the two hours at this level are not over
    sweep(MONDAY + 180 * MINUTE - SECOND)
    assert place(case) == (2, "specialists")
    sweep(MONDAY + 180 * MINUTE)
    assert place(case) == (3, "managers")


def test_esc_25_a_step_nobody_acknowledges_is_told_again_after_the_minutes_of_its_level(company: Company) -> None:
    newer(company, acting_on(ClockKind.RESOLUTION), at_levels(2, remind_minutes=20))
    case = escalated(company)
    sweep(MONDAY + 21 * MINUTE - SECOND)
    assert "escalation.reminded" not in kinds(case)
    ticking(MONDAY + 21 * MINUTE, MONDAY + 60 * MINUTE, sweep, every=7 * MINUTE)
    assert kinds(case).count("escalation.reminded") == 1
    sweep(MONDAY + 61 * MINUTE)  # nobody is left to ask: once more after twice the wait
    assert kinds(case).count("escalation.reminded") == 2
    assert told(company.specialist).count("escalation.reminded") == 2
    assert "escalation.reminded" not in told(company.agent)
    assert place(case) == (2, "specialists")
    is_sound(case)


def test_at_the_top_nothing_falls_silent_for_good(company: Company) -> None:
    newer(company, acting_on(), at_levels(4, remind_minutes=15, pass_on_minutes=30))
    case = escalated(company)
    up(company, case, MONDAY + 2 * MINUTE, level=4, justification="The managers are all away today.")
    ticking(MONDAY + 10 * MINUTE, MONDAY + timedelta(days=14), sweep, every=HOUR)
    reminded = Event.objects.filter(case=case, kind="escalation.reminded").values_list("recorded_at", flat=True)
    days = {at.date() for at in reminded}
    assert len(days) >= 9  # on every working day of the two weeks
    assert len(days) <= len(reminded) <= 16


def test_esc_25_what_nobody_acknowledges_is_passed_on_to_each_colleague_and_then_to_the_last_resort(
    company: Company,
) -> None:
    kim = worker("Kim Aas", company.specialist.agent.memberships.get().team, is_lead=False)
    newer(company, acting_on(ClockKind.RESOLUTION), at_levels(2, pass_on_minutes=20))
    case = escalated(company)
    assert newest_step(case).person == company.specialist.agent
    sweep(MONDAY + 20 * MINUTE)
    assert "escalation.passed_on" not in kinds(case)
    sweep(MONDAY + 21 * MINUTE)
    assert newest_step(case).person == kim.agent
    assert Escalation.objects.get(case=case).accountable == kim.agent
    assert told(kim)[-1] == "escalation.passed_on"
    assert "escalation.passed_on" not in told(company.specialist)
    sweep(MONDAY + 41 * MINUTE)
    assert (newest_step(case).person, newest_step(case).because) == (company.executive.agent, "last_resort")
    ticking(MONDAY + 42 * MINUTE, MONDAY + 110 * MINUTE, sweep, every=10 * MINUTE)
    assert kinds(case).count("escalation.passed_on") == 2
    assert place(case) == (2, "specialists")
    is_sound(case)


def test_where_nobody_is_left_to_pass_it_on_to_the_same_person_is_told_again(company: Company) -> None:
    newer(company, acting_on(ClockKind.RESOLUTION), at_levels(2, pass_on_minutes=10, remind_minutes=30))
    case = escalated(company)
    away(company.executive, MONDAY, MONDAY + 24 * HOUR)
    ticking(MONDAY + 2 * MINUTE, MONDAY + 40 * MINUTE, sweep)
    assert [kind for kind in kinds(case) if kind.startswith("escalation.")] == [
        "escalation.requested",
        "escalation.reminded",
    ]


def test_esc_08_acknowledged_and_then_silent_it_has_to_be_acknowledged_again(company: Company) -> None:
    newer(company, acting_on(ClockKind.ACKNOWLEDGEMENT), at_levels(2, forget_minutes=90, remind_minutes=15))
    case = escalated(company)
    mara = company.specialist
    escalation.acknowledge(case=case, actor=mara.standing, at=MONDAY + 10 * MINUTE, severity=2, text="I look at it.")
    handling.note(case=case, actor=mara.standing, at=MONDAY + 40 * MINUTE, text="The log is empty.")
    sweep(MONDAY + 129 * MINUTE)
    assert "escalation.forgotten" not in kinds(case)
    sweep(MONDAY + 130 * MINUTE)
    assert newest_step(case).acknowledged_at is None
    assert told(mara)[-1] == "escalation.forgotten"
    assert case.clocks.filter(kind="acknowledgement", state="running").count() == 1
    sweep(MONDAY + 145 * MINUTE)
    assert told(mara)[-1] == "escalation.reminded"
    sweep(MONDAY + 160 * MINUTE)  # the acknowledgement is missed now, and the level above joins
    assert place(case) == (3, "managers")
    assert told(company.manager)[-1] == "escalation.stepped"
    is_sound(case)


def test_esc_08_it_can_be_acknowledged_again_and_goes_on(company: Company) -> None:
    newer(company, acting_on(ClockKind.ACKNOWLEDGEMENT), at_levels(2, forget_minutes=60))
    case = escalated(company)
    mara = company.specialist.standing
    for at in (MONDAY + 10 * MINUTE, MONDAY + 80 * MINUTE):
        escalation.acknowledge(case=case, actor=mara, at=at, severity=2, text="I look at it; news by noon.")
        sweep(at + 59 * MINUTE)
        if at < MONDAY + HOUR:
            sweep(at + 60 * MINUTE)
    assert kinds(case).count("escalation.forgotten") == 1
    assert place(case) == (2, "specialists")
    is_sound(case)


def test_what_waits_for_the_customer_is_not_forgotten_and_counts_from_the_answer(company: Company) -> None:
    newer(company, acting_on(ClockKind.FIRST_RESPONSE), at_levels(2, forget_minutes=60))
    case = escalated(company)
    mara = company.specialist.standing
    escalation.accept(case=case, actor=mara, at=MONDAY + 10 * MINUTE, text="Which version do you run?")
    handling.hold(
        case=case, actor=mara, at=MONDAY + 11 * MINUTE, reason=company.waiting, wake_at=MONDAY + timedelta(days=4)
    )
    sweep(MONDAY + timedelta(days=1))
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + timedelta(days=1), text="Version 4.")
    sweep(MONDAY + timedelta(days=1, minutes=59))
    assert "escalation.forgotten" not in kinds(case)
    sweep(MONDAY + timedelta(days=1, minutes=60))
    assert kinds(case)[-1] == "escalation.forgotten"
    is_sound(case)


def test_what_only_reminds_does_not_wait_for_the_dwell_of_what_climbs(company: Company) -> None:
    newer(
        company,
        acting_on(ClockKind.ACKNOWLEDGEMENT),
        dwelling(240),
        when("silence", {"hours": 1}, effect=Effect.NUDGE),
    )
    case = escalated(company)
    sweep(MONDAY + 31 * MINUTE)
    sweep(MONDAY + 61 * MINUTE)
    assert place(case) == (2, "specialists")
    assert kinds(case)[-1] == "criteria.met"
    sweep(MONDAY + 241 * MINUTE)
    assert place(case) == (3, "managers")
    assert kinds(case).count("criteria.met") == 1


def test_what_is_not_due_is_not_looked_at(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet company in which steps stay a minute: cases with and without an escalation, heard and not."""
    newer(
        company,
        acting_on(ClockKind.RESOLUTION),
        minutes(ClockKind.ACKNOWLEDGEMENT, 1),
        minutes(ClockKind.TRIAGE, 1),
        at_levels(dwell_minutes=1, pass_on_minutes=10),
    )
    company.open()
    heard = escalated(company)
    escalation.acknowledge(
        case=heard, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE, severity=2, text="I have it."
    )
    waits = escalated(company)
    away(company.executive, MONDAY + 3 * MINUTE, MONDAY + 24 * HOUR)
    looked: list[int] = []
    consider = engine.ACTS[Stage.LADDER]

    def counted(*, case: Case, **given: Any) -> Event | None:
        looked.append(case.pk)
        return consider(case=case, **given)

    monkeypatch.setitem(engine.ACTS, Stage.LADDER, counted)
    ticking(MONDAY + 3 * MINUTE, MONDAY + 23 * MINUTE, sweep)
    assert set(looked) <= {waits.pk}
    assert len(looked) <= 2
