"""What a look asks of the database does not grow with the cases there are, and goes through indexes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import audits
from escalations.engine import looks, slices
from escalations.models import Attempt, Audit, Case, Clock, Escalation, Event, Notice, Step, Violation
from tests.auditor.ground import NOW, PERIOD, audit, by_hand, open_ones, pulsing, running
from tests.cast import MONDAY, Company
from tests.engine.test_what_a_sweep_costs import copy, plan
from tests.ladder.ground import DAY, MINUTE

# These grow with the cases. A look may read through what has a row for each person, team or part of Belay. Requests and
# climbs held back are asked for by the sweep's own statement, which has a test of its own.
GROWING = ("case", "clock", "escalation", "event", "notice", "step", "attempt")


def looked(company: Company) -> list[str]:
    """The statements of one look."""
    pulsing(NOW)
    with CaptureQueriesContext(connection) as asked:
        seen = looks.look(NOW)
    assert (list(seen.found), seen.statements) == ([], len(asked))
    return [query["sql"] for query in asked.captured_queries]


def test_a_look_at_thirty_escalations_takes_as_many_statements_as_at_one(company: Company) -> None:
    company.escalate(company.open(), MONDAY + 10 * MINUTE)
    running(NOW)
    one = looked(company)
    for _number in range(29):
        company.escalate(company.open(), MONDAY + 10 * MINUTE)
    running(NOW)
    assert len(looked(company)) == len(one) <= 26


def test_finding_and_writing_down_takes_as_many_statements_for_twenty_violations_as_for_two(company: Company) -> None:
    def statements(cases: int) -> int:
        for _number in range(cases):
            case = company.open()
            by_hand("UPDATE escalations_event SET data = '{}' WHERE case_id = %s", case.pk)
        pulsing(NOW)
        with CaptureQueriesContext(connection) as asked:
            audits.keep(look=looks.look(NOW), milliseconds=1)
        assert Violation.objects.count() == Case.objects.count()
        return len(asked)

    statements(2)  # from now on there are some that last and some that are new
    assert statements(2) == statements(18)


def a_past(company: Company) -> None:
    """Many cases that ended, with their clocks, steps, lines and notices, beside some that are open."""
    case = company.escalate(company.open(), MONDAY + 10 * MINUTE)
    running(NOW)
    case.refresh_from_db()
    never = {"wake_at": None, "check_at": None, "promised_at": None, "state": "closed"}
    Case.objects.bulk_create(copy(case, uid=f"{number:032d}", **never) for number in range(4000))
    keys = list(Case.objects.exclude(pk=case.pk).values_list("pk", flat=True))
    climb, step = Escalation.objects.get(), Step.objects.get()
    Escalation.objects.bulk_create(
        copy(climb, uid=f"{key:032d}", case_id=key, state="closed", next_check_at=None) for key in keys
    )
    ended = list(Escalation.objects.exclude(pk=climb.pk).values_list("pk", flat=True))
    Step.objects.bulk_create(
        copy(step, uid=f"{key:032d}", escalation_id=key, started_at=MONDAY - 9 * DAY) for key in ended
    )
    clock, event = Clock.objects.all()[0], Event.objects.all()[0]
    Clock.objects.bulk_create(copy(clock, case_id=key, state="met", next_at=None) for key in keys)
    Event.objects.bulk_create(copy(event, case_id=key) for key in keys)
    notice = Notice.objects.filter(event=event)[0]
    lines = dict(Event.objects.filter(case__in=keys).values_list("case_id", "pk"))
    Notice.objects.bulk_create(
        copy(notice, uid=f"{key:032d}", case_id=key, event_id=lines[key], state="accepted") for key in keys
    )
    Attempt.objects.bulk_create(
        Attempt(notice_id=pk, number=1, began_at=MONDAY, outcome="accepted")
        for pk in Notice.objects.values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_no_table_that_grows_with_the_cases_is_read_through(company: Company, monkeypatch: Any) -> None:
    a_past(company)
    monkeypatch.setattr(slices, "CASES", 20)
    pulsing(NOW)
    with CaptureQueriesContext(connection) as asked:
        looks.look(NOW)
    for query in asked.captured_queries:
        if "SAVEPOINT" in query["sql"]:
            continue
        found = plan(query["sql"])
        through = [
            table
            for table in GROWING
            for scan, end in (("Seq Scan on", " "), ("SCAN", "'"))
            if f"{scan} escalations_{table}{end}" in found
        ]
        assert through == [], (query["sql"], found)


def test_every_case_has_its_turn_and_open_escalations_every_time(company: Company, monkeypatch: Any) -> None:
    monkeypatch.setattr(slices, "CASES", 3)
    plain = [company.open().pk for _number in range(7)]
    climbing = [company.escalate(company.open(), MONDAY + 10 * MINUTE).pk for _number in range(2)]
    everybody = sorted(plain + climbing)
    running(NOW)
    chosen = []
    before = None
    for number in range(4):
        part = slices.following(before)
        assert set(climbing) <= set(part.case_ids)
        chosen.append(sorted(set(part.case_ids) - set(climbing)))
        before = audit(NOW + number * PERIOD)
        assert (before.chain_from, before.chain_to) == (part.chain_from, part.chain_to)
    assert [pk for part in chosen[:3] for pk in part] == [pk for pk in everybody if pk not in climbing]
    assert chosen[3] == []  # the last two of the round were escalated
    assert before
    assert before.chain_to == 0


def test_more_escalations_than_one_look_proves_are_proven_in_turn(company: Company, monkeypatch: Any) -> None:
    monkeypatch.setattr(slices, "CASES", 2)
    cases = [company.escalate(company.open(), MONDAY + 10 * MINUTE) for _number in range(5)]
    running(NOW)
    by_hand("UPDATE escalations_clock SET due_at = NULL, next_at = NULL WHERE case_id = %s", cases[3].pk)
    for number, expected in enumerate([[], [("clocks", cases[3].uid)], []]):
        at = NOW + number * PERIOD
        running(at)
        audit(at)
        assert open_ones() == expected


def test_a_slice_reads_a_bounded_number_of_lines(company: Company, monkeypatch: Any) -> None:
    cases = [company.open() for _number in range(4)]
    lines = Case.objects.get(pk=cases[0].pk).last_seq
    monkeypatch.setattr(slices, "EVENTS", 2 * lines)
    part = slices.following(None)
    assert list(part.case_ids) == [case.pk for case in cases[:2]]
    assert part.chain_to == cases[1].pk


def test_looks_and_violations_of_long_ago_are_forgotten_and_the_newest_look_is_not(company: Company) -> None:
    company.open()
    for days in (0, 31):
        audit(NOW + timedelta(days=days), but="sweep" if not days else "")
    silent = Violation.objects.get(kind="silent")
    assert silent.over_at
    later = NOW + timedelta(days=31) + 2 * PERIOD
    audit(later)
    assert list(Audit.objects.values_list("at", flat=True)) == [later, NOW + timedelta(days=31)]
    audit(silent.over_at + timedelta(days=180, seconds=-1))
    assert Violation.objects.filter(pk=silent.pk).exists()
    audit(silent.over_at + timedelta(days=180, seconds=1))
    assert not Violation.objects.filter(pk=silent.pk).exists()
    assert Audit.objects.count() == 2
