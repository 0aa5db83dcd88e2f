"""Five hundred cases breach within a minute, and everybody can still work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from escalations.actions import storms
from escalations.engine.delivery import deliver
from escalations.engine.sweep import sweep
from escalations.models import Case, Event, HeldClimb, Notice, Step, Storm, StormBrake
from tests.cast import MONDAY, Company

pytestmark = [pytest.mark.django_db, pytest.mark.bulk]

MINUTE = timedelta(minutes=1)
LATE = MONDAY + 61 * MINUTE
CASES, ALLOWED = 500, 20


def test_esc_28_not_04_five_hundred_cases_stop_at_the_brake_and_nobody_drowns_in_mail(company: Company) -> None:
    StormBrake.objects.create(pk=1, climbs=ALLOWED, minutes=10)
    cases = [company.open(company.vera, impact="high", urgency="low") for _number in range(CASES)]
    Notice.objects.filter(channel="mail").delete()  # of their opening
    sweep(LATE)
    assert Event.objects.filter(kind="clock.breached").count() == CASES
    assert Step.objects.filter(is_automatic=True).count() == ALLOWED
    assert HeldClimb.objects.filter(storm=Storm.objects.get()).count() == CASES - ALLOWED
    deliver(LATE)
    for worker in (company.agent, company.specialist, company.manager, company.executive):
        got = [letter for letter in mail.outbox if letter.to == [worker.user.email]]
        assert len(got) <= 2, (worker.user.name, [letter.subject for letter in got])
    told = [letter for letter in mail.outbox if letter.to == [company.agent.user.email]]
    assert sum(case.reference in letter.body for case in cases for letter in told) >= CASES - ALLOWED
    assert not Notice.objects.filter(channel="mail").exclude(state="accepted").exists()

    storms.end(storm=Storm.objects.get(), by=company.specialist.user, let_climb=True, at=LATE + MINUTE)
    for number in range(1, 6):
        sweep(LATE + number * MINUTE)
        assert HeldClimb.objects.filter(released_at=None).count() == max(CASES - ALLOWED - number * 100, 0)
        deliver(LATE + number * MINUTE)
    assert Case.objects.filter(level=2).count() == CASES
    assert Storm.objects.count() == 1
    got = [letter for letter in mail.outbox if letter.to == [company.specialist.user.email]]
    assert len(got) <= 10
    assert not Notice.objects.filter(channel="mail").exclude(state="accepted").exists()
