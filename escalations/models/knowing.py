"""Which training texts people must have confirmed by where they work, and which of them they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from escalations.models.immutable import VersionState
from escalations.models.people import Agent, TeamMembership
from escalations.models.policies import PolicyVersion
from escalations.models.readings import TrainingRecord
from escalations.rules.procedure import Training

# People are reminded so long before a confirmation ends, and may renew it a little earlier than that.
REMINDED_BEFORE = timedelta(days=14)
RENEWED_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Need:
    """A text that somebody must know, with the confirmation that counts longest; None where there never was one."""

    agent: Agent
    version: PolicyVersion
    training: Training
    valid_until: datetime | None
    record_id: int = 0

    def is_met(self, at: datetime) -> bool:
        return self.valid_until is not None and self.valid_until > at

    def ends_soon(self, at: datetime) -> bool:
        """Whether it still counts, and not for much longer."""
        return self.is_met(at) and not self.is_met(at + REMINDED_BEFORE)

    def may_be_confirmed(self, at: datetime) -> bool:
        """Whether a confirmation now would say anything new."""
        return not self.is_met(at + RENEWED_BEFORE)


def versions_in_force() -> list[PolicyVersion]:
    """The versions that take cases, in the order in which policies are tried; one statement."""
    running = PolicyVersion.objects.filter(state=VersionState.PUBLISHED).select_related("policy__owner__user")
    return list(running.order_by("policy__position", "policy_id"))


def needs(members: QuerySet[TeamMembership], versions: Iterable[PolicyVersion]) -> list[Need]:
    """What the active people among these members must know in these versions; two statements, however many they are.

    A text that several versions have is named once, with the first of them.
    """
    people: dict[int, Agent] = {}
    teams: dict[int, set[int]] = {}
    working = members.filter(agent__is_active=True, agent__user__is_active=True)
    for member in working.select_related("agent__user").order_by("agent__user__name", "agent_id"):
        people.setdefault(member.agent_id, member.agent)
        teams.setdefault(member.agent_id, set()).add(member.team_id)
    wanted = list(versions)
    texts = {training.digest for version in wanted for training in version.procedure().trainings}
    newest = _newest(texts) if texts and people else {}
    return [need for agent in people.values() for need in _of(agent, teams[agent.pk], wanted, newest)]


Newest = dict[tuple[int, str], TrainingRecord]


def _newest(digests: Iterable[str]) -> Newest:
    rows = TrainingRecord.objects.filter(digest__in=digests).order_by("valid_until", "pk")
    return {(row.agent_id, row.digest): row for row in rows}


def _of(agent: Agent, teams: set[int], versions: Iterable[PolicyVersion], newest: Newest) -> Iterator[Need]:
    seen: set[str] = set()
    for version in versions:
        for training in version.procedure().trainings_for(teams):
            if training.digest in seen:
                continue
            seen.add(training.digest)
            record = newest.get((agent.pk, training.digest))
            yield Need(agent, version, training, record.valid_until if record else None, record.pk if record else 0)
