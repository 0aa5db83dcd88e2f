"""A notice that is given up is on record, told to whoever can do something, and tried again by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalations.actions import dead_letters, journal
from escalations.casefile.customer import customer_casefile
from escalations.channels.base import Outcome, Result
from escalations.engine.delivery import deliver
from escalations.models import Bulletin, Case, Event, Notice
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.notices.servers import spoil

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NO = Result(Outcome.REFUSED, "no such person", 550)


@pytest.fixture
def case(company: Company, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case whose customer cannot be reached by mail."""
    case = company.open()
    with monkeypatch.context() as spoilt:
        spoil(spoilt, lambda notice: notice.recipient == company.ida.contact.code, NO)
        deliver(MONDAY + MINUTE)
    return case


def dead() -> Notice:
    return Notice.objects.get(state="failed")


def test_the_journal_of_the_case_says_so(case: Case, company: Company) -> None:
    event = Event.objects.get(case=case, kind="notice.failed")
    assert event.data == {"notice": dead().uid, "recipient": company.ida.contact.code, "channel": "mail"}
    assert event.actor == "system"
    is_sound(case)


def test_whoever_has_the_case_hears_of_it_in_the_inbox_and_by_no_mail(case: Case, company: Company) -> None:
    told = Notice.objects.filter(event__kind="notice.failed")
    assert set(told.values_list("recipient", "channel")) == {(company.agent.user.code, "in_app")}


def test_the_customer_never_hears_of_it(case: Case, company: Company) -> None:
    case.refresh_from_db()
    read = customer_casefile(case, company.ida.standing, MONDAY + HOUR)
    assert len(read.entries) == 1  # what she wrote herself
    assert not Notice.objects.filter(event__kind="notice.failed", recipient=company.ida.contact.code).exists()


def test_administrators_get_one_bulletin_for_each_channel_and_hour(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, lambda notice: notice.event_id is not None, NO)
    for minutes in (1, 2, 70):
        company.open(at=MONDAY + minutes * MINUTE)
        company.open(at=MONDAY + minutes * MINUTE)
        deliver(MONDAY + minutes * MINUTE)
    assert Notice.objects.filter(state="failed").count() == 12
    assert [bulletin.kind for bulletin in Bulletin.objects.all()] == ["undelivered"] * 2


def test_that_the_bulletin_itself_fails_is_not_told_again(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.open()
    spoil(monkeypatch, lambda _notice: True, NO)
    for hour in range(5):
        deliver(MONDAY + hour * HOUR)
    assert Bulletin.objects.count() == 1
    assert not Notice.objects.filter(channel="mail").exclude(state="failed").exists()


def test_trying_again_keeps_the_identity_and_begins_to_count_anew(case: Case) -> None:
    before = dead()
    assert dead_letters.try_again(notices=[before], at=MONDAY + HOUR) == 1
    waiting = Notice.objects.get(pk=before.pk)
    assert (waiting.state, waiting.tries, waiting.uid) == ("waiting", 0, before.uid)
    deliver(MONDAY + HOUR)
    waiting.refresh_from_db()
    assert waiting.state == "accepted"
    assert list(waiting.attempts.order_by("number").values_list("number", "outcome")) == [
        (1, "refused"),
        (2, "accepted"),
    ]


def test_what_is_no_dead_letter_is_not_tried_again(case: Case) -> None:
    accepted = Notice.objects.filter(state="accepted", channel="mail")[0]
    assert dead_letters.try_again(notices=[accepted], at=MONDAY + HOUR) == 0
    assert dead_letters.replay(notice=accepted, at=MONDAY + HOUR) is False
    assert Notice.objects.get(pk=accepted.pk).state == "accepted"


def test_a_case_that_cannot_be_read_does_not_keep_its_notice_trying_for_ever(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = company.open()
    spoil(monkeypatch, lambda notice: notice.recipient == company.ida.contact.code, NO)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise KeyError("case.teleported")

    monkeypatch.setattr(journal, "locked", broken)
    deliver(MONDAY)
    assert dead().case_id == case.pk
    assert not Event.objects.filter(kind="notice.failed").exists()
