"""The soak itself, in the settings that `python -m bench.soak` made for it."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402 - only after django.setup()
from django.db.models import Q  # noqa: E402
from django.utils import timezone  # noqa: E402 - only after django.setup()

from bench.soak import load, verdict  # noqa: E402
from bench.soak.trouble import Trouble  # noqa: E402
from bench.soak.world import World, world  # noqa: E402
from escalations import tasks  # noqa: E402
from escalations.actions import handling  # noqa: E402
from escalations.engine.sweep import due  # noqa: E402
from escalations.models import Case, Escalation, Notice, NoticeState  # noqa: E402
from tests.cast import Company  # noqa: E402

SETTLES_SECONDS = 1800.0
SAMPLES = 20


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="Escalations under kills.")
    parser.add_argument("home", type=Path)
    parser.add_argument("escalations", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=int, default=None, help="mails an hour for each person")
    parser.add_argument("--seconds", type=float, default=45.0, help="how long the trouble goes on at least")
    return parser.parse_args()


def until(settled: Callable[[], bool], what: str) -> float:
    """Waits until it is so; how many seconds it took. Exits when it never is."""
    began = time.monotonic()
    while not load.patiently(settled):
        if time.monotonic() - began > SETTLES_SECONDS:
            sys.exit(f"it does not settle: {what}")
        time.sleep(0.25)
    return time.monotonic() - began


def nothing_is_due(at: datetime | None = None) -> bool:
    """No clock, climb or notice of that instant or before, by default now, waits; what was tried has arrived."""
    instant = at or timezone.now()
    waiting = Notice.objects.filter(state=NoticeState.WAITING, written_at__lte=instant)
    is_waited_for = waiting.filter(Q(next_try_at__lte=instant) | Q(tries__gt=0)).exists()
    return not is_waited_for and not any(due(instant).values())


def nothing_waits() -> bool:
    """No mail waits, not even for the end of an hour."""
    return not Notice.objects.filter(state=NoticeState.WAITING).exists()


def all_have_climbed() -> bool:
    """Nobody acknowledges anything here: every case climbs to the top by itself."""
    return not Escalation.objects.open().filter(case__level__lt=load.TOP).exists()


@dataclass
class Work:
    """What people do meanwhile, in a thread of its own; `problem` is what even patience did not help against."""

    company: Company
    escalations: int
    seed: int
    problem: Exception | None = None

    def run(self) -> None:
        chance = random.Random(self.seed + 1)  # noqa: S311
        try:
            for number in range(self.escalations):
                load.one_escalation(self.company, number, chance)
        except Exception as problem:  # noqa: BLE001 - raised again where it is seen
            self.problem = problem
        finally:
            connection.close()


def storm(place: World, company: Company, given: argparse.Namespace) -> str:
    """People at work, and trouble beside them, until all cases are open and the trouble has lasted long enough."""
    trouble = Trouble(place, random.Random(given.seed))  # noqa: S311 - to be repeated, not to be secret
    began, work = time.monotonic(), Work(company, given.escalations, given.seed)
    beside = threading.Thread(target=work.run, daemon=True)
    beside.start()
    # Here and not beside: what is started goes with the thread that started it.
    trouble.run(lambda: beside.is_alive() or time.monotonic() - began < given.seconds)
    beside.join()
    if work.problem:
        raise work.problem
    place.revive()
    said = ", ".join(f"{times} × {what}" for what, times in sorted(trouble.done.items()))
    return f"{time.monotonic() - began:.0f} s of trouble: {said}"


def latency(place: World, company: Company) -> str:
    """From the commit of a reply, with its nudge, to the letter in the mail server, one after the other, at rest."""
    took: list[float] = []
    taken = place.home / "smtp" / "taken"
    for number in range(SAMPLES):
        case = load.one_escalation(company, 1_000_000 + number, random.Random(0))  # noqa: S311
        until(nothing_is_due, "the rest before a sample")
        handling.reply(case=case, actor=company.agent.standing, at=timezone.now(), text="One more word.")
        before, began = len(list(taken.iterdir())), time.monotonic()
        tasks.nudge()
        while len(list(taken.iterdir())) == before and time.monotonic() - began < 30:
            time.sleep(0.01)
        took.append(time.monotonic() - began)
        load.solve(company, case)
    return f"at rest a letter takes {statistics.median(took):.2f} s (median of {SAMPLES}; longest {max(took):.2f} s)"


def an_hour_later(place: World) -> None:
    """The workers' clocks go an hour ahead, so that what waits for the end of the hour goes out."""
    place.stop_ours()
    place.environment["SOAK_AHEAD"] = "61"
    place.start_ours()


def main() -> int:
    given = arguments()
    print(f"python -m bench.soak {' '.join(sys.argv[2:])}, {datetime.now(UTC):%Y-%m-%d}", flush=True)
    with world(given.home) as place:
        company = load.build(given.budget)
        load.references(company)
        first = Case.objects.latest("pk").pk + 1
        place.start_ours()
        print(storm(place, company, given), flush=True)
        over = timezone.now()
        print(f"recovered {until(lambda: nothing_is_due(over), 'recovery'):.1f} s after the last trouble", flush=True)
        until(all_have_climbed, "the climbs")
        for case in Case.objects.unsolved().order_by("pk"):
            load.solve(company, case)
        until(nothing_is_due, "the letters of the end")
        if given.budget is None:
            print(latency(place, company), flush=True)
            until(nothing_is_due, "the letters of the samples")
        else:
            an_hour_later(place)
            until(nothing_waits, "the digests")
        found = verdict.judge(given.home / "smtp" / "taken", first)
    print("\n".join(found.lines()))
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
