"""What the engine tells at once comes as one; managers have a budget an hour, and what is over it comes as a digest."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from escalations.actions import folding, handling, policies, work
from escalations.actions.bulletins import tell
from escalations.casefile import queues
from escalations.channels.base import Outcome, Result
from escalations.engine.delivery import deliver
from escalations.engine.sweep import sweep
from escalations.models import Case, Event, Level, Notice
from tests.cast import MONDAY, Company, Worker
from tests.notices.letterbox import letter_of
from tests.notices.servers import spoil

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = MONDAY + 61 * MINUTE
BUDGET = 2


def letters_to(person: Worker) -> list[EmailMessage]:
    return [letter for letter in mail.outbox if letter.to == [person.user.email]]


def notices(person: Worker, channel: str) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person.user.code, channel=channel).order_by("pk"))


def managed(company: Company, number: int) -> list[Case]:
    """So many cases climb to the department manager at ten past nine; the mails of before have gone out."""
    cases = [company.open() for _number in range(number)]
    deliver(MONDAY)
    mail.outbox.clear()
    for case in cases:
        company.escalate(case, MONDAY + 10 * MINUTE, level=3)
    return cases


@pytest.fixture
def budget(company: Company) -> None:
    """Managers get two mails an hour."""
    version = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY - DAY)
    Level.objects.filter(version=version, number=3).update(notice_budget=BUDGET)
    policies.publish_written_by_program(version=version, by=company.administrator, at=MONDAY - DAY)


# -- one case, one round -------------------------------------------------------------------------------


def test_not_09_what_one_round_tells_of_one_case_is_one_notice_that_names_the_rest(company: Company) -> None:
    case = company.open(company.vera)
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="I look at it.")
    deliver(MONDAY)
    mail.outbox.clear()
    sweep(MONDAY + 3 * DAY)  # resolution and news are owed, and it climbs
    happened = Event.objects.filter(case=case, occurred_at=MONDAY + 3 * DAY).count()
    assert happened > 1
    [shown] = [row for row in queues.inbox(company.agent.user.code) if row.written_at == MONDAY + 3 * DAY]
    rows = Notice.objects.filter(recipient=company.agent.user.code, written_at=MONDAY + 3 * DAY)
    assert rows.filter(channel="in_app").count() == 1 + len(shown.folded.all()) > 1
    assert rows.filter(channel="in_app").exclude(state="accepted").count() == 0
    deliver(MONDAY + 3 * DAY)
    [letter] = letters_to(company.agent)
    assert "Also:" in letter.body
    assert "Missed: " in letter.body
    assert rows.exclude(state="accepted").count() == 0


def test_not_04_after_three_days_of_outage_everybody_has_one_notice_a_case(company: Company) -> None:
    cases = [company.open(company.vera) for _number in range(3)]
    deliver(MONDAY)
    mail.outbox.clear()
    at = MONDAY + 3 * DAY
    sweep(at)
    deliver(at)
    for worker in (company.agent, company.specialist):
        shown = [row.case_id for row in queues.inbox(worker.user.code) if row.written_at == at]
        assert Counter(shown) == Counter({case.pk: 1 for case in cases})
        assert len(letters_to(worker)) <= len(cases)


def test_what_is_said_again_unread_is_one_notice_of_the_inbox_and_still_each_mail(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    for text in ("First.", "Second.", "Third."):
        handling.reply(case=case, actor=company.ida.standing, at=MONDAY, text=text)
    told = Notice.objects.filter(event__kind="message.received", recipient=company.specialist.user.code)
    first, second, third = told.filter(channel="in_app").order_by("pk")
    assert [row.folded_into for row in (first, second, third)] == [third, third, None]
    assert told.filter(channel="mail", state="waiting", folded_into=None).count() == 3


def test_what_was_read_and_what_somebody_is_asked_to_do_stays_apart(company: Company) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="I look at it.")
    for text in ("First.", "Second."):
        handling.reply(case=case, actor=company.ida.standing, at=MONDAY, text=text)
        Notice.objects.filter(channel="in_app").update(seen_at=MONDAY)
    for text in ("Swap the card.", "Look at the log."):
        team = company.manager.agent.teams.get()
        work.request(case=case, actor=company.agent.standing, at=MONDAY, text=text, team=team)
    assert not Notice.objects.filter(folded_into__isnull=False).exists()


def test_more_mails_of_the_engine_than_anybody_reads_come_as_one_that_lists_each(company: Company) -> None:
    cases = [company.open(company.vera) for _number in range(folding.MANY + 3)]
    Notice.objects.filter(channel="mail").delete()
    sweep(MONDAY + 50 * MINUTE)  # warned
    deliver(MONDAY + 50 * MINUTE)
    [letter] = letters_to(company.agent)
    assert letter.subject == f"{len(cases)} messages at once"
    for case in cases:
        assert f"[{case.reference}] Due soon: First response: {case.subject}" in letter.body
        assert f"/desk/cases/{case.reference}/" in letter.body
    assert not Notice.objects.filter(channel="mail").exclude(state="accepted").exists()
    assert queues.unread(company.agent.user.code) >= len(cases)


# -- the budget ----------------------------------------------------------------------------------------


def test_esc_13_what_is_over_the_budget_of_an_hour_comes_as_one_digest_at_its_end(
    company: Company, budget: None
) -> None:
    cases = managed(company, 6)
    deliver(MONDAY + 10 * MINUTE)
    assert len(letters_to(company.manager)) == BUDGET
    assert len(notices(company.manager, "in_app")) == len(cases)  # in Belay at once
    states = Counter(row.state for row in notices(company.manager, "mail"))
    assert states == {"accepted": BUDGET, "waiting": 1, "folded": len(cases) - BUDGET - 1}
    deliver(MONDAY + 59 * MINUTE)
    assert len(letters_to(company.manager)) == BUDGET
    deliver(MONDAY + 60 * MINUTE)
    [digest] = letters_to(company.manager)[BUDGET:]
    assert digest.subject == f"{len(cases) - BUDGET} messages at once"
    told = "\n".join(str(letter.body) for letter in letters_to(company.manager))
    assert all(f"/desk/cases/{case.reference}/" in told for case in cases)
    assert {row.state for row in notices(company.manager, "mail")} == {"accepted"}


def test_those_without_a_budget_get_each_mail_at_once(company: Company, budget: None) -> None:
    managed(company, 4)
    deliver(MONDAY + 10 * MINUTE)
    assert not Notice.objects.filter(state="folded").exclude(recipient=company.manager.user.code).exists()


def test_a_digest_counts_in_the_hour_in_which_it_comes(company: Company, budget: None) -> None:
    managed(company, 4)
    deliver(MONDAY + 10 * MINUTE)
    for _number in range(3):
        company.escalate(company.open(), MONDAY + 61 * MINUTE, level=3)
    deliver(MONDAY + 61 * MINUTE)
    assert len(letters_to(company.manager)) == BUDGET + BUDGET
    deliver(MONDAY + 62 * MINUTE)
    assert len(letters_to(company.manager)) == BUDGET + BUDGET
    deliver(MONDAY + 120 * MINUTE)
    assert {row.state for row in notices(company.manager, "mail")} == {"accepted"}


def test_a_digest_that_is_not_taken_is_tried_again_with_all_that_is_in_it(
    company: Company, budget: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    managed(company, 5)
    deliver(MONDAY + 10 * MINUTE)
    with monkeypatch.context() as spoilt:
        spoil(spoilt, lambda _notice: True, Result(Outcome.FAILED, "greylisted"))
        deliver(MONDAY + HOUR)
    states = Counter(row.state for row in notices(company.manager, "mail"))
    assert states == {"accepted": BUDGET, "waiting": 1, "folded": 2}
    deliver(MONDAY + 2 * HOUR)
    assert {row.state for row in notices(company.manager, "mail")} == {"accepted"}
    assert len(letters_to(company.manager)) == BUDGET + 1


def test_a_digest_that_is_refused_for_good_says_so_of_all_that_is_in_it(
    company: Company, budget: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    managed(company, 5)
    deliver(MONDAY + 10 * MINUTE)
    spoil(monkeypatch, lambda _notice: True, Result(Outcome.REFUSED, "no such person"))
    deliver(MONDAY + HOUR)
    states = Counter(row.state for row in notices(company.manager, "mail"))
    assert states == {"accepted": BUDGET, "failed": 3}


# -- bulletins -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("storm", {"climbs": 20, "minutes": 10}, "more than 20 cases"),
        ("paths", {"policy": "Standard", "found": 2}, "confirm that the paths are right"),
        ("nobody", {"reference": "B-7", "level": 2}, "with a last resort"),
        ("absence", {"person": "Ben Okafor", "cases": 3}, "Ben Okafor is away"),
    ],
)
def test_a_bulletin_has_its_letter_and_its_place_in_the_inbox(
    company: Company, kind: str, data: dict[str, object], says: str
) -> None:
    tell([company.agent.user], kind=kind, about=kind, path="/desk/paths/", data=data, at=MONDAY)
    [shown] = queues.inbox(company.agent.user.code)
    assert shown.bulletin is not None
    deliver(MONDAY)
    [letter] = letters_to(company.agent)
    assert says in letter.body
    assert "/desk/paths/" in letter.body
    assert len(letter.subject.splitlines()) == 1
    assert letter_of(shown).subject == letter.subject
