"""What must not be, as the auditor names it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ViolationKind(StrEnum):
    """Kinds of violations; those of open escalations come first."""

    UNACCOUNTED = "unaccounted"
    OWNER_LEFT = "owner_left"
    UNCHECKED = "unchecked"
    UNTOLD = "untold"
    UNHANDLED = "unhandled"
    SET_ASIDE = "set_aside"
    LOST = "lost"
    LATE = "late"
    UNFOLDED = "unfolded"
    SILENT = "silent"
    JOURNAL = "journal"
    CLOCKS = "clocks"
    UNREADABLE = "unreadable"
    PATH = "path"
    DUTY = "duty"
    UNANSWERED = "unanswered"


# Proven for a slice of all cases at a time.
BY_CASE = (ViolationKind.JOURNAL, ViolationKind.CLOCKS, ViolationKind.UNREADABLE)


class Repair(StrEnum):
    """What the auditor did about a violation."""

    REASSIGNED = "reassigned"
    SWEPT = "swept"
    TOLD_AGAIN = "told_again"
    MADE_DUE = "made_due"
    CORRECTED = "corrected"
    SET_ASIDE = "set_aside"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that must not be, as one look sees it; the same thing has the same `kind` and `about` in every look."""

    kind: ViolationKind
    about: str
    case_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> tuple[str, str]:
        return self.kind.value, self.about
