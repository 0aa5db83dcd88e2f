"""How Harbour Systems support works: hours, topics, and the two procedures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from customers.models import Tier
from escalations.actions import policies
from escalations.management.demonstration.duties import LIVE_PURPOSE, PURPOSE, assign, teach
from escalations.management.demonstration.people import BRANDT, EVA, HENRIK, Cast
from escalations.models import (
    Calendar,
    CalendarVersion,
    Communication,
    Hours,
    Level,
    MatrixCell,
    PauseReason,
    Policy,
    PolicyVersion,
    Requirement,
    SpecialDay,
    Target,
    Topic,
    Trigger,
)
from escalations.rules.vocabulary import PAUSED_BY_DEFAULT, ClockKind, Document, Effect, Impact, Kind, NoticeGroup

OPENS, CLOSES, MIDNIGHT, NOON_ON_EVES = 9 * 60, 17 * 60, 24 * 60, 13 * 60
HOURS_A_DAY = (CLOSES - OPENS) // 60
LIVE = "live-demonstration"
IN_FORCE_FOR = timedelta(days=150)

TOPICS = (
    ("metering", "Metering"),
    ("payroll", "Payroll and invoices"),
    ("shipping", "Shipping"),
    ("reports", "Reports"),
    ("access", "Sign-in and users"),
    ("devices", "Devices and sensors"),
    (LIVE, "Live demonstration"),
)

CUSTOMER_SILENT, SUPPLIER, PLANNED = "customer", "supplier", "planned"
PAUSES = (
    (CUSTOMER_SILENT, "Waiting for the customer", "We wait for your answer"),
    (SUPPLIER, "Waiting for a supplier", "We wait for one of our suppliers"),
    (PLANNED, "Waiting for an agreed date", "We go on at the date we agreed on"),
)

# Impact, urgency and tier (empty: any), severity, entry level.
MATRIX = (
    ("major", "high", "vip", 1, 2),
    ("major", "high", "", 1, 1),
    ("high", "high", "vip", 1, 1),
    ("major", "", "", 2, 1),
    ("high", "high", "", 2, 1),
    ("low", "", "", 4, 1),
    ("medium", "low", "", 4, 1),
    ("", "", "", 3, 1),
)

# Name, what is done there, team.
RUNGS = (
    ("Front line", "Answers, collects what is known, solves what an article covers", "front-line"),
    ("Specialists", "Finds the cause and mends it, or knows who can", "specialists"),
    ("Department manager", "Decides on people, money and dates", "managers"),
    ("Executives", "Speaks for the company, and decides what nobody below may", "executives"),
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a level keeps a case at least, and when people are told again, passed over, or have forgotten it."""

    dwell: int
    remind: int = 0
    pass_on: int = 0
    forget: int = 0
    mails_an_hour: int | None = None
    may_decide: int | None = None


# In working minutes, level by level; may decide so many euros.
RHYTHMS = (
    Rhythm(24 * 60, may_decide=500),
    Rhythm(24 * 60, remind=4 * 60, pass_on=7 * 60, forget=40 * 60, may_decide=2_000),
    Rhythm(32 * 60, remind=6 * 60, forget=48 * 60, mails_an_hour=6, may_decide=20_000),
    Rhythm(40 * 60, remind=8 * 60, forget=80 * 60, mails_an_hour=4),
)
# Told again after a minute, passed on after two, and then the next level.
LIVE_RHYTHMS = (
    Rhythm(1),
    Rhythm(3, remind=1, pass_on=2, forget=3),
    Rhythm(2, remind=1, forget=3, mails_an_hour=20),
    Rhythm(1, remind=1, mails_an_hour=20),
)

# Clock, severity and plan (empty: any), working hours, percent at which people are warned.
TARGETS = (
    (ClockKind.FIRST_RESPONSE, None, True, 8, 75),
    (ClockKind.FIRST_RESPONSE, None, False, 16, 75),
    (ClockKind.NEXT_REPLY, None, True, 24, 75),
    (ClockKind.NEXT_REPLY, None, False, 40, 75),
    (ClockKind.ACKNOWLEDGEMENT, None, False, 8, 75),
    (ClockKind.TRIAGE, None, False, 24, 90),
    (ClockKind.NEXT_UPDATE, None, True, 24, 90),
    (ClockKind.NEXT_UPDATE, None, False, 32, 75),
    (ClockKind.TIME_AT_LEVEL, None, False, 80, 90),
    (ClockKind.OWNERSHIP, None, False, 120, 90),
    (ClockKind.RESOLUTION, 1, True, 32, 75),
    (ClockKind.RESOLUTION, 2, True, 64, 75),
    (ClockKind.RESOLUTION, None, True, 96, 75),
    (ClockKind.RESOLUTION, 1, False, 64, 75),
    (ClockKind.RESOLUTION, 2, False, 80, 75),
    (ClockKind.RESOLUTION, 3, False, 120, 75),
    (ClockKind.RESOLUTION, None, False, 160, 75),
    (ClockKind.REVIEW, None, False, 40, 75),
    (ClockKind.DECISION, None, False, 24, 75),
    (ClockKind.ASK, None, True, 8, 75),
    (ClockKind.ASK, None, False, 16, 75),
    (ClockKind.REQUEST, None, False, 24, 75),
    (ClockKind.FOLLOW_UP, None, False, 5 * HOURS_A_DAY, 75),
)

# What reaches people whatever their hours: group, severity and worse (empty: any), level and above (empty: any).
URGENT = (
    (NoticeGroup.ASKED, 1, None),
    (NoticeGroup.DEADLINE, 1, 2),
)

# What climbs by itself: condition, parameters, kind.
ACTS: tuple[tuple[str, dict[str, Any], Kind], ...] = (
    ("clock_breached", {"clock": ClockKind.FIRST_RESPONSE.value}, Kind.FUNCTIONAL),
    ("clock_breached", {"clock": ClockKind.ACKNOWLEDGEMENT.value}, Kind.FUNCTIONAL),
    (
        "all",
        {
            "of": [
                {"condition": "impact", "parameters": {"impact": Impact.MAJOR.value}},
                {"condition": "tier", "parameters": {"tier": Tier.VIP.value}},
                {"condition": "silence", "parameters": {"hours": 8}},
            ]
        },
        Kind.HIERARCHICAL,
    ),
)
# What reminds people that a case meets a criterion.
NUDGES: tuple[tuple[str, dict[str, Any], Kind], ...] = (
    ("clock_breached", {"clock": ClockKind.RESOLUTION.value}, Kind.FUNCTIONAL),
    ("missing_skill", {}, Kind.FUNCTIONAL),
    ("missing_authority", {}, Kind.HIERARCHICAL),
    ("customer_asked", {}, Kind.FUNCTIONAL),
    ("reopened", {"at_least": 1}, Kind.FUNCTIONAL),
    ("exchanges", {"at_least": 4}, Kind.FUNCTIONAL),
    ("hand_offs", {"at_least": 3}, Kind.FUNCTIONAL),
    ("repeated_complaint", {"at_least": 4, "days": 14}, Kind.FUNCTIONAL),
    ("silence", {"hours": 5 * HOURS_A_DAY}, Kind.FUNCTIONAL),
    ("low_rating", {"at_most": 2}, Kind.HIERARCHICAL),
)

# In writing before a case is solved there; empty: at every level.
IN_WRITING = ((Document.CAUSE, None), (Document.PREVENTION, None), (Document.PLAN, 3), (Document.PLAN, 4))

# Clock, level (empty: any), minutes, percent at which people are warned: a warning after 30 seconds, then a climb.
LIVE_TARGETS = (
    (ClockKind.FIRST_RESPONSE, None, 1, 50),
    (ClockKind.ACKNOWLEDGEMENT, 2, 3, 100),
    (ClockKind.ACKNOWLEDGEMENT, 3, 2, 100),
    (ClockKind.ACKNOWLEDGEMENT, None, 1, 50),
    (ClockKind.TRIAGE, None, 1, 100),
    (ClockKind.DECISION, None, 2, 50),
    (ClockKind.ASK, None, 2, 50),
    (ClockKind.REQUEST, None, 3, 100),
    (ClockKind.FOLLOW_UP, None, 5, 100),
    (ClockKind.NEXT_UPDATE, None, 3, 100),
    (ClockKind.RESOLUTION, None, 5, 100),
)

# Days and months, the same every year.
FIXED_DAYS = (
    (1, 1, "New Year's Day"),
    (1, 5, "Labour Day"),
    (3, 10, "German Unity Day"),
    (25, 12, "Christmas Day"),
    (26, 12, "Second day of Christmas"),
)
# Days after Easter Sunday.
MOVABLE_DAYS = (
    (-2, "Good Friday"),
    (1, "Easter Monday"),
    (39, "Ascension Day"),
    (50, "Whit Monday"),
)
EVES = ((24, 12, "Christmas Eve"), (31, 12, "New Year's Eve"))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the method of Meeus, Jones and Butcher."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def german_holidays(year: int) -> dict[date, str]:
    """The days on which all of Germany rests."""
    fixed = {date(year, month, day): name for day, month, name in FIXED_DAYS}
    return fixed | {easter(year) + timedelta(days=days): name for days, name in MOVABLE_DAYS}


def write_down(cast: Cast, now: datetime) -> Calendar:
    """Calendars, topics, pause reasons and both policies, in force for months; gives the calendar of the office."""
    at = now - IN_FORCE_FOR
    topics = {slug: Topic.objects.create(slug=slug, name=name) for slug, name in TOPICS}
    for slug, name, public in PAUSES:
        PauseReason.objects.create(slug=slug, name=name, public_label=public, stops=list(PAUSED_BY_DEFAULT))
    office, always = _office(cast, now, at), _always(cast, at)
    owner = cast.agents[BRANDT]
    standard = Policy.objects.create(slug="standard", name="Standard", position=100, owner=owner)
    live = Policy.objects.create(slug=LIVE, name="Live demonstration", position=10, owner=owner)
    live.topics.add(topics[LIVE])
    for version in (_standard(standard, cast, office), _live(live, cast, always)):
        _bring_into_force(version, cast, at)
    return office


def _bring_into_force(version: PolicyVersion, cast: Cast, at: datetime) -> None:
    """The administrator hands it in, and the department manager publishes it on the next day."""
    policies.submit(version=version, by=cast.administrator, at=at - timedelta(days=1))
    policies.publish(version=version, by=cast.agents[BRANDT].user, at=at)


def _office(cast: Cast, now: datetime, at: datetime) -> Calendar:
    """Monday to Friday, nine to five in Berlin, without the German holidays of last, this and next year."""
    calendar = Calendar.objects.create(slug="office-hours", name="Office hours, Berlin")
    version = CalendarVersion.objects.create(calendar=calendar, time_zone="Europe/Berlin")
    Hours.objects.bulk_create(Hours(version=version, weekday=day, opens=OPENS, closes=CLOSES) for day in range(5))
    for year in (now.year - 1, now.year, now.year + 1):
        SpecialDay.objects.bulk_create(
            SpecialDay(version=version, date=day, name=name) for day, name in german_holidays(year).items()
        )
        SpecialDay.objects.bulk_create(
            SpecialDay(version=version, date=eve, name=name, opens=OPENS, closes=NOON_ON_EVES)
            for eve, name in ((date(year, month, day), name) for day, month, name in EVES)
            if eve.weekday() < 5  # the other two are closed anyway
        )
    policies.publish_calendar(version=version, by=cast.administrator, at=at)
    return calendar


def _always(cast: Cast, at: datetime) -> Calendar:
    calendar = Calendar.objects.create(slug="always", name="Day and night")
    version = CalendarVersion.objects.create(calendar=calendar, time_zone="Europe/Berlin")
    Hours.objects.bulk_create(Hours(version=version, weekday=day, opens=0, closes=MIDNIGHT) for day in range(7))
    policies.publish_calendar(version=version, by=cast.administrator, at=at)
    return calendar


def _standard(policy: Policy, cast: Cast, office: Calendar) -> PolicyVersion:
    version = PolicyVersion.objects.create(
        policy=policy,
        confirm_days=3,
        sign_in_above=10_000,
        leads_ask_from=4,
        purpose=PURPOSE,
        note="Four levels, targets in working days",
    )
    _levels(version, cast, office, RHYTHMS)
    for position, (clock, severity, with_plan, hours, percent) in enumerate(TARGETS, start=1):
        Target.objects.create(
            version=version,
            position=position,
            clock=clock.value,
            severity=severity,
            plan=cast.plan if with_plan else None,
            calendar=office,
            minutes=60 * hours,
            warn_percent=percent,
        )
    _matrix(version, MATRIX)
    for condition, parameters, kind in ACTS:
        _trigger(version, condition, parameters, Effect.ACT, kind)
    for condition, parameters, kind in NUDGES:
        _trigger(version, condition, parameters, Effect.NUDGE, kind)
    for position, (document, level) in enumerate(IN_WRITING, start=1):
        Requirement.objects.create(version=version, position=position, document=document.value, level=level)
    for position, (group, severity, level) in enumerate(URGENT, start=1):
        Communication.objects.create(
            version=version, position=position, group=group.value, severity=severity, level=level
        )
    assign(version)
    teach(version)
    return version


def _live(policy: Policy, cast: Cast, always: Calendar) -> PolicyVersion:
    version = PolicyVersion.objects.create(
        policy=policy,
        confirm_days=1,
        purpose=LIVE_PURPOSE,
        note="Four levels in a few minutes",
    )
    _levels(version, cast, always, LIVE_RHYTHMS)
    for position, (clock, level, minutes, percent) in enumerate(LIVE_TARGETS, start=1):
        Target.objects.create(
            version=version,
            position=position,
            clock=clock.value,
            level=level,
            calendar=always,
            minutes=minutes,
            warn_percent=percent,
        )
    _matrix(version, [("", "", "", 2, 1)])
    for condition, parameters, kind in ACTS[:2]:
        _trigger(version, condition, parameters, Effect.ACT, kind)
    Requirement.objects.create(version=version, position=1, document=Document.CAUSE.value)
    Communication.objects.create(version=version, position=1, group=NoticeGroup.ASKED.value, severity=1)
    assign(version)
    return version


def _levels(version: PolicyVersion, cast: Cast, calendar: Calendar, rhythms: Sequence[Rhythm]) -> None:
    for number, ((name, meaning, team), rhythm) in enumerate(zip(RUNGS, rhythms, strict=True), start=1):
        Level.objects.create(
            version=version,
            number=number,
            name=name,
            meaning=meaning,
            team=cast.teams[team],
            calendar=calendar,
            dwell_minutes=rhythm.dwell,
            last_resort=cast.agents[HENRIK if number == len(RUNGS) else EVA],
            remind_minutes=rhythm.remind,
            pass_on_minutes=rhythm.pass_on,
            forget_minutes=rhythm.forget,
            notice_budget=rhythm.mails_an_hour,
            authority_limit=rhythm.may_decide,
        )


def _matrix(version: PolicyVersion, rows: Sequence[tuple[str, str, str, int, int]]) -> None:
    for position, (impact, urgency, tier, severity, level) in enumerate(rows, start=1):
        MatrixCell.objects.create(
            version=version,
            position=position,
            impact=impact,
            urgency=urgency,
            tier=tier,
            severity=severity,
            level=level,
        )


def _trigger(version: PolicyVersion, condition: str, parameters: dict[str, Any], effect: Effect, kind: Kind) -> None:
    Trigger.objects.create(
        version=version,
        position=version.triggers.count() + 1,
        condition=condition,
        parameters=parameters,
        effect=effect.value,
        kind=kind.value,
    )
