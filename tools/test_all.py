"""`make test-all`: everything, on both databases; a missing part fails, it is never skipped.

What `make test` does, on SQLite; those of its tests that touch the database again on PostgreSQL with Redis; then
browser and conformance, and broker and crash, on PostgreSQL with Redis. All passes run even when an earlier one failed,
so that one run tells everything.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools.servers import Addresses, CannotServe, require, servers

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("browser", "conformance")
PROCESSES = ("broker", "crash")  # one after the other: they start and kill many of their own
MAKE = ["make", "--no-print-directory"]
PYTEST = [str(ROOT / ".venv" / "bin" / "pytest"), "-q"]


def environment(addresses: Addresses | None) -> dict[str, str]:
    """Our environment, on the given servers or on SQLite and the filesystem broker."""
    plain = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    if addresses is None:
        return plain
    return {**plain, "DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url}


def passes(addresses: Addresses) -> list[tuple[str, list[str], dict[str, str]]]:
    """What is run: a name, the command, its environment."""
    plain, served = environment(None), environment(addresses)
    return [
        ("lint, types and migrations", [*MAKE, "check"], plain),
        ("tests on SQLite", [*MAKE, "everyday"], plain),
        ("tests of what is stored, on PostgreSQL with Redis", [*MAKE, "everyday", "ONLY=--stored"], served),
        (", ".join(PAGES), [*PYTEST, "-n", "2", "--dist", "loadfile", "-m", " or ".join(PAGES)], served),
        (", ".join(PROCESSES), [*PYTEST, "-m", " or ".join(PROCESSES)], served),
    ]


def run(addresses: Addresses) -> int:
    """Run all passes one after the other; how many failed."""
    outcomes = []
    for name, command, variables in passes(addresses):
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=variables, check=False)
        outcomes.append((name, done.returncode, time.monotonic() - began))
    print()
    for name, status, seconds in outcomes:
        print(f"{'failed' if status else 'passed'}  {name} ({seconds:.0f} s)")
    return sum(bool(status) for _, status, _ in outcomes)


def main() -> int:
    """Find or start the servers, then run; 1 when anything is missing or fails."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        require({"chromium": "chromium"})
        with servers() as addresses:
            return 1 if run(addresses) else 0
    except CannotServe as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
