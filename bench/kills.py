"""Workers that are killed at random moments while they sweep the same due clocks, run after run.

    DATABASE_URL=postgres://…/bench_kills .venv/bin/python -m bench.kills 50 [--cases 60] [--seed 1]

Needs an empty scratch database, which it migrates and fills; nothing of it is removed. In every run two or four worker
processes sweep the same cases; some of them are killed with SIGKILL, and others take their place at once. Afterwards
every case must look like one that nobody disturbed: one breach, one climb, everybody told once, journal and clocks
sound, and no deadlock. Exits with 1 otherwise and says what is wrong.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.test.utils import override_settings

from bench.cases import conditions, migrate
from escalations.actions import clocks
from escalations.engine.sweep import due, sweep
from escalations.models import Case, Event, Notice, StormBrake
from escalations.models.events import chain_of
from tests import cast

LATE = cast.MONDAY + timedelta(minutes=61)  # the first response is owed, and its criterion climbs
MOMENTS = (0.05, 0.3, 0.6)  # seconds until a kill at most: while the breaches are told of, or between the climbs
PATIENCE = 60
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])

Trace = Counter[tuple[str, ...]]


def worker() -> int:
    """A new process that sweeps until nothing is left that another does not hold; its id."""
    connection.close()  # a connection cannot be shared
    child = os.fork()
    if child == 0:
        try:
            while sweep(LATE):
                continue
        except BaseException:
            logging.getLogger("escalations").exception("a worker failed")
        finally:
            os._exit(0)
    return child


def storm(workers: int, kills: int, chance: random.Random) -> int:
    """So many workers at once, and so many kills, each with a replacement; how many hit one that was still at work."""
    alive = [worker() for _number in range(workers)]
    hit = 0
    for _kill in range(kills):
        time.sleep(chance.uniform(0, chance.choice(MOMENTS)))
        victim = alive.pop(chance.randrange(len(alive)))
        os.kill(victim, signal.SIGKILL)
        _pid, status = os.waitpid(victim, 0)
        hit += os.WIFSIGNALED(status)
        alive.append(worker())
    for child in alive:
        os.waitpid(child, 0)
    tidied = time.monotonic()
    while any(due(LATE).values()):  # what the last one killed had begun; its locks go with its connection
        sweep(LATE)
        if time.monotonic() - tidied > PATIENCE:
            sys.exit("something stays due")
    return hit


def trace(case: Case) -> Trace:
    """What happened to a case, and who was told of what by which channel, with how often."""
    lines = Event.objects.filter(case=case).values_list("kind")
    told = Notice.objects.filter(case=case).values_list("event__kind", "recipient", "channel")
    return Counter([*lines, *told])


def wrong(case: Case, expected: Trace) -> Iterator[str]:
    """What is missing from this case, there twice, or torn."""
    case.refresh_from_db()
    lines = list(Event.objects.filter(case=case).order_by("seq"))
    found = trace(case)
    yield from (f"missing: {' '.join(what)}" for what in expected - found)
    yield from (f"double: {' '.join(what)}" for what in found - expected)
    if [line.seq for line in lines] != list(range(1, case.last_seq + 1)):
        yield "the numbers of the journal have a gap"
    if chain_of(case.uid, lines) != case.chain:
        yield "the chain of the journal is broken"
    yield from map(str, clocks.differences(case))


def deadlocks() -> int:
    """How many there were on this database, as PostgreSQL counts them; SQLite has none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        found: int = cursor.fetchone()[0]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description="Workers killed while they sweep.")
    parser.add_argument("runs", type=int)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"python -m bench.kills {' '.join(sys.argv[1:])}")
    said = Path(tempfile.mkstemp(suffix=".log")[1])
    errors = logging.FileHandler(said)
    errors.setLevel(logging.ERROR)
    logging.getLogger("escalations").addHandler(errors)
    migrate()
    with QUICK:
        company = cast.company()
        StormBrake.objects.create(is_on=False)  # all of them climb at once, as they may here
    undisturbed = company.open()
    sweep(LATE)
    expected, chance, before, killed = trace(undisturbed), random.Random(given.seed), deadlocks(), 0  # noqa: S311
    problems: list[str] = []
    for run in range(given.runs):
        cases = [company.open() for _number in range(given.cases)]
        killed += storm((2, 4)[run % 2], chance.randint(2, 6), chance)
        problems += [f"run {run}, {case.reference}: {what}" for case in cases for what in wrong(case, expected)]
    time.sleep(1)  # PostgreSQL counts with a delay
    problems += said.read_text().splitlines() + ["a deadlock"] * (deadlocks() - before)
    told = sum(expected.values()) * given.runs * given.cases
    print(
        f"{given.runs} runs with 2 and 4 workers, {killed} workers killed at work, {given.runs * given.cases:,} cases, "
        f"{told:,} events and notices: {len(problems)} missing, double or torn; {deadlocks() - before} deadlocks"
    )
    print(*problems[:20], conditions(), sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
