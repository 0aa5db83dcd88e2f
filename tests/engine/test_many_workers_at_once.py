"""Two workers, two clicks, two deliverers at the very same time: one climb, one event, one notice, one mail."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail

from customers.refusal import Refused
from escalations.actions import escalation, handling, resolution
from escalations.actions.set_aside import Stage
from escalations.engine.delivery import deliver
from escalations.engine.sweep import ACTS, sweep
from escalations.models import Case, Escalation, Event, Notice, SetAside
from escalations.rules.vocabulary import Outcome
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.engine.together import together

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


@pytest.fixture
def quiet_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.ERROR)
    return caplog


def test_three_workers_sweep_at_once_and_every_case_climbs_once(
    company: Company, quiet_log: pytest.LogCaptureFixture
) -> None:
    cases = [company.open() for _number in range(12)]
    late = MONDAY + 61 * MINUTE
    results = together(*[lambda: sweep(late)] * 3, *[lambda: sweep(late + MINUTE)])
    assert [found for found in results if isinstance(found, Exception)] == []
    sweep(late + MINUTE)
    for case in cases:
        assert kinds(case) == ["case.opened", "clock.breached", "escalation.requested"]
        is_sound(case)
    told = Notice.objects.filter(event__kind="escalation.requested", channel="in_app").values_list("recipient", "case")
    assert set(Counter(told).values()) == {1}
    assert Notice.objects.filter(recipient=company.specialist.user.code, channel="in_app").count() == len(cases)
    assert quiet_log.records == []


def test_a_case_that_fails_is_set_aside_once_and_tried_once_however_many_workers_meet_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [company.open() for _number in range(6)]
    poisoned, late = cases[3], MONDAY + 61 * MINUTE

    def consider(*, case: Case, **given: Any) -> Event | None:
        if case.pk == poisoned.pk:
            raise KeyError("broken")
        return escalation.consider(case=case, **given)

    monkeypatch.setitem(ACTS, Stage.LADDER, consider)
    for tries in (1, 2):
        results = together(*[partial(sweep, late)] * 3)
        assert [found for found in results if isinstance(found, Exception)] == []
        assert list(SetAside.objects.values_list("case", "tries")) == [(poisoned.pk, tries)]
        late += MINUTE
    for case in cases:
        climbed = [] if case == poisoned else ["escalation.requested"]
        assert kinds(case) == ["case.opened", "clock.breached", *climbed]
        is_sound(case)


def test_people_work_while_the_engine_sweeps_and_no_case_is_torn(
    company: Company, quiet_log: pytest.LogCaptureFixture
) -> None:
    cases = [company.open() for _number in range(8)]
    late = MONDAY + 61 * MINUTE

    def answer() -> None:
        for case in reversed(cases):
            handling.reply(case=case, actor=company.agent.standing, at=late, text="I look at it.")

    results = together(lambda: sweep(late), answer, lambda: sweep(late))
    assert [found for found in results if isinstance(found, Exception)] == []
    for case in cases:
        assert kinds(case).count("message.sent") == 1
        assert kinds(case).count("clock.breached") <= 1
        is_sound(case)
    assert quiet_log.records == []


def test_waking_and_closing_by_silence_happen_once_however_many_workers_look(
    company: Company, quiet_log: pytest.LogCaptureFixture
) -> None:
    waiting, solved = company.open(), company.open()
    agent = company.agent.standing
    handling.reply(case=waiting, actor=agent, at=MONDAY, text="Which version?")
    handling.hold(case=waiting, actor=agent, at=MONDAY, reason=company.waiting, wake_at=MONDAY + MINUTE)
    resolution.resolve(case=solved, actor=agent, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    for at in (MONDAY + 2 * MINUTE, MONDAY + timedelta(days=3)):
        together(*[lambda at=at: sweep(at)] * 3)
    assert kinds(waiting).count("case.resumed") == 1
    assert kinds(solved).count("case.closed") == 1
    assert quiet_log.records == []


def test_a_form_posted_twice_at_the_same_moment_is_one_reply(company: Company) -> None:
    case = company.open()
    agent = company.agent.standing
    first, second = together(
        *[lambda: handling.reply(case=case, actor=agent, at=MONDAY, text="Hello.", key="form-1")] * 2
    )
    assert first.pk == second.pk
    assert kinds(case) == ["case.opened", "message.sent"]
    assert case.messages.count() == 2
    is_sound(case)


def test_a_case_raised_twice_at_the_same_moment_is_one_case(company: Company) -> None:
    first, second = together(*[lambda: company.open(key="form-1")] * 2)
    assert first.pk == second.pk
    assert (Case.objects.count(), Event.objects.count()) == (1, 1)
    is_sound(first)


def test_two_people_who_escalate_at_the_same_moment_make_one_escalation(company: Company) -> None:
    case = company.open()
    results = together(*[lambda: company.escalate(Case.objects.get(pk=case.pk), MONDAY + MINUTE)] * 2)
    refused = [found for found in results if isinstance(found, Refused)]
    assert [found.code for found in refused] == ["already_escalated"]
    assert Escalation.objects.filter(case=case).count() == 1
    assert kinds(case).count("escalation.requested") == 1
    is_sound(case)


def test_many_replies_at_once_keep_the_order_without_a_gap(company: Company) -> None:
    case = company.open()
    agent = company.agent.standing
    together(*[lambda: handling.reply(case=case, actor=agent, at=MONDAY, text="Hello.")] * 6)
    assert kinds(case) == ["case.opened", *["message.sent"] * 6]
    is_sound(case)


def test_two_deliverers_send_each_mail_once(company: Company) -> None:
    for _number in range(15):
        company.open()
    waiting = Notice.objects.filter(channel="mail", state="waiting").count()
    assert waiting == 30
    sent = together(*[lambda: deliver(MONDAY)] * 3)
    assert sum(sent) == waiting
    identities = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert len(identities) == len(set(identities)) == waiting
    assert not Notice.objects.filter(channel="mail").exclude(state="accepted").exists()
