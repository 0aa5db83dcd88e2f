"""What the auditor proved last, as the desk says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.models import Audit

NOT_LATELY = timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class Proof:
    """So many `minutes` ago it looked (None: never) at so many open escalations; what `is_old` proves nothing now."""

    minutes: float | None = None
    open_escalations: int = 0
    violations: int = 0
    is_old: bool = True


def newest(at: datetime) -> Proof:
    """The last look; one statement."""
    last = Audit.objects.first()
    if last is None:
        return Proof()
    ago = max(at - last.at, timedelta())
    return Proof(ago.total_seconds() / 60, last.open_escalations, last.findings, ago > NOT_LATELY)
