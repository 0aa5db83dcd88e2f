"""When a notice may leave: within hours, outside of quiet ones, on the beat of a rhythm, and never held for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.rules.leaving import PATIENCE, Occasion, Wishes, leaves_at
from escalations.rules.vocabulary import Rhythm
from escalations.timing.schedule import ROUND_THE_CLOCK, Schedule, Window

BERLIN = "Europe/Berlin"
EASTER = {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"}
OFFICE = Schedule(BERLIN, {day: [Window(540, 1020)] for day in range(5)}, EASTER)
EARLY = Schedule(BERLIN, {day: [Window(360, 840)] for day in range(6)})
NIGHTS = Schedule(BERLIN, {day: [Window(1320, 1800)] for day in range(5)})
ONCE = Schedule(BERLIN, {0: [Window(540, 600)]}, {date(2026, 3, 2) + timedelta(weeks=n): "shut" for n in range(40)})
NIGHT = (time(21), time(7))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


def leaves(at: str, level: Schedule | None = OFFICE, *, must_act: bool = False, **wishes: object) -> str:
    """In the time of Berlin, to the minute."""
    told = Occasion(berlin(at), level, must_act=must_act)
    found = leaves_at(told, Wishes(BERLIN, **wishes))  # type: ignore[arg-type]
    return found.astimezone(ZoneInfo(BERLIN)).isoformat(sep=" ", timespec="minutes")[:16]


# -- hours ---------------------------------------------------------------------------------------------


def test_not_01_nothing_leaves_at_midnight_or_on_a_holiday_unless_the_level_is_open_then() -> None:
    assert leaves("2026-03-02 12:00") == "2026-03-02 12:00"
    assert leaves("2026-03-03 00:00") == "2026-03-03 09:00"
    assert leaves("2026-04-02 17:00") == "2026-04-07 09:00"  # over Easter
    assert leaves("2026-04-05 00:00", ROUND_THE_CLOCK) == "2026-04-05 00:00"
    assert leaves("2026-04-05 00:00", None) == "2026-04-05 00:00"  # belongs to no level


def test_others_wait_for_their_own_working_time_instead_of_that_of_the_level() -> None:
    assert leaves("2026-03-02 15:00", hours=EARLY) == "2026-03-03 06:00"
    assert leaves("2026-03-03 06:30", hours=EARLY) == "2026-03-03 06:30"
    assert leaves("2026-03-02 23:00", ROUND_THE_CLOCK, hours=OFFICE) == "2026-03-03 09:00"


def test_whoever_must_act_waits_for_the_level_only() -> None:
    assert leaves("2026-03-02 15:00", hours=EARLY, must_act=True) == "2026-03-02 15:00"
    assert leaves("2026-03-03 06:30", hours=EARLY, must_act=True) == "2026-03-03 09:00"
    assert leaves("2026-03-02 15:01", rhythm=Rhythm.DAILY, must_act=True) == "2026-03-02 15:01"


def test_what_is_urgent_waits_for_nothing() -> None:
    at = berlin("2026-04-05 03:00")
    wishes = Wishes(BERLIN, NIGHT, OFFICE, Rhythm.DAILY)
    assert leaves_at(Occasion(at, OFFICE, is_urgent=True), wishes) == at


# -- quiet hours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("must_act", [True, False])
def test_quiet_hours_hold_over_midnight_even_for_whoever_must_act(must_act: bool) -> None:
    for at, until in (("02 20:59", "02 20:59"), ("02 21:00", "03 07:00"), ("03 03:00", "03 07:00")):
        found = leaves(f"2026-03-{at}", ROUND_THE_CLOCK, must_act=must_act, quiet=NIGHT)
        assert found == f"2026-03-{until}"


def test_quiet_hours_follow_the_clocks_of_the_person_when_they_are_put_forward_and_back() -> None:
    def held(at: str) -> timedelta:
        told = Occasion(berlin(at), ROUND_THE_CLOCK)
        return leaves_at(told, Wishes(BERLIN, NIGHT)) - told.at

    assert held("2026-03-27 22:00") == timedelta(hours=9)
    assert held("2026-03-28 22:00") == timedelta(hours=8)  # the night that lacks an hour
    assert held("2026-10-24 22:00") == timedelta(hours=10)  # the night that has one more
    ends_in_the_gap = leaves("2026-03-29 01:00", ROUND_THE_CLOCK, quiet=(time(0), time(2, 30)))
    assert ends_in_the_gap == "2026-03-29 03:30"
    twice = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    found = leaves_at(Occasion(twice, ROUND_THE_CLOCK), Wishes(BERLIN, (time(0), time(2, 30))))
    assert found == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_quiet_hours_are_those_of_the_zone_of_the_person() -> None:
    told = Occasion(datetime(2026, 3, 2, 16, 0, tzinfo=UTC), ROUND_THE_CLOCK)  # 21:30 in Kolkata
    assert leaves_at(told, Wishes("Asia/Kolkata", NIGHT)) == datetime(2026, 3, 3, 1, 30, tzinfo=UTC)


def test_hours_that_are_all_quiet_hold_nothing_for_ever() -> None:
    assert leaves("2026-03-02 12:00", NIGHTS, quiet=(time(21), time(8))) == "2026-03-09 12:00"


# -- rhythm --------------------------------------------------------------------------------------------


def test_an_hourly_rhythm_waits_for_the_full_hour() -> None:
    assert leaves("2026-03-02 10:00", rhythm=Rhythm.HOURLY) == "2026-03-02 10:00"
    assert leaves("2026-03-02 10:01", rhythm=Rhythm.HOURLY) == "2026-03-02 11:00"
    assert leaves("2026-03-02 16:30", rhythm=Rhythm.HOURLY) == "2026-03-03 09:00"


def test_a_daily_rhythm_waits_for_its_time_and_then_for_the_hours() -> None:
    noon = {"rhythm": Rhythm.DAILY, "digest_at": time(12)}
    assert leaves("2026-03-02 11:59", **noon) == "2026-03-02 12:00"  # type: ignore[arg-type]
    assert leaves("2026-03-02 12:01", **noon) == "2026-03-03 12:00"  # type: ignore[arg-type]
    assert leaves("2026-03-06 12:01", **noon) == "2026-03-09 09:00"  # type: ignore[arg-type]
    assert leaves("2026-03-02 10:00", rhythm=Rhythm.DAILY) == "2026-03-03 09:00"  # at eight nobody works


def test_what_is_held_leaves_together() -> None:
    evening = [leaves(f"2026-03-06 {hour}:17", quiet=NIGHT) for hour in range(18, 24)]
    assert set(evening) == {"2026-03-09 09:00"}


# -- bounds --------------------------------------------------------------------------------------------


def test_a_schedule_that_stays_closed_holds_nothing_longer_than_a_week() -> None:
    assert leaves("2026-03-04 22:00", ONCE) == "2026-03-11 22:00"
    assert leaves("2026-03-04 22:00", ONCE, quiet=NIGHT) == "2026-03-12 07:00"


INSTANTS = st.integers(0, 365 * 24 * 60 * 60).map(lambda second: berlin("2026-01-01") + timedelta(seconds=second))
CLOCKS = st.times()
WISHES = st.builds(
    Wishes,
    zone=st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    quiet=st.none() | st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1]),
    hours=st.none() | st.sampled_from([OFFICE, EARLY, NIGHTS, ONCE]),
    rhythm=st.sampled_from(list(Rhythm)),
    digest_at=CLOCKS,
)
LEVELS = st.none() | st.sampled_from([OFFICE, EARLY, ONCE, ROUND_THE_CLOCK])


def is_quiet(at: datetime, wishes: Wishes) -> bool:
    if wishes.quiet is None:
        return False
    begins, ends = wishes.quiet
    now = at.astimezone(ZoneInfo(wishes.zone)).time()
    return begins <= now < ends if begins < ends else now >= begins or now < ends


@given(INSTANTS, LEVELS, st.booleans(), WISHES)
def test_it_never_leaves_before_its_time_or_in_quiet_hours_and_always_within_nine_days(
    at: datetime, level: Schedule | None, must_act: bool, wishes: Wishes
) -> None:
    found = leaves_at(Occasion(at, level, must_act=must_act), wishes)
    assert at <= found <= at + PATIENCE + timedelta(days=2)
    assert not is_quiet(found, wishes)
    if found < at + PATIENCE:
        hours = level if must_act or wishes.hours is None else wishes.hours
        assert hours is None or hours.is_open(found)


@given(INSTANTS, INSTANTS, LEVELS, st.booleans(), WISHES)
def test_what_happens_later_never_leaves_earlier(
    one: datetime, other: datetime, level: Schedule | None, must_act: bool, wishes: Wishes
) -> None:
    first, second = (leaves_at(Occasion(at, level, must_act=must_act), wishes) for at in sorted((one, other)))
    assert first <= second


@given(INSTANTS, LEVELS, st.booleans(), WISHES)
def test_what_may_leave_is_not_held_again(at: datetime, level: Schedule | None, must_act: bool, wishes: Wishes) -> None:
    found = leaves_at(Occasion(at, level, must_act=must_act), wishes)
    if found < at + PATIENCE:
        assert leaves_at(Occasion(found, level, must_act=must_act), wishes) == found


@given(INSTANTS, LEVELS, WISHES)
def test_whoever_must_act_never_waits_longer_than_those_who_only_wait_for_the_same_level(
    at: datetime, level: Schedule | None, wishes: Wishes
) -> None:
    plain = Wishes(wishes.zone, wishes.quiet, None, wishes.rhythm, wishes.digest_at)
    assert leaves_at(Occasion(at, level, must_act=True), plain) <= leaves_at(Occasion(at, level), plain)
