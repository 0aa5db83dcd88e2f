"""How the sweep grows: an idle round with few and with many open cases, in one run.

    DATABASE_URL=postgres://…/bench_sweep .venv/bin/python -m bench.sweep [cases ...]

Needs PostgreSQL and a scratch database, which it migrates and fills; nothing of it is removed. Compare the ratios, not
the times; `SELECT 1` beside each says how quiet the machine was.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.cases import conditions, grow  # sets Django up, so it comes first
from escalations.engine.sweep import sweep

ROUNDS = 500


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """The median and the 99th of a hundred runs."""
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), sorted(times)[ROUNDS * 99 // 100]


def select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def main(sizes: list[int]) -> None:
    print(f"python -m bench.sweep {' '.join(map(str, sizes))}")
    first = 0.0
    for size in sizes:
        grow(size)
        at = timezone.now()
        while sweep(at):
            continue
        with CaptureQueriesContext(connection) as asked:
            sweep(at)
        took, worst = milliseconds(lambda: sweep(at))  # noqa: B023 - runs before `at` changes
        nothing, _worst = milliseconds(select_one)
        first = first or took
        print(
            f"{size:>9,} open cases: idle round {took:.2f} ms (p99 {worst:.2f}), {took / first:.2f} × the first, "
            f"{took - first:+.2f} ms; {len(asked)} statement; SELECT 1 {nothing:.2f} ms"
        )
    print(conditions())


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
