"""Several cases of one organization in one hand: what joining, telling, leaving and ending do, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from customers import actions as customers
from customers.models import Tier, User
from customers.refusal import Refused
from escalations.actions import accounts, escalation, people, resolution
from escalations.casefile.accounts import account_lines
from escalations.models import Absence, AccountEscalation, Agent, Case, Clock, Event, Message, Notice
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import ClockKind, Outcome
from escalations.timing.stopwatch import ClockState
from tests.actions.soundness import Rows, everything, is_sound
from tests.cast import MONDAY, Company, Worker

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WORDS = "All our people are on it; the next news come at noon."


def ledger() -> tuple[Rows, list[Any]]:
    return everything(), list(AccountEscalation.objects.order_by("pk").values_list())


def refused(code: str, act: Any, *arguments: Any, **fields: Any) -> Refused:
    """The act is refused with this code, and nothing has changed."""
    before = ledger()
    with pytest.raises(Refused) as found:
        act(*arguments, **fields)
    assert found.value.code == code
    assert str(found.value.remedy)
    assert ledger() == before
    return found.value


def opened(company: Company, *cases: Case, who: Worker | None = None, **fields: Any) -> AccountEscalation:
    """The manager has these cases of Norlight in hand, with news every two working hours."""
    values: dict[str, Any] = {
        "organization": company.ida.organization,
        "actor": (who or company.agent).standing,
        "at": MONDAY + HOUR,
        "manager": company.manager.agent,
        "why": "Three outages in a week.",
        "rhythm_minutes": 120,
        "cases": list(cases),
        **fields,
    }
    return accounts.open_account(**values)


def news(case: Case) -> Clock:
    return Clock.objects.get(case=case, kind=ClockKind.NEXT_UPDATE, state=ClockState.RUNNING)


def told(case: Case) -> set[str]:
    """Who was told of the last event of this case."""
    last = Event.objects.filter(case=case).order_by("-seq")[0]
    return set(Notice.objects.filter(event=last).values_list("recipient", flat=True))


def test_every_case_gets_the_same_rhythm_and_the_manager_hears_of_it(company: Company) -> None:
    first, second = company.open(), company.escalate(company.open(company.otto), MONDAY)
    account = opened(company, second, first)
    for case in (first, second):
        case.refresh_from_db()
        assert case.account == account
        assert news(case).due_at == MONDAY + 3 * HOUR
        assert company.manager.agent.code in told(case)
        is_sound(case)
    assert Case.objects.filter(account=account).count() == 2


def test_the_same_form_twice_opens_one(company: Company) -> None:
    case = company.open()
    account = opened(company, case, key="desk:once")
    assert opened(company, case, key="desk:once") == account
    assert Event.objects.filter(case=case, kind="case.joined_account").count() == 1


def test_a_customer_has_one_at_a_time(company: Company) -> None:
    account, other = opened(company, company.open()), company.open()
    refused("account_open", opened, company, other)
    accounts.close(account, actor=company.manager.standing, at=MONDAY + 2 * HOUR, lessons="Test the switch.")
    assert opened(company, other, at=MONDAY + 3 * HOUR) != account


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"why": " "}, "text_missing", "why"),
        ({"rhythm_minutes": 14}, "rhythm_range", "rhythm_minutes"),
        ({"rhythm_minutes": 168 * 60 + 1}, "rhythm_range", "rhythm_minutes"),
        ({"cases": []}, "account_empty", "cases"),
    ],
)
def test_what_is_missing_is_named(company: Company, fields: dict[str, Any], code: str, field: str) -> None:
    assert refused(code, opened, company, company.open(), **fields).field == field


@pytest.mark.parametrize("minutes", [15, 168 * 60])
def test_the_shortest_and_the_longest_rhythm_are_taken(company: Company, minutes: int) -> None:
    assert opened(company, company.open(), rhythm_minutes=minutes).rhythm_minutes == minutes


def test_the_manager_must_work_here(company: Company) -> None:
    case = company.open()
    Agent.objects.filter(pk=company.manager.agent.pk).update(is_active=False)
    company.manager.agent.refresh_from_db()
    refused("inactive_agent", opened, company, case)


def test_only_open_cases_of_the_same_customer_belong(company: Company) -> None:
    mine, hers, over = company.open(), company.open(company.vera), company.open()
    ben = company.agent.standing
    resolution.resolve(case=over, actor=ben, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    refused("account_other", opened, company, mine, hers)
    refused("account_other", opened, company, mine, over)
    account = opened(company, mine)
    refused("account_other", accounts.add, account, case=hers, actor=ben, at=MONDAY + 2 * HOUR)
    refused("account_other", accounts.add, account, case=over, actor=ben, at=MONDAY + 2 * HOUR)
    refused("account_member", accounts.add, account, case=mine, actor=ben, at=MONDAY + 2 * HOUR)


def test_a_case_asleep_is_taken_first(company: Company) -> None:
    case = company.open()
    Case.objects.filter(pk=case.pk).update(is_dormant=True)
    assert case not in accounts.candidates(company.ida.organization, SYSTEM)
    refused("take_first", opened, company, case)


def test_customers_have_no_part_in_it(company: Company) -> None:
    case, at = company.open(), MONDAY + 2 * HOUR
    ida = company.ida.standing
    refused("staff_only", opened, company, case, actor=ida)
    account = opened(company, case)
    other = company.open()
    refused("staff_only", accounts.add, account, case=other, actor=ida, at=at)
    refused("staff_only", accounts.tell, account, actor=ida, at=at, text=WORDS)
    refused("staff_only", accounts.close, account, actor=ida, at=at, lessons="x")


def test_another_case_joins_and_leaves(company: Company) -> None:
    account, other, at = opened(company, company.open()), company.open(), MONDAY + 2 * HOUR
    event = accounts.add(account, case=other, actor=company.agent.standing, at=at, key="desk:add")
    assert accounts.add(account, case=other, actor=company.agent.standing, at=at, key="desk:add") == event
    assert news(other).due_at == MONDAY + 4 * HOUR
    jan, at = company.manager.standing, MONDAY + 3 * HOUR
    event = accounts.remove(account, case=other, actor=jan, at=at, key="desk:out")
    assert accounts.remove(account, case=other, actor=jan, at=at, key="desk:out") == event
    other.refresh_from_db()
    assert other.account is None
    assert not Clock.objects.filter(case=other, kind=ClockKind.NEXT_UPDATE, state=ClockState.RUNNING).exists()
    refused("account_not_member", accounts.remove, account, case=other, actor=jan, at=at)
    is_sound(other)


def test_the_same_words_reach_every_open_case_and_answer_what_was_owed(company: Company) -> None:
    first, second, solved = company.open(), company.open(company.otto), company.open()
    account = opened(company, first, second, solved)
    ben, jan, at = company.agent.standing, company.manager.standing, MONDAY + 2 * HOUR
    resolution.resolve(case=solved, actor=ben, at=at, outcome=Outcome.SOLVED, text="Done.")
    for _ in range(2):
        accounts.tell(account, actor=jan, at=at, text=WORDS, key="desk:tell")
    assert {row.case for row in Message.objects.filter(body=WORDS, is_public=True)} == {first, second}
    for case, who in ((first, company.ida), (second, company.otto)):
        assert who.contact.code in told(case)
        assert news(case).due_at == MONDAY + 4 * HOUR
        assert Clock.objects.get(case=case, kind=ClockKind.FIRST_RESPONSE).state == ClockState.MET
        case.refresh_from_db()
        assert case.owner is None
        is_sound(case)


def test_a_case_that_left_while_the_others_were_told_is_not_told(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = company.open(), company.open(company.otto)
    account = opened(company, first, second)
    jan, at, say = company.manager.standing, MONDAY + 2 * HOUR, accounts._say

    def meanwhile(row: AccountEscalation, case: Case, *rest: Any) -> Event | None:
        if case == second:
            accounts.remove(account, case=second, actor=jan, at=at)
        return say(row, case, *rest)

    monkeypatch.setattr(accounts, "_say", meanwhile)
    assert [event.case for event in accounts.tell(account, actor=jan, at=at, text=WORDS)] == [first]
    assert [row.case for row in Message.objects.filter(body=WORDS)] == [first]


def test_words_need_words_and_somebody_to_read_them(company: Company) -> None:
    case = company.open()
    account, jan, at = opened(company, case), company.manager.standing, MONDAY + 2 * HOUR
    refused("text_missing", accounts.tell, account, actor=jan, at=at, text=" ")
    resolution.resolve(case=case, actor=jan, at=at, outcome=Outcome.SOLVED, text="Done.")
    refused("account_empty", accounts.tell, account, actor=jan, at=at, text=WORDS)


def test_only_the_manager_a_deputy_or_an_administrator_speaks_for_the_account(company: Company) -> None:
    case, at = company.open(), MONDAY + 2 * HOUR
    account = opened(company, case)
    for who in (company.agent, company.executive):
        refused("not_account_manager", accounts.tell, account, actor=who.standing, at=at, text=WORDS)
        refused("not_account_manager", accounts.remove, account, case=case, actor=who.standing, at=at)
        refused("not_account_manager", accounts.close, account, actor=who.standing, at=at, lessons="x")
    Absence.objects.create(
        agent=company.manager.agent, deputy=company.executive.agent, starts_at=MONDAY, ends_at=MONDAY + 9 * HOUR
    )
    accounts.tell(account, actor=company.executive.standing, at=at, text=WORDS)
    User.objects.filter(pk=company.agent.user.pk).update(is_staff=True)
    accounts.tell(account, actor=company.agent.standing, at=at, text="And more.")
    after = MONDAY + 10 * HOUR
    refused("not_account_manager", accounts.tell, account, actor=company.executive.standing, at=after, text=WORDS)


def test_the_manager_of_the_account_acts_on_its_escalations(company: Company) -> None:
    case = company.open()
    opened(company, case, manager=company.executive.agent)
    company.escalate(case, MONDAY + 2 * HOUR)
    eva = company.executive.standing
    escalation.acknowledge(case=case, actor=eva, at=MONDAY + 3 * HOUR, severity=2, text="I have it in hand.")
    is_sound(case)


def test_a_solved_case_stays_listed_and_is_back_in_the_rhythm_when_it_opens_again(company: Company) -> None:
    case = company.open()
    account, at = opened(company, case), MONDAY + 2 * HOUR
    resolution.resolve(case=case, actor=company.agent.standing, at=at, outcome=Outcome.SOLVED, text="Done.")
    assert not Clock.objects.filter(case=case, kind=ClockKind.NEXT_UPDATE, state=ClockState.RUNNING).exists()
    [line] = account_lines(account, company.manager.standing, at)
    assert (line.case, line.is_open, line.news_at) == (case, False, None)
    resolution.reopen(case=case, actor=company.ida.standing, at=at + HOUR, text="It is back.")
    assert news(case).due_at == at + 3 * HOUR
    is_sound(case)


def test_who_has_a_customer_in_hand_does_not_leave_without_ending_it(company: Company) -> None:
    account = opened(company, company.open())
    leaving: dict[str, Any] = {"agent": company.manager.agent, "by": company.administrator, "at": MONDAY + 2 * HOUR}
    assert "Norlight Energy" in str(refused("manages_account", people.deactivate, **leaving).remedy)
    accounts.close(account, actor=company.manager.standing, at=MONDAY + 2 * HOUR, lessons="Test the switch.")
    assert people.deactivate(**leaving).works is False


def test_it_ends_with_what_was_learned_and_every_case_goes_on_by_itself(company: Company) -> None:
    first, second, solved = company.open(), company.escalate(company.open(), MONDAY), company.open()
    account, jan, at = opened(company, first, second, solved), company.manager.standing, MONDAY + 2 * HOUR
    resolution.resolve(case=solved, actor=jan, at=at, outcome=Outcome.SOLVED, text="Done.")
    assert refused("text_missing", accounts.close, account, actor=jan, at=at, lessons=" ").field == "lessons"
    for _ in range(2):
        accounts.close(account, actor=jan, at=at, lessons="Test the switch.", key="desk:close")
    account.refresh_from_db()
    assert (account.closed_at, account.lessons) == (at, "Test the switch.")
    for case in (first, second, solved):
        case.refresh_from_db()
        assert case.account is None
        is_sound(case)
    assert not Clock.objects.filter(case=first, kind=ClockKind.NEXT_UPDATE, state=ClockState.RUNNING).exists()
    assert news(second).due_at == at + 4 * HOUR
    for act in (accounts.add, accounts.remove):
        refused("account_closed", act, account, case=first, actor=jan, at=at)
    refused("account_closed", accounts.tell, account, actor=jan, at=at, text=WORDS)
    refused("account_closed", accounts.close, account, actor=jan, at=at, lessons="x")


def test_organizations_do_not_mix(company: Company) -> None:
    opened(company, company.open())
    halden = opened(company, company.open(company.vera), organization=company.vera.organization)
    assert halden.organization == company.vera.organization
    third = customers.add_organization(name="Nobody yet", tier=Tier.STANDARD)
    assert accounts.candidates(third, SYSTEM) == []
