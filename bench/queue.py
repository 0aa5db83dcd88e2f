"""The queue among a million cases: what a page costs, on the first page and deep inside, and how many a second.

    DATABASE_URL=postgres://… .venv/bin/python -m bench.queue [--yardsticks FOLDER] [few many]

Needs PostgreSQL, where it makes databases of its own and drops them again. With the folder of the yardsticks the page
is served in turn with the lean page of `ceiling_app.py`, fifty rows as well. Compare the ratios, not the times.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench import scratch

OURS, THEIRS = "bench_queue", "bench_queue_yardstick"
if __name__ == "__main__":
    scratch.make(OURS)
    os.environ["DATABASE_URL"] = scratch.named(OURS)

from django.conf import settings  # noqa: E402 - only after the database is there
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.cases import backend, conditions, cpu_of, grow  # noqa: E402
from bench.rates import get, rate, serving  # noqa: E402
from escalations.casefile import keyset  # noqa: E402
from escalations.casefile.lines import PAGE  # noqa: E402
from escalations.models import Agent, Case  # noqa: E402

ROUNDS, WARM, DEEP, SERIES = 60, 5, 1000, 5
FRONT = "/desk/queue/?view=all"


@dataclass(frozen=True)
class Cost:
    """One page in milliseconds: the median, and the CPU time of Python and of the database on average."""

    median: float
    python: float
    database: float
    statements: int

    @property
    def cpu(self) -> float:
        return self.python + self.database

    def __str__(self) -> str:
        return (
            f"{self.median:.1f} ms, CPU {self.python:.1f} Python + {self.database:.1f} database, "
            f"{self.statements} statements"
        )


APART = {
    # Copies are due one after the other, were opened one after the other, and differ as cases do.
    "next_due_at": "now() + n * interval '7 seconds'",
    "opened_at": "now() - n * interval '11 seconds'",
    "severity": "1 + n % 4",
    "level": "1 + n % 3",
    "subject": "'Readings of meter ' || n || ' stop arriving every night'",
}


def deep_cursor() -> str:
    """Where page DEEP begins."""
    order, keys = ("next_due_at", "pk"), keyset.SORTS["due"]
    last = Case.objects.unsolved().order_by(*order).values(*order)[PAGE * (DEEP - 1) - 1]
    return keyset.cursor(keys, last)


def costs(client: Client, paths: list[str]) -> list[Cost]:
    """Each of these pages, asked in turn."""
    times: dict[str, list[float]] = {path: [] for path in paths}
    python, database = dict.fromkeys(paths, 0.0), dict.fromkeys(paths, 0.0)
    pid = backend()
    for round_ in range(WARM + ROUNDS):
        for path in paths:
            cpu, served, began = time.process_time(), cpu_of(pid), time.perf_counter()
            response = client.get(path)
            took = time.perf_counter() - began
            if response.status_code != 200 or response.content.count(b"data-row") < PAGE:
                raise RuntimeError(f"{path} is no full page")
            if round_ >= WARM:
                times[path].append(took * 1000)
                python[path] += (time.process_time() - cpu) * 1000 / ROUNDS
                database[path] += (cpu_of(pid) - served) * 1000 / ROUNDS
    return [Cost(statistics.median(times[path]), python[path], database[path], asked(client, path)) for path in paths]


def asked(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as made:
        client.get(path)
    return len(made)


def signed_in() -> Client:
    agent = Agent.objects.active().select_related("user").earliest("pk")
    client = Client(headers={"host": "localhost"})
    client.force_login(agent.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def grown(client: Client | None, size: int) -> tuple[Client, list[Cost]]:
    """So many cases, and the cost of the first page and, where there are so many, of page DEEP."""
    grow(size, APART)
    client = client or signed_in()
    paths = [FRONT]
    if size >= PAGE * (DEEP + 1):
        paths.append(f"{FRONT}&{urlencode({'after': deep_cursor()})}")
    found = costs(client, paths)
    for path, cost in zip(paths, found, strict=True):
        print(f"{size:>9,} cases, page {1 if path == FRONT else DEEP:>5,}: {cost}", flush=True)
    return client, found


def yardstick(folder: Path, size: int, stack: ExitStack) -> tuple[dict[str, str], str]:
    """Fills the tables of the yardstick; its environment and the cookie of who is signed in."""
    address = stack.enter_context(scratch.database(THEIRS)).replace("postgres://", "postgresql://")
    environment = {"BENCH_DB_URL": address, "PYTHONPATH": str(folder)}

    def run(*command: str) -> str:
        full = [sys.executable, *command]
        done = subprocess.run(
            full, cwd=folder, env=os.environ | environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    run("rawsql_limits.py", "setup", str(size))
    return environment, f"sessionid={run('ceiling_app.py', 'setup').splitlines()[-1]}"


def rates(client: Client, folder: Path, size: int) -> Iterator[tuple[float, float]]:
    """Pages a second, ours and those of the yardstick, in turn."""
    with ExitStack() as stack:
        environment, cookie = yardstick(folder, size, stack)
        mine = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        here = Path(__file__).parent.parent
        ours = stack.enter_context(serving("config.wsgi", get(FRONT, mine), here, {"DATABASE_POOL": "4"}))
        theirs = stack.enter_context(serving("ceiling_app:application", get("/page-lean", cookie), folder, environment))
        for _series in range(SERIES):
            yield rate(ours), rate(theirs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--yardsticks", type=Path)
    parser.add_argument("--yardstick-cases", type=int, default=100_000)
    parser.add_argument("sizes", nargs="*", type=int)
    said = parser.parse_args()
    few, many = said.sizes or (10_000, 1_000_000)
    print(f"python -m bench.queue {few} {many}", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    client, (before, *_deep) = grown(None, few)
    client, (first, *deep) = grown(client, many)
    print(f"CPU of page 1: {first.cpu / before.cpu:.2f} × that of {few:,} cases")
    for page in deep:
        times = f"CPU {page.cpu / first.cpu:.2f} ×, median {page.median / first.median:.2f} ×"
        print(f"page {DEEP:,}: {times} those of page 1")
    if said.yardsticks:
        found = list(rates(client, said.yardsticks.resolve(), said.yardstick_cases))
        ours, theirs = (statistics.median(side) for side in zip(*found, strict=True))
        share = statistics.median(mine / yours for mine, yours in found)
        print(f"pages a second: {ours:.1f}, yardstick {theirs:.1f}: {share:.0%}; all: {found}")
    print(conditions())


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        scratch.drop(OURS)
