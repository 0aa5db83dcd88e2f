"""Who is asked to read the running version of a procedure, and who has confirmed it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from customers.refusal import Refused
from escalations.actions import bulletins
from escalations.models import (
    Agent,
    Bulletin,
    Level,
    Policy,
    PolicyVersion,
    Reading,
    TeamMembership,
    VersionState,
    words,
)

logger = logging.getLogger(__name__)

# What can be confirmed: a version that runs, or one that will and that somebody reads in good time.
READABLE = (VersionState.SCHEDULED, VersionState.PUBLISHED)


@transaction.atomic
def ask(*, version: PolicyVersion, at: datetime) -> int:
    """Asks everybody concerned who was not asked yet to read this running version; gives how many it were.

    Each is told once, by a bulletin that leads to the procedure. Nobody is asked to read a version that does not run,
    or that a program wrote: nobody handed that one in.
    """
    Policy.objects.select_for_update(no_key=True).get(pk=version.policy_id)  # one asker at a time
    new = _unasked(PolicyVersion.objects.filter(pk=version.pk))
    people = list(Agent.objects.filter(pk__in=[agent for _version, agent in new]).select_related("user"))
    if not people:
        return 0
    Reading.objects.bulk_create(Reading(version=version, agent=agent, asked_at=at) for agent in people)
    _tell(version, people, at)
    logger.info("%s people were asked to read %s at %s", len(people), version, at)
    return len(people)


def ask_all(*, at: datetime) -> int:
    """Asks whoever has come to a team, or to a part, since the others were asked; gives how many it were.

    Where nobody has, it costs one statement. A version of which nobody can be told keeps no other one from being read.
    """
    waiting = {version for version, _agent in _unasked(PolicyVersion.objects.all())}
    total = 0
    for version in PolicyVersion.objects.filter(pk__in=waiting).select_related("policy").order_by("pk"):
        try:
            total += ask(version=version, at=at)
        except Exception:  # whatever is wrong with one version, the others are read
            logger.exception("nobody could be asked to read %s", version)
    return total


@transaction.atomic
def confirm(*, version: PolicyVersion, agent: Agent, at: datetime) -> Reading:
    """This person has read this version; confirming twice keeps the first instant.

    Whoever was not asked may confirm, too, and is not asked any more. Raises Refused for a draft, a version in review
    and one that is retired.
    """
    row = Reading.objects.select_for_update(of=("self",)).filter(version=version, agent=agent).first()
    if row and row.read_at:
        return row
    if not PolicyVersion.objects.filter(pk=version.pk, state__in=READABLE).exists():
        raise Refused("version", "not_to_be_read", words.REMEDIES["not_to_be_read"])
    if row is None:
        row, _made = Reading.objects.get_or_create(
            version=version, agent=agent, defaults={"asked_at": at, "read_at": at}
        )
    if row.read_at is None:
        row.read_at = at
        row.save(update_fields=["read_at"])
    return row


def concerned(version: PolicyVersion) -> QuerySet[Agent]:
    """The people who work by this version: the teams of its levels, their last resorts, the owner of its policy."""
    levels = version.levels.order_by()
    in_teams = TeamMembership.objects.filter(team__in=levels.values("team")).values("agent")
    found = Agent.objects.filter(pk__in=in_teams) | Agent.objects.filter(pk__in=levels.values("last_resort"))
    owners = Policy.objects.filter(pk=version.policy_id, owner__isnull=False).values("owner")
    return (found | Agent.objects.filter(pk__in=owners)).active()


def _unasked(versions: QuerySet[PolicyVersion]) -> list[tuple[int, int]]:
    """Which of these versions, if they run, concern whom who was not asked yet: pairs of keys, in one statement."""
    running = versions.filter(state=VersionState.PUBLISHED, submitted_by__isnull=False).order_by()
    active = Agent.objects.active().order_by().values("pk")
    levels = Level.objects.filter(version__in=running.values("pk")).order_by()
    in_teams = levels.filter(team__memberships__agent__in=active).values_list("version", "team__memberships__agent")
    last_resorts = levels.filter(last_resort__in=active).values_list("version", "last_resort")
    owners = running.filter(policy__owner__in=active).values_list("pk", "policy__owner")
    asked = Reading.objects.filter(version__in=running.values("pk")).order_by().values_list("version", "agent")
    return list(in_teams.union(last_resorts, owners).difference(asked))


def _tell(version: PolicyVersion, people: Iterable[Agent], at: datetime) -> None:
    """One bulletin of each version: who comes later is told by the same."""
    users = [agent.user for agent in people]
    about = f"procedure:{version.uid}"
    if made := Bulletin.objects.filter(about=about).first():
        bulletins.tell_more(users, bulletin=made, at=at)
        return
    data = {"policy": str(version.policy), "version": version.number}
    bulletins.tell(users, kind="procedure", about=about, path=page_of(version), data=data, at=at)


def page_of(version: PolicyVersion) -> str:
    """Where a version is read."""
    return f"/desk/procedure/{version.policy.slug}/{version.number}/"
