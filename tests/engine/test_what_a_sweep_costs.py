"""What a sweep asks of the database does not grow with what is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions.announcements import announce_due
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock
from escalations.timing.stopwatch import ClockState
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

LATE = MONDAY + timedelta(minutes=61)


def statements(company: Company, cases: int) -> list[str]:
    """What announcing costs with so many cases that have just become late."""
    for _number in range(cases):
        company.open()
    with CaptureQueriesContext(connection) as asked:
        assert announce_due(at=LATE) == cases
    return [query["sql"] for query in asked.captured_queries]


def test_telling_of_a_hundred_clocks_takes_as_many_statements_as_of_ten(company: Company) -> None:
    ten, hundred = statements(company, 10), statements(company, 100)
    chunks = 0 if connection.vendor == "postgresql" else 4  # SQLite takes a thousand values in a statement, not more
    assert len(ten) <= len(hundred) <= len(ten) + chunks
    assert len(ten) <= 15


def test_a_sweep_with_nothing_due_asks_for_nothing_it_does_not_need(company: Company) -> None:
    company.open()
    with CaptureQueriesContext(connection) as asked:
        assert announce_due(at=MONDAY) == 0
    assert len([query for query in asked.captured_queries if query["sql"].startswith("SELECT")]) == 1


def a_past(company: Company) -> None:
    """Many clocks that ended long ago, and none that is due."""
    case = company.open()
    like = Clock.objects.filter(case=case)[0]
    Clock.objects.bulk_create(
        Clock(
            case=case,
            kind="triage",
            start_seq=number,
            state=ClockState.MET,
            started_at=MONDAY,
            target_minutes=60,
            warn_percent=75,
            calendar_version=like.calendar_version,
        )
        for number in range(100, 4000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan(sql: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())


def test_finding_what_is_due_goes_through_the_partial_index_and_visits_no_ended_clock(company: Company) -> None:
    a_past(company)
    with CaptureQueriesContext(connection) as asked:
        announce_due(at=LATE)
    claim = next(query["sql"] for query in asked.captured_queries if "next_at" in query["sql"])
    found = plan(claim)
    assert "clock_due" in found, found
    assert "Seq Scan on escalations_clock" not in found


def test_looking_for_cases_that_wake_goes_through_its_partial_index(company: Company) -> None:
    case = company.open()
    Case.objects.bulk_create(another(case, number) for number in range(2000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as asked:
        sweep(LATE)
    found = plan(next(query["sql"] for query in asked.captured_queries if '"wake_at" <=' in query["sql"]))
    assert "case_wakes" in found, found


def another(case: Case, number: int) -> Case:
    """A row like this case and not the same; only for asking the planner."""
    values = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
    return Case(**{**values, "id": None, "uid": f"{number:032d}"})
