"""The interface of a channel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from escalations.models import Notice


class Outcome(StrEnum):
    """Accepted by the next server; failed for now; refused for good."""

    ACCEPTED = "accepted"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    error: str = ""


class Channel(Protocol):
    def send(self, notice: Notice) -> Result:
        """Sends one notice, outside any transaction; never raises for what the other side does."""
        ...
