"""Whose turn it is: shifts by the clock on the wall, swaps, overrides, hours of duty, and what nobody covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from escalations.timing.rotation import Override, Rotation, Turn, Turns, gaps, next_change, on_duty, turns, without
from escalations.timing.schedule import Schedule
from tests.timing.hours import DAY, MINUTE, days, local, office

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"
HOUR = 60 * MINUTE
TICK = timedelta(microseconds=1)
ADA, BEN, CLEO, DAN = 11, 12, 13, 14


def rota(**changed: Any) -> Rotation:
    """Weekly from Monday, 5 January 2026, at nine in Berlin: Ada, Ben, Cleo."""
    return replace(Rotation(date(2026, 1, 5), 9 * 60, BERLIN, 7, (ADA, BEN, CLEO)), **changed)


def at(text: str) -> datetime:
    return local(BERLIN, text)


def override(start: str, end: str, agent: int) -> Override:
    return Override(at(start), at(end), agent)


def agent_at(rotation: Rotation, text: str) -> int | None:
    turn = on_duty(rotation, at(text))
    return turn.agent if turn else None


def plain(found: list[Turn]) -> list[tuple[datetime, datetime, int]]:
    return [(turn.start, turn.end, turn.agent) for turn in found]


# -- shifts --------------------------------------------------------------------------------------


def test_people_take_their_shifts_in_order_and_begin_again() -> None:
    found = turns(rota(), at("2026-01-05 09:00"), at("2026-02-02 09:00"))
    assert [turn.agent for turn in found] == [ADA, BEN, CLEO, ADA]
    assert [turn.shift for turn in found] == [0, 1, 2, 3]
    assert found[1] == Turn(at("2026-01-12 09:00"), at("2026-01-19 09:00"), BEN, Turns.ROTA, 1)


def test_a_shift_begins_at_its_hand_over_and_not_a_moment_before() -> None:
    monday = at("2026-01-12 09:00")
    assert (rota().shift_at(monday - TICK), rota().shift_at(monday)) == (0, 1)
    assert [turn.agent for moment in (monday - TICK, monday) if (turn := on_duty(rota(), moment))] == [ADA, BEN]


def test_an_instant_is_the_same_in_whichever_zone_it_is_asked_for() -> None:
    tokyo = at("2026-01-12 09:00").astimezone(ZoneInfo("Asia/Tokyo"))
    assert rota().shift_at(tokyo) == 1
    assert on_duty(rota(), tokyo) == on_duty(rota(), at("2026-01-12 09:00"))
    assert next_change(rota(), tokyo) == at("2026-01-19 09:00")


def test_before_the_anchor_nobody_is_on_duty_and_shifts_have_negative_numbers() -> None:
    early = at("2026-01-05 08:59")
    busy = rota(swaps=((-1, DAN),), overrides=(override("2026-01-01 00:00", "2026-01-06 00:00", DAN),))
    assert busy.shift_at(early) == -1
    assert busy.bounds(-1) == (at("2025-12-29 09:00"), at("2026-01-05 09:00"))
    assert on_duty(busy, early) is None
    assert next_change(busy, early) == at("2026-01-05 09:00")
    assert turns(busy, at("2025-12-01 00:00"), at("2026-01-05 10:00")) == [
        Turn(at("2026-01-05 09:00"), at("2026-01-05 10:00"), DAN, Turns.OVERRIDE, 0)
    ]


def test_without_people_only_those_put_there_are_on_duty() -> None:
    empty = rota(people=())
    assert on_duty(empty, at("2026-01-07 12:00")) is None
    assert next_change(empty, at("2026-01-07 12:00")) is None
    assert turns(empty, at("2026-01-07 12:00"), at("2026-03-07 12:00")) == []
    assert agent_at(replace(empty, swaps=((0, DAN),)), "2026-01-07 12:00") == DAN
    put = replace(empty, overrides=(override("2026-01-07 08:00", "2026-01-07 18:00", DAN),))
    assert agent_at(put, "2026-01-07 12:00") == DAN
    assert agent_at(put, "2026-01-07 18:00") is None


def test_a_person_named_twice_has_two_shifts_of_a_round() -> None:
    found = turns(rota(people=(ADA, BEN, ADA, CLEO)), at("2026-01-05 09:00"), at("2026-02-02 09:00"))
    assert [turn.agent for turn in found] == [ADA, BEN, ADA, CLEO]


def test_a_shift_thousands_of_shifts_away_is_found() -> None:
    daily = rota(shift_days=1)
    far = local(BERLIN, "2999-07-01 09:00")
    assert daily.shift_at(far) == (date(2999, 7, 1) - date(2026, 1, 5)).days
    assert daily.bounds(daily.shift_at(far))[0] == far


# -- changes of the clocks -----------------------------------------------------------------------


@pytest.mark.parametrize("hands_over", [0, 9 * 60, 17 * 60 + 30])
@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE])
def test_onc_03_a_weekly_rota_hands_over_at_the_same_local_time_over_both_changes_without_gap_or_overlap(
    zone: str, hands_over: int
) -> None:
    rotation = rota(zone=zone, hands_over=hands_over)
    bounds = [rotation.bounds(shift) for shift in range(60)]
    assert all(one[1] == two[0] for one, two in pairwise(bounds))
    walls = {start.astimezone(ZoneInfo(zone)).time() for start, _end in bounds}
    assert walls == {time(*divmod(hands_over, 60))}
    assert len({end - start for start, end in bounds}) == 3  # weeks with 7 days, a little less and a little more
    year = turns(rotation, bounds[0][0], bounds[-1][1])
    assert [(turn.start, turn.end) for turn in year] == bounds
    assert [turn.agent for turn in year] == [ADA, BEN, CLEO] * 20


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 28), 23),
        (BERLIN, date(2026, 10, 24), 25),
        (NEW_YORK, date(2026, 3, 7), 23),
        (NEW_YORK, date(2026, 10, 31), 25),
        (LORD_HOWE, date(2026, 10, 3), 23.5),
        (LORD_HOWE, date(2026, 4, 4), 24.5),
    ],
)
def test_onc_03_the_shift_over_a_change_is_as_long_as_it_really_is(zone: str, day: date, hours: float) -> None:
    start, end = rota(anchor=day, zone=zone, shift_days=1).bounds(0)
    assert end - start == hours * HOUR


@pytest.mark.parametrize(
    ("zone", "skipped", "hands_over", "begins"),
    [
        (BERLIN, date(2026, 3, 29), 150, "2026-03-29 03:30"),
        (NEW_YORK, date(2026, 3, 8), 150, "2026-03-08 03:30"),
        (LORD_HOWE, date(2026, 10, 4), 135, "2026-10-04 02:45"),
    ],
)
def test_onc_03_a_hand_over_in_the_gap_of_spring_moves_forward_by_the_gap_and_only_that_day(
    zone: str, skipped: date, hands_over: int, begins: str
) -> None:
    rotation = rota(anchor=skipped - DAY, zone=zone, hands_over=hands_over, shift_days=1)
    moved = local(zone, begins)
    assert rotation.bounds(1)[0] == rotation.bounds(0)[1] == moved
    assert (rotation.shift_at(moved - TICK), rotation.shift_at(moved)) == (0, 1)
    usual = {rotation.bounds(shift)[0].astimezone(ZoneInfo(zone)).time() for shift in (0, 2)}
    assert usual == {time(*divmod(hands_over, 60))}


@pytest.mark.parametrize(
    ("zone", "twice", "hands_over"),
    [(BERLIN, "2026-10-25 02:30", 150), (NEW_YORK, "2026-11-01 01:30", 90), (LORD_HOWE, "2026-04-05 01:45", 105)],
)
def test_onc_03_a_hand_over_in_the_hour_that_comes_twice_is_the_first(zone: str, twice: str, hands_over: int) -> None:
    first, second = local(zone, twice), local(zone, twice, fold=1)
    rotation = rota(anchor=date.fromisoformat(twice[:10]) - DAY, zone=zone, hands_over=hands_over, shift_days=1)
    assert first < second
    assert rotation.bounds(1)[0] == first
    assert [rotation.shift_at(moment) for moment in (first - TICK, first, second - TICK, second)] == [0, 1, 1, 1]


def test_the_shift_of_the_day_that_apia_skipped_is_empty_and_its_person_has_none() -> None:
    rotation = rota(anchor=date(2011, 12, 29), zone="Pacific/Apia", shift_days=1)
    saturday = local("Pacific/Apia", "2011-12-31 09:00")
    assert rotation.bounds(1) == (saturday, saturday)
    assert rotation.shift_at(saturday - TICK) == 0
    found = turns(rotation, saturday - DAY, saturday + DAY)
    assert plain(found) == [(saturday - DAY, saturday, ADA), (saturday, saturday + DAY, CLEO)]


# -- swaps ---------------------------------------------------------------------------------------


def test_a_swap_gives_one_shift_to_somebody_else_and_leaves_the_order_alone() -> None:
    found = turns(rota(swaps=((1, ADA), (3, BEN))), at("2026-01-05 09:00"), at("2026-02-09 09:00"))
    assert [(turn.agent, turn.because) for turn in found] == [
        (ADA, Turns.ROTA),
        (ADA, Turns.SWAP),
        (CLEO, Turns.ROTA),
        (BEN, Turns.SWAP),
        (BEN, Turns.ROTA),
    ]


def test_of_two_swaps_of_one_shift_the_later_counts() -> None:
    assert agent_at(rota(swaps=((1, CLEO), (1, DAN))), "2026-01-14 12:00") == DAN


@pytest.mark.parametrize(
    "moved",
    [
        {"hands_over": 17 * 60},
        {"anchor": date(2026, 1, 7)},
        {"anchor": date(2026, 1, 2), "hands_over": 0},
        {"zone": "Asia/Tokyo"},
        {"shift_days": 14},
        {"people": (BEN, ADA)},
    ],
)
def test_onc_04_a_swap_follows_when_the_shift_is_moved(moved: dict[str, Any]) -> None:
    swapped = rota(swaps=((2, DAN),))
    assert plain(turns(swapped, *swapped.bounds(2))) == [(*swapped.bounds(2), DAN)]
    later = replace(swapped, **moved)
    start, end = later.bounds(2)
    assert [turn for turn in turns(later, start - 3 * DAY, end + 3 * DAY) if turn.agent == DAN] == [
        Turn(start, end, DAN, Turns.SWAP, 2)
    ]


def test_onc_04_who_has_the_shift_is_the_swapped_person_from_its_first_moment_to_its_last() -> None:
    swapped = rota(swaps=((2, DAN),))
    start, end = swapped.bounds(2)
    for moment in (start, start + 3 * DAY, end - TICK):
        assert on_duty(swapped, moment) == Turn(start, end, DAN, Turns.SWAP, 2)
    assert next_change(swapped, start - DAY) == start


# -- overrides -----------------------------------------------------------------------------------


def test_an_override_counts_before_swap_and_order_from_its_start_up_to_its_end() -> None:
    rotation = rota(
        swaps=((1, CLEO),),
        overrides=(
            override("2026-01-07 12:00", "2026-01-08 12:00", DAN),
            override("2026-01-13 12:00", "2026-01-14 12:00", DAN),
        ),
    )
    assert [agent_at(rotation, f"2026-01-{moment}") for moment in ("07 11:59", "07 12:00", "08 11:59", "08 12:00")] == [
        ADA,
        DAN,
        DAN,
        ADA,
    ]
    assert [agent_at(rotation, f"2026-01-{day} 13:00") for day in (12, 13, 14)] == [CLEO, DAN, CLEO]
    assert on_duty(rotation, at("2026-01-08 00:00")) == Turn(
        at("2026-01-07 12:00"), at("2026-01-08 12:00"), DAN, Turns.OVERRIDE, 0
    )
    assert on_duty(rotation, at("2026-01-06 00:00")) == Turn(
        at("2026-01-05 09:00"), at("2026-01-07 12:00"), ADA, Turns.ROTA, 0
    )


def test_where_overrides_overlap_the_later_in_the_list_counts() -> None:
    long, short = (
        override("2026-01-06 09:00", "2026-01-10 09:00", DAN),
        override("2026-01-08 09:00", "2026-01-09 09:00", BEN),
    )
    window = at("2026-01-06 09:00"), at("2026-01-10 09:00")
    assert [turn.agent for turn in turns(rota(overrides=(long, short)), *window)] == [DAN, BEN, DAN]
    assert plain(turns(rota(overrides=(short, long)), *window)) == [(*window, DAN)]


def test_an_override_over_a_hand_over_is_one_turn_and_its_shift_is_the_one_it_begins_in() -> None:
    rotation = rota(overrides=(override("2026-01-10 09:00", "2026-01-14 09:00", DAN),))
    found = turns(rotation, at("2026-01-05 09:00"), at("2026-01-19 09:00"))
    assert [(turn.agent, turn.shift) for turn in found] == [(ADA, 0), (DAN, 0), (BEN, 1)]
    assert next_change(rotation, at("2026-01-11 09:00")) == at("2026-01-14 09:00")
    assert on_duty(rotation, at("2026-01-13 09:00")) == Turn(
        at("2026-01-12 09:00"), at("2026-01-14 09:00"), DAN, Turns.OVERRIDE, 1
    )


# -- hours of duty -------------------------------------------------------------------------------


def test_esc_15_hours_of_duty_know_weekdays_and_local_time_and_not_only_utc() -> None:
    rotation = rota(hours=office())
    winter, summer = local("UTC", "2026-01-07 07:30"), local("UTC", "2026-07-08 07:30")
    assert on_duty(rotation, winter) is None  # 08:30 in Berlin
    assert on_duty(rotation, summer) == Turn(
        at("2026-07-08 09:00"), at("2026-07-08 17:00"), CLEO, Turns.ROTA, rotation.shift_at(summer)
    )
    assert [agent_at(rotation, f"2026-01-{day} 12:00") for day in ("09", 10, 11, 12)] == [ADA, None, None, BEN]
    assert next_change(rotation, at("2026-01-09 16:00")) == at("2026-01-09 17:00")
    assert next_change(rotation, at("2026-01-09 17:00")) == at("2026-01-12 09:00")


def test_esc_15_over_a_change_of_the_clocks_duty_opens_at_the_same_local_time() -> None:
    rotation = rota(hours=Schedule(BERLIN, days("08:00-18:00", *range(7))))
    for day in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"):
        (turn,) = turns(rotation, at(f"{day} 00:00"), at(f"{day} 23:00"))
        assert (turn.start, turn.end) == (at(f"{day} 08:00"), at(f"{day} 18:00"))
        assert agent_at(rotation, f"{day} 07:59") is None


def test_on_a_holiday_of_the_hours_nobody_is_on_duty_not_even_by_an_override() -> None:
    rotation = rota(
        hours=office(holidays={date(2026, 1, 6): "Epiphany"}),
        overrides=(override("2026-01-05 00:00", "2026-01-08 00:00", DAN),),
    )
    assert plain(turns(rotation, at("2026-01-05 00:00"), at("2026-01-08 00:00"))) == [
        (at("2026-01-05 09:00"), at("2026-01-05 17:00"), DAN),
        (at("2026-01-07 09:00"), at("2026-01-07 17:00"), DAN),
    ]


def test_the_hours_may_be_those_of_another_zone_than_the_hand_over() -> None:
    rotation = rota(hours=office("Asia/Tokyo"))
    tuesday = local("Asia/Tokyo", "2026-01-06 09:00")
    assert on_duty(rotation, tuesday) == Turn(tuesday, tuesday + 8 * HOUR, ADA, Turns.ROTA, 0)


# -- the next change -----------------------------------------------------------------------------


def test_the_next_change_is_the_next_hand_over_to_somebody_else() -> None:
    assert next_change(rota(), at("2026-01-07 12:00")) == at("2026-01-12 09:00")
    assert next_change(rota(), at("2026-01-12 09:00")) == at("2026-01-19 09:00")
    assert next_change(rota(people=(ADA, ADA, BEN)), at("2026-01-07 12:00")) == at("2026-01-19 09:00")


def test_a_swap_or_an_override_by_who_has_the_shift_anyway_changes_nothing() -> None:
    rotation = rota(swaps=((1, ADA),), overrides=(override("2026-01-07 00:00", "2026-01-08 00:00", ADA),))
    assert next_change(rotation, at("2026-01-06 12:00")) == at("2026-01-19 09:00")
    assert [turn.because for turn in turns(rotation, at("2026-01-06 12:00"), at("2026-01-19 09:00"))] == [
        Turns.ROTA,
        Turns.OVERRIDE,
        Turns.ROTA,
        Turns.SWAP,
    ]


def test_without_a_change_within_sixty_days_there_is_none_to_tell() -> None:
    alone = rota(people=(ADA,))
    assert next_change(alone, at("2026-01-07 12:00")) is None
    leave = replace(alone, overrides=(override("2026-05-01 00:00", "2026-05-02 00:00", BEN),))
    begins = at("2026-05-01 00:00")
    assert next_change(leave, begins - 60 * DAY) is None
    assert next_change(leave, begins - 60 * DAY + TICK) == begins
    assert next_change(rota(), at("2025-10-01 00:00")) is None


# -- turns, absences and gaps --------------------------------------------------------------------


def test_turns_are_cut_to_the_window_and_joined_where_the_same_agent_goes_on() -> None:
    window = at("2026-01-07 00:00"), at("2026-02-07 00:00")
    assert turns(rota(people=(ADA,)), *window) == [Turn(*window, ADA, Turns.ROTA, 0)]
    assert turns(rota(), window[0], window[0]) == []
    assert turns(rota(), window[1], window[0]) == []


def test_who_is_away_is_taken_out_of_the_own_turns_only() -> None:
    found = turns(rota(), at("2026-01-05 09:00"), at("2026-01-19 09:00"))
    leave = [
        (at("2026-01-08 00:00"), at("2026-01-10 00:00")),
        (at("2026-01-06 00:00"), at("2026-01-09 00:00")),
        (at("2026-01-11 12:00"), at("2026-01-15 00:00")),
        (at("2026-01-10 12:00"), at("2026-01-10 12:00")),
    ]
    assert without(found, {ADA: leave, CLEO: leave}) == [
        Turn(at("2026-01-05 09:00"), at("2026-01-06 00:00"), ADA, Turns.ROTA, 0),
        Turn(at("2026-01-10 00:00"), at("2026-01-11 12:00"), ADA, Turns.ROTA, 0),
        found[1],
    ]
    assert without(found, {}) == found
    assert without(found, {ADA: [(at("2026-01-01 00:00"), at("2026-02-01 00:00"))]}) == [found[1]]


def test_a_gap_is_where_nobody_is_on_duty_before_the_anchor_and_outside_the_hours() -> None:
    start, end = at("2026-01-05 00:00"), at("2026-01-07 00:00")
    assert gaps(turns(rota(), start, end), start, end) == [(start, at("2026-01-05 09:00"))]
    assert gaps(turns(rota(hours=office()), start, end), start, end) == [
        (start, at("2026-01-05 09:00")),
        (at("2026-01-05 17:00"), at("2026-01-06 09:00")),
        (at("2026-01-06 17:00"), end),
    ]
    assert gaps([], start, end) == [(start, end)]
    assert gaps([], end, start) == []


def test_where_nobody_is_needed_there_is_no_gap() -> None:
    start, end = at("2026-01-09 00:00"), at("2026-01-13 00:00")
    found = without(turns(rota(), start, end), {ADA: [(at("2026-01-09 12:00"), at("2026-01-12 09:00"))]})
    assert gaps(found, start, end, office()) == [(at("2026-01-09 12:00"), at("2026-01-09 17:00"))]
    assert gaps(turns(rota(hours=office()), start, end), start, end, office()) == []


def test_two_rotations_cover_for_each_other() -> None:
    start, end = at("2026-01-05 09:00"), at("2026-01-07 09:00")
    day = turns(rota(hours=Schedule(BERLIN, days("08:00-20:00", *range(7)))), start, end)
    night = turns(rota(hours=Schedule(BERLIN, days("20:00-07:00", *range(7)))), start, end)
    assert gaps(night + day, start, end) == [
        (at("2026-01-06 07:00"), at("2026-01-06 08:00")),
        (at("2026-01-07 07:00"), at("2026-01-07 08:00")),
    ]


# -- a rotation is a value -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"shift_days": 0}, "between 1 and 366 days"),
        ({"shift_days": 367}, "between 1 and 366 days"),
        ({"hands_over": -1}, "between 00:00 and 23:59"),
        ({"hands_over": 1440}, "between 00:00 and 23:59"),
        ({"zone": "Europe/Atlantis"}, "no time zone 'Europe/Atlantis'"),
        ({"zone": "Europe"}, "no time zone 'Europe'"),
        ({"zone": ""}, "no time zone ''"),
    ],
)
def test_impossible_values_are_refused_with_what_would_be_possible(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rota(**wrong)


def test_an_override_ends_after_it_begins_and_knows_its_time_zone() -> None:
    with pytest.raises(ValueError, match="ends after it begins"):
        override("2026-01-07 12:00", "2026-01-07 12:00", DAN)
    with pytest.raises(ValueError, match="needs a time zone"):
        Override(at("2026-01-07 12:00").replace(tzinfo=None), at("2026-01-08 12:00"), DAN)


def test_a_question_without_a_time_zone_or_beyond_the_calendar_is_refused() -> None:
    naive = at("2026-01-07 12:00").replace(tzinfo=None)
    for ask in (rota().shift_at, lambda moment: on_duty(rota(), moment), lambda moment: next_change(rota(), moment)):
        with pytest.raises(ValueError, match="needs a time zone"):
            ask(naive)
        with pytest.raises(ValueError, match="years 1 to 9999"):
            ask(local("UTC", "9999-12-31 23:30"))
    with pytest.raises(ValueError, match="years 1 to 9999"):
        rota().bounds(10**6)


def test_rotations_of_the_same_values_are_equal_and_can_be_kept_in_a_set() -> None:
    def one() -> Rotation:
        put = override("2026-01-07 12:00", "2026-01-08 12:00", DAN)
        return rota(swaps=((1, DAN),), overrides=(put,), hours=office())

    assert len({one(), one(), rota()}) == 2


def test_overrides_of_the_same_instants_are_equal_in_whichever_zone_they_were_written() -> None:
    start, end = at("2026-10-25 00:30"), at("2026-10-25 04:30")
    elsewhere = Override(start.astimezone(ZoneInfo(BERLIN)), end.astimezone(ZoneInfo(NEW_YORK)), DAN)
    assert elsewhere == Override(start, end, DAN)
    assert elsewhere.end - elsewhere.start == 5 * HOUR
