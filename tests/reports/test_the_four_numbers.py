"""The four numbers of a period, on cases raised here and on imported ones."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations import reports
from escalations.actions import escalation, history, imports, resolution
from escalations.actions.imports import Known
from escalations.actions.telling import Entry, Status
from escalations.models import Case
from escalations.reports import Durations, LevelRate, Satisfaction
from escalations.rules.vocabulary import Impact, Kind, Outcome, Reason
from tests.cast import MONDAY, Company
from tests.history.generator import IMPORT, NAMES, START

MINUTE = timedelta(minutes=1)
SINCE, UNTIL = MONDAY - timedelta(days=1), MONDAY + timedelta(days=30)


def solve(company: Company, case: Case, at: datetime, outcome: Outcome = Outcome.SOLVED) -> None:
    resolution.resolve(case=case, actor=company.agent.standing, at=at, outcome=outcome, text="It runs again.")


def acknowledged_after(company: Company, minutes: int) -> Case:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    at = MONDAY + (1 + minutes) * MINUTE
    escalation.acknowledge(case=case, actor=company.specialist.standing, at=at, severity=2, text="Mara has it.")
    return case


def test_nothing_happened_gives_no_number_and_no_error(company: Company) -> None:
    found = reports.numbers(SINCE, UNTIL)
    assert found.opened == 0
    assert found.acknowledgement.calendar == found.acknowledgement.working == Durations(0, None, None)
    assert found.resolution == found.escalation == Durations(0, None, None)
    assert (found.satisfaction, found.climbs) == (Satisfaction(0, None), ())


@pytest.mark.parametrize(("minutes", "median", "mean"), [((10, 20, 90), 20.0, 40.0), ((10, 20, 30, 80), 25.0, 35.0)])
def test_time_to_acknowledgement_has_the_middle_and_the_mean(
    company: Company, minutes: tuple[int, ...], median: float, mean: float
) -> None:
    for after in minutes:
        acknowledged_after(company, after)
    found = reports.numbers(SINCE, UNTIL).acknowledgement
    assert found.calendar == found.working == Durations(len(minutes), median, mean)
    assert found.in_time == sum(after <= 30 for after in minutes)


def test_the_night_counts_as_the_customer_waits_and_not_as_we_work(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + timedelta(hours=7))
    tomorrow = MONDAY + timedelta(days=1, hours=1)
    escalation.acknowledge(case=case, actor=company.specialist.standing, at=tomorrow, severity=2, text="Mara has it.")
    found = reports.numbers(SINCE, UNTIL).acknowledgement
    assert (found.calendar.median, found.working.median) == (18 * 60.0, 2 * 60.0)


def test_total_resolution_runs_from_the_opening_and_for_climbs_from_their_request(company: Company) -> None:
    plain, climbed = company.open(), acknowledged_after(company, 4)
    solve(company, plain, MONDAY + 30 * MINUTE)
    solve(company, climbed, MONDAY + 61 * MINUTE)
    found = reports.numbers(SINCE, UNTIL)
    assert found.resolution == Durations(2, 45.5, 45.5)
    assert found.escalation == Durations(1, 60.0, 60.0)


def test_what_was_no_case_leaves_all_numbers_and_what_was_taken_back_was_not_resolved(company: Company) -> None:
    for outcome in (Outcome.SPAM, Outcome.DUPLICATE, Outcome.WITHDRAWN, Outcome.SOLVED):
        solve(company, acknowledged_after(company, 10), MONDAY + 60 * MINUTE, outcome)
    found = reports.numbers(SINCE, UNTIL)
    assert (found.opened, found.resolution.count, found.acknowledgement.calendar.count) == (2, 1, 2)
    assert found.climbs == (LevelRate(2, 2, 100.0),)


def test_satisfaction_is_the_mean_of_the_answers(company: Company) -> None:
    for score in (5, 2):
        case = company.open()
        solve(company, case, MONDAY + MINUTE)
        resolution.rate(case=case, actor=company.ida.standing, at=MONDAY + 2 * MINUTE, score=score)
    assert reports.numbers(SINCE, UNTIL).satisfaction == Satisfaction(2, 3.5)


def test_a_case_counts_once_for_every_level_it_was_escalated_to(company: Company) -> None:
    company.open()
    acknowledged_after(company, 5)
    high = company.escalate(company.open(), MONDAY + MINUTE)
    escalation.hand_back(case=high, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE, reason="Logs missing.")
    for level in (2, 3):
        escalation.climb(
            case=high,
            actor=company.agent.standing if level == 2 else company.specialist.standing,
            at=MONDAY + level * 2 * MINUTE,
            kind=Kind.FUNCTIONAL,
            reason=Reason.SKILL,
            brief=company.brief(),
        )
    company.open()
    assert reports.numbers(SINCE, UNTIL).climbs == (LevelRate(2, 2, 50.0), LevelRate(3, 1, 25.0))
    assert (reports.highest_levels(), reports.steps_up(), reports.steps_down()) == ({1: 2, 2: 1, 3: 1}, 4, 1)


def test_only_what_happened_in_the_period_counts(company: Company) -> None:
    case = acknowledged_after(company, 10)
    solve(company, case, MONDAY + timedelta(hours=2))
    met = MONDAY + 11 * MINUTE
    before, after = reports.numbers(SINCE, met), reports.numbers(met, UNTIL)
    assert (before.opened, before.acknowledgement.calendar.count, before.resolution.count) == (1, 0, 0)
    assert (after.opened, after.acknowledgement.calendar.count, after.resolution.count) == (0, 1, 1)
    assert after.climbs == ()


# -- imported cases ------------------------------------------------------------------------------------


@pytest.fixture
def known(company: Company) -> Known:
    return imports.prepare(source="log", names=NAMES, at=IMPORT)


def bring_in(known: Known, number: int) -> None:
    steps = (
        Entry(START, Status.WORKING, 1, "V30"),
        Entry(START + MINUTE, Status.QUEUED, 2, "V5 2nd"),
        Entry(START + (1 + number) * MINUTE, Status.WORKING, 2, "V5 2nd"),
        Entry(START + 60 * MINUTE, Status.CLOSED, 2, "V5 2nd"),
    )
    record = history.Record(f"1-{number}", "Volt SE", "Ticket", Impact.LOW, steps)
    history.import_case(source="log", record=record, known=known, at=IMPORT)


def test_imported_cases_count_like_any_other_and_can_be_left_out(company: Company, known: Known) -> None:
    bring_in(known, 8)
    acknowledged_after(company, 20)
    everything = reports.numbers(START, UNTIL)
    assert everything.acknowledgement.calendar == Durations(2, 14.0, 14.0)
    assert (everything.opened, everything.climbs) == (2, (LevelRate(2, 2, 100.0),))
    assert reports.numbers(START, UNTIL, source="").acknowledgement.calendar == Durations(1, 20.0, 20.0)
    assert reports.numbers(START, UNTIL, source="log").resolution == Durations(1, 60.0, 60.0)


def test_many_cases_cost_no_more_statements_than_one(known: Known) -> None:
    bring_in(known, 1)
    with CaptureQueriesContext(connection) as few:
        reports.numbers(START, UNTIL)
        reports.highest_levels()
        reports.steps_up()
    for number in range(2, 12):
        bring_in(known, number)
    with CaptureQueriesContext(connection) as many:
        assert reports.numbers(START, UNTIL).opened == 11
        reports.highest_levels()
        reports.steps_up()
    assert len(many) == len(few)
