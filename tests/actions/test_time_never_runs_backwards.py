"""The clocks of two machines differ; order is the number, and inside a case time never runs backwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalations.actions import handling, people, resolution
from escalations.engine.sweep import sweep
from escalations.models import Agent, Event
from escalations.rules.vocabulary import Outcome
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_an_act_from_a_machine_that_is_behind_counts_as_of_the_last_event(company: Company) -> None:
    case = company.open(at=MONDAY + 5 * MINUTE)
    said = handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Hello.")
    assert (said.occurred_at, said.recorded_at) == (MONDAY + 5 * MINUTE, MONDAY)
    assert case.clocks.get(kind="first_response").met_at == MONDAY + 5 * MINUTE
    is_sound(case)


def test_a_worker_that_is_behind_tells_of_what_is_over_by_the_time_of_the_case(company: Company) -> None:
    case = company.open()
    handling.note(case=case, actor=company.agent.standing, at=MONDAY + 90 * MINUTE, text="Still looking.")
    sweep(MONDAY + 61 * MINUTE)
    breach = Event.objects.get(case=case, kind="clock.breached")
    assert breach.occurred_at == MONDAY + 90 * MINUTE
    assert breach.data["late_seconds"] == 30 * 60
    is_sound(case)


def test_a_worker_that_is_ahead_has_told_of_a_breach_and_the_answer_in_the_same_instant_is_late(
    company: Company,
) -> None:
    case = company.open()
    sweep(MONDAY + 60 * MINUTE)
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 59 * MINUTE, text="Hello.")
    clock = case.clocks.get(kind="first_response")
    assert (clock.state, clock.met_at, clock.breached_at) == ("met", *[MONDAY + 60 * MINUTE] * 2)
    is_sound(case)


def test_who_left_does_not_own_the_case_that_is_opened_again(company: Company) -> None:
    case, ben = company.open(), company.agent
    resolution.resolve(case=case, actor=ben.standing, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY + MINUTE)
    people.deactivate(agent=Agent.objects.get(pk=ben.agent.pk), by=company.administrator, at=MONDAY + 2 * MINUTE)
    resolution.reopen(case=case, actor=company.ida.standing, at=MONDAY + 3 * MINUTE, text="It is back.")
    is_sound(case)
    assert case.owner is None
