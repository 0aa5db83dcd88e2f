"""The way up on the page of a case: where it stands, who has it and why, what follows by itself, what it brought."""

import re
from datetime import timedelta
from html import unescape

from escalations.actions import escalation, handling
from escalations.engine import sweep
from escalations.models import Case, HeldClimb, Storm
from escalations.rules.vocabulary import Document, Effect, Kind, Reason
from knowledgebase.models import Article, Category
from tests.cast import MONDAY, Company, Worker
from tests.desk.conftest import NOW, SignIn
from tests.ladder.ground import at_levels, away, no_triggers, question, wanted, when
from tests.policies.newer import newer

AT = MONDAY + timedelta(minutes=10)


def page_of(case: Case, who: Worker, sign_in: SignIn, panel: str = "") -> str:
    """The page as somebody reads it, or one panel of it: words only, one blank between them."""
    page = sign_in(who.user).get(f"/desk/cases/{case.reference}/{panel}").content.decode()
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def card(page: str, begin: str, end: str) -> str:
    """What stands between two headings."""
    return page[page.index(begin) : page.index(end, page.index(begin))]


def jumped(company: Company) -> Case:
    """From the front line straight to the department managers."""
    case = company.open()
    brief = question(options=("A month", "Half"), recommendation="Half of it", amount=900, currency="EUR",
                     due_at=AT + timedelta(hours=4), evidence="collector.log")  # fmt: skip
    escalation.escalate(
        case=case, actor=company.agent.standing, at=AT, kind=Kind.HIERARCHICAL, reason=Reason.AUTHORITY,
        brief=brief, level=3, justification="Billing is on Thursday.",
    )  # fmt: skip
    case.refresh_from_db()
    return case


def test_esc_07_a_jump_shows_which_rungs_were_skipped_and_by_whom(company: Company, sign_in: SignIn) -> None:
    page = page_of(jumped(company), company.agent, sign_in)
    ladder = card(page, "The ladder", "Criteria for level")
    assert "3 Department managers – here Jan Brandt, since today 09:10" in ladder
    assert "2 Specialists skipped by Ben Okafor, today 09:10" in ladder
    assert "1 Front line left today 09:10" in ladder


def test_a_skipped_rung_is_drawn_otherwise_than_a_visited_one(company: Company, sign_in: SignIn) -> None:
    case = jumped(company)
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/").content.decode()
    assert re.findall(r'<li class="(passed|skipped|here|next|later)">', page) == ["next", "here", "skipped", "passed"]


def test_who_has_it_is_said_with_the_reason(company: Company, sign_in: SignIn) -> None:
    page = page_of(company.escalate(company.open(), AT), company.agent, sign_in)
    assert "With Mara Lindt , who leads the team of this level. Not acknowledged yet" in page


def test_esc_10_whoever_stands_in_is_named_with_the_one_who_is_away(company: Company, sign_in: SignIn) -> None:
    away(company.specialist, AT - timedelta(days=1), AT + timedelta(days=9), deputy=company.manager)
    page = page_of(company.escalate(company.open(), AT), company.agent, sign_in)
    assert "With Jan Brandt , who stands in for somebody who is away." in page
    assert "Stands in for Mara Lindt, who is away." in page


def test_esc_11_nobody_reachable_says_who_was_passed_over_and_why(company: Company, sign_in: SignIn) -> None:
    away(company.specialist, AT - timedelta(days=1), AT + timedelta(days=9))
    page = page_of(company.escalate(company.open(), AT), company.agent, sign_in)
    assert "With Eva Roth , who is the last resort of this level" in page
    assert "1 person passed over Mara Lindt – is away and has no deputy who is there" in page


def test_what_follows_by_itself_is_told_in_the_order_of_time(company: Company, sign_in: SignIn) -> None:
    newer(company, at_levels(2, remind_minutes=15, pass_on_minutes=60))
    page = page_of(company.escalate(company.open(), AT), company.agent, sign_in)
    follows = card(page, "If nobody acts", "Criteria for level")
    told = ["Mara Lindt is told again nobody has acknowledged it today 09:25",
            "It passes on to the next who can be asked nobody has acknowledged it today 10:10",
            "Level 3, Department managers, joins Acknowledge the escalation is missed today 11:10"]  # fmt: skip
    assert [sentence for sentence in told if sentence not in follows] == []
    assert follows.index(told[0]) < follows.index(told[1]) < follows.index(told[2])


def test_what_is_acknowledged_says_when_it_counts_as_forgotten(company: Company, sign_in: SignIn) -> None:
    newer(company, at_levels(2, remind_minutes=15, pass_on_minutes=60, forget_minutes=120))
    case = company.escalate(company.open(), AT)
    escalation.acknowledge(case=case, actor=company.specialist.standing, at=AT, severity=2, text="I have it.")
    page = page_of(case, company.agent, sign_in)
    assert "It counts as forgotten and has to be acknowledged again" in page
    assert "today 11:10" in page
    assert "is told again" not in page
    assert "Acknowledged today 09:10" in page


def test_a_brief_that_was_returned_says_when_it_is_asked_for_again(company: Company, sign_in: SignIn) -> None:
    newer(company, at_levels(2, remind_minutes=15, pass_on_minutes=60, forget_minutes=120))
    case = company.escalate(company.open(), AT)
    escalation.give_back(case=case, actor=company.specialist.standing, at=AT, reason="Which firmware is it?")
    follows = card(page_of(case, company.agent, sign_in), "If nobody acts", "Criteria for level")
    asked = "Whoever sent it here is asked again for what is missing the brief was returned as incomplete today 09:25"
    assert asked in follows
    assert not [word for word in ("told again", "passes on", "forgotten") if word in follows]


def test_each_criterion_is_met_nearly_or_not_with_the_fact_behind_it(company: Company, sign_in: SignIn) -> None:
    newer(
        company,
        no_triggers,
        when("impact", {"impact": "high"}, effect=Effect.NUDGE, kind=Kind.HIERARCHICAL),
        when("exchanges", {"at_least": 4}, effect=Effect.NUDGE),
        when("days_open", {"days": 3}),
    )
    case = company.open()
    for minute in (1, 3, 5):
        at = MONDAY + timedelta(minutes=minute)
        handling.reply(case=case, actor=company.agent.standing, at=at, text="Which one?")
        handling.reply(case=case, actor=company.ida.standing, at=at, text="The second.")
    page = page_of(case, company.agent, sign_in)
    criteria = card(page, "Criteria for level", "Other clocks")
    assert re.search(r"Impact: .* met since today 09:00 · reminds people", criteria)
    assert "had to answer 4 times nearly 3 of 4 · reminds people" in criteria
    assert "Open for 3 days not met" in criteria
    assert "if nothing happens · climbs by itself" in criteria
    assert "Escalate – everything is filled in" in card(page, "The ladder", "Criteria for level")


def test_how_long_criteria_were_met_until_somebody_escalated_is_a_number(company: Company, sign_in: SignIn) -> None:
    newer(company, no_triggers, when("impact", {"impact": "high"}, effect=Effect.NUDGE))
    case = company.open()
    sweep.sweep(MONDAY + timedelta(minutes=1))
    case.refresh_from_db()
    assert "First met today 09:0" in page_of(case, company.agent, sign_in)
    page = page_of(company.escalate(case, AT), company.agent, sign_in)
    assert re.search(r"Escalated (9|10) min of working time after criteria were first met", page)


def test_a_climb_that_a_storm_holds_says_so(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    HeldClimb.objects.create(storm=Storm.objects.create(began_at=AT), case=case, to_level=2, held_at=AT)
    assert "The climb to level 2 is held" in page_of(case, company.agent, sign_in)


def test_the_decision_shows_all_that_belongs_to_it_and_whether_it_was_needed(company: Company, sign_in: SignIn) -> None:
    case = jumped(company)
    page = page_of(case, company.manager, sign_in)
    decision = card(page, "Asked to decide", "Brief of this step")
    for said in ("today 13:10", "A month Half", "Recommended Half of it", "900 EUR", "it need not have been asked",
                 "Asked of Jan Brandt"):  # fmt: skip
        assert said in decision
    escalation.decide(
        case=case, actor=company.manager.standing, at=NOW, verdict="approved", answer="Half of it.", option=2
    )
    page = page_of(case, company.agent, sign_in)
    assert "Half ✓ chosen" in page
    assert "✓ Approved Jan Brandt, today 09:20" in page


def test_the_brief_shows_evidence_and_articles_and_how_complete_it_is(company: Company, sign_in: SignIn) -> None:
    newer(company, wanted(Document.ARTICLES, level=4))
    category = Category.objects.create(slug="metering", name="Metering", visibility="internal")
    article = Article.objects.create(
        slug="rotation", category=category, title="Log rotation", body="x", state="published", visibility="internal"
    )
    brief = escalation.BriefText("Restarted", "No billing", "Find it", evidence="collector.log", articles=(article,))
    case = company.open()
    escalation.escalate(
        case=case, actor=company.agent.standing, at=AT, kind=Kind.FUNCTIONAL, reason=Reason.SKILL, brief=brief
    )
    page = page_of(case, company.specialist, sign_in)
    assert "5 of 6" in page
    assert "Evidence collector.log Articles tried Log rotation" in page
    assert "Not there: justification (not asked for here)" in page


def test_what_is_not_possible_is_gathered_by_the_reason(company: Company, sign_in: SignIn) -> None:
    page = page_of(company.open(), company.agent, sign_in, "panels/refused/")
    assert page.count("This case is not escalated; escalate it first.") == 1
    assert "Climb further" in page


def test_nobody_at_a_customer_reads_who_skipped_or_was_passed_over(company: Company, sign_in: SignIn) -> None:
    case = jumped(company)
    page = sign_in(company.ida.user).get(f"/portal/cases/{case.reference}/").content.decode()
    for said in ("skipped by", "passed over", "Ben Okafor"):
        assert said not in page
