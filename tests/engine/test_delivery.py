"""What becomes of a mail that is not taken: it is tried again later, and never at the cost of another."""

from __future__ import annotations

import itertools
import time
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage

from escalations.actions import deliveries
from escalations.channels.base import Outcome, Result
from escalations.channels.mail import LONGEST_SECONDS, MailChannel
from escalations.engine import batch
from escalations.engine.batch import LEASE, MOST_TRIES
from escalations.engine.delivery import deliver
from escalations.models import Attempt, Notice
from tests.cast import MONDAY, Company
from tests.notices.servers import spoil

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def waiting(company: Company) -> list[Notice]:
    """The two mails about a new case: to its contact, and to the lead of the team."""
    company.open()
    return list(Notice.objects.filter(channel="mail").order_by("pk"))


def answer(monkeypatch: pytest.MonkeyPatch, *, poison: Notice, with_: Result | Exception) -> None:
    """One notice meets this fate, the others are sent."""
    spoil(monkeypatch, lambda notice: notice.pk == poison.pk, with_)


def about(instant: datetime | None, expected: datetime) -> bool:
    """Whether something happened in the second that began at this instant."""
    return instant is not None and expected <= instant < expected + SECOND


def test_what_waits_is_sent_and_on_record_as_accepted(waiting: list[Notice]) -> None:
    assert deliver(MONDAY) == len(waiting) == 2
    assert {tuple(letter.to) for letter in mail.outbox} == {("ida@customer.example",), ("ben@belay.example",)}
    for notice in Notice.objects.filter(channel="mail"):
        assert (notice.state, notice.tries, notice.leased_until) == ("accepted", 1, None)
        assert about(notice.accepted_at, MONDAY)
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
    assert row.attempts.count() == MOST_TRIES


def test_an_address_that_is_refused_is_not_tried_again(waiting: list[Notice], monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, poison=waiting[0], with_=Result(Outcome.REFUSED, "no such person"))
    deliver(MONDAY)
    monkeypatch.undo()
    tried = Attempt.objects.filter(notice=waiting[0])
    deliver(MONDAY + DAY)
    assert Notice.objects.get(pk=waiting[0].pk).state == "failed"
    assert tried.count() == 1


def test_every_try_is_on_record_with_what_the_other_side_said(
    waiting: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, poison=waiting[0], with_=Result(Outcome.FAILED, "come back later", 451))
    deliver(MONDAY)
    monkeypatch.undo()
    deliver(MONDAY + DAY)
    first, second = waiting[0].attempts.order_by("number")
    assert (first.number, first.outcome, first.code, first.answer) == (1, "failed", 451, "come back later")
    assert (second.number, second.outcome) == (2, "accepted")
    assert about(first.began_at, MONDAY) and about(first.ended_at, MONDAY)
    assert about(second.began_at, MONDAY + DAY)


def test_a_try_is_on_record_before_it_is_made(waiting: list[Notice], monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As a worker ends that is killed: nothing is caught, nothing is recorded."""

    def killed(*_args: object) -> None:
        raise Killed

    monkeypatch.setattr("escalations.channels.mail.MailOutlet.send", killed)
    with pytest.raises(Killed):
        deliver(MONDAY)
    [cut_off] = Attempt.objects.all()
    assert (cut_off.ended_at, cut_off.outcome) == (None, "")
    monkeypatch.undo()
    assert deliver(MONDAY + LEASE + SECOND) == 2
    assert list(cut_off.notice.attempts.order_by("number").values_list("outcome", flat=True)) == ["", "accepted"]


def test_every_try_of_a_mail_carries_the_same_identity(waiting: list[Notice]) -> None:
    first = deliveries.lease(at=MONDAY, until=MONDAY + LEASE, limit=10)
    with MailChannel().open() as outlet:
        for notice in first:  # sent, and the worker died before it could say so
            outlet.pack(notice)()
    assert deliver(MONDAY + LEASE) == 2
    letters: list[EmailMessage] = mail.outbox
    identities = [letter.extra_headers["Message-ID"] for letter in letters]
    assert sorted(identities[:2]) == sorted(identities[2:])


def test_what_one_worker_has_leased_no_other_gets_until_the_lease_is_over(waiting: list[Notice]) -> None:
    deliveries.lease(at=MONDAY, until=MONDAY + LEASE, limit=10)
    assert deliver(MONDAY + LEASE - SECOND) == 0
    assert deliver(MONDAY + LEASE) == 2


def test_a_late_failure_of_a_slow_worker_does_not_take_back_what_was_accepted(waiting: list[Notice]) -> None:
    deliver(MONDAY)
    deliveries.failed(notice=waiting[0], error="time-out", again_at=MONDAY + DAY)
    row = Notice.objects.get(pk=waiting[0].pk)
    assert (row.state, row.next_try_at) == ("accepted", None)
    assert about(row.accepted_at, MONDAY)


# -- leases that are held ------------------------------------------------------------------------------


def test_what_a_killed_worker_held_is_free_within_a_minute_and_one_letter_takes_less() -> None:
    assert timedelta(seconds=LONGEST_SECONDS) < LEASE <= timedelta(minutes=1)
    assert settings.EMAIL_TIMEOUT < LONGEST_SECONDS


def test_before_each_letter_the_worker_renews_what_it_holds_however_long_the_ones_before_took(
    waiting: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, found = itertools.count(0, 7), list[list[datetime | None]]()
    monkeypatch.setattr(time, "monotonic", lambda: next(passed))

    def held(_notice: Notice) -> bool:
        rows = Notice.objects.filter(channel="mail", state="waiting").order_by("pk")
        found.append(list(rows.values_list("leased_until", flat=True)))
        return False

    spoil(monkeypatch, held, Result(Outcome.FAILED))
    assert deliver(MONDAY) == 2
    (first, same), (second,) = found
    assert first == same
    assert first and second and second - first >= timedelta(seconds=20)


def test_a_worker_that_slept_through_its_lease_sends_nothing_that_is_anothers_by_now(waiting: list[Notice]) -> None:
    slow = deliveries.lease(at=MONDAY, until=MONDAY + LEASE, limit=10)
    later = MONDAY + LEASE + SECOND
    deliveries.lease(at=later, until=later + LEASE, limit=1)
    held = deliveries.renew(ids=[notice.pk for notice in slow], held_until=MONDAY + LEASE, until=later + LEASE + SECOND)
    assert held == {slow[1].pk}


def test_what_is_given_back_untried_costs_no_try(waiting: list[Notice]) -> None:
    leased = deliveries.lease(at=MONDAY, until=MONDAY + LEASE, limit=10)
    deliveries.release(ids=[notice.pk for notice in leased], held_until=MONDAY + LEASE)
    assert set(Notice.objects.filter(channel="mail").values_list("tries", "leased_until")) == {(0, None)}


def test_the_wait_between_tries_grows_and_ends_within_the_longest() -> None:
    waits = [batch.backoff(tries) for tries in range(1, 40)]
    assert waits[0] <= batch.FIRST_WAIT * 1.2
    assert max(waits) <= batch.LONGEST_WAIT * 1.2
    assert min(waits[15:]) >= batch.LONGEST_WAIT * 0.8
