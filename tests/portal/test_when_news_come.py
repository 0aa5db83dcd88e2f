"""What the portal says of the next news: any public words are news, so the first thing owed counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalations.actions import handling
from escalations.casefile import overview
from escalations.casefile.customer import customer_casefile
from escalations.models import Case
from escalations.rules.vocabulary import ClockKind
from tests.cast import MONDAY, Company
from tests.policies.newer import newer, promised

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def unanswered(company: Company) -> Case:
    """Answered once; the customer wrote again, and a reply is owed within three quarters of an hour."""
    newer(company, promised(ClockKind.NEXT_REPLY, 45))
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 5 * MINUTE, text="Which meter is it?")
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + 10 * MINUTE, text="The one at the gate.")
    case.refresh_from_db()
    return case


def test_a_reply_that_is_owed_is_the_next_news(company: Company) -> None:
    case, at = unanswered(company), MONDAY + 12 * MINUTE
    found = customer_casefile(case, company.ida.standing, at)
    assert (found.news_at, found.news_clock) == (MONDAY + 55 * MINUTE, "next_reply-3")
    assert str(found.news_words) == "Somebody answers you by then"
    assert overview.in_our_hands(company.ida.standing, at).lines[0].news_at == found.news_at


def test_while_a_case_is_escalated_the_first_thing_owed_says_when(company: Company) -> None:
    case = company.escalate(unanswered(company), MONDAY + 12 * MINUTE)
    found = customer_casefile(case, company.ida.standing, MONDAY + 13 * MINUTE)
    assert found.news_at == MONDAY + 55 * MINUTE  # the cadence of the escalation would be later
    assert overview.in_our_hands(company.ida.standing, MONDAY + 13 * MINUTE).lines[0].news_at == found.news_at
