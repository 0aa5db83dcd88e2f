"""The daily look at who is named in a policy: people who left, empty teams, dead addresses, holes in the duty."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from customers.refusal import Refused
from escalations.actions import bulletins
from escalations.actions.path_findings import Found, found_in
from escalations.models import Agent, PathCheck, Policy, VersionState, words
from escalations.models.standings import acts

logger = logging.getLogger(__name__)


def check_all(*, at: datetime) -> int:
    """Looks at every policy that takes cases and was not looked at today (in UTC); gives how many it were.

    Called every minute it costs one statement. A policy that cannot be read keeps no other one from being looked at.
    """
    on = at.astimezone(UTC).date()
    running = Policy.objects.filter(versions__state=VersionState.PUBLISHED).exclude(path_checks__checked_on=on)
    total = 0
    for policy in running.distinct().select_related("owner__user"):
        try:
            check(policy=policy, on=on, at=at)
        except Exception:  # whatever is wrong with one policy, the others are looked at
            logger.exception("the paths of policy %s could not be checked", policy.slug)
            continue
        total += 1
    return total


@transaction.atomic
def check(*, policy: Policy, on: date, at: datetime) -> PathCheck:
    """What is wrong with the paths of a policy on this day, looked for once.

    Its owner, or else the administrators, are asked to confirm when something is there that was not there the last
    time. Raises Refused for a policy without a published version.
    """
    version = policy.current()
    if version is None:
        raise Refused("policy", "no_policy", words.REMEDIES["no_policy"])
    if known := PathCheck.objects.filter(policy=policy, checked_on=on).first():
        return known
    before = PathCheck.objects.filter(policy=policy, checked_on__lt=on).order_by("checked_on").last()
    found = [finding.as_json() for finding in found_in(policy, version, at)]
    made, is_new = PathCheck.objects.get_or_create(
        policy=policy, checked_on=on, defaults={"checked_at": at, "findings": found}
    )
    if is_new and any(_is_news(finding, before.findings if before else ()) for finding in found):
        _ask(made, at)
    return made


@transaction.atomic
def confirm(*, check: PathCheck, by: Agent, at: datetime) -> PathCheck:
    """Somebody has read the list and says that the paths are right, or will be. Raises Refused."""
    row = PathCheck.objects.select_for_update(of=("self",)).select_related("policy").get(pk=check.pk)
    if not may_confirm(row, by):
        raise Refused("", "not_path_owner", words.REMEDIES["not_path_owner"])
    if row.confirmed_at is not None:
        raise Refused("", "paths_confirmed", words.REMEDIES["paths_confirmed"])
    row.confirmed_at, row.confirmed_by = at, by
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    return row


def may_confirm(check: PathCheck, by: Agent) -> bool:
    """The owner of the policy, unless their role only reads, or whoever may change policies in the back office."""
    return (check.policy.owner_id == by.pk and acts(by.user)) or by.user.has_perm("escalations.change_policy")


def _ask(check: PathCheck, at: datetime) -> None:
    owner, number = check.policy.owner, len(check.findings)
    told: dict[str, Any] = {"policy": str(check.policy), "found": number}
    about = f"paths:{check.uid}"
    if owner is not None and owner.works:
        path = f"/desk/paths/{check.uid}/"
        bulletins.tell([owner.user], kind="paths", about=about, path=path, data=told, at=at)
        return
    path = f"/admin/escalations/pathcheck/{check.pk}/change/"
    bulletins.to_administrators(kind="paths", about=about, path=path, data=told, at=at)


def _is_news(finding: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the last list did not say so: a hole in time is the same one as long as both overlap."""
    return not any(_same(finding, other) for other in before)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    a, b = Found.from_json(one), Found.from_json(other)
    if a.what != b.what:
        return False
    if a.starts_at is None or a.ends_at is None or b.starts_at is None or b.ends_at is None:
        return True
    return a.starts_at < b.ends_at and b.starts_at < a.ends_at
