"""What goes wrong meanwhile: one thing after the other, at random moments, each mended after a while."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.soak.world import WORKERS, World

MOODS = ("later", "hang", "drop", "forget")


@dataclass
class Trouble:
    """Troubles the world as long as it may; `done` counts what was done."""

    world: World
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)

    def run(self, goes_on: Callable[[], bool]) -> None:
        acts: list[tuple[int, Callable[[], None]]] = [
            (8, self.worker_dies),
            (1, self.beat_dies),
            (2, self.redis_is_emptied),
            (1, self.database_restarts),
            (4, self.mail_is_moody),
            (2, self.mail_is_refused),
        ]
        weights = [weight for weight, _act in acts]
        while goes_on():
            time.sleep(self.chance.uniform(0.3, 2.0))
            _weight, act = self.chance.choices(acts, weights)[0]
            act()
            for fallen in self.world.revive():
                self.done[f"{fallen} ended by itself"] += 1

    def stays_so(self, longest: float) -> None:
        time.sleep(self.chance.uniform(0.2, longest))

    def worker_dies(self) -> None:
        name = self.chance.choice(WORKERS)
        self.done["workers killed"] += self.world.kill(name)
        self.stays_so(1.5)
        self.world.start(name)

    def beat_dies(self) -> None:
        self.done["beat killed"] += self.world.kill("beat")
        self.stays_so(2)
        self.world.start("beat")

    def redis_is_emptied(self) -> None:
        self.world.stop_server("redis", kill=self.chance.random() < 0.7)
        self.stays_so(3)
        self.world.start_server("redis")
        self.done["Redis emptied and restarted"] += 1

    def database_restarts(self) -> None:
        self.world.stop_server("postgresql", kill=self.chance.random() < 0.5)
        self.stays_so(1.5)
        self.world.start_server("postgresql")
        self.done["database restarted"] += 1

    def mail_is_moody(self) -> None:
        mood = self.chance.choice(MOODS)
        self.world.mood(mood)
        self.stays_so(6)
        self.world.mood("take")
        self.done[f"mail: {mood}"] += 1

    def mail_is_refused(self) -> None:
        self.world.kill("smtp")
        self.stays_so(6)
        self.world.start("smtp")
        self.done["mail: refused"] += 1
