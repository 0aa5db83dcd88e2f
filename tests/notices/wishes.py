"""Hours and wishes for the stories of what reaches whom, written straight into the rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core import mail
from django.core.mail import EmailMessage

from escalations.actions import policies
from escalations.models import (
    Calendar,
    CalendarVersion,
    Communication,
    Hours,
    Level,
    NoticeChoice,
    NoticeWishes,
    PolicyVersion,
    SpecialDay,
)
from escalations.rules.vocabulary import Channel, NoticeGroup
from tests.cast import MONDAY, Company, Worker

BERLIN = ZoneInfo("Europe/Berlin")
EASTER = {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"}
MIDNIGHT = 24 * 60


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def calendar(company: Company, slug: str, opens: int, closes: int, days: int = 7) -> Calendar:
    """Published hours, the same on so many days from Monday on, closed at Easter."""
    found = Calendar.objects.create(slug=slug, name=slug)
    version = CalendarVersion.objects.create(calendar=found, number=1, time_zone="Europe/Berlin")
    Hours.objects.bulk_create(Hours(version=version, weekday=day, opens=opens, closes=closes) for day in range(days))
    if days < 7:
        SpecialDay.objects.bulk_create(SpecialDay(version=version, date=day, name=name) for day, name in EASTER.items())
    policies.publish_calendar(version=version, by=company.administrator, at=MONDAY - timedelta(days=30))
    return found


def procedure(
    company: Company, hours: dict[int, Calendar], urgent: tuple[NoticeGroup, int] | None = None
) -> PolicyVersion:
    """From now on these levels keep these hours; what a group tells of such a severity and worse is urgent."""
    version = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY - timedelta(days=1))
    for number, found in hours.items():
        Level.objects.filter(version=version, number=number).update(calendar=found)
    if urgent:
        Communication.objects.create(version=version, group=urgent[0], severity=urgent[1], is_urgent=True)
    return policies.publish_written_by_program(version=version, by=company.administrator, at=MONDAY - timedelta(days=1))


def wishes(who: Worker, quiet: tuple[int, int] | None = None, **fields: object) -> NoticeWishes:
    """Quiet hours as full hours; everything else as the fields are called."""
    times = {"quiet_from": time(quiet[0]), "quiet_until": time(quiet[1])} if quiet else {}
    return NoticeWishes.objects.create(user=who.user, **times, **fields)


def choose(who: Worker, group: NoticeGroup, channel: Channel, *, wanted: bool) -> None:
    NoticeChoice.objects.create(user=who.user, group=group, channel=channel, is_wanted=wanted)


def letters_to(who: Worker) -> list[EmailMessage]:
    return [letter for letter in mail.outbox if letter.to == [who.user.email]]


def subjects(who: Worker) -> list[str]:
    return [str(letter.subject) for letter in letters_to(who)]
