"""Every trigger through real rows: one that reminds, one that climbs by itself, and since when it was met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from escalations.actions import asks, escalation, handling, resolution, triage
from escalations.engine.sweep import sweep
from escalations.models import Case, Skill
from escalations.rules.vocabulary import AskReason, ClockKind, Effect, Impact, Kind, Outcome
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.ladder.ground import (
    DAY,
    HOUR,
    MINUTE,
    at_levels,
    kinds,
    no_triggers,
    place,
    promising,
    told,
    when,
    whole,
)
from tests.policies.newer import newer

LATER = timedelta(days=20)
Happens = Callable[[Company], tuple[Case, datetime]]


def skill_is_missing(company: Company) -> tuple[Case, datetime]:
    case, cobol = company.open(), Skill.objects.create(slug="cobol", name="Cobol")
    company.specialist.agent.skills.add(cobol)
    handling.assess(case=case, actor=company.agent.standing, at=MONDAY + 7 * MINUTE, skill=cobol)
    return case, MONDAY + 7 * MINUTE


def authority_is_missing(company: Company) -> tuple[Case, datetime]:
    case = company.open()
    handling.assess(case=case, actor=company.agent.standing, at=MONDAY + 8 * MINUTE, amount=900, currency="EUR")
    return case, MONDAY + 8 * MINUTE


def nobody_writes(company: Company) -> tuple[Case, datetime]:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 10 * MINUTE, text="Heard you.")
    return case, MONDAY + 130 * MINUTE


def handed_on(company: Company) -> tuple[Case, datetime]:
    case, people = company.open(), (company.agent, company.specialist, company.manager)
    for number, who in enumerate(people):
        triage.take(case=case, actor=who.standing, at=MONDAY + number * MINUTE)
    return case, MONDAY + 2 * MINUTE


def back_and_forth(company: Company) -> tuple[Case, datetime]:
    case = company.open()
    for number in range(2):
        for who, minute in ((company.agent, 10), (company.ida, 15)):
            at = MONDAY + (number * 10 + minute) * MINUTE
            handling.reply(case=case, actor=who.standing, at=at, text="And now?")
    return case, MONDAY + 25 * MINUTE


def open_for_days(company: Company) -> tuple[Case, datetime]:
    return company.open(), MONDAY + 2 * DAY


def open_for_working_hours(company: Company) -> tuple[Case, datetime]:
    return company.open(), MONDAY + DAY + 2 * HOUR  # eight on Monday, two on Tuesday


def opened_again(company: Company) -> tuple[Case, datetime]:
    case = company.open()
    for at in (MONDAY + 10 * MINUTE, MONDAY + 20 * MINUTE):
        resolution.resolve(
            case=case, actor=company.agent.standing, at=at, outcome=Outcome.SOLVED, text="It is gone now."
        )
        resolution.reopen(case=case, actor=company.ida.standing, at=at + 5 * MINUTE, text="It is back.")
    return case, MONDAY + 25 * MINUTE


def complained_again(company: Company) -> tuple[Case, datetime]:
    for days in (3, 1):
        company.open(at=MONDAY - days * DAY, topic=company.topic)
    case = company.open(company.otto, topic=company.topic)
    return case, MONDAY


def of_impact(company: Company) -> tuple[Case, datetime]:
    return company.open(impact=Impact.HIGH), MONDAY


def of_tier(company: Company) -> tuple[Case, datetime]:
    return company.open(), MONDAY


def customer_asks(company: Company) -> tuple[Case, datetime]:
    case = company.open()
    asks.ask(
        case=case, actor=company.ida.standing, at=MONDAY + 9 * MINUTE, reason=AskReason.NO_NEWS, text="Billing stops."
    )
    return case, MONDAY + 9 * MINUTE


def clock_is_missed(company: Company) -> tuple[Case, datetime]:
    return company.open(), MONDAY + 60 * MINUTE


def clock_is_near(company: Company) -> tuple[Case, datetime]:
    return company.open(), MONDAY + 30 * MINUTE


def both_together(company: Company) -> tuple[Case, datetime]:
    return company.open(), MONDAY + 60 * MINUTE


BOTH = {
    "of": [
        {"condition": "impact", "parameters": {"impact": "high"}},
        {"condition": "clock_breached", "parameters": {"clock": "first_response"}},
    ]
}
TRIGGERS: Mapping[str, tuple[Mapping[str, Any], Happens, str]] = {
    "missing_skill": ({}, skill_is_missing, "skill"),
    "missing_authority": ({}, authority_is_missing, "authority"),
    "silence": ({"hours": 2}, nobody_writes, "silence"),
    "hand_offs": ({"at_least": 2}, handed_on, "complexity"),
    "exchanges": ({"at_least": 2}, back_and_forth, "complexity"),
    "days_open": ({"days": 2}, open_for_days, "complexity"),
    "age": ({"hours": 10}, open_for_working_hours, "unresolved"),
    "reopened": ({"at_least": 2}, opened_again, "repeated"),
    "repeated_complaint": ({"at_least": 3, "days": 7}, complained_again, "repeated"),
    "impact": ({"impact": "high"}, of_impact, "impact"),
    "tier": ({"tier": "vip"}, of_tier, "impact"),
    "customer_asked": ({}, customer_asks, "customer_asked"),
    "clock_breached": ({"clock": "first_response"}, clock_is_missed, "clock"),
    "clock_near": ({"clock": "first_response", "percent": 50}, clock_is_near, "clock"),
    "all": (BOTH, both_together, "impact"),
}


def with_trigger(company: Company, name: str, effect: Effect) -> tuple[Case, datetime]:
    parameters, happens, _reason = TRIGGERS[name]
    newer(
        company,
        no_triggers,
        at_levels(1, authority_limit=500),
        when(name, parameters, effect=effect),
        at=MONDAY - 10 * DAY,
    )
    return happens(company)


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_that_acts_climbs_when_it_is_met_and_not_before(company: Company, name: str) -> None:
    case, met_at = with_trigger(company, name, Effect.ACT)
    if met_at > MONDAY + 30 * MINUTE:
        sweep(met_at - MINUTE)
        assert place(case) == (1, case.team.slug)
    sweep(met_at + MINUTE)
    assert place(case) == (2, "specialists")
    climb = case.escalations.get()
    assert climb.reason == TRIGGERS[name][2]
    assert climb.source == ("clock" if name in ("clock_breached", "clock_near", "all") else "rule")
    assert told(company.specialist)[-1] == "escalation.requested"
    assert case.criteria_met_at == met_at
    sweep(met_at + LATER)
    assert kinds(case).count("escalation.requested") + kinds(case).count("escalation.stepped") == 1
    is_sound(case)


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_that_reminds_tells_the_people_of_the_case_once_and_leaves_it_where_it_is(
    company: Company, name: str
) -> None:
    case, met_at = with_trigger(company, name, Effect.NUDGE)
    for at in (met_at + MINUTE, met_at + 2 * MINUTE, met_at + LATER):
        sweep(at)
    assert place(case)[0] == 1
    assert kinds(case).count("criteria.met") == 1
    owner = case.owner
    keeper = next((w for w in (company.agent, company.specialist, company.manager) if w.agent == owner), company.agent)
    assert told(keeper).count("criteria.met") == 1
    assert case.events.get(kind="criteria.met").data["since"] == met_at.isoformat()
    assert case.criteria_met_at == met_at
    is_sound(case)


def test_a_low_rating_is_left_to_people(company: Company) -> None:
    """Of a solved case nothing climbs by itself."""
    newer(company, no_triggers, when("low_rating", {"at_most": 2}))
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="Heard you.")
    resolution.resolve(
        case=case, actor=company.agent.standing, at=MONDAY + 10 * MINUTE, outcome=Outcome.SOLVED, text="It is gone."
    )
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY + 20 * MINUTE)
    resolution.rate(case=case, actor=company.ida.standing, at=MONDAY + 25 * MINUTE, score=1)
    sweep(MONDAY + 30 * MINUTE)
    sweep(MONDAY + 31 * MINUTE)
    assert kinds(case).count("criteria.met") == 1
    assert told(company.agent)[-1] == "criteria.met"
    case.refresh_from_db()
    assert (case.state, case.criteria_met_at) == ("closed", MONDAY + 25 * MINUTE)
    is_sound(case)


def test_a_climb_by_a_person_remembers_since_when_the_criteria_were_met(company: Company) -> None:
    newer(company, no_triggers, when("hand_offs", {"at_least": 2}, effect=Effect.NUDGE))
    case, met_at = handed_on(company)
    company.escalate(case, MONDAY + 40 * MINUTE)
    assert case.criteria_met_at == met_at
    later = company.escalate(company.open(), MONDAY + 40 * MINUTE)
    assert later.criteria_met_at is None  # a person may escalate without any criterion


def test_the_first_time_is_kept_whatever_is_met_later(company: Company) -> None:
    newer(company, no_triggers, *(when("age", {"hours": hours}, effect=Effect.NUDGE) for hours in (1, 2)))
    case = company.open()
    for minute in range(0, 200, 20):
        sweep(MONDAY + minute * MINUTE)
    case.refresh_from_db()
    assert case.criteria_met_at == MONDAY + HOUR
    assert kinds(case).count("criteria.met") == 2


def test_a_trigger_asks_for_its_own_skill_and_its_own_kind(company: Company) -> None:
    network = Skill.objects.create(slug="network", name="Networks")
    newer(
        company,
        no_triggers,
        when("age", {"hours": 1}, skill=network),
        when("age", {"hours": 3}, kind=Kind.HIERARCHICAL),
    )
    case = company.open()
    for minute in range(0, 260, 10):
        sweep(MONDAY + minute * MINUTE)
    steps = case.escalations.get().steps.order_by("number").values_list("kind", "skill__slug", "to_level")
    assert list(steps) == [("functional", "network", 2), ("hierarchical", None, 3)]


def test_esc_27_a_rule_that_fires_itself_again_stops_after_its_bound_and_is_reported(company: Company) -> None:
    """Each climb begins another clock of acknowledgement; sent back down again and again, it would never end."""
    newer(
        company,
        no_triggers,
        when("clock_breached", {"clock": ClockKind.ACKNOWLEDGEMENT.value}),
        whole(rule_bound=2),
    )
    case = company.escalate(company.open(), MONDAY + MINUTE)
    at = MONDAY + MINUTE
    for _round in range(4):
        at += 3 * HOUR
        sweep(at)
        sweep(at + MINUTE)
        case.refresh_from_db()
        if case.level == 3:
            escalation.step_back(
                case=case, actor=company.manager.standing, at=at + 2 * MINUTE, reason="Not for us.", level=2
            )
    stepped = [event for event in case.events.filter(kind="escalation.stepped") if event.data["rule"]]
    assert len(stepped) == 2
    stops = [event.data["rule"] for event in case.events.filter(kind="criteria.met")]
    assert set(stops) == {"clock_breached:acknowledgement"}
    assert "criteria.met" in told(company.specialist)
    is_sound(case)


def test_esc_27_the_same_standing_reason_never_climbs_twice(company: Company) -> None:
    newer(company, no_triggers, when("age", {"hours": 1}))
    case = company.open()
    sweep(MONDAY + HOUR)
    escalation.decline(case=case, actor=company.specialist.standing, at=MONDAY + 2 * HOUR, reason="Wait for Friday.")
    for hours in range(2, 200, 7):
        sweep(MONDAY + hours * HOUR)
    assert place(case) == (1, "front")
    assert kinds(case).count("escalation.requested") == 1


def test_a_customer_who_asked_and_is_escalated_has_the_answer(company: Company) -> None:
    newer(company, no_triggers, promising(ClockKind.ASK, 120), when("customer_asked"), at=MONDAY - DAY)
    case, _met_at = customer_asks(company)
    sweep(MONDAY + 10 * MINUTE)
    assert case.asks.get().state == "granted"
    assert case.clocks.get(kind="ask").state == "met"
    assert told(company.ida)[-1] == "escalation.requested"
    is_sound(case)
