"""How the sweep grows: an idle round with few and with many open cases, in one run.

    DATABASE_URL=postgres://…/bench_sweep .venv/bin/python -m bench.sweep [cases ...]

Needs PostgreSQL and a scratch database, which it migrates and fills; nothing of it is removed. Compare the ratios, not
the times. Others may use the machine: of several series the least disturbed counts, and CPU time stands beside it.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.cases import backend, conditions, cpu_of, grow
from escalations.engine.sweep import sweep

SERIES, ROUNDS = 8, 150


@dataclass(frozen=True)
class Idle:
    """An idle round, in milliseconds: the median of the least disturbed series, and what it costs on average."""

    median: float
    python: float
    database: float
    statements: int


def idle(at: datetime) -> Idle:
    with CaptureQueriesContext(connection) as asked:
        sweep(at)
    pid = backend()
    python, database = time.process_time(), cpu_of(pid)
    medians = [statistics.median(milliseconds(at) for _round in range(ROUNDS)) for _series in range(SERIES)]
    each = 1000 / (SERIES * ROUNDS)
    return Idle(
        min(medians),
        (time.process_time() - python) * each,
        (cpu_of(pid) - database) * each,
        len(asked.captured_queries),
    )


def milliseconds(at: datetime) -> float:
    began = time.perf_counter()
    sweep(at)
    return (time.perf_counter() - began) * 1000


def main(sizes: list[int]) -> None:
    print(f"python -m bench.sweep {' '.join(map(str, sizes))}")
    first = 0.0
    for size in sizes:
        grow(size)
        at = timezone.now()
        while sweep(at):
            continue
        found = idle(at)
        first = first or found.median
        print(
            f"{size:>9,} open cases: idle round {found.median:.2f} ms, {found.median / first:.2f} × the first "
            f"({found.median - first:+.2f} ms), {found.statements} statement; "
            f"CPU {found.python:.2f} ms Python + {found.database:.2f} ms database"
        )
    print(conditions())


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
