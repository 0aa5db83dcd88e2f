"""What the engine should never leave behind is found within one period, through indexes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import escalation
from escalations.models import Case, Escalation, Notice, Step
from escalations.reports import stuck
from tests.cast import MONDAY, Company, worker
from tests.engine.test_what_a_sweep_costs import copy, plan, reads_no_table_through
from tests.ladder.ground import DAY, HOUR, MINUTE, away, gone

ALL: tuple[Callable[..., Any], ...] = (stuck.not_looked_at, stuck.without_anybody, stuck.not_told)


@pytest.fixture
def case(company: Company) -> Case:
    return company.escalate(company.open(), MONDAY + MINUTE)


def test_esc_14_a_sound_ladder_is_not_reported(case: Case) -> None:
    assert [list(question(MONDAY + 20 * MINUTE)) for question in ALL] == [[], [], []]


def test_esc_14_a_check_that_is_overdue_by_more_than_a_minute_is_found(case: Case) -> None:
    climb = case.escalations.get()
    assert climb.next_check_at
    assert list(stuck.not_looked_at(climb.next_check_at + timedelta(seconds=60))) == []
    assert list(stuck.not_looked_at(climb.next_check_at + timedelta(seconds=61))) == [climb]
    Escalation.objects.update(state="closed", next_check_at=None)
    assert list(stuck.not_looked_at(MONDAY + 30 * DAY)) == []


def test_esc_14_an_accountable_person_who_left_is_found(company: Company, case: Case) -> None:
    gone(company.specialist)
    assert list(stuck.without_anybody(MONDAY + HOUR)) == [case.escalations.get()]


def test_esc_14_an_accountable_person_who_is_away_is_found_unless_somebody_stands_in(
    company: Company, case: Case
) -> None:
    team = company.specialist.agent.memberships.get().team
    kim, lea = (worker(name, team, is_lead=False) for name in ("Kim Aas", "Lea Dorn"))
    until = MONDAY + DAY
    absence = away(company.specialist, MONDAY, until)
    assert list(stuck.without_anybody(MONDAY + HOUR)) == [case.escalations.get()]
    assert list(stuck.without_anybody(until)) == []  # back again
    absence.deputy = kim.agent
    absence.save()
    assert list(stuck.without_anybody(MONDAY + HOUR)) == []
    second = away(kim, MONDAY, until)
    assert list(stuck.without_anybody(MONDAY + HOUR)) == [case.escalations.get()]
    second.deputy = lea.agent
    second.save()
    assert list(stuck.without_anybody(MONDAY + HOUR)) == []
    gone(lea)
    assert list(stuck.without_anybody(MONDAY + HOUR)) == [case.escalations.get()]


def test_esc_14_a_step_nobody_was_told_of_within_five_minutes_is_found(company: Company, case: Case) -> None:
    step = Step.objects.get()
    Notice.objects.filter(event__kind="escalation.requested").update(state="failed", accepted_at=None)
    assert list(stuck.not_told(MONDAY + 6 * MINUTE)) == []
    assert list(stuck.not_told(MONDAY + 7 * MINUTE)) == [step]
    Notice.objects.filter(event__kind="escalation.requested").update(
        state="accepted", accepted_at=step.started_at + timedelta(minutes=5, seconds=1)
    )
    assert list(stuck.not_told(MONDAY + 7 * MINUTE)) == [step]
    Notice.objects.filter(event__kind="escalation.requested").update(accepted_at=step.started_at + 5 * MINUTE)
    assert list(stuck.not_told(MONDAY + 7 * MINUTE)) == []


def test_esc_14_a_step_that_ended_and_one_of_long_ago_are_asked_of_no_more(company: Company, case: Case) -> None:
    Notice.objects.update(state="failed", accepted_at=None)
    assert list(stuck.not_told(MONDAY + 3 * DAY)) == []
    assert len(stuck.not_told(MONDAY + 3 * DAY, since=MONDAY)) == 1
    escalation.decline(case=case, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE, reason="See article 12.")
    assert list(stuck.not_told(MONDAY + HOUR)) == []


def test_esc_12_a_colleague_whose_mail_is_never_taken_is_no_reason_to_climb(company: Company, case: Case) -> None:
    """The inbox of whoever works here takes every notice at once."""
    Notice.objects.filter(channel="mail").update(state="failed", last_error="no such mailbox")
    assert list(stuck.not_told(MONDAY + 20 * MINUTE)) == []


def test_esc_14_what_is_stuck_is_found_through_indexes_in_as_many_statements_as_ever(
    company: Company, case: Case
) -> None:
    step = Step.objects.get()
    Case.objects.bulk_create(copy(case, uid=f"{number:032d}") for number in range(3000))
    old = Case.objects.exclude(pk=case.pk).values_list("pk", flat=True)
    Escalation.objects.bulk_create(
        copy(case.escalations.get(), uid=f"{pk:032d}", case_id=pk, state="closed", next_check_at=None) for pk in old
    )
    Step.objects.bulk_create(
        copy(step, uid=f"{pk:032d}", escalation_id=pk, started_at=MONDAY - 9 * DAY)
        for pk in Escalation.objects.filter(state="closed").values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for question in ALL:
        with CaptureQueriesContext(connection) as asked:
            list(question(MONDAY + 20 * MINUTE))
        assert len(asked) <= 2
        found = plan(asked.captured_queries[-1]["sql"])
        assert reads_no_table_through(found), found
        assert "SCAN escalations_step'" not in found
        assert "Seq Scan on escalations_step " not in found
