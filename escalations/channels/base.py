"""The interface of a channel: it is opened for a while, packs what is to be sent, and says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from escalations.models import Notice


class Outcome(StrEnum):
    """Accepted by the next server; failed for now; broken off without an answer; refused for good; nobody there again.

    What broke off may be the fault of this notice or of the server: it counts as a try, and when it happens again and
    again the server is left alone for a while.
    """

    ACCEPTED = "accepted"
    FAILED = "failed"
    BROKEN = "broken"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one try: `code` and `answer` as the other side said them, never our secrets.

    `wait` is how long the other side asks to be left alone.
    """

    outcome: Outcome
    answer: str = ""
    code: int | None = None
    wait: timedelta | None = None


class Unsendable(Exception):
    """A notice of which nothing can be made, now or later: its words say why."""


# Talks to the network and never to the database, so that a thread can do it; never raises for what the other side does.
Sending = Callable[[], Result]


class Outlet(Protocol):
    """An open way out. `abreast` is how many of its queues are sent at the same time."""

    abreast: int

    def queue_of(self, notice: Notice) -> str:
        """Notices of one queue are sent one after the other; queues do not wait for each other."""
        ...

    def ready(self) -> Result | None:
        """None when something can be sent now, else what is wrong with the server as a whole; no notice was tried."""
        ...

    def pack(self, notice: Notice) -> Sending:
        """What sends this notice, made from the database outside any transaction. Raises Unsendable."""
        ...


class Channel(Protocol):
    def open(self) -> AbstractContextManager[Outlet]:
        """A way out for one round of delivery; what it holds open is closed at the end."""
        ...
