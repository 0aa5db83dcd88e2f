"""Versions of policies and calendars: begun as a copy, published once, retired in the end."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from customers.refusal import Refused
from escalations.actions import readings
from escalations.actions.checking import Finding, calendar_findings, calendars_of, findings, newest_calendars
from escalations.models import Calendar, CalendarPin, CalendarVersion, Policy, PolicyVersion, VersionState
from escalations.models.immutable import VersionChild
from escalations.rules.lint import ASKS_FOR_PEOPLE

logger = logging.getLogger(__name__)

# A procedure nobody looks at for longer is no living document.
REVIEWED_AFTER = timedelta(days=365)

# What keeps a policy from a second version to come, and what to do about it.
STANDS_IN_THE_WAY: dict[str, Any] = {
    VersionState.DRAFT: _("There is already a draft; change that one, or delete it first."),
    VersionState.REVIEW: _("A version is in review; publish it, or send it back and change that one."),
    VersionState.SCHEDULED: _(
        "A version waits for its day; begin the next one when it is in effect, or retire it first."
    ),
}

# What a version says besides its rows; the next draft says the same until it is changed.
SAID_BESIDE_ROWS = (
    "purpose",
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
def submit(*, version: PolicyVersion, by: User | None, at: datetime) -> PolicyVersion:
    """Hands a draft in for review: nothing of it changes until it is published or sent back.

    Every calendar it names is pinned in its newest published version, so that the reviewer sees what will run. `by` is
    None for what a program wrote, which need not ask for more people than work here. Raises Refused when it is no draft
    or when the lint finds something: the first finding, with its row and column as the field.
    """
    _lock_policy(version.policy_id)
    version.refresh_from_db()
    _refuse_unless_draft(version.state)
    _refuse_first(_in_the_way(version, at, is_of_program=by is None))
    _number_rows(version)
    pinned = newest_calendars(calendars_of(version))
    CalendarPin.objects.bulk_create(
        [
            CalendarPin(version=version, calendar_id=calendar, calendar_version=edition)
            for calendar, edition in pinned.items()
        ]
    )
    PolicyVersion.objects.filter(pk=version.pk).update(state=VersionState.REVIEW, submitted_at=at, submitted_by=by)
    version.refresh_from_db()
    logger.info("%s handed in %s at %s", by.code if by else "a program", version, at)
    return version


@transaction.atomic
def send_back(*, version: PolicyVersion, by: User, at: datetime) -> PolicyVersion:
    """A version in review becomes a draft again, to be changed. Raises Refused when it is not in review."""
    _lock_policy(version.policy_id)
    version.refresh_from_db()
    _refuse_unless_in_review(version.state)
    PolicyVersion.objects.filter(pk=version.pk).update(state=VersionState.DRAFT, submitted_at=None, submitted_by=None)
    version.pins.all().delete()
    version.refresh_from_db()
    logger.info("%s sent %s back at %s", by.code, version, at)
    return version


@transaction.atomic
def publish(
    *,
    version: PolicyVersion,
    by: User,
    at: datetime,
    effective_at: datetime | None = None,
    review_by: date | None = None,
) -> PolicyVersion:
    """Somebody else than who handed it in publishes this version; it never changes from now on.

    It takes the new cases of its policy at once and the one before it retires, or both happen at `effective_at`; then
    the staff concerned are asked to read it. By `review_by`, a day in the zone of the publisher, it is looked at again,
    a year later unless said. Raises Refused when it is not in review, for whoever handed it in, for dates in the past,
    when a calendar moved on meanwhile, or when the lint finds something.
    """
    _lock_policy(version.policy_id)
    version.refresh_from_db()
    _refuse_unless_in_review(version.state)
    _refuse_same_person(version, by)
    _refuse_outdated_calendars(version)
    _refuse_first(_in_the_way(version, at, is_of_program=version.submitted_by_id is None))
    begins = effective_at or at
    first_day = _day(begins, by)
    again = review_by or first_day + REVIEWED_AFTER
    _refuse_past(begins, at)
    _refuse_review_before(first_day, again)
    waits = begins > at
    siblings = PolicyVersion.objects.filter(policy_id=version.policy_id)
    if not waits:
        siblings.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED, retired_at=at)
    siblings.filter(pk=version.pk).update(
        state=VersionState.SCHEDULED if waits else VersionState.PUBLISHED,
        published_at=at,
        published_by=by,
        effective_at=begins,
        review_by=again,
    )
    version.refresh_from_db()
    logger.info("%s published %s at %s, in effect from %s", by.code, version, at, begins)
    if not waits:
        readings.ask(version=version, at=at)
    return version


def publish_written_by_program(*, version: PolicyVersion, by: User, at: datetime) -> PolicyVersion:
    """Publishes a draft that a program wrote and nobody handed in; `by` is the person who looked. Raises Refused."""
    submit(version=version, by=None, at=at)
    return publish(version=version, by=by, at=at)


@transaction.atomic
def take_effect(*, version: PolicyVersion, at: datetime) -> bool:
    """A version that was published for a later day takes the new cases from now on; gives whether it was its turn.

    The one before it retires, and the staff concerned are asked to read this one.
    """
    _lock_policy(version.policy_id)
    version.refresh_from_db()
    if version.state != VersionState.SCHEDULED or version.effective_at is None or version.effective_at > at:
        return False
    siblings = PolicyVersion.objects.filter(policy_id=version.policy_id)
    siblings.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED, retired_at=at)
    siblings.filter(pk=version.pk).update(state=VersionState.PUBLISHED)
    version.refresh_from_db()
    logger.info("%s is in effect at %s", version, at)
    readings.ask(version=version, at=at)
    return True


def take_effect_all(*, at: datetime) -> int:
    """The engine's: every version whose day has come takes effect; gives how many they were.

    While none has, it costs one statement. Whatever is wrong with one policy keeps no other one from going on.
    """
    due = PolicyVersion.objects.filter(state=VersionState.SCHEDULED, effective_at__lte=at).select_related("policy")
    total = 0
    for version in due.order_by("effective_at", "pk"):
        try:
            total += take_effect(version=version, at=at)
        except Exception:  # the next round tries it again
            logger.exception("%s could not take effect", version)
    return total


@transaction.atomic
def looked_at_again(*, version: PolicyVersion, by: User, at: datetime, review_by: date) -> PolicyVersion:
    """Somebody found a running version still right; `review_by`, a day in their zone, is the next look.

    Raises Refused when it is not the published one, or for a day that is not to come.
    """
    _lock_policy(version.policy_id)
    version.refresh_from_db()
    if version.state != VersionState.PUBLISHED:
        raise Refused("state", "not_running", _("Only the version that is in effect is looked at again."))
    if review_by <= _day(at, by):
        raise Refused("review_by", "in_the_past", _("Choose a day that is still to come."))
    PolicyVersion.objects.filter(pk=version.pk).update(review_by=review_by)
    version.refresh_from_db()
    logger.info("%s looked at %s again at %s; the next time by %s", by.code, version, at, review_by)
    return version


@transaction.atomic
def retire(*, version: PolicyVersion, by: User, at: datetime) -> PolicyVersion:
    """This version takes no new cases and keeps the ones it has.

    Raises Refused when it is not published, or when no published policy for everybody else would be left.
    """
    list(Policy.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    version.refresh_from_db()
    if version.state in (VersionState.DRAFT, VersionState.REVIEW):
        raise Refused("state", "not_published", _("This version is a draft and takes no cases; delete it instead."))
    if version.state == VersionState.RETIRED:
        raise Refused("state", "already_retired", _("This version is already retired."))
    if version.state == VersionState.PUBLISHED and is_last_for_everybody(version.policy):
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
            *(newest.requirements, newest.communications, newest.roles, newest.trainings),
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


def _refuse_unless_in_review(state: str) -> None:
    if state != VersionState.REVIEW:
        raise Refused("state", "not_in_review", _("This version is not in review; hand the draft in first."))


def _refuse_same_person(version: PolicyVersion, by: User) -> None:
    if version.submitted_by_id == by.pk:
        remedy = _("You handed this version in; somebody else has to look at it and publish it.")
        raise Refused("state", "second_person", remedy)


def _refuse_outdated_calendars(version: PolicyVersion) -> None:
    """What is published is what was reviewed."""
    pins = version.pins.exclude(calendar_version__state=VersionState.PUBLISHED).select_related("calendar")
    if outdated := pins.first():
        remedy = _("“%(calendar)s” has newer hours than those in review; send the version back and hand it in again.")
        raise Refused("state", "calendar_moved_on", remedy % {"calendar": outdated.calendar})


def _day(instant: datetime, of: User) -> date:
    """The day it is then where this person is."""
    return instant.astimezone(ZoneInfo(of.time_zone)).date()


def _refuse_past(begins: datetime, at: datetime) -> None:
    if begins < at:
        raise Refused("effective_at", "in_the_past", _("This is in the past; leave it empty to begin at once."))


def _refuse_review_before(first_day: date, again: date) -> None:
    if again <= first_day:
        raise Refused("review_by", "before_it_begins", _("Look at it again after it took effect; choose a later day."))


def _refuse_second_draft(newest: PolicyVersion | CalendarVersion | None) -> None:
    if newest and newest.state in STANDS_IN_THE_WAY:
        raise Refused("state", "draft_exists", STANDS_IN_THE_WAY[newest.state])


def _in_the_way(version: PolicyVersion, at: datetime, *, is_of_program: bool) -> list[Finding]:
    """What keeps this version from being published: what a program wrote goes by whoever works here."""
    found = findings(version, at)
    return [one for one in found if not (is_of_program and one.problem.code in ASKS_FOR_PEOPLE)]


def _refuse_first(found: list[Finding]) -> None:
    if found:
        first = found[0]
        raise Refused(first.path, first.problem.code, f"{first.where}: {first.sentence}")


def _number_rows(version: PolicyVersion) -> None:
    """Numbers ordered rows 1, 2, 3 …, so that the row an explanation names is the row people see."""
    ordered: tuple[Any, ...] = (
        *(version.targets, version.cells, version.triggers),
        *(version.requirements, version.communications, version.roles, version.trainings),
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
