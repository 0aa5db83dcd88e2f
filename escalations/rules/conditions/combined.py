"""Several conditions as one: all of them, or any."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from escalations.rules.conditions.base import Condition, Holding, Plain, Progress
from escalations.rules.facts import CaseFacts
from escalations.rules.vocabulary import ClockKind, Reason


@dataclass(frozen=True, slots=True)
class Combined(Plain):
    """Several conditions as one."""

    of: tuple[Condition, ...]

    def __post_init__(self) -> None:
        parts = tuple(self.of) if isinstance(self.of, (list, tuple)) else ()
        if len(parts) < 2:
            raise ValueError("at least two conditions are needed")
        object.__setattr__(self, "of", parts)

    @property
    def reason(self) -> Reason:
        return self.of[0].reason

    @property
    def clocks(self) -> frozenset[ClockKind]:
        return frozenset(kind for part in self.of for kind in part.clocks)

    @property
    def name(self) -> str:
        return f"{self.code}:" + "+".join(part.name for part in self.of)


@dataclass(frozen=True, slots=True)
class AllOf(Combined):
    """Every one of them holds; it has held since the last of them came true.

    Where one holds for several reasons, each is a reason of its own together with the others, so that none changes its
    name when the next comes true.
    """

    code: ClassVar[str] = "all"

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        found = [part.holdings(facts) for part in self.of]
        return [
            Holding("+".join(one.cause for one in together), max(one.since for one in together))
            for together in product(*found)
        ]

    def progress(self, facts: CaseFacts) -> Progress:
        return min((part.progress(facts) for part in self.of), key=lambda found: found.percent)


@dataclass(frozen=True, slots=True)
class AnyOf(Combined):
    """One of them is enough; a reason that several give is one, from the first instant on that any of them gives."""

    code: ClassVar[str] = "any"

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        first: dict[str, Holding] = {}
        for found in (holding for part in self.of for holding in part.holdings(facts)):
            first[found.cause] = min(first.get(found.cause, found), found, key=lambda holding: holding.since)
        return list(first.values())

    def progress(self, facts: CaseFacts) -> Progress:
        return max((part.progress(facts) for part in self.of), key=lambda found: found.percent)


def flattened(condition: Condition) -> list[Condition]:
    """The simple conditions a condition is made of."""
    if isinstance(condition, Combined):
        return [leaf for part in condition.of for leaf in flattened(part)]
    return [condition]
