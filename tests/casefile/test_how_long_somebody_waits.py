"""How long somebody has really waited counts from where the waiting began, whatever clocks came and went since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from escalations.actions import escalation, handling, moving, promises, resolution
from escalations.casefile.explanation import Explanation, clock_lines, explain_key
from escalations.engine.sweep import sweep
from escalations.models import Case
from escalations.rules.vocabulary import Elapsed, Kind, Outcome, Reason
from tests.api.calls import Api
from tests.casefile.test_a_clock_is_explained import another_version
from tests.cast import MONDAY, Company, Customer, Worker

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


def last(case: Case, who: Worker | Customer, at: datetime, kind: str) -> Explanation:
    """The newest clock of this kind."""
    case.refresh_from_db()
    key = [line.key for line in clock_lines(case, who.standing, at) if line.kind == kind][-1]
    return explain_key(case, key, who.standing, at)


def promised(company: Company) -> Case:
    """News promised at nine for eleven; at ten the promise is moved to two o'clock."""
    case, ben = company.open(), company.agent.standing
    promises.make(case=case, actor=ben, at=MONDAY, due_at=MONDAY + 2 * HOUR, text="I try it.")
    promises.move(case=case, actor=ben, at=MONDAY + HOUR, due_at=MONDAY + 5 * HOUR, reason="It takes longer.")
    return case


def test_a_moved_promise_makes_nobody_wait_anew(company: Company) -> None:
    case = promised(company)
    told = last(case, company.ida, MONDAY + 4 * HOUR, "next_update")
    assert told.passed_minutes == 240
    assert told.sums == "You have really waited: 4 h, of which 1 h before this clock began."
    assert told.facts[-1] == ("You have really waited", "4 h, of which 1 h before this clock began")
    first = explain_key(case, "next_update-2", company.ida.standing, MONDAY + 4 * HOUR)
    assert (first.passed_minutes, first.sums) == (60, "You have really waited: 1 h.")
    of_api = Api(company.ida.user).get(f"cases/{case.reference}/clocks/{told.line.key}/").data
    assert of_api["passed_minutes"] > 240


def test_the_news_after_a_broken_promise_are_waited_for_since_it_was_made(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    mara = company.specialist.standing
    handling.reply(case=case, actor=mara, at=MONDAY + HOUR, text="I have it.")
    promises.make(case=case, actor=mara, at=MONDAY + HOUR, due_at=MONDAY + 2 * HOUR, text="By eleven.")
    sweep(MONDAY + 2 * HOUR)
    told = last(case, company.agent, MONDAY + 4 * HOUR, "next_update")
    assert told.passed_minutes == 180
    assert told.sums.endswith("the customer has really waited 3 h, of which 1 h before this clock began.")


def test_words_of_ours_end_the_waiting_and_the_next_news_are_waited_for_from_there(company: Company) -> None:
    case = promised(company)
    company.escalate(case, MONDAY + HOUR)
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 2 * HOUR, text="It is the lock.")
    told = last(case, company.ida, MONDAY + 3 * HOUR, "next_update")
    assert (told.passed_minutes, told.earlier != "") == (60, True)
    assert "before this clock began" not in told.sums


def test_a_solution_that_begins_anew_with_another_version_is_waited_for_since_the_case_came_in(
    company: Company,
) -> None:
    for elapsed, target in ((Elapsed.RESTART, 300), (Elapsed.CARRY, 4800)):
        case, at = company.open(), MONDAY + 26 * HOUR  # missed after eight hours of work
        version = another_version(company, MONDAY, target)
        moving.move(case=case, version=version, elapsed=elapsed, actor=company.agent.standing, at=at)
        told = last(case, company.ida, at + HOUR, "resolution")
        assert told.earlier == "resolution-1"
        assert told.passed_minutes == 27 * 60
        assert "you have really waited 1 day 3 h, of which 1 day 2 h before this clock began." in told.sums


def test_a_case_that_is_opened_again_is_waited_for_since_then(company: Company) -> None:
    case, ben = company.open(), company.agent.standing
    resolution.resolve(case=case, actor=ben, at=MONDAY + HOUR, outcome=Outcome.SOLVED, text="Done.")
    resolution.reopen(case=case, actor=company.ida.standing, at=MONDAY + HOUR, text="Not at all.")
    told = last(case, company.ida, MONDAY + 2 * HOUR, "resolution")
    assert (told.line.key, told.passed_minutes) == ("resolution-3", 60)


def test_the_next_step_of_an_escalation_is_a_wait_of_its_own(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    said: dict[str, Any] = {"kind": Kind.FUNCTIONAL, "reason": Reason.SKILL, "brief": company.brief()}
    escalation.climb(case=case, actor=company.specialist.standing, at=MONDAY + 30 * MINUTE, **said)
    told = last(case, company.agent, MONDAY + 40 * MINUTE, "acknowledgement")
    assert (told.earlier, told.passed_minutes) == ("acknowledgement-2", 10)
