"""First match wins: in the matrix, and among the targets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.rules.procedure import Cell
from escalations.rules.vocabulary import ClockKind, Impact, Urgency
from tests.rules.procedures import cell, procedure, target

TIERS = ("standard", "plus", "vip")


def test_the_first_row_that_fits_places_the_case() -> None:
    made = procedure(cells=(cell("major", "", "vip", 1, 2), cell("", "high", "", 2, 1), cell("", "", "", 4, 1)))
    assert made.place(Impact.MAJOR, Urgency.HIGH, "vip") == (1, made.cells[0])
    assert made.place(Impact.MAJOR, Urgency.HIGH, "standard") == (2, made.cells[1])
    assert made.place(Impact.LOW, Urgency.LOW, "vip") == (3, made.cells[2])


def test_a_row_further_down_never_wins_even_if_it_fits_better() -> None:
    made = procedure(cells=(cell("", "", "", 3, 1), cell("major", "high", "vip", 1, 4)))
    assert made.place(Impact.MAJOR, Urgency.HIGH, "vip") == (1, made.cells[0])


def test_a_case_that_no_row_fits_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(LookupError):
        procedure(cells=(cell("major", "", "", 1, 1),)).place(Impact.LOW, Urgency.LOW, "vip")


cells = st.builds(
    Cell,
    st.none() | st.sampled_from(Impact),
    st.none() | st.sampled_from(Urgency),
    st.none() | st.sampled_from(TIERS),
    st.integers(1, 4),
    st.integers(1, 4),
)


@given(st.lists(cells, max_size=8), st.sampled_from(Impact), st.sampled_from(Urgency), st.sampled_from(TIERS))
def test_the_matrix_gives_the_first_row_whose_every_word_fits(
    rows: list[Cell], impact: Impact, urgency: Urgency, tier: str
) -> None:
    made = procedure(cells=(*rows, cell("", "", "", 4, 1)))
    position, found = made.place(impact, urgency, tier)
    told = (impact, urgency, tier)
    fits = [all(asked in (None, given_) for asked, given_ in zip((r.impact, r.urgency, r.tier), told, strict=True))
            for r in made.cells]  # fmt: skip
    assert position == fits.index(True) + 1
    assert found is made.cells[position - 1]


def test_clk_21_a_clock_that_no_row_promises_is_not_promised() -> None:
    made = procedure(targets=(target(ClockKind.RESOLUTION, 60, severity=1),))
    assert made.target(ClockKind.RESOLUTION, severity=2, level=1, plan="gold") is None
    assert made.target(ClockKind.TRIAGE, severity=1, level=1, plan="gold") is None


def test_the_first_target_that_fits_severity_level_and_plan_is_the_promise() -> None:
    rows = (
        target(ClockKind.RESOLUTION, 60, severity=1, plan="gold"),
        target(ClockKind.RESOLUTION, 120, level=2),
        target(ClockKind.RESOLUTION, 480),
        target(ClockKind.RESOLUTION, 5, severity=1),
    )
    made = procedure(targets=rows)
    assert made.target(ClockKind.RESOLUTION, severity=1, level=1, plan="gold") is rows[0]
    assert made.target(ClockKind.RESOLUTION, severity=1, level=2, plan="silver") is rows[1]
    assert made.target(ClockKind.RESOLUTION, severity=1, level=1, plan=None) is rows[2]


def test_rungs_are_found_by_number_whatever_their_order_and_above_the_top_is_nothing() -> None:
    made = procedure(levels=3)
    assert made.rung(2).number == 2
    above = made.next_rung(1)
    assert above is not None
    assert above.number == 2
    assert made.next_rung(3) is None
    with pytest.raises(KeyError):
        made.rung(4)
