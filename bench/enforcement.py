"""What enforcing a due clock costs beside the limit of the database, and what a second worker brings.

    DATABASE_URL=postgres://…/bench_enforcement .venv/bin/python -m bench.enforcement <folder of the yardsticks> \\
        [--cases 100000] [--due 5000] [--rounds 5]

Needs PostgreSQL and a scratch database, which it migrates and fills; nothing of it is removed. The raw limit is that of
the yardstick itself (`rawsql_limits.py`, "select + arrays", batches of 500, one event and one row to send a clock), on
tables of its own in the same database. Ours writes an event in the hash chain and every notice it calls for: of a
breach four, of a warning two. Rounds are interleaved, because others may use the machine: compare the ratios.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.cases import backend, conditions, cpu_of, fall_due, grow
from escalations.actions.announcements import announce_due
from escalations.models import Clock, Event, Notice

BATCH = 500
WAY = "select + arrays"
DISTURBED = 0.6  # of a core; what the database does beside its sessions needs a part of it
ATTEMPTS = 5


@dataclass(frozen=True)
class Run:
    """One measured run over so many clocks."""

    clocks: int
    seconds: float
    python: float
    database: float

    @property
    def rate(self) -> float:
        return self.clocks / self.seconds


def measured(work: Callable[[], int], pid: int) -> Run:
    database, python, began = cpu_of(pid), time.process_time(), time.perf_counter()
    clocks = work()
    return Run(clocks, time.perf_counter() - began, time.process_time() - python, cpu_of(pid) - database)


def drain(at: datetime) -> int:
    """Tells of everything that is due; how many clocks that were."""
    total = 0
    while told := announce_due(at=at, limit=BATCH):
        total += told
    return total


def enforced(due: int, at: datetime, *, breached: bool) -> None:
    """Every due clock has its one event and its notices: a measurement of something else is none."""
    written = Event.objects.filter(recorded_at=at)
    notices = Notice.objects.filter(event__in=written).count()
    left = Clock.objects.filter(next_at__lte=at).count()
    if (written.count(), notices, left) != (due, due * (4 if breached else 2), 0):
        sys.exit(f"{written.count()} events and {notices} notices for {due} due clocks, {left} left")


def one_worker(raw: Any, machine: Any, due: int, rounds: int) -> None:
    found: dict[str, list[Run]] = defaultdict(list)
    with raw.connect() as own:
        for _round in range(rounds):
            raw.make_due(own, due)
            own.autocommit = False
            machine.quiet()
            limit = measured(lambda: raw.drain(own, WAY, BATCH), own.info.backend_pid)
            found["the limit"].append(limit)
            for name, breached in (("breaches", True), ("warnings", False)):
                at = fall_due(due, breached=breached)
                machine.quiet()
                found[name].append(measured(lambda: drain(at), backend()))  # noqa: B023 - runs at once
                enforced(due, at, breached=breached)
    for name, runs in found.items():
        rates = sorted(run.rate / limit.rate for run, limit in zip(runs, found["the limit"], strict=True))
        print(
            f"{name:>10}: {statistics.median(run.rate for run in runs):>7,.0f} clocks/s, "
            f"{statistics.median(rates):.1%} of the limit (from {rates[0]:.1%} to {rates[-1]:.1%}), "
            f"{microseconds(found['the limit']) / microseconds(runs):.1%} by CPU: a clock takes "
            f"{microseconds(runs, 'python'):.0f} µs Python + {microseconds(runs, 'database'):.0f} µs database"
        )
    at = fall_due(BATCH, breached=True)
    with CaptureQueriesContext(connection) as asked:
        announce_due(at=at, limit=BATCH)
    print(f"{'':>10}  {len(asked)} statements a batch of {BATCH}")


def microseconds(runs: list[Run], *of: str) -> float:
    """The CPU time of a clock: the median of these runs."""
    parts = of or ("python", "database")
    return 1e6 * statistics.median(sum(getattr(run, part) for part in parts) / run.clocks for run in runs)


def work(at: datetime, gate: Barrier, told: multiprocessing.SimpleQueue[tuple[Run, float]]) -> None:
    """A worker process: connects and reads its procedure, waits for the others, drains, and says when it was done."""
    announce_due(at=at - timedelta(days=1))
    pid = backend()
    gate.wait()
    told.put((measured(lambda: drain(at), pid), time.perf_counter()))


def together(workers: int, at: datetime, machine: Any) -> tuple[Run, float]:
    """So many worker processes on the same due clocks, from their common start until the last has finished.

    Also how much of a core somebody else used meanwhile.
    """
    context = multiprocessing.get_context("spawn")
    gate, told = context.Barrier(workers + 1), context.SimpleQueue()
    processes = [context.Process(target=work, args=(at, gate, told)) for _number in range(workers)]
    for process in processes:
        process.start()
    gate.wait()
    began, (busy, _all) = time.perf_counter(), machine.busy_jiffies()
    runs, ends = zip(*(told.get() for _process in processes), strict=True)
    used = (machine.busy_jiffies()[0] - busy) / os.sysconf("SC_CLK_TCK")
    for process in processes:
        process.join()
    seconds, python, database = max(ends) - began, sum(run.python for run in runs), sum(run.database for run in runs)
    return Run(sum(run.clocks for run in runs), seconds, python, database), (used - python - database) / seconds


def two_workers(machine: Any, due: int, rounds: int) -> None:
    """Pairs of runs that nobody disturbed: where others use the second core, there is none to win."""
    found: list[tuple[Run, Run]] = []
    for _attempt in range(rounds * ATTEMPTS):
        pair, others = [], 0.0
        for workers in (1, 2):
            at = fall_due(due, breached=True)
            machine.quiet()
            run, disturbance = together(workers, at, machine)
            enforced(due, at, breached=True)
            pair.append(run)
            others = max(others, disturbance)
        if others <= DISTURBED:
            found.append((pair[0], pair[1]))
        if len(found) == rounds:
            break
    if not found:
        sys.exit("others used the machine all the time: one worker and two cannot be compared")
    gains = sorted(two.rate / one.rate for one, two in found)
    print(
        f"two worker processes: {statistics.median(two.rate for _one, two in found):,.0f} clocks/s, "
        f"one {statistics.median(one.rate for one, _two in found):,.0f}: {statistics.median(gains):.2f} × "
        f"(from {gains[0]:.2f} to {gains[-1]:.2f}, {len(found)} undisturbed pairs)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.enforcement", description=__doc__.split("\n", 1)[0])
    parser.add_argument("yardsticks", type=Path)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    sys.path.insert(0, str(given.yardsticks))
    os.environ["BENCH_DB_URL"] = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    raw, machine = importlib.import_module("rawsql_limits"), importlib.import_module("machine")
    print(f"python -m bench.enforcement {' '.join(sys.argv[1:])}")
    grow(given.cases)
    raw.setup(given.cases)
    one_worker(raw, machine, given.due, given.rounds)
    two_workers(machine, given.due, given.rounds)
    print(conditions())


if __name__ == "__main__":
    main()
