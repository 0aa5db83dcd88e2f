"""What became of telling people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from escalations.rules.events.base import EventData


@dataclass(frozen=True, slots=True)
class NoticeFailed(EventData):
    """A notice was given up: refused for good, or tried too often. It can still be tried again by hand."""

    kind: ClassVar[str] = "notice.failed"
    notice: str
    recipient: str
    channel: str
