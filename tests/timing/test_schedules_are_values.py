"""A schedule is a value: the same rows give the same schedule, and nobody can change one."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import pytest

from escalations.timing.schedule import ROUND_THE_CLOCK, Schedule, Window
from tests.timing.hours import DAY, MINUTE, days, local, office, window

FAIR, EVE = date(2026, 3, 3), date(2026, 12, 24)


def made(
    timezone: str = "Europe/Berlin",
    week: Mapping[int, Sequence[Window]] | None = None,
    holidays: Mapping[date, str] | None = None,
    overrides: Mapping[date, Sequence[Window]] | None = None,
) -> Schedule:
    return Schedule(
        timezone,
        days("09:00-12:00 13:00-17:00") if week is None else week,
        {FAIR: "Town fair", EVE: "Christmas Eve"} if holidays is None else holidays,
        {FAIR: [], EVE: [window("09:00-11:00"), window("12:00-13:00")]} if overrides is None else overrides,
    )


def test_the_same_rows_in_any_order_are_the_same_schedule() -> None:
    other = made(
        week={day: windows[::-1] for day, windows in reversed(days("09:00-12:00 13:00-17:00").items())} | {6: []},
        holidays={EVE: "Christmas Eve", FAIR: "Town fair"},
        overrides={EVE: [window("12:00-13:00"), window("09:00-11:00")], FAIR: []},
    )
    assert other == made()
    assert hash(other) == hash(made())
    assert {made(): "kept once"}[other] == "kept once"


@pytest.mark.parametrize(
    "other",
    [
        made(timezone="Europe/Vienna"),
        made(week=days("09:00-17:00")),
        made(week=days("09:00-12:00 13:00-17:00", 0, 1, 2, 3)),
        made(holidays={FAIR: "Town fair"}),
        made(holidays={FAIR: "Inventory", EVE: "Christmas Eve"}),
        made(overrides={}),
        made(overrides={FAIR: [], EVE: []}),
    ],
)
def test_other_rows_are_another_schedule(other: Schedule) -> None:
    assert other != made()


def test_what_was_asked_makes_no_schedule_another() -> None:
    used = made()
    used.add_working_time(local("Europe/Berlin", "2026-03-02 09:00"), 60)
    assert (used, hash(used)) == (made(), hash(made()))


@pytest.mark.parametrize("name", ["timezone", "week", "holidays", "overrides", "anything"])
def test_nothing_of_a_schedule_can_be_set_or_removed(name: str) -> None:
    schedule = made()
    with pytest.raises(FrozenInstanceError):
        setattr(schedule, name, "UTC")
    with pytest.raises(FrozenInstanceError):
        delattr(schedule, name)
    assert schedule == made()


def test_rows_that_change_later_do_not_change_the_schedule_made_of_them() -> None:
    week: dict[int, list[Window]] = {0: [window("09:00-17:00")]}
    holidays, overrides = {FAIR: "Town fair"}, {EVE: [window("09:00-11:00")]}
    schedule = Schedule("UTC", week, holidays, overrides)
    week[0].append(window("20:00-21:00"))
    holidays.clear()
    overrides[EVE].clear()
    assert schedule == Schedule(
        "UTC", {0: [window("09:00-17:00")]}, {FAIR: "Town fair"}, {EVE: [window("09:00-11:00")]}
    )
    assert schedule.windows_on(EVE) == (window("09:00-11:00"),)
    assert schedule.holiday_on(FAIR) == "Town fair"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda schedule: pickle.loads(pickle.dumps(schedule))])  # noqa: S301
def test_a_copy_is_the_same_schedule(copied: Callable[[Schedule], Schedule]) -> None:
    start, schedule = local("Europe/Berlin", "2026-03-02 09:00"), made()
    due = schedule.add_working_time(start, 4000)
    assert copied(schedule) == schedule
    assert copied(schedule).add_working_time(start, 4000) == due


def test_round_the_clock_every_minute_counts() -> None:
    at = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
    assert ROUND_THE_CLOCK.timezone == "UTC"
    assert ROUND_THE_CLOCK.is_open(at)
    assert ROUND_THE_CLOCK.add_working_time(at, 1440.5) == at + DAY + MINUTE / 2
    assert ROUND_THE_CLOCK.working_time_between(at, at + 400 * DAY) == 400 * 1440


def test_a_promise_to_an_exact_instant_is_due_at_that_instant() -> None:
    made_at, promised = datetime(2026, 3, 2, 9, 0, 0, 1, tzinfo=UTC), datetime(2026, 11, 30, 23, 59, 59, 7, tzinfo=UTC)
    minutes = (promised - made_at) / MINUTE
    assert ROUND_THE_CLOCK.add_working_time(made_at, minutes) == promised


def test_a_schedule_says_in_a_failed_test_what_it_is() -> None:
    assert repr(office()).startswith("Schedule(timezone='Europe/Berlin', week=")
