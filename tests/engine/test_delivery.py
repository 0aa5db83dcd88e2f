"""What becomes of a mail that is not taken: it is tried again later, and never at the cost of another."""

from __future__ import annotations

import itertools
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage

from escalations.actions import deliveries
from escalations.channels.base import Outcome, Result
from escalations.channels.mail import MailChannel
from escalations.engine import delivery
from escalations.engine.delivery import BATCH, LEASE, MOST_TRIES, deliver
from escalations.models import Notice
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def waiting(company: Company) -> list[Notice]:
    """The two mails about a new case: to its contact, and to the lead of the team."""
    company.open()
    return list(Notice.objects.filter(channel="mail").order_by("pk"))


def answer(monkeypatch: pytest.MonkeyPatch, *, poison: Notice, with_: Result | Exception) -> None:
    """One notice meets this fate, the others are sent."""
    send = MailChannel.send

    def fate(channel: MailChannel, notice: Notice) -> Result:
        if notice.pk != poison.pk:
            return send(channel, notice)
        if isinstance(with_, Exception):
            raise with_
        return with_

    monkeypatch.setattr(MailChannel, "send", fate)


def test_what_waits_is_sent_and_on_record_as_accepted(waiting: list[Notice]) -> None:
    assert deliver(MONDAY) == len(waiting) == 2
    assert {tuple(letter.to) for letter in mail.outbox} == {("ida@customer.example",), ("ben@belay.example",)}
    for notice in Notice.objects.filter(channel="mail"):
        assert (notice.state, notice.accepted_at, notice.tries, notice.leased_until) == ("accepted", MONDAY, 1, None)
    assert deliver(MONDAY + DAY) == 0
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("fate", [Result(Outcome.FAILED, "greylisted"), ValueError("a template is broken")])
def test_a_mail_that_fails_is_tried_again_and_holds_nobody_else(
    waiting: list[Notice], monkeypatch: pytest.MonkeyPatch, fate: Result | Exception
) -> None:
    answer(monkeypatch, poison=waiting[0], with_=fate)
    assert deliver(MONDAY) == 1
    row = Notice.objects.get(pk=waiting[0].pk)
    assert (row.state, row.tries, row.leased_until) == ("waiting", 1, None)
    assert row.next_try_at is not None
    assert row.next_try_at > MONDAY
    assert row.last_error
    assert deliver(MONDAY) == 0
    monkeypatch.undo()
    assert deliver(row.next_try_at) == 1
    assert Notice.objects.get(pk=row.pk).state == "accepted"


def test_a_mail_is_given_up_after_so_many_tries_and_says_why(
    waiting: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, poison=waiting[0], with_=Result(Outcome.FAILED, "the server is full"))
    for number in range(MOST_TRIES + 3):
        deliver(MONDAY + number * DAY)
    row = Notice.objects.get(pk=waiting[0].pk)
    assert (row.state, row.tries, row.next_try_at, row.last_error) == ("failed", MOST_TRIES, None, "the server is full")


def test_an_address_that_is_refused_is_not_tried_again(waiting: list[Notice], monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, poison=waiting[0], with_=Result(Outcome.REFUSED, "no such person"))
    deliver(MONDAY)
    monkeypatch.undo()
    assert deliver(MONDAY + DAY) == 0
    assert Notice.objects.get(pk=waiting[0].pk).state == "failed"


def test_every_try_of_a_mail_carries_the_same_identity(waiting: list[Notice]) -> None:
    first = deliveries.lease(at=MONDAY, until=MONDAY + LEASE, limit=10)
    for notice in first:  # sent, and the worker died before it could say so
        MailChannel().send(notice)
    assert deliver(MONDAY + LEASE) == 2
    letters: list[EmailMessage] = mail.outbox
    identities = [letter.extra_headers["Message-ID"] for letter in letters]
    assert sorted(identities[:2]) == sorted(identities[2:])


def test_what_one_worker_has_leased_no_other_gets_until_the_lease_is_over(waiting: list[Notice]) -> None:
    deliveries.lease(at=MONDAY, until=MONDAY + LEASE, limit=10)
    assert deliver(MONDAY + LEASE - timedelta(seconds=1)) == 0
    assert deliver(MONDAY + LEASE) == 2


def test_a_late_failure_of_a_slow_worker_does_not_take_back_what_was_accepted(waiting: list[Notice]) -> None:
    deliver(MONDAY)
    deliveries.failed(notice=waiting[0], error="time-out", again_at=MONDAY + DAY)
    row = Notice.objects.get(pk=waiting[0].pk)
    assert (row.state, row.next_try_at, row.accepted_at) == ("accepted", None, MONDAY)


def test_a_batch_that_runs_into_every_time_out_ends_before_its_lease() -> None:
    assert LEASE.total_seconds() > BATCH * settings.EMAIL_TIMEOUT


def test_a_lease_counts_from_when_it_is_taken_however_long_the_mails_before_it_took(
    waiting: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = itertools.count(0, 200)
    monkeypatch.setattr(delivery, "BATCH", 1)
    monkeypatch.setattr(time, "monotonic", lambda: next(passed))
    leases = []

    def send(channel: MailChannel, notice: Notice) -> Result:
        leases.append(notice.leased_until)
        return Result(Outcome.ACCEPTED)

    monkeypatch.setattr(MailChannel, "send", send)
    assert deliver(MONDAY) == 2
    assert leases == [MONDAY + LEASE + timedelta(seconds=200), MONDAY + LEASE + timedelta(seconds=400)]


def test_the_wait_between_tries_grows_and_ends_within_the_longest() -> None:
    waits = [delivery.wait(tries) for tries in range(1, 40)]
    assert waits[0] <= delivery.FIRST_WAIT * 1.2
    assert max(waits) <= delivery.LONGEST_WAIT * 1.2
    assert min(waits[15:]) >= delivery.LONGEST_WAIT * 0.8
