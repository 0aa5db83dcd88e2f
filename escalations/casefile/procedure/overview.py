"""The policies in force, and what this person still has to read and to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalations.models import PolicyVersion, Reading, TeamMembership
from escalations.models.knowing import Need, needs, versions_in_force
from escalations.rules.procedure import Training
from escalations.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Open:
    """What this person has to read, and which texts to confirm; `soon` are those that end within two weeks."""

    readings: list[Reading]
    missing: list[Need]
    soon: list[Need]

    def __bool__(self) -> bool:
        return bool(self.readings or self.missing or self.soon)


def still_open(standing: Standing, at: datetime, versions: list[PolicyVersion] | None = None) -> Open:
    """At most four statements, whatever there is to read."""
    if standing.agent_id is None:
        return Open([], [], [])
    mine = TeamMembership.objects.filter(agent=standing.agent_id)
    found = needs(mine, versions_in_force() if versions is None else versions)
    return Open(
        readings=_unread(standing),
        missing=[need for need in found if not need.is_met(at)],
        soon=[need for need in found if need.ends_soon(at)],
    )


@dataclass(frozen=True, slots=True)
class Text:
    """A training text that this person has not confirmed, or not any more."""

    version: PolicyVersion
    training: Training


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the home page says of it: what to read, and which texts are missing."""

    readings: list[Reading]
    texts: list[Text]

    def __bool__(self) -> bool:
        return bool(self.readings or self.texts)


def waiting(standing: Standing) -> Waiting:
    """Two statements: what somebody knows and where they work stands in their standing already."""
    texts: dict[str, Text] = {}
    for version in versions_in_force():
        for training in version.procedure().trainings_for(standing.team_ids):
            if training.digest not in standing.trained:
                texts.setdefault(training.digest, Text(version, training))
    return Waiting(_unread(standing), list(texts.values()))


def _unread(standing: Standing) -> list[Reading]:
    readings = Reading.objects.filter(agent=standing.agent_id, read_at=None).select_related("version__policy")
    return list(readings.order_by("version__policy__position", "pk"))
