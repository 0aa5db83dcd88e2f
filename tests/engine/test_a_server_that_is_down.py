"""A mail server that lets nobody in is left alone for a while: no notice pays for it, and what waits goes out after."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from escalations.actions import lanes
from escalations.engine.batch import MOST_BROKEN
from escalations.engine.delivery import deliver, deliver_by
from escalations.models import Attempt, Bulletin, Lane, Notice
from tests.cast import MONDAY, Company
from tests.notices.servers import Moody

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
REFUSED = ConnectionRefusedError("nobody listens")


@pytest.fixture
def server(settings: Any) -> Iterator[type[Moody]]:
    settings.EMAIL_BACKEND = "tests.notices.servers.Moody"
    Moody.recover()
    yield Moody
    Moody.recover()


@pytest.fixture
def waiting(company: Company) -> int:
    """Ten mails about five new cases."""
    for _number in range(5):
        company.open()
    return Notice.objects.filter(channel="mail", state="waiting").count()


def tries() -> set[int]:
    return set(Notice.objects.filter(channel="mail", event__isnull=False).values_list("tries", flat=True))


def test_an_outage_of_hours_costs_no_notice_a_try_and_all_go_out_within_a_minute_after_it(
    server: type[Moody], waiting: int
) -> None:
    server.closed = REFUSED
    ticks = range(0, 4 * 3600, 60)
    for second in ticks:
        assert deliver(MONDAY + second * SECOND) == 0
    assert tries() == {0}
    assert not Attempt.objects.exists()
    server.closed = None
    back = MONDAY + 4 * 60 * MINUTE
    sent = sum(deliver(back + second * SECOND) for second in range(0, 60, 5))
    assert sent == Notice.objects.filter(channel="mail").count() > waiting  # and the bulletin that it was down
    assert not Notice.objects.filter(channel="mail").exclude(state="accepted").exists()


def test_while_it_is_left_alone_nobody_asks_it_again(server: type[Moody], waiting: int) -> None:
    server.closed = REFUSED
    for second in range(4):
        deliver(MONDAY + second * SECOND)
    assert server.asked == 1
    deliver(MONDAY + MINUTE)
    assert server.asked == 2


def test_the_rest_grows_and_ends_soon_enough_for_a_minute() -> None:
    rests = [lanes.rest(failures) for failures in range(20)]
    assert rests[0] <= lanes.FIRST_REST * 1.2
    assert min(rests[5:]) >= lanes.LONGEST_REST * 0.8
    assert max(rests) + timedelta(seconds=5) < MINUTE


def test_how_it_fares_is_kept_and_forgotten_when_it_takes_letters_again(server: type[Moody], waiting: int) -> None:
    server.closed = REFUSED
    deliver(MONDAY)
    lane = Lane.objects.get()
    assert (lane.channel, lane.failures, str(lane)) == ("mail", 1, "e-mail")
    assert lane.down_since is not None and lane.down_since >= MONDAY
    assert "nobody listens" in lane.error
    server.closed = None
    assert deliver(MONDAY + MINUTE) == waiting
    lane.refresh_from_db()
    assert (lane.failures, lane.down_since, lane.rests_until, lane.error) == (0, None, None, "")


def test_the_administrators_hear_of_it_after_some_minutes_and_once(server: type[Moody], waiting: int) -> None:
    server.closed = REFUSED
    for minute in range(5):
        deliver(MONDAY + minute * MINUTE)
    assert not Bulletin.objects.exists()
    for minute in range(5, 20):
        deliver(MONDAY + minute * MINUTE)
    [bulletin] = Bulletin.objects.all()
    assert (bulletin.kind, bulletin.data) == ("lane", {"channel": "mail"})


def test_a_server_that_does_not_let_us_in_is_told_of_at_once(server: type[Moody], waiting: int) -> None:
    server.closed = smtplib.SMTPAuthenticationError(535, b"bad credentials")
    deliver(MONDAY)
    assert [bulletin.kind for bulletin in Bulletin.objects.all()] == ["lane"]
    assert tries() == {0}


def test_a_server_that_breaks_off_one_letter_after_the_other_is_left_alone_and_the_rest_keep_their_tries(
    server: type[Moody], waiting: int
) -> None:
    server.trouble = smtplib.SMTPServerDisconnected("gone in the middle")
    deliver(MONDAY)
    assert Attempt.objects.filter(outcome="broken").count() == MOST_BROKEN
    tried = Notice.objects.filter(channel="mail", tries=1)
    assert tried.count() == MOST_BROKEN
    assert not Notice.objects.filter(channel="mail", leased_until__isnull=False).exists()
    server.trouble = None
    assert deliver(MONDAY + MINUTE) == waiting


def test_an_answer_between_shows_that_it_is_the_letters_and_not_the_server(
    server: type[Moody], waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter([smtplib.SMTPServerDisconnected("gone"), smtplib.SMTPServerDisconnected("gone"), None] * 10)

    def moody(_backend: Moody, letters: list[Any]) -> int:
        if problem := next(asked):
            raise problem
        return 1

    monkeypatch.setattr(Moody, "send_messages", moody)
    deliver(MONDAY)
    assert Attempt.objects.count() == waiting
    assert not Lane.objects.exists()


def test_when_nothing_waits_a_round_takes_one_statement(
    server: type[Moody], django_assert_num_queries: Any, db: None
) -> None:
    with django_assert_num_queries(1):
        assert deliver_by("mail", MONDAY) == 0
    assert server.asked == 0
