"""`verify_journal` and `recompute_clocks --check`: clean on whole data, and they find what is spoilt."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import handling, history, imports
from escalations.models import Case, Clock, Event
from escalations.reports.integrity import Fault, fault
from tests.cast import MONDAY, Company
from tests.history.generator import IMPORT, NAMES, log


def said(command: str, *options: str) -> str:
    out = io.StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


def found_by(command: str, *options: str) -> str:
    """What the command prints before it fails."""
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command(command, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def case(company: Company) -> Case:
    """A case raised here, beside some that were imported."""
    known = imports.prepare(source="log", names=NAMES, at=IMPORT)
    for record in log(4, 9):
        history.import_case(source="log", record=record, known=known, at=IMPORT)
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + timedelta(minutes=5), text="We look into it.")
    case.refresh_from_db()
    return case


def test_whole_journals_and_clocks_are_said_to_be_whole(case: Case) -> None:
    assert "5 journals are whole" in said("verify_journal")
    assert "5 cases" in said("recompute_clocks", "--check")


def test_a_changed_head_is_found(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(chain="0" * 64)
    assert found_by("verify_journal") == f"{case.reference}: one of its 2 lines was changed.\n"


def test_a_missing_last_line_is_found(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(last_seq=3)
    assert found_by("verify_journal") == f"{case.reference}: line 3 is missing or was put in.\n"


def test_every_kind_of_tampering_is_told_by_its_first_line(case: Case) -> None:
    def lines() -> list[Event]:
        return list(case.events.order_by("seq"))

    assert fault(case, lines()) is None
    changed = lines()
    changed[0].data = {**changed[0].data, "severity": 1}
    backwards = lines()
    backwards[1].occurred_at = MONDAY - timedelta(days=1)
    unknown = lines()
    unknown[1].kind = "case.exploded"
    misshapen = lines()
    misshapen[0].data = {"surprise": 1}
    found = [fault(case, spoilt) for spoilt in (changed, lines()[1:], backwards, unknown, misshapen)]
    assert [(one.fault, one.line) for one in found if one] == [
        (Fault.CHANGED, 0),
        (Fault.MISSING, 1),
        (Fault.BACKWARDS, 2),
        (Fault.UNKNOWN, 2),
        (Fault.UNKNOWN, 1),
    ]


def test_journals_are_read_in_as_many_statements_for_many_cases_as_for_few(case: Case) -> None:
    with CaptureQueriesContext(connection) as statements:
        said("verify_journal")
    assert len(statements) == 4


def test_a_clock_that_was_moved_by_hand_is_found(case: Case) -> None:
    row = Clock.objects.filter(case=case, kind="resolution").get()
    Clock.objects.filter(pk=row.pk).update(due_at=MONDAY)
    assert f"{case.reference} resolution:1 due_at" in found_by("recompute_clocks", "--check")


def test_a_clock_that_no_event_started_is_found(case: Case) -> None:
    row = Clock.objects.filter(case=case, kind="resolution").get()
    Clock.objects.filter(pk=row.pk).update(start_seq=2)
    report = found_by("recompute_clocks", "--check")
    assert f"{case.reference} resolution:1: the journal has this clock, and no row is stored for it" in report
    assert f"{case.reference} resolution:2: a row is stored for it, and the journal has no such clock" in report
