"""The page of one case: what happened, what is due and why, the ladder, and what can be done."""

from datetime import timedelta

from escalations.actions import escalation, handling
from escalations.engine import sweep
from escalations.rules.vocabulary import Kind
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn

AT = MONDAY + timedelta(minutes=10)


def page_of(company: Company, sign_in: SignIn, reference: str, who: str = "agent") -> str:
    return sign_in(getattr(company, who).user).get(f"/desk/cases/{reference}/").content.decode()


def test_public_words_notes_and_events_stand_in_order_and_notes_on_another_paper(
    company: Company, sign_in: SignIn
) -> None:
    case = company.open()
    handling.note(case=case, actor=company.agent.standing, at=AT, text="Only for us")
    handling.reply(case=case, actor=company.agent.standing, at=AT, text="For the customer")
    page = page_of(company, sign_in, case.reference)
    assert page.index("This is the third night.") < page.index("Only for us") < page.index("For the customer")
    assert page.count('class="entry note"') == 1
    assert page.count('class="badge warn">internal note') == 1


def test_the_page_says_what_is_due_next_and_explains_it(company: Company, sign_in: SignIn) -> None:
    page = page_of(company, sign_in, company.open().reference)
    assert "in 40 min" in page
    assert "First response" in page
    assert "working time counted" in page
    assert 'datetime="2026-03-02T10:00:00+01:00"' in page


def test_the_ladder_shows_where_the_case_is_and_when_it_climbs_by_itself(company: Company, sign_in: SignIn) -> None:
    page = page_of(company, sign_in, company.open().reference)
    assert "1 Front line – here" in page
    assert "by itself today 10:00 if it is not solved" in page


def test_open_verbs_are_buttons_and_the_others_say_why_not(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    page = page_of(company, sign_in, case.reference)
    assert f'href="/desk/cases/{case.reference}/escalate/"' in page
    assert f'href="/desk/cases/{case.reference}/acknowledge/"' not in page
    assert f'href="/desk/cases/{case.reference}/panels/refused/"' in page
    refused = page_of(company, sign_in, f"{case.reference}/panels/refused")
    assert "This case is not escalated; escalate it first." in refused


def test_nobody_is_offered_what_only_customers_can_say(company: Company, sign_in: SignIn) -> None:
    page = page_of(company, sign_in, f"{company.open().reference}/panels/refused")
    assert "Only the customer can say this" not in page
    assert "Yes, it is solved" not in page


def test_the_brief_and_the_question_stand_above_what_happened(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT, kind=Kind.HIERARCHICAL)
    page = page_of(company, sign_in, case.reference, "specialist")
    assert page.index("May we refund the month?") < page.index("Restarted the collector")
    assert page.index("Restarted the collector") < page.index("This is the third night.")
    escalation.decide(case=case, actor=company.specialist.standing, at=AT, verdict="refused", answer="Not this month.")
    page = page_of(company, sign_in, case.reference, "specialist")
    assert "Not this month." in page
    assert f"/desk/cases/{case.reference}/decide/" not in page


def test_a_missed_clock_is_said_in_words(company: Company, sign_in: SignIn, standing_clock: object) -> None:
    case = company.open(at=MONDAY - timedelta(days=3))
    sweep.sweep(AT)
    page = page_of(company, sign_in, case.reference)
    assert "late" in page
    assert "First response missed" in page


def test_the_page_is_only_looked_at(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    assert sign_in(company.agent.user).post(f"/desk/cases/{case.reference}/").status_code == 405


def test_clocks_that_ended_are_listed_once_the_escalation_has_ended_too(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT)
    escalation.decline(case=case, actor=company.specialist.standing, at=AT, reason="See article 12.")
    page = page_of(company, sign_in, case.reference)
    assert "escalation declined" in page
    assert "Clocks that ended (3)" in page
    past = page_of(company, sign_in, f"{case.reference}/panels/ended-clocks")
    assert past.count('class="clock"') == case.clocks.exclude(ended_at=None).count()
