"""A procedure is looked at again: its owner is reminded two weeks before, on the day, and every week it is late."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from escalations.actions import bulletins, readings
from escalations.models import Bulletin, PolicyVersion, VersionState

logger = logging.getLogger(__name__)

SOON = timedelta(days=14)
WEEK = 7


def remind_all(*, at: datetime) -> int:
    """Reminds of every running version that is to be looked at (days are those of UTC); gives of how many.

    Each reminder comes once; of those that a stopped engine has missed only the latest. While nothing is due it costs
    one statement.
    """
    on = at.astimezone(UTC).date()
    running = PolicyVersion.objects.filter(state=VersionState.PUBLISHED, review_by__lte=on + SOON)
    due = {_about(version, on): version for version in running.select_related("policy__owner__user").order_by("pk")}
    if not due:
        return 0
    told = set(Bulletin.objects.filter(about__in=list(due)).values_list("about", flat=True))
    total = 0
    for about, version in due.items():
        if about in told:
            continue
        try:
            _remind(version, about, on, at)
        except Exception:  # of the others people are reminded all the same
            logger.exception("nobody could be reminded to look at %s", version)
            continue
        total += 1
    return total


def _about(version: PolicyVersion, on: date) -> str:
    """One for each day of looking again and each of its reminders; both are named, so that none comes twice."""
    late = (on - _day(version)).days
    return f"procedure_review:{version.uid}:{_day(version):%Y%m%d}:{'soon' if late < 0 else late // WEEK}"


def _day(version: PolicyVersion) -> date:
    if version.review_by is None:
        raise LookupError("no day was set for this version")
    return version.review_by


@transaction.atomic
def _remind(version: PolicyVersion, about: str, on: date, at: datetime) -> None:
    owner, day = version.policy.owner, _day(version)
    told: dict[str, Any] = {
        "policy": str(version.policy),
        "version": version.number,
        "review_by": day.isoformat(),
        "is_late": day <= on,
    }
    office = f"/admin/escalations/policyversion/{version.pk}/change/"
    if owner is None or not owner.works:
        bulletins.to_administrators(kind="procedure_review", about=about, path=office, data=told, at=at)
        return
    may_enter = owner.user.is_staff and owner.user.has_perm("escalations.change_policyversion")
    path = office if may_enter else readings.page_of(version)
    bulletins.tell([owner.user], kind="procedure_review", about=about, path=path, data=told, at=at)
