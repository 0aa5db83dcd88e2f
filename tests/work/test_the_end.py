"""The end of an escalated case: what must be in writing, the cause, and asking once more some days later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import resolution, work
from escalations.casefile.customer import customer_casefile
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Message
from escalations.rules.vocabulary import ClockKind, Document, Outcome
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.work.ground import DAY, HOUR, accepted, all_rows, climb_of, line, strict, told

WEEK = timedelta(days=7)


def resolve(company: Company, case: Case, outcome: Outcome = Outcome.SOLVED, **fields: Any) -> None:
    resolution.resolve(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY + 2 * HOUR,
        outcome=outcome,
        text="The lock is gone.",
        **fields,
    )


def closed(company: Company) -> Case:
    """Escalated, solved and confirmed."""
    strict(company, Document.CAUSE)
    case = accepted(company)
    resolve(company, case, cause="product")
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY + 3 * HOUR)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        (Document.FINDING, "", "finding_missing"),
        (Document.PLAN, "", "plan_missing"),
        (Document.CAUSE, "cause", "cause_missing"),
        (Document.PREVENTION, "prevention", "prevention_missing"),
    ],
)
def test_what_the_procedure_wants_in_writing_is_named_before_a_case_is_solved(
    company: Company, document: Document, field: str, code: str
) -> None:
    strict(company, document)
    case = accepted(company)
    before = all_rows()
    with pytest.raises(Refused) as refused:
        resolve(company, case)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert all_rows() == before


def test_with_everything_in_writing_the_escalation_keeps_cause_and_prevention(company: Company) -> None:
    strict(company)
    case, specialist = accepted(company), company.specialist
    work.find(case=case, actor=specialist.standing, at=MONDAY, text="The lock is stale.")
    work.plan(case=case, actor=specialist.standing, at=MONDAY, steps=[line(specialist)])
    resolve(company, case, cause="product", prevention=" Locks end by themselves. ")
    climb = climb_of(case)
    assert (climb.state, climb.cause, climb.prevention) == ("resolved", "product", "Locks end by themselves.")
    is_sound(case)


def test_what_never_should_have_been_owed_needs_no_cause(company: Company) -> None:
    strict(company)
    case = accepted(company)
    resolve(company, case, Outcome.SPAM)
    case.refresh_from_db()
    assert case.state == "resolved"


def test_a_case_that_was_never_escalated_is_solved_without_any_of_it(company: Company) -> None:
    strict(company)
    case = company.open()
    resolve(company, case)
    case.refresh_from_db()
    assert case.state == "resolved"


# -- the follow-up -------------------------------------------------------------------------------------


def follow_up_clock(case: Case) -> Clock:
    return Clock.objects.get(case=case, kind=ClockKind.FOLLOW_UP)


def test_five_working_days_after_the_end_somebody_asks_once_more(company: Company) -> None:
    case = closed(company)
    assert follow_up_clock(case).due_at == MONDAY + WEEK + 3 * HOUR
    sweep(MONDAY + WEEK + 4 * HOUR)
    assert "clock.breached" in told(company.agent, since=MONDAY + WEEK)


def test_words_to_the_customer_follow_up(company: Company) -> None:
    case = closed(company)
    at = MONDAY + WEEK
    resolution.follow_up(case=case, actor=company.agent.standing, at=at, text="Still well?", public=True)
    assert (follow_up_clock(case).state, follow_up_clock(case).met_at) == ("met", at)
    assert told(company.ida, since=at) == ["follow_up.sent"]
    entry = customer_casefile(case, company.ida.standing, at).entries[-1]
    assert entry.text == "Still well?"
    is_sound(case)


def test_what_was_heard_by_telephone_follows_up_inside(company: Company) -> None:
    case = closed(company)
    at = MONDAY + WEEK
    resolution.follow_up(case=case, actor=company.agent.standing, at=at, text="She is happy.")
    assert follow_up_clock(case).state == "met"
    assert Message.objects.get(body="She is happy.").is_public is False
    assert told(company.ida, since=at) == []
    assert "She is happy." not in [entry.text for entry in customer_casefile(case, company.ida.standing, at).entries]
    is_sound(case)


def test_nobody_follows_up_twice_nor_before_the_end_nor_without_words(company: Company) -> None:
    case = closed(company)
    fresh = company.open()
    standing = company.agent.standing
    before = all_rows()
    with pytest.raises(Refused) as refused:
        resolution.follow_up(case=case, actor=standing, at=MONDAY + WEEK, text=" ")
    assert (refused.value.field, refused.value.code) == ("text", "text_missing")
    with pytest.raises(Refused) as refused:
        resolution.follow_up(case=fresh, actor=standing, at=MONDAY + WEEK, text="Well?")
    assert refused.value.code == "no_follow_up"
    assert all_rows() == before
    resolution.follow_up(case=case, actor=standing, at=MONDAY + WEEK, text="She is happy.")
    before = all_rows()
    with pytest.raises(Refused) as refused:
        resolution.follow_up(case=case, actor=standing, at=MONDAY + WEEK, text="Really.")
    assert refused.value.code == "no_follow_up"
    assert all_rows() == before


def test_a_case_that_is_opened_again_owes_no_follow_up(company: Company) -> None:
    case = closed(company)
    resolution.reopen(case=case, actor=company.ida.standing, at=MONDAY + DAY, text="It is back.")
    assert follow_up_clock(case).state == "void"
