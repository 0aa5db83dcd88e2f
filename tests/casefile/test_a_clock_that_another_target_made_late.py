"""A clock that is late the moment its target changes says what it had used, and never “0 min too late”."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from escalations.actions import moving, triage
from escalations.casefile.explanation import Explanation, explain_key
from escalations.models import Case
from escalations.rules.vocabulary import Elapsed, Impact, Urgency
from tests.casefile.test_a_clock_is_explained import another_version
from tests.cast import MONDAY, Company, Customer, Worker

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MOVED = MONDAY + 6 * HOUR


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


def moved(company: Company) -> Case:
    """Six hours of eight were used when the case was moved to a version that gives five."""
    case = company.open()
    version = another_version(company, MONDAY, 300)
    moving.move(case=case, version=version, elapsed=Elapsed.CARRY, actor=company.agent.standing, at=MOVED)
    return case


def told(company: Company, case: Case, minutes: int, who: Worker | Customer | None = None) -> Explanation:
    return explain_key(case, "resolution-1", (who or company.agent).standing, MOVED + minutes * MINUTE)


def test_a_move_that_makes_a_clock_late_names_the_time_used_before(company: Company) -> None:
    case = moved(company)
    now, later = told(company, case, 0), told(company, case, 30, company.ida)
    assert now.line.headline == "Overdue since Mon 2 Mar, 15:00 in Berlin"
    assert now.sums == (
        "6 h of working time had counted before the target became 5 h, which made it late at once; "
        "the customer has really waited 6 h."
    )
    assert later.sums == (
        "6 h 30 min of working time counted: 6 h before the target became 5 h, which made it late at once, "
        "and 30 min since; you have really waited 6 h 30 min."
    )
    assert ("Late at once", "6 h used, of 5 h") in now.facts
    assert ("Since then", "30 min") in later.facts
    assert (now.over_minutes, later.over_minutes, later.left_minutes) == (0, 30, 0)
    for explanation in (now, later):
        assert "0 min" not in f" {explanation.sums} {explanation.facts}".replace("30 min", "")
        assert "Too late by" not in dict(explanation.facts)


def test_a_corrected_severity_can_make_a_clock_late_as_well(company: Company) -> None:
    case = company.open()
    triage.triage(
        case=case, actor=company.agent.standing, at=MOVED, severity=1, level=1, reason="Much worse than it seemed."
    )
    assert "before the target became 4 h, which made it late at once" in told(company, case, 0).sums


def test_a_clock_that_time_made_late_after_a_change_is_told_as_always(company: Company) -> None:
    case = company.open(impact=Impact.MEDIUM, urgency=Urgency.MEDIUM)
    triage.triage(case=case, actor=company.agent.standing, at=MONDAY + HOUR, severity=2, level=1, reason="Worse.")
    late = told(company, case, 150)
    assert late.sums.startswith("8 h of working time counted, all there was; ")  # five o'clock: the end of the day
    assert late.distance == "30 min late"
    assert (late.over_minutes, dict(late.facts)["Left"]) == (0, "0 min")


@pytest.mark.parametrize(
    ("seconds", "said"), [(-90, "in 2 min"), (-60, "in 1 min"), (0, "now"), (30, "now"), (60, "1 min late")]
)
def test_what_is_due_within_this_minute_is_due_now(company: Company, seconds: int, said: str) -> None:
    case, due = company.open(), MONDAY + 8 * HOUR
    explanation = explain_key(case, "resolution-1", company.agent.standing, due + timedelta(seconds=seconds))
    assert explanation.distance == said
