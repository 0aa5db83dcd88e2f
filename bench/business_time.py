"""Business time: start + 8 hours and + 800 hours on Monday to Friday, nine to five, in Berlin.

    .venv/bin/python -m bench.business_time [folder of the yardsticks]

The folder (or BENCH_YARDSTICKS) holds `business_time.py` with bare prefix sums, the businesstimedelta library behind
one function, and cases with their truth; without it ours is timed alone. All take turns in every round, and each ratio
is the median over the rounds of one run: compare ratios, not times. BENCH_ROUNDS (default 21).
"""

from __future__ import annotations

import importlib
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from escalations.timing.schedule import Schedule, Window

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "21"))
SECONDS = 0.1
SHORT, LONG = 8, 800
TEN_DAYS = timedelta(days=10)

Work = Callable[[datetime], object]
Spec = Mapping[str, Any]  # {"week": {0: [("09:00", "17:00")]}, "holidays": [date], "special": {date: [...]}}

PLAIN: Spec = {"week": {day: [("09:00", "17:00")] for day in range(5)}, "holidays": [date(2026, 12, 25)]}


def schedule(spec: Spec) -> Schedule:
    """Ours, from the hours of a yardstick."""
    return Schedule(
        "Europe/Berlin",
        {day: [window(*pair) for pair in pairs] for day, pairs in spec["week"].items()},
        dict.fromkeys(spec["holidays"], "holiday"),
        {day: [window(*pair) for pair in pairs] for day, pairs in spec.get("special", {}).items()},
    )


def window(opens: str, closes: str) -> Window:
    begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
    return Window(begin, end if end > begin else end + 1440)


def contenders(yardsticks: Any) -> dict[str, Work]:
    """What is timed, by name: one call each for a start."""
    office = schedule(yardsticks.OFFICE if yardsticks else PLAIN)
    found: dict[str, Work] = {
        "ours, +8 h": lambda start: office.add_working_time(start, SHORT * 60),
        "ours, +800 h": lambda start: office.add_working_time(start, LONG * 60),
        "ours, -8 h": lambda start: office.subtract_working_time(start, SHORT * 60),
        "ours, between": lambda start: office.working_time_between(start, start + TEN_DAYS),
    }
    if yardsticks:
        prefix = yardsticks.Prefix(yardsticks.OFFICE)
        found["prefix sums, +8 h"] = lambda start: prefix.add(start, SHORT * 3600)
        found["prefix sums, +800 h"] = lambda start: prefix.add(start, LONG * 3600)
        found["prefix sums, between"] = lambda start: (
            prefix.worked(int((start + TEN_DAYS).timestamp())) - prefix.worked(int(start.timestamp()))
        )
        found |= library(yardsticks)
    return found


def library(yardsticks: Any) -> dict[str, Work]:
    try:
        add = yardsticks.lib_businesstimedelta(yardsticks.OFFICE)
    except ImportError:
        return {}
    return {"businesstimedelta, +8 h": lambda start: add(start, SHORT * 3600)}


def calls_a_second(work: Work, starts: list[datetime]) -> float:
    done, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        for start in starts:
            work(start)
        done += len(starts)
    return done / (time.process_time() - began)


def timed(work: Mapping[str, Work]) -> list[dict[str, float]]:
    """Calls a second of processor time, everybody in turn, round by round."""
    rnd = random.Random(1)  # noqa: S311
    first = datetime(2026, 1, 5, tzinfo=UTC)
    starts = [first + timedelta(seconds=rnd.randrange(300 * 86400)) for _ in range(200)]
    return [{name: calls_a_second(one, starts) for name, one in work.items()} for _round in range(ROUNDS)]


def ratio(rounds: list[dict[str, float]], upper: str, lower: str) -> str:
    if upper not in rounds[0] or lower not in rounds[0]:
        return f"{upper} / {lower}: not measured"
    found = [one[upper] / one[lower] for one in rounds]
    return f"{upper} / {lower}: {statistics.median(found):.2f} ({min(found):.2f} to {max(found):.2f})"


def right(yardsticks: Any) -> str:
    """How many of the cases ours answers as a walk over every minute does."""
    wrong = [
        label
        for label, spec, start, hours in yardsticks.CASES
        if schedule(spec).add_working_time(start, hours * 60) != yardsticks.truth(spec, start, hours * 3600)
    ]
    return f"right in {len(yardsticks.CASES) - len(wrong)} of {len(yardsticks.CASES)} cases {', '.join(wrong)}".strip()


def yardsticks_in(folder: str) -> Any:
    """The module in that folder; None without a folder."""
    if not folder:
        return None
    sys.path.insert(0, folder)
    return importlib.import_module("business_time")


def main(folder: str) -> None:
    yardsticks = yardsticks_in(folder)
    machine = (
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(f"{machine}, {datetime.now(UTC):%Y-%m-%d}: python -m bench.business_time {folder}".rstrip())
    rounds = timed(contenders(yardsticks))
    for name in rounds[0]:
        print(f"{name:<26}{statistics.median(one[name] for one in rounds):>12,.0f} a second")
    print(ratio(rounds, "ours, +8 h", "ours, +800 h") + "  (what +800 h costs, in +8 h)")
    if yardsticks:
        print(ratio(rounds, "ours, +8 h", "prefix sums, +8 h"))
        print(ratio(rounds, "ours, +800 h", "prefix sums, +800 h"))
        print(ratio(rounds, "ours, between", "prefix sums, between"))
        print(ratio(rounds, "ours, +8 h", "businesstimedelta, +8 h"))
        print(right(yardsticks))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BENCH_YARDSTICKS", ""))
