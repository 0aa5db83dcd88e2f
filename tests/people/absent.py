"""Somebody is away, written straight into the rows; and everything that a refusal must leave alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from escalations.models import Absence, Agent
from tests.actions import soundness
from tests.cast import MONDAY, Worker

DAY = timedelta(days=1)


def away(who: Worker, deputy: Worker | None = None, *, at: datetime = MONDAY, days: int = 5) -> Absence:
    """Away from this instant on, for so many days."""
    stands_in = deputy.agent if deputy else None
    return Absence.objects.create(agent=who.agent, deputy=stands_in, starts_at=at, ends_at=at + days * DAY)


def wanted(agent: Agent, deputy: Agent | None = None, *, starts: int = 0, days: int = 5) -> Absence:
    """An absence that is not saved, `starts` days after Monday."""
    start = MONDAY + starts * DAY
    return Absence(agent=agent, deputy=deputy, starts_at=start, ends_at=start + days * DAY)


def everything() -> dict[str, list[Any]]:
    """All operational rows, and the absences."""
    return {**soundness.everything(), "Absence": list(Absence.objects.order_by("pk").values_list())}
