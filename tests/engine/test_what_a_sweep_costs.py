"""What a sweep asks of the database grows neither with the cases there are nor with what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from escalations.actions.announcements import announce_due
from escalations.engine.sweep import due, sweep
from escalations.models import Absence, Case, Clock, Escalation, HeldClimb, Request, SetAside, Storm
from escalations.timing.stopwatch import ClockState
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

LATE = MONDAY + timedelta(minutes=61)
FOUND_BY = (
    "clock_due",
    "case_promises",
    "case_checks",
    "case_wakes",
    "escalation_checks",
    "request_chases",
    "absence_begins",
    "held_climb_waiting",
)


def statements(company: Company, cases: int) -> list[str]:
    """What announcing costs with so many cases that have just become late."""
    for _number in range(cases):
        company.open()
    with CaptureQueriesContext(connection) as asked:
        assert announce_due(at=LATE) == cases
    return [query["sql"] for query in asked.captured_queries]


def test_telling_of_a_hundred_clocks_takes_as_many_statements_as_of_ten(company: Company) -> None:
    ten, hundred = statements(company, 10), statements(company, 100)
    assert len(ten) == len(hundred) <= 16  # one for the endpoints outside


@pytest.mark.parametrize("cases", [1, 40])
def test_an_idle_round_takes_one_statement_however_many_cases_are_open(company: Company, cases: int) -> None:
    for _number in range(cases):
        company.open()
    with CaptureQueriesContext(connection) as asked:
        assert sweep(MONDAY) == 0
    assert len(asked) == 1


def a_past(company: Company) -> None:
    """Many clocks that ended long ago, cases on which nothing is due, and ended escalations."""
    case = company.escalate(company.open(), MONDAY)
    Clock.objects.bulk_create(
        copy(Clock.objects.all()[0], kind="triage", start_seq=number, state=ClockState.MET, next_at=None)
        for number in range(100, 4000)
    )
    Case.objects.bulk_create(copy(case, uid=f"{number:032d}", wake_at=None, check_at=None) for number in range(4000))
    climb = Escalation.objects.get()
    Escalation.objects.bulk_create(
        copy(climb, uid=f"{number:032d}", state="closed", next_check_at=None) for number in range(2000)
    )
    a_past_of_people(company)
    SetAside.objects.create(case=case, stage="wake", error="x", first_at=LATE, last_at=LATE, next_try_at=LATE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def a_past_of_people(company: Company) -> None:
    """Many requests that were answered, absences that were handed over, and climbs that a storm let go."""
    team, agent = company.manager.agent.teams.get(), company.manager.agent
    storm = Storm.objects.create(began_at=MONDAY, is_open=False, ended_at=MONDAY)
    cases = list(Case.objects.order_by("pk")[:2000])
    Request.objects.bulk_create(
        Request(case=case, team=team, body="x", asked_at=MONDAY, state="answered") for case in cases
    )
    HeldClimb.objects.bulk_create(
        HeldClimb(storm=storm, case=case, to_level=2, held_at=MONDAY, released_at=MONDAY) for case in cases
    )
    Absence.objects.bulk_create(
        Absence(agent=agent, starts_at=MONDAY, ends_at=LATE + timedelta(days=9), handed_over_at=MONDAY)
        for _case in cases
    )


def copy(row: models.Model, **changed: object) -> Any:
    """The same row once more with some columns changed, not saved; only for asking the planner."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**values | {"id": None} | changed)


def plan(sql: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())


def reads_no_table_through(found: str) -> bool:
    return not any(
        f"{scan} escalations_{table}{end}" in found
        for table in ("case", "clock", "escalation")
        for scan, end in (("Seq Scan on", " "), ("SCAN", "'"))
    )


def test_what_is_due_is_found_through_the_partial_indexes_and_no_table_is_read_through(company: Company) -> None:
    a_past(company)
    with CaptureQueriesContext(connection) as asked:
        due(LATE)
    found = plan(asked.captured_queries[0]["sql"])
    assert [index for index in FOUND_BY if index not in found] == []
    assert reads_no_table_through(found), found


def test_claiming_what_is_due_goes_through_the_partial_index_and_visits_no_ended_clock(company: Company) -> None:
    a_past(company)
    with CaptureQueriesContext(connection) as asked:
        announce_due(at=LATE)
    found = plan(next(query["sql"] for query in asked.captured_queries if "next_at" in query["sql"]))
    assert "clock_due" in found, found
    assert reads_no_table_through(found), found
