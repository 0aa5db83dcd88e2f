"""Nobody is flooded: chosen roles only, once per event and channel, one message for two clicks, and equal sums."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import handling, triage
from escalations.actions.announcements import announce_due
from escalations.engine.delivery import deliver
from escalations.models import Case, Message, Notice, Watcher
from escalations.rules.vocabulary import Rhythm
from tests.cast import MONDAY, Company
from tests.notices.wishes import berlin, letters_to, wishes
from tests.people.absent import away

pytestmark = pytest.mark.django_db

LATE = MONDAY + timedelta(minutes=61)


def unaccounted() -> int:
    """Notices that are neither accepted nor folded into one that is."""
    open_ones = Notice.objects.exclude(state="accepted")
    return open_ones.exclude(state="folded", folded_into__state="accepted").count()


def test_not_05_a_missed_clock_is_told_to_those_around_the_case_and_to_no_administrator(company: Company) -> None:
    case = company.open(company.vera)
    announce_due(at=LATE)
    told = set(Notice.objects.filter(event__kind="clock.breached", case=case).values_list("recipient", flat=True))
    assert told == {company.agent.user.code}
    assert company.administrator.code not in told


def test_not_06_whoever_is_everything_to_a_case_has_each_event_once_by_each_channel(company: Company) -> None:
    case = company.open()
    triage.take(case=case, actor=company.specialist.standing, owner=company.agent.agent, at=MONDAY)
    Watcher.objects.create(case=case, agent=company.agent.agent)
    away(company.manager, company.agent, at=MONDAY)
    Watcher.objects.create(case=case, agent=company.manager.agent)
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY, text="Any news?")
    rows = Notice.objects.filter(event__kind="message.received", recipient=company.agent.user.code)
    assert sorted(rows.values_list("channel", flat=True)) == ["in_app", "mail"]


def test_not_07_a_reply_that_is_sent_twice_is_one_message_with_one_set_of_notices(company: Company) -> None:
    case = company.open()
    for _click in range(2):
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Heard you.", key="one-form")
    assert Message.objects.filter(body="Heard you.").count() == 1
    rows = Notice.objects.filter(event__kind="message.sent").values_list("recipient", "channel")
    assert len(rows) == len(set(rows)) == 2


def costs(company: Company, number: int) -> int:
    """Statements that it takes to tell of so many clocks at once, to people with wishes and one who is away."""
    cases = [company.open(company.vera) for _number in range(number)]
    with CaptureQueriesContext(connection) as asked:
        assert announce_due(at=LATE) == len(cases)
    return len(asked)


def test_not_04_wishes_and_deputies_cost_the_same_however_many_cases_are_late(company: Company) -> None:
    wishes(company.agent, calendar=company.calendar, rhythm=Rhythm.HOURLY)
    away(company.agent, company.specialist, at=MONDAY)
    costs(company, 1)
    assert costs(company, 5) == costs(company, 40)


def test_not_09_every_notice_is_accepted_or_folded_into_one_that_is(company: Company) -> None:
    wishes(company.agent, rhythm=Rhythm.DAILY)
    wishes(company.specialist, quiet=(20, 8))
    night = berlin("2026-03-03 23:00")
    cases: list[Case] = [company.open(at=night) for _number in range(7)]
    for case in cases:
        for text in ("Any news?", "Hello?"):
            handling.reply(case=case, actor=company.ida.standing, at=night, text=text)
        company.escalate(case, night)
    deliver(night)
    assert unaccounted() > 0
    for day in ("2026-03-04 09:00", "2026-03-05 09:00"):
        deliver(berlin(day))
    assert unaccounted() == 0
    assert 1 <= len(letters_to(company.agent)) <= 2
    codes = {company.agent.user.code, company.specialist.user.code}
    told = Notice.objects.filter(recipient__in=codes, channel="mail")
    carriers = told.filter(folded_into=None).count()
    assert carriers == len(letters_to(company.agent)) + len(letters_to(company.specialist)) < told.count()
    assert mail.outbox
