"""The policies in force, and what this person still has to read and to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from escalations.models import PolicyVersion, Reading, TeamMembership
from escalations.models.knowing import Need, needs, versions_in_force
from escalations.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Open:
    """What this person has to read, and which texts to confirm; `soon` are those that end within two weeks."""

    readings: list[Reading]
    missing: list[Need]
    soon: list[Need]

    def __bool__(self) -> bool:
        return bool(self.readings or self.missing or self.soon)

    @property
    def confirm(self) -> list[Need]:
        """All texts to confirm, those that are missing first."""
        return [*self.missing, *self.soon]


def still_open(standing: Standing, at: datetime, versions: list[PolicyVersion] | None = None) -> Open:
    """At most four statements, whatever there is to read."""
    if standing.agent_id is None:
        return Open([], [], [])
    readings = Reading.objects.filter(agent=standing.agent_id, read_at=None).select_related("version__policy")
    mine = TeamMembership.objects.filter(agent=standing.agent_id)
    found = needs(mine, versions_in_force() if versions is None else versions)
    return Open(
        readings=list(readings.order_by("version__policy__position", "pk")),
        missing=[need for need in found if not need.is_met(at)],
        soon=[need for need in found if need.ends_soon(at)],
    )


def page_of(version: PolicyVersion) -> str:
    """Where this version is read."""
    return reverse("desk:procedure_version", args=[version.policy.slug, version.number])
