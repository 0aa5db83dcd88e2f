"""What the engine should never leave behind is found within one period, through indexes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import User
from escalations.actions import escalation
from escalations.models import Case, Escalation, Notice, Step
from escalations.reports import stuck
from tests.cast import MONDAY, Company, worker
from tests.engine.test_what_a_sweep_costs import copy, plan, reads_no_table_through
from tests.ladder.ground import DAY, HOUR, MINUTE, MONDAY_EVENING, away, gone

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
    requested = Notice.objects.filter(event__kind="escalation.requested")
    requested.update(state="accepted", accepted_at=step.started_at - MINUTE)  # that was another step
    assert list(stuck.not_told(MONDAY + 7 * MINUTE)) == [step]
    requested.update(state="accepted", accepted_at=MONDAY + 9 * MINUTE)  # late, but somebody knows now
    assert list(stuck.not_told(MONDAY + 10 * MINUTE)) == []


def test_esc_14_who_is_told_is_one_of_us_who_can_read_it_or_a_program_of_ours(company: Company, case: Case) -> None:
    at, step = MONDAY + 20 * MINUTE, Step.objects.get()
    told = Notice.objects.filter(event__kind="escalation.requested")
    told.filter(recipient__startswith="user:").update(state="failed", accepted_at=None)
    assert list(stuck.not_told(at)) == [step]  # the customer was told, and nobody who can do anything
    mail = told.filter(channel="mail", recipient=company.specialist.user.code)
    mail.update(state="accepted", accepted_at=MONDAY + 2 * MINUTE)
    assert list(stuck.not_told(at)) == []
    mail.update(state="bounced", bounced_at=at)
    assert list(stuck.not_told(at)) == [step]
    inbox = told.filter(channel="in_app", recipient=company.specialist.user.code)
    inbox.update(state="accepted", accepted_at=MONDAY + 2 * MINUTE)
    assert list(stuck.not_told(at)) == []
    User.objects.filter(pk=company.specialist.user.pk).update(is_active=False)
    assert list(stuck.not_told(at)) == [step]
    mail.update(state="accepted", channel="webhook", recipient="endpoint:1")
    assert list(stuck.not_told(at)) == []


def test_esc_14_a_level_that_is_closed_is_waited_for(company: Company) -> None:
    company.escalate(company.open(at=MONDAY_EVENING), MONDAY_EVENING + MINUTE)
    Notice.objects.update(state="failed", accepted_at=None)
    opens = MONDAY + DAY
    assert list(stuck.not_told(opens + 5 * MINUTE)) == []
    assert len(stuck.not_told(opens + 5 * MINUTE + timedelta(seconds=1))) == 1


def test_esc_14_whoever_took_the_step_for_himself_and_whoever_acknowledged_it_know(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    Notice.objects.update(state="failed", accepted_at=None)
    (step,) = stuck.not_told(MONDAY + 20 * MINUTE)
    Step.objects.update(asked_by=step.person)
    assert list(stuck.not_told(MONDAY + 20 * MINUTE)) == []
    Step.objects.update(asked_by=company.agent.agent)
    escalation.acknowledge(
        case=case, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE, severity=3, text="Heard."
    )
    Notice.objects.update(state="failed", accepted_at=None)
    assert list(stuck.not_told(MONDAY + 20 * MINUTE)) == []


def test_esc_14_a_step_that_ended_and_one_of_long_ago_are_asked_of_no_more(company: Company, case: Case) -> None:
    Notice.objects.update(state="failed", accepted_at=None)
    assert list(stuck.not_told(MONDAY + 3 * DAY)) == []
    assert len(stuck.not_told(MONDAY + 3 * DAY, since=MONDAY)) == 1
    assert len(stuck.not_told(MONDAY + 3 * DAY, also=[Step.objects.get().uid])) == 1
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
