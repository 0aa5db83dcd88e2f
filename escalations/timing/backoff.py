"""How long to wait after failures in a row: doubling up to a limit, and spread so that many do not return at once."""

from __future__ import annotations

import random
from datetime import timedelta

_MOST_DOUBLINGS = 30  # keeps the product within what a timedelta holds


def doubled(first: timedelta, longest: timedelta, failures: int) -> timedelta:
    """The wait after the first failure, doubled with each further one, never more than `longest`."""
    return min(first * 2 ** min(max(failures - 1, 0), _MOST_DOUBLINGS), longest)


def spread(wait: timedelta) -> timedelta:
    """The wait with a fifth of jitter either way, so that a recovered server is not hit by all at once."""
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, hides nothing
