"""What all kinds of events share, and one event as pure code reads it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class EventData:
    """What all kinds share."""

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Line:
    """One event as pure code reads it."""

    seq: int
    at: datetime
    data: EventData
