"""Who was asked to read a version of a procedure, and who has confirmed it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from escalations.models import PolicyVersion, Reading


@dataclass(frozen=True, slots=True)
class Asked:
    """One person who was asked; `read_at` is None until they confirm. Who left since then is not waited for."""

    agent_id: int
    name: str
    asked_at: datetime
    read_at: datetime | None
    works_here: bool

    @property
    def is_waited_for(self) -> bool:
        return self.read_at is None and self.works_here


def asked_to_read(version: PolicyVersion, team_ids: Collection[int] | None = None) -> list[Asked]:
    """Everybody who was asked to read this version, by name; with `team_ids` only the people of these teams.

    Those who left before they confirmed are left out. One statement.
    """
    rows: QuerySet[Reading] = Reading.objects.filter(version=version).select_related("agent__user")
    if team_ids is not None:
        rows = rows.filter(agent__memberships__team__in=team_ids).distinct()
    found = [
        Asked(row.agent_id, str(row.agent), row.asked_at, row.read_at, row.agent.works)
        for row in rows.order_by("agent__user__name", "agent_id")
    ]
    return [asked for asked in found if asked.works_here or asked.read_at]
