"""What whoever decides sees on one screen: what burns, what waits for an answer, what was missed."""

import re
from datetime import timedelta

import time_machine
from django.test import Client

from escalations.actions import escalation, promises, resolution
from escalations.engine.sweep import sweep
from escalations.models import Case
from escalations.reports.lately import LevelCount, open_by_level
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Impact, Kind, Outcome, Reason, Urgency
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn

MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=7)
AT = MONDAY + 10 * MINUTE
SCREEN = "/desk/executive/"


def words(client: Client) -> str:
    page = client.get(SCREEN).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def test_only_whoever_decides_or_sees_every_case_finds_it(company: Company, sign_in: SignIn) -> None:
    company.escalate(company.open(), AT)
    found = {name: sign_in(getattr(company, name).user) for name in ("agent", "specialist", "manager", "executive")}
    assert {name: client.get(SCREEN).status_code for name, client in found.items()} == {
        "agent": 404,
        "specialist": 200,
        "manager": 200,
        "executive": 200,
    }
    assert SCREEN not in found["agent"].get("/desk/").content.decode()
    assert SCREEN in found["manager"].get("/desk/").content.decode()


def test_what_is_severe_and_escalated_burns_with_its_age_and_what_is_asked(company: Company, sign_in: SignIn) -> None:
    severe = company.escalate(company.open(subject="No readings"), AT)
    company.escalate(company.open(subject="A typo", impact=Impact.LOW, urgency=Urgency.LOW), AT)
    company.open(subject="Severe, and nobody asked for more")
    page = words(sign_in(company.executive.user))
    assert "1 severe case burns" in page
    burning = page[page.index("What burns") : page.index("Decisions that wait")]
    assert severe.subject in burning and "open 10 min" in burning and "Asked: Find the cause" in burning
    assert "A typo" not in burning and "nobody asked" not in burning


def test_a_decision_waits_until_it_is_made_and_mine_come_first(company: Company, sign_in: SignIn) -> None:
    first = company.escalate(company.open(subject="First"), AT, kind=Kind.HIERARCHICAL)
    decision = first.escalations.get().decisions.get()
    asked = next(who for who in (company.specialist, company.manager) if who.agent == decision.person)
    page = sign_in(company.executive.user).get(SCREEN).content.decode()
    assert f"asked of {decision.person}" in page and f"/desk/cases/{first.reference}/decide/" not in page
    assert f"/desk/cases/{first.reference}/decide/" in sign_in(asked.user).get(SCREEN).content.decode()
    escalation.decide(case=first, actor=asked.standing, at=AT + MINUTE, verdict="approved", answer="Yes.")
    assert "Nobody waits for a decision." in words(sign_in(company.executive.user))


def test_what_was_missed_today_and_which_promises_broke_stand_with_their_cases(
    company: Company, sign_in: SignIn
) -> None:
    case = company.open()
    promises.make(case=case, actor=company.agent.standing, at=AT, due_at=MONDAY + HOUR, text="News at ten.")
    late = MONDAY + 26 * HOUR
    sweep(MONDAY + 2 * HOUR)
    with time_machine.travel(MONDAY + 3 * HOUR, tick=False):
        page = words(sign_in(company.executive.user))
        assert "1 promise broken this week" in page
        assert case.reference in page[page.index("Promises broken this week") :]
    with time_machine.travel(late + WEEK, tick=False):
        assert "0 promises broken this week" in words(sign_in(company.executive.user))


def test_levels_are_compared_with_what_the_steps_say_of_a_week_ago(company: Company) -> None:
    stayed, ended, came = (company.open(subject=name) for name in ("Stayed", "Ended", "Came"))
    company.escalate(stayed, AT)
    company.escalate(ended, AT)
    later = MONDAY + WEEK
    escalation.withdraw(case=ended, actor=company.agent.standing, at=later - HOUR, reason="It works again.")
    company.escalate(came, later)
    escalation.climb(
        case=stayed,
        actor=company.agent.standing,
        at=later,
        kind=Kind.FUNCTIONAL,
        reason=Reason.SKILL,
        brief=company.brief(),
    )
    found = open_by_level(SYSTEM, at=later + HOUR, then=AT + HOUR)
    assert found == [LevelCount(3, 1, 0), LevelCount(2, 1, 2)]
    assert [row.more for row in found] == [1, -1]


def test_it_says_nothing_that_is_not_so_when_all_is_quiet(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT)
    resolution.resolve(
        case=case, actor=company.specialist.standing, at=AT + MINUTE, outcome=Outcome.SOLVED, text="Fixed."
    )
    page = words(sign_in(company.executive.user))
    assert "Nothing severe is escalated" in page and "Nobody waits for a decision." in page
    assert Case.objects.count() == 1
