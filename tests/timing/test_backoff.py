"""Waits double from the first failure on, stop at their limit, and are spread by a fifth."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalations.timing.backoff import doubled, spread

FIRST, LONGEST = timedelta(seconds=15), timedelta(hours=1)


def test_the_first_failures_wait_the_first_time_and_then_twice_as_long() -> None:
    waits = [doubled(FIRST, LONGEST, failures) / FIRST for failures in (0, 1, 2, 3, 4)]
    assert waits == [1, 1, 2, 4, 8]


@given(st.integers(0, 10**9))
def test_however_many_failures_there_were_the_wait_stays_within_its_limits(failures: int) -> None:
    wait = doubled(FIRST, LONGEST, failures)
    assert FIRST <= wait <= LONGEST
    assert wait <= doubled(FIRST, LONGEST, failures + 1)
    assert 0.8 * wait <= spread(wait) <= 1.2 * wait
