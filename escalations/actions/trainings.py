"""Training: people confirm that they read a text and can apply it, and are reminded while they have not."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from customers.refusal import Refused
from escalations.actions import bulletins
from escalations.models import Agent, Bulletin, PolicyVersion, TeamMembership, TrainingRecord, VersionState, words
from escalations.models.knowing import RENEWED_BEFORE, Need, needs, versions_in_force
from escalations.rules.procedure import Training

KIND = "training"
MINE = "/desk/procedure/"
# What is published for a later day may be learned before.
LEARNED = (VersionState.PUBLISHED, VersionState.SCHEDULED)


@transaction.atomic
def confirm(*, version: PolicyVersion, key: str, agent: Agent, at: datetime) -> TrainingRecord:
    """This person has read a text of this version and can apply it; that counts for the days the version says.

    A confirmation of the same text that counts for longer than the time in which it is renewed stays the only one.
    Raises Refused for a version that is not in force, and for a text it does not have.
    """
    Agent.objects.select_for_update(no_key=True, of=("self",)).get(pk=agent.pk)
    training = _text(version, key)
    known = TrainingRecord.objects.filter(agent=agent, digest=training.digest, valid_until__gt=at + RENEWED_BEFORE)
    return known.order_by("-valid_until").first() or TrainingRecord.objects.create(
        policy_id=version.policy_id,
        agent=agent,
        key=key,
        digest=training.digest,
        confirmed_at=at,
        valid_until=at + timedelta(days=training.valid_days),
    )


def _text(version: PolicyVersion, key: str) -> Training:
    if version.state not in LEARNED:
        raise Refused("version", "version_not_in_force", words.REMEDIES["version_not_in_force"])
    for training in version.procedure().trainings:
        if training.key == key:
            return training
    raise Refused("key", "training_unknown", words.REMEDIES["training_unknown"])


def remind(*, at: datetime) -> int:
    """Tells whoever lacks a confirmation, once, and whoever has one that ends soon, once; gives how many were told.

    Who is to be told is found in four statements, however many people there are; one bulletin names all texts.
    """
    found = [
        need
        for need in needs(TeamMembership.objects.all(), versions_in_force())
        if need.ends_soon(at) or not need.is_met(at)
    ]
    if not found:
        return 0
    told = _told()
    people: dict[int, list[Need]] = defaultdict(list)
    for need in found:
        if _mark(need, at) not in told:
            people[need.agent.pk].append(need)
    for wanted in people.values():
        _tell(wanted, at)
    return len(people)


def _told() -> set[str]:
    """What people were reminded of before."""
    rows = Bulletin.objects.filter(kind=KIND).values_list("data", flat=True)
    return {mark for data in rows for mark in data.get("marks", ())}


def _mark(need: Need, at: datetime) -> str:
    """Names one reason to remind somebody: of this text, after this confirmation, before or after its end."""
    when = "soon" if need.is_met(at) else "missing"
    return f"{need.agent.pk}:{need.training.digest[:24]}:{need.record_id}:{when}"


def _tell(wanted: list[Need], at: datetime) -> None:
    marks = sorted(_mark(need, at) for need in wanted)
    bulletins.tell(
        [wanted[0].agent.user],
        kind=KIND,
        about=f"training:{_digest(marks)}",
        path=MINE,
        data={"titles": ", ".join(need.training.title for need in wanted), "marks": marks},
        at=at,
    )


def _digest(marks: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:40]
