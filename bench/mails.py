"""Damaged mails through the reader: whether any of them makes it fail, and how long the slowest takes.

    .venv/bin/python -m bench.mails 10000 [--seed 1]

Takes the mails of tests/inbound/corpus in turn and changes each as `tests.inbound.mutations` does. Exits with 1 when
one raised, could not be read because of a fault of ours, or gave more than its size allows; the first such mails are
kept in a folder, whose name is printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from escalations.inbound.mail import parse
from tests.inbound.bounds import faults
from tests.inbound.mutations import corpus, mutated

KEPT = 20


@dataclass(frozen=True)
class Reading:
    """One damaged mail: how long it took in seconds, what it was taken for, and what went wrong."""

    raw: bytes
    seconds: float
    kind: str
    wrong: list[str]


def read(raw: bytes) -> Reading:
    began = time.perf_counter()
    try:
        mail = parse(raw)
    except Exception:  # noqa: BLE001 – this is what it looks for
        return Reading(raw, time.perf_counter() - began, "-", [traceback.format_exc()])
    return Reading(raw, time.perf_counter() - began, mail.kind, faults(raw, mail))


def readings(count: int, seed: int) -> Iterator[Reading]:
    chance, mails = random.Random(seed), corpus()  # noqa: S311
    for number in range(count):
        yield read(mutated(mails[number % len(mails)], chance))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.mails", description="Damaged mails through the reader.")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"python -m bench.mails {' '.join(sys.argv[1:])}")
    kinds: Counter[str] = Counter()
    slowest, total, wrong = 0.0, 0.0, []
    for reading in readings(given.count, given.seed):
        kinds[reading.kind] += 1
        slowest, total = max(slowest, reading.seconds), total + reading.seconds
        wrong += [reading] if reading.wrong else []
    told = ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items()))
    print(
        f"{given.count:,} mails in {total:.1f} s, the slowest {slowest * 1000:.0f} ms; "
        f"{len(wrong)} with a fault; read as: {told}"
    )
    if wrong:
        folder = Path(tempfile.mkdtemp(prefix="mails-"))
        for number, reading in enumerate(wrong[:KEPT]):
            (folder / f"{number}.eml").write_bytes(reading.raw)
            print(*reading.wrong, sep="\n")
        print(f"kept in {folder}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
