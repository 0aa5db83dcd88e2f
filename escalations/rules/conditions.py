"""The conditions of triggers: small named classes over plain facts; their fields are their parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

from escalations.rules.vocabulary import ClockKind


@dataclass(frozen=True, slots=True)
class BreachedClock:
    """A clock that ran out and is still owed; `start_seq` is the event that started it."""

    kind: ClockKind
    start_seq: int


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a condition may look at."""

    breached: tuple[BreachedClock, ...] = ()


class Condition(Protocol):
    @property
    def clock(self) -> ClockKind:
        """The clock this condition watches."""
        ...

    def reasons(self, facts: CaseFacts) -> Iterable[str]:
        """The standing reasons for which the condition holds, each named so that it is never used twice."""
        ...


@dataclass(frozen=True, slots=True)
class ClockBreached:
    """Holds for every clock of this kind that was missed and is still running."""

    clock: ClockKind

    def __post_init__(self) -> None:
        object.__setattr__(self, "clock", ClockKind(self.clock))

    def reasons(self, facts: CaseFacts) -> Iterable[str]:
        return [f"{found.kind}:{found.start_seq}" for found in facts.breached if found.kind == self.clock]


CONDITIONS: Mapping[str, type[ClockBreached]] = {"clock_breached": ClockBreached}


class UnknownCondition(ValueError):
    """The name or the parameters of a condition are not known; the message says which are."""


def build(name: str, parameters: Mapping[str, Any]) -> Condition:
    """The condition of this name. Raises UnknownCondition that names what is allowed."""
    if name not in CONDITIONS:
        raise UnknownCondition(f"“{name}” is no condition; known are: {', '.join(CONDITIONS)}")
    kind = CONDITIONS[name]
    expected = [item.name for item in fields(kind)]
    if sorted(parameters) != sorted(expected):
        raise UnknownCondition(f"{name} takes exactly these parameters: {', '.join(expected)}")
    try:
        return kind(**parameters)
    except ValueError:
        allowed = ", ".join(ClockKind)
        raise UnknownCondition(f"{parameters['clock']!r} is no clock; known are: {allowed}") from None
