"""A case over Easter 2026 in Berlin: the clocks go forward, two days are holidays, and it waits twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from escalations.actions import handling, policies
from escalations.models import Calendar, CalendarVersion, Case, Hours, PolicyVersion, SpecialDay
from escalations.rules.vocabulary import Impact, Urgency
from tests.cast import Company

BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAYS = {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"}


def berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of 2026 by the clocks of Berlin."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


NOW = berlin(4, 2, 15, 30)
DUE = berlin(4, 7, 10)


def draft_of(company: Company, at: datetime) -> PolicyVersion:
    """A draft of the next version of the policy."""
    return policies.new_draft(policy=company.policy, by=company.administrator, at=at)


def published(company: Company, version: PolicyVersion, at: datetime) -> PolicyVersion:
    """This draft, published with the newest hours."""
    return policies.publish_written_by_program(version=version, by=company.administrator, at=at)


def office_in_new_york(company: Company, at: datetime) -> Calendar:
    """Monday to Friday, 9 to 17 in New York, published."""
    calendar = Calendar.objects.create(slug="new-york", name="New York office")
    version = CalendarVersion.objects.create(calendar=calendar, number=1, time_zone="America/New_York")
    Hours.objects.bulk_create(Hours(version=version, weekday=day, opens=540, closes=1020) for day in range(5))
    policies.publish_calendar(version=version, by=company.administrator, at=at)
    return calendar


def with_holidays(company: Company) -> PolicyVersion:
    """The hours get the holidays of Easter, and the policy a version that counts on them."""
    at = berlin(3, 20, 12)
    draft = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=at)
    SpecialDay.objects.bulk_create(SpecialDay(version=draft, date=day, name=name) for day, name in HOLIDAYS.items())
    policies.publish_calendar(version=draft, by=company.administrator, at=at)
    return published(company, draft_of(company, at), at)


def over_easter(company: Company) -> Case:
    """Raised on a Friday at 15:00 with 16 hours to solve it; 1, 6, 5 and 3 count, so it is due on Tuesday 10:00."""
    with_holidays(company)
    case = company.open(at=berlin(3, 27, 15), impact=Impact.MEDIUM, urgency=Urgency.MEDIUM)
    staff, reason = company.agent.standing, company.waiting
    handling.reply(case=case, actor=staff, at=berlin(3, 27, 15, 20), text="Please send us the log files.")
    handling.hold(case=case, actor=staff, at=berlin(3, 27, 16), reason=reason, wake_at=berlin(4, 10, 9))
    handling.reply(case=case, actor=company.ida.standing, at=berlin(3, 30, 11), text="Here they are.")
    handling.reply(case=case, actor=staff, at=berlin(3, 30, 11, 30), text="Thank you, we look into them.")
    handling.hold(case=case, actor=staff, at=berlin(3, 31, 14), reason=reason, wake_at=berlin(4, 10, 9))
    handling.reply(case=case, actor=company.ida.standing, at=berlin(4, 2, 14), text="We tried that.")
    handling.reply(case=case, actor=staff, at=berlin(4, 2, 14) + timedelta(minutes=10), text="Then it is the lock.")
    case.refresh_from_db()
    return case
