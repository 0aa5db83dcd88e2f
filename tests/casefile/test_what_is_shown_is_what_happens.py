"""The forecast comes true, the clock line adds up, the queue leaves nobody out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import handling
from escalations.casefile.lines import Line
from escalations.casefile.staff import StaffCasefile, staff_casefile
from escalations.engine.sweep import sweep
from escalations.models import Case
from tests.cast import MONDAY, Company
from tests.listing import listed

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def seen(company: Company, case: Case, after: float) -> StaffCasefile:
    return staff_casefile(Case.objects.get(pk=case.pk), company.agent.standing, MONDAY + after * MINUTE)


def test_a_forecast_comes_true_at_its_instant_and_not_before_all_the_way_up(company: Company) -> None:
    case = company.open()
    at = MONDAY
    for level in (1, 2, 3):
        joins = staff_casefile(Case.objects.get(pk=case.pk), company.agent.standing, at).joins
        assert joins is not None
        assert joins.to.number == level + 1
        sweep(joins.at - MINUTE)
        case.refresh_from_db()
        assert case.level == level
        sweep(joins.at)
        sweep(joins.at)
        case.refresh_from_db()
        assert case.level == level + 1
        at = joins.at
    assert staff_casefile(case, company.agent.standing, at).joins is None


def test_the_pieces_of_a_clock_line_fill_it(company: Company) -> None:
    case = company.open()
    for after in (0, 20, 61, 700, 4000):
        for face in seen(company, case, after).clocks:
            assert 99.5 <= sum(piece.percent for piece in face.stretches) <= 100.5
            assert all(piece.start <= piece.end for piece in face.stretches)


def test_what_is_due_next_is_the_running_clock_that_ends_first(company: Company) -> None:
    case = company.open()
    first = seen(company, case, 1).due_next
    assert first is not None
    assert (first.kind, first.due_at) == ("first_response", MONDAY + 60 * MINUTE)
    case.refresh_from_db()
    assert case.next_due_at == first.due_at
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="Hello.")
    after = seen(company, case, 2).due_next
    assert after is not None
    assert after.kind == "resolution"


def test_clk_29_a_late_answer_is_shown_as_late_and_one_in_time_as_met(company: Company) -> None:
    late, good = company.open(), company.open()
    handling.reply(case=late, actor=company.agent.standing, at=MONDAY + 61 * MINUTE, text="Sorry.")
    handling.reply(case=good, actor=company.agent.standing, at=MONDAY + 60 * MINUTE, text="Here I am.")
    tones = [
        next(face.tone for face in seen(company, case, 70).clocks if face.kind == "first_response")
        for case in (late, good)
    ]
    assert tones == ["late", "met"]


def test_reading_a_case_costs_the_same_however_much_happened(company: Company) -> None:
    case = company.open()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            seen(company, case, 500)
        return len(asked)

    handling.note(case=case, actor=company.agent.standing, at=MONDAY, text="I look.")
    cost()
    few = cost()
    for number in range(12):
        handling.note(case=case, actor=company.agent.standing, at=MONDAY + number * MINUTE, text="Still looking.")
    assert cost() == few


def test_the_pages_of_a_queue_hold_every_case_once_in_the_order_of_what_is_due(company: Company) -> None:
    cases = {company.open(at=MONDAY + number % 3 * MINUTE).pk for number in range(11)}
    found: list[Line] = []
    after = ""
    for _page in range(11):
        page = listed(company.agent.standing, "team", at=MONDAY, after=after, limit=2)
        found += page.lines
        after = page.following
        if not after:
            break
    assert [row.case.pk for row in found] == sorted(cases, key=lambda pk: (Case.objects.get(pk=pk).next_due_at, pk))
    assert listed(company.manager.standing, "team", at=MONDAY).lines == []


@pytest.mark.parametrize("cursor", ["nonsense", "~", "2026-01-01~x", "x~1", "2026-03-02T09:00:00+00:00~"])
def test_a_cursor_that_is_none_begins_at_the_beginning(company: Company, cursor: str) -> None:
    company.open()
    assert len(listed(company.agent.standing, "team", at=MONDAY, after=cursor).lines) == 1
