"""Versions of policies and calendars: begun as a copy, published once, retired in the end."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from customers.refusal import Refused
from escalations.actions.checking import Finding, calendar_findings, calendars_of, findings, newest_calendars
from escalations.models import Calendar, CalendarPin, CalendarVersion, Policy, PolicyVersion, VersionState
from escalations.models.immutable import VersionChild

logger = logging.getLogger(__name__)

# What a version says besides its rows; the next draft says the same until it is changed.
SAID_BESIDE_ROWS = (
    "confirm_days",
    "on_severity",
    "currency",
    "sign_in_above",
    "ask_again_hours",
    "leads_ask_from",
    "rule_bound",
    "on_closed",
    "reopen_days",
)


@transaction.atomic
def publish(*, version: PolicyVersion, by: User, at: datetime) -> PolicyVersion:
    """From now on this version takes the new cases of its policy and never changes; the one before it retires.

    Every calendar it names is pinned in its newest published version. Raises Refused when it is no draft or when the
    lint finds something: the first finding, with its row and column as the field.
    """
    _lock_policy(version.policy_id)
    version.refresh_from_db()
    _refuse_unless_draft(version.state)
    _refuse_first(findings(version))
    _number_rows(version)
    pinned = newest_calendars(calendars_of(version))
    CalendarPin.objects.bulk_create(
        [
            CalendarPin(version=version, calendar_id=calendar, calendar_version=edition)
            for calendar, edition in pinned.items()
        ]
    )
    siblings = PolicyVersion.objects.filter(policy_id=version.policy_id)
    siblings.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED, retired_at=at)
    siblings.filter(pk=version.pk).update(state=VersionState.PUBLISHED, published_at=at, published_by=by)
    version.refresh_from_db()
    logger.info("%s published %s at %s", by.code, version, at)
    return version


@transaction.atomic
def retire(*, version: PolicyVersion, by: User, at: datetime) -> PolicyVersion:
    """This version takes no new cases and keeps the ones it has.

    Raises Refused when it is not published, or when no published policy for everybody else would be left.
    """
    list(Policy.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    version.refresh_from_db()
    if version.state == VersionState.DRAFT:
        raise Refused("state", "not_published", _("This version is a draft and takes no cases; delete it instead."))
    if version.state == VersionState.RETIRED:
        raise Refused("state", "already_retired", _("This version is already retired."))
    if is_last_for_everybody(version.policy):
        remedy = _("This is the last policy for everybody else; publish another one without topics and plans first.")
        raise Refused("state", "last_for_everybody", remedy)
    PolicyVersion.objects.filter(pk=version.pk).update(state=VersionState.RETIRED, retired_at=at)
    version.refresh_from_db()
    logger.info("%s retired %s at %s", by.code, version, at)
    return version


def is_last_for_everybody(policy: Policy) -> bool:
    """Whether cases that fit no other policy would find none at all without this one."""
    for_everybody = Policy.objects.filter(topics=None, plans=None, versions__state=VersionState.PUBLISHED)
    return set(for_everybody.values_list("pk", flat=True)) == {policy.pk}


@transaction.atomic
def new_draft(*, policy: Policy, by: User, at: datetime) -> PolicyVersion:
    """The next version of a policy, with all rows of the newest one. Raises Refused while another draft exists."""
    _lock_policy(policy.pk)
    newest = PolicyVersion.objects.filter(policy=policy).order_by("-number").first()
    _refuse_second_draft(newest)
    same = {name: getattr(newest, name) for name in SAID_BESIDE_ROWS} if newest else {}
    draft = PolicyVersion.objects.create(policy=policy, number=newest.number + 1 if newest else 1, **same)
    if newest:
        for rows in (
            *(newest.levels, newest.targets, newest.cells, newest.triggers),
            *(newest.requirements, newest.communications),
        ):
            _copy(rows.all(), draft)
    logger.info("%s began %s at %s", by.code, draft, at)
    return draft


@transaction.atomic
def publish_calendar(*, version: CalendarVersion, by: User, at: datetime) -> CalendarVersion:
    """From now on policies that are published pin this version; those that run keep the one they were published with.

    Raises Refused when it is no draft or its hours contradict each other.
    """
    _lock_calendar(version.calendar_id)
    version.refresh_from_db()
    _refuse_unless_draft(version.state)
    _refuse_first(calendar_findings(version))
    siblings = CalendarVersion.objects.filter(calendar_id=version.calendar_id)
    siblings.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    siblings.filter(pk=version.pk).update(state=VersionState.PUBLISHED, published_at=at)
    version.refresh_from_db()
    logger.info("%s published %s at %s", by.code, version, at)
    return version


@transaction.atomic
def new_calendar_draft(*, calendar: Calendar, by: User, at: datetime) -> CalendarVersion:
    """The next version of a calendar, with the hours of the newest one; the first has the time zone of its maker.

    Raises Refused while another draft exists.
    """
    _lock_calendar(calendar.pk)
    newest = CalendarVersion.objects.filter(calendar=calendar).order_by("-number").first()
    _refuse_second_draft(newest)
    draft = CalendarVersion.objects.create(
        calendar=calendar,
        number=newest.number + 1 if newest else 1,
        time_zone=newest.time_zone if newest else by.time_zone,
    )
    if newest:
        for rows in (newest.hours, newest.special_days):
            _copy(rows.all(), draft)
    logger.info("%s began %s at %s", by.code, draft, at)
    return draft


# -- what they share ---------------------------------------------------------------------------------------------------


def _lock_policy(policy_id: int) -> None:
    """One publisher of a policy at a time; opening cases is not held up (no key is locked)."""
    Policy.objects.select_for_update(no_key=True).get(pk=policy_id)


def _lock_calendar(calendar_id: int) -> None:
    Calendar.objects.select_for_update(no_key=True).get(pk=calendar_id)


def _refuse_unless_draft(state: str) -> None:
    if state != VersionState.DRAFT:
        raise Refused("state", "not_a_draft", _("This version was published before; begin a new draft instead."))


def _refuse_second_draft(newest: PolicyVersion | CalendarVersion | None) -> None:
    if newest and newest.state == VersionState.DRAFT:
        raise Refused("state", "draft_exists", _("There is already a draft; change that one, or delete it first."))


def _refuse_first(found: list[Finding]) -> None:
    if found:
        first = found[0]
        raise Refused(first.path, first.problem.code, f"{first.where}: {first.sentence}")


def _number_rows(version: PolicyVersion) -> None:
    """Numbers ordered rows 1, 2, 3 …, so that the row an explanation names is the row people see."""
    ordered: tuple[Any, ...] = (
        *(version.targets, version.cells, version.triggers),
        *(version.requirements, version.communications),
    )
    for rows in ordered:
        for position, row in enumerate(rows.all(), start=1):
            if row.position != position:
                rows.filter(pk=row.pk).update(position=position)


def _copy(rows: models.QuerySet[Any], draft: PolicyVersion | CalendarVersion) -> None:
    copies: list[VersionChild] = list(rows)
    for row in copies:
        row.pk, row._state.adding = None, True
        row.version = draft  # type: ignore[attr-defined]
    rows.model._default_manager.bulk_create(copies)
