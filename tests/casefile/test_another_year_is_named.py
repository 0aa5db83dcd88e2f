"""An instant of another year than that of its page or its event is told with its year, and no other one is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from escalations.actions import handling, promises
from escalations.casefile.customer import customer_casefile
from escalations.casefile.explanation import explain_key
from escalations.casefile.staff import staff_casefile
from escalations.models import Case
from tests.cast import Company

DAY = timedelta(days=1)
LAST_YEAR = datetime(2026, 12, 30, 10, tzinfo=UTC)
DUE = datetime(2027, 1, 4, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


def promised(company: Company) -> Case:
    """News promised in the old year for the new one."""
    case = company.open(at=LAST_YEAR)
    actor = company.agent.standing
    promises.make(case=case, actor=actor, at=LAST_YEAR, due_at=DUE, text="After the holidays.", reason="Nobody is in.")
    return case


@pytest.mark.parametrize(
    ("at", "said"),
    [(DUE - 5 * DAY, "Mon 4 Jan 2027, 12:00"), (DUE - DAY, "Mon 4 Jan, 12:00"), (DUE, "Mon 4 Jan, 12:00")],
)
def test_words_that_kept_a_promise_tell_its_year_where_they_were_of_another(
    company: Company, at: datetime, said: str
) -> None:
    case = promised(company)
    handling.reply(case=case, actor=company.agent.standing, at=at, text="It is the lock.")
    case.refresh_from_db()
    long_after = DUE + 900 * DAY
    staff = staff_casefile(case, company.agent.standing, long_after).timeline[-1]
    assert staff.kept == f"Kept the promise of news by {said}"
    assert (
        customer_casefile(case, company.ida.standing, long_after).entries[-1].kept == f"The news we promised by {said}"
    )


def test_a_clock_read_in_one_year_tells_the_year_of_what_lies_in_another(company: Company) -> None:
    case, ben = promised(company), company.agent.standing
    before = explain_key(case, "next_update-2", ben, LAST_YEAR + DAY)
    assert before.line.headline == "Due Mon 4 Jan 2027, 12:00 in Berlin"
    assert before.facts[0][1] == "Wed 30 Dec, 11:00"
    after = explain_key(case, "next_update-2", ben, DUE - DAY)
    assert after.line.headline == "Due Mon 4 Jan, 12:00 in Berlin"
    assert after.facts[0][1] == "Wed 30 Dec 2026, 11:00"
    assert after.table.kept[0].name == "Wed 30 Dec 2026"


@pytest.mark.parametrize(
    ("before", "days", "of_last_year", "of_this"),
    [(0, 4, "31 Dec 26", "Sat 2"), (15, 40, "28 Dec 26", "11 Jan"), (200, 300, "Sep 26", "Mar")],
)
def test_the_picture_names_the_year_of_days_weeks_and_months_of_another_one(
    company: Company, before: int, days: int, of_last_year: str, of_this: str
) -> None:
    begun = LAST_YEAR - before * DAY
    case = company.open(at=begun)
    told = explain_key(case, "resolution-1", company.agent.standing, begun + days * DAY)
    assert {of_last_year, of_this} <= {tick.words for tick in told.picture.ticks}
