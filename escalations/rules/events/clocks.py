"""What becomes of clocks and of promises of news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from escalations.rules.events.base import EventData


@dataclass(frozen=True, slots=True)
class ClockWarned(EventData):
    """`late_seconds` is how long after the instant itself people were told."""

    kind: ClassVar[str] = "clock.warned"
    clock: str
    start_seq: int
    due_at: str
    late_seconds: int


@dataclass(frozen=True, slots=True)
class ClockBreached(EventData):
    kind: ClassVar[str] = "clock.breached"
    clock: str
    start_seq: int
    due_at: str
    late_seconds: int


@dataclass(frozen=True, slots=True)
class PromiseMade(EventData):
    """News were promised by `due_at`; `message` are words to the customer, `why` is a note on why so late."""

    kind: ClassVar[str] = "promise.made"
    promise: str
    due_at: str
    message: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class PromiseMoved(EventData):
    """The same promise at another instant, before its own had come; the customer sees that."""

    kind: ClassVar[str] = "promise.moved"
    promise: str
    from_due_at: str
    due_at: str
    message: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class PromiseBroken(EventData):
    """Its instant passed without any public words of ours: `late_seconds` is how long after it this was seen."""

    kind: ClassVar[str] = "promise.broken"
    promise: str
    start_seq: int
    due_at: str
    late_seconds: int


@dataclass(frozen=True, slots=True)
class ClocksRepaired(EventData):
    """Stored clocks that did not say what the journal says, made so.

    Four lists side by side: the clock as kind:start, the column, and what it said before and says now.
    """

    kind: ClassVar[str] = "clocks.repaired"
    clocks: list[str]
    columns: list[str]
    before: list[str]
    after: list[str]
