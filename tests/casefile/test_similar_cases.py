"""Before a climb: what was solved already, and what is written down already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from customers import actions as people
from escalations.actions import handling, resolution
from escalations.casefile import similar
from escalations.casefile.similar import SimilarCase, matching_articles, similar_cases, telling_words
from escalations.models import Case, Message, Team, Topic, words
from escalations.rules.vocabulary import CaseState, Outcome
from knowledgebase.models import Audience
from tests.cast import MONDAY, Company, Customer
from tests.knowledgebase.shelf import category, draft, published

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOBODY_ELSES = "Nothing alike whatsoever"


@pytest.fixture
def case(company: Company) -> Case:
    """The case somebody is about to escalate: of Norlight, on metering."""
    return company.open(topic=company.topic, subject="Collector stops at night")


@pytest.fixture
def billing(company: Company) -> Topic:
    return Topic.objects.create(slug="billing", name="Billing")


def solved(
    company: Company,
    who: Customer | None = None,
    at: datetime = MONDAY,
    *,
    outcome: Outcome = Outcome.SOLVED,
    how: str = "Replaced the power supply.",
    **fields: object,
) -> Case:
    """A case of the other organization with nothing in common, unless told otherwise; resolved an hour later."""
    found = company.open(who or company.vera, at, **{"subject": NOBODY_ELSES, **fields})
    resolution.resolve(case=found, actor=company.agent.standing, at=at + HOUR, outcome=outcome, text=how)
    found.refresh_from_db()
    return found


def offered(company: Company, case: Case, **options: int) -> list[str]:
    return [found.reference for found in similar_cases(case, company.agent.standing, **options)]


def only(company: Company, case: Case) -> SimilarCase:
    (found,) = similar_cases(case, company.agent.standing)
    return found


def test_a_solved_case_says_what_it_was_how_it_was_solved_and_why_it_is_offered(company: Company, case: Case) -> None:
    other = solved(company, company.otto, topic=company.topic, subject="Night run: collectors hang")
    found = only(company, case)
    assert (found.reference, found.subject) == (other.reference, "Night run: collectors hang")
    assert found.solved_at == other.resolved_at == MONDAY + HOUR
    assert found.outcome == words.OUTCOMES[Outcome.SOLVED]
    assert found.how == "Replaced the power supply."
    assert found.because == ("same topic", "same organization", "similar title: collector, night")


@pytest.mark.parametrize(
    ("outcome", "is_offered"),
    [(outcome, outcome in (Outcome.SOLVED, Outcome.WORKAROUND)) for outcome in Outcome if outcome in words.ENDINGS],
)
def test_only_what_was_solved_or_worked_around_is_offered(
    company: Company, case: Case, outcome: Outcome, is_offered: bool
) -> None:
    other = solved(company, topic=company.topic, outcome=outcome)
    assert offered(company, case) == ([other.reference] if is_offered else [])


def test_a_case_that_is_unsolved_or_was_opened_again_is_not_offered(company: Company, case: Case) -> None:
    company.open(company.vera, topic=company.topic, subject=case.subject)
    again = solved(company, topic=company.topic)
    assert offered(company, case) == [again.reference]
    resolution.reopen(case=again, actor=company.vera.standing, at=MONDAY + 2 * HOUR, text="It is back.")
    assert offered(company, case) == []


def test_a_closed_case_is_offered_too(company: Company, case: Case) -> None:
    other = solved(company, topic=company.topic)
    resolution.close(case=other, actor=company.agent.standing, at=MONDAY + 2 * HOUR)
    other.refresh_from_db()
    assert other.state == CaseState.CLOSED
    assert offered(company, case) == [other.reference]


def test_a_case_is_never_offered_for_itself(company: Company) -> None:
    itself = solved(company, topic=company.topic)
    assert offered(company, itself) == []


def test_a_case_with_nothing_in_common_is_not_offered(company: Company, case: Case, billing: Topic) -> None:
    solved(company, topic=billing)
    solved(company)
    assert offered(company, case) == []


def test_no_topic_and_no_organization_are_nothing_in_common(company: Company) -> None:
    visitor = people.add_contact(name="Nils Free", email="nils@free.example")
    somebody = Customer(company.ida.user, visitor, company.ida.organization)
    case, other = company.open(somebody), solved(company, somebody)
    assert case.organization is other.organization is case.topic is other.topic is None
    assert offered(company, case) == []


def test_the_topic_says_more_than_the_organization_and_both_more_than_a_word(
    company: Company, case: Case, billing: Topic
) -> None:
    word = solved(company, subject="Rain at night", at=MONDAY + 3 * DAY)
    organization = solved(company, company.otto, MONDAY + 2 * DAY)
    topic = solved(company, topic=company.topic, at=MONDAY + DAY)
    both = solved(company, company.otto, topic=company.topic)
    expected = [both.reference, topic.reference, organization.reference, word.reference]
    assert offered(company, case, most=10) == expected
    scores = [found.score for found in similar_cases(case, company.agent.standing, most=10)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_the_same_title_says_more_than_the_same_topic(company: Company, case: Case, billing: Topic) -> None:
    topic = solved(company, topic=company.topic, at=MONDAY + DAY)
    title = solved(company, topic=billing, subject="At night the collector stops")
    assert offered(company, case) == [title.reference, topic.reference]


def test_of_cases_equally_close_the_one_solved_last_comes_first(company: Company, case: Case) -> None:
    late = solved(company, topic=company.topic, at=MONDAY + 2 * DAY)
    early = solved(company, topic=company.topic)
    between = solved(company, topic=company.topic, at=MONDAY + DAY)
    assert offered(company, case) == [late.reference, between.reference, early.reference]


def test_as_many_as_wished_and_three_by_default(company: Company, case: Case) -> None:
    for day in range(5):
        solved(company, topic=company.topic, at=MONDAY + day * DAY)
    assert [len(offered(company, case, **wish)) for wish in ({}, {"most": 1}, {"most": 9}, {"most": 0})] == [3, 1, 5, 0]
    assert offered(company, case, most=-1) == []


# -- words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("The collector stops at night", ["collector", "stops", "night"]),
        ("Please help: this is a very URGENT problem!", []),
        ("Über-Nacht Überweisung, Nacht", ["über", "nacht", "überweisung"]),
        ("Error E4012 since 2026, again and again", ["e4012"]),
        ("?! - ...", []),
        ("", []),
    ],
)
def test_telling_words_are_long_uncommon_and_different(title: str, told: list[str]) -> None:
    assert telling_words(title) == told


@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        ("Collector hangs", "COLLECTORS hang", "collector, hangs"),
        ("Metering", "The meter", "metering"),
        ("The meter", "Metering", "meter"),
        ("Download stopped", "Downloads stopping", "download, stopped"),
        ("Überweisung", "überweisungen offen", "überweisung"),
        ("überweisung", "ÜBERWEISUNGEN OFFEN", "überweisung"),
        ("Reading", "A thread", ""),
        ("Error 2026", "Error 2026", ""),
        ("100% loss_of data", "100 percent", ""),
    ],
)
def test_a_word_is_the_same_in_any_case_and_ending(company: Company, ours: str, theirs: str, shared: str) -> None:
    case = company.open(subject=ours)
    solved(company, subject=theirs)
    because = [found.because for found in similar_cases(case, company.agent.standing)]
    assert because == ([(f"similar title: {shared}",)] if shared else [])


# -- how it was solved -------------------------------------------------------------------------------------


def test_the_last_solution_is_told_not_one_that_did_not_hold(company: Company, case: Case) -> None:
    other = solved(company, topic=company.topic, how="Turn it off and on.")
    resolution.reopen(case=other, actor=company.vera.standing, at=MONDAY + 2 * HOUR, text="It is back.")
    resolution.resolve(
        case=other,
        actor=company.agent.standing,
        at=MONDAY + 3 * HOUR,
        outcome=Outcome.WORKAROUND,
        text="Restart it every evening.",
    )
    handling.note(case=other, actor=company.agent.standing, at=MONDAY + 4 * HOUR, text="Do not tell anybody.")
    found = only(company, case)
    assert found.how == "Restart it every evening."
    assert found.outcome == words.OUTCOMES[Outcome.WORKAROUND]
    assert found.solved_at == MONDAY + 3 * HOUR


def test_a_long_solution_is_cut_at_a_word_and_stands_on_one_line(company: Company, case: Case) -> None:
    solved(company, topic=company.topic, how="Open the\n\ncabinet. " + "collector " * 60)
    how = only(company, case).how
    assert how.startswith("Open the cabinet. collector ")
    assert how.endswith("collector …")
    assert 280 < len(how) <= 302


@pytest.mark.parametrize(("length", "ends"), [(300, "x"), (301, "x …"), (900, "x …")])
def test_a_solution_without_a_space_is_cut_too(company: Company, case: Case, length: int, ends: str) -> None:
    solved(company, topic=company.topic, how="x" * length)
    assert only(company, case).how == "x" * 299 + ends


def test_a_case_whose_words_were_taken_away_is_still_offered(company: Company, case: Case) -> None:
    other = solved(company, topic=company.topic)
    Message.objects.filter(case=other).update(body="")
    assert (only(company, case).reference, only(company, case).how) == (other.reference, "")


def test_internal_words_are_never_told_as_a_solution(company: Company, case: Case) -> None:
    other = solved(company, topic=company.topic)
    Message.objects.filter(case=other).update(is_public=False)
    assert only(company, case).how == ""


# -- who asks, and what it costs ---------------------------------------------------------------------------


def test_nobody_is_offered_a_case_they_may_not_see(company: Company, case: Case) -> None:
    own = solved(company, company.otto, topic=company.topic)
    solved(company, company.vera, topic=company.topic, subject=case.subject)
    leads_norlight = similar_cases(case, company.ida.standing)
    assert [found.reference for found in leads_norlight] == [own.reference]


def test_three_statements_however_much_was_solved(
    company: Company, case: Case, django_assert_max_num_queries: Any
) -> None:
    archive(company, 400, topic=company.topic, subject=case.subject)
    solved(company, company.otto, topic=company.topic, subject=case.subject)
    staff = company.agent.standing
    with django_assert_max_num_queries(3):
        found = similar_cases(case, staff, most=10)
    assert len(found) == 10


def test_a_busy_topic_does_not_hide_the_closest_case(company: Company, case: Case) -> None:
    organization = solved(company, company.otto, topic=company.topic)
    title = solved(company, subject="The collector stops by night")
    archive(company, similar.CANDIDATES + 5, topic=company.topic)
    archive(company, similar.CANDIDATES + 5, subject="Nightly stopover")
    assert offered(company, case, most=2) == [organization.reference, title.reference]


def test_titles_are_read_in_a_window_and_no_further(
    company: Company, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = solved(company, subject="The collector stops by night")
    archive(company, 5, subject=NOBODY_ELSES)
    monkeypatch.setattr(similar, "TITLES_READ", 6)
    assert offered(company, case) == [other.reference]
    monkeypatch.setattr(similar, "TITLES_READ", 5)
    assert offered(company, case) == []


def test_a_case_without_topic_organization_and_telling_words_asks_nothing(
    company: Company, django_assert_num_queries: Any
) -> None:
    case, staff = Case(subject="Help!"), company.agent.standing
    with django_assert_num_queries(0):
        assert similar_cases(case, staff) == []


def archive(company: Company, number: int, **fields: object) -> None:
    """Many cases of the other organization, opened last and solved first, as plain rows without a journal."""
    values: dict[str, Any] = {
        "subject": NOBODY_ELSES,
        "contact": company.vera.contact,
        "organization": company.vera.organization,
        "policy_version": company.version,
        "team": Team.objects.get(slug="front"),
        "severity": 3,
        "entry_level": 1,
        "level": 1,
        "state": CaseState.CLOSED.value,
        "outcome": Outcome.SOLVED.value,
        "opened_at": MONDAY - 30 * DAY,
        "resolved_at": MONDAY - 20 * DAY,
        "closed_at": MONDAY - 15 * DAY,
        **fields,
    }
    Case.objects.bulk_create(Case(**values) for _ in range(number))


# -- articles ----------------------------------------------------------------------------------------------


def titles(case: Case, **options: int) -> list[str]:
    return [article.title for article in matching_articles(case, **options)]


def test_any_telling_word_finds_an_article_and_more_words_come_first(case: Case) -> None:
    shelf = category("metering")
    published(shelf, "a", "Restarting collectors")
    published(shelf, "b", "Collectors and the night run")
    published(shelf, "c", "Paying by card")
    assert titles(case) == ["Collectors and the night run", "Restarting collectors"]


def test_common_words_and_many_short_ones_before_it_hide_no_telling_word(company: Company) -> None:
    shelf = category("metering")
    published(shelf, "a", "With this please", body="These things should work again.")
    published(shelf, "b", "Modbus gateway")
    case = company.open(subject="So it is as if we do not get at all to the gateway with this, please")
    assert titles(case) == ["Modbus gateway"]


def test_staff_finds_what_only_staff_may_read_and_is_told_so(case: Case) -> None:
    published(category("open"), "a", "Collector: first steps", summary="What to try.")
    published(category("members", Audience.CUSTOMERS), "b", "Collector: at night")
    published(category("cellar", Audience.INTERNAL), "c", "Collector stops: the master key")
    draft(category("later"), "d", "Collector stops at night")
    found = {article.title: article for article in matching_articles(case)}
    assert {title: str(article.audience) for title, article in found.items()} == {
        "Collector: first steps": "everybody",
        "Collector: at night": "customers who signed in",
        "Collector stops: the master key": "staff only",
    }
    first = found["Collector: first steps"]
    assert (first.path, first.summary) == ("/help/open/a/", "What to try.")


def test_as_many_articles_as_wished_in_one_statement(case: Case, django_assert_num_queries: Any) -> None:
    shelf = category("metering")
    for number in range(5):
        published(shelf, f"a{number}", f"Collector {number}")
    with django_assert_num_queries(1):
        assert len(matching_articles(case)) == 3
    assert [len(titles(case, most=wish)) for wish in (0, 1, 5)] == [0, 1, 5]


def test_a_subject_without_a_telling_word_finds_no_article(company: Company) -> None:
    published(category("metering"), "a", "Help with this problem", body="Please")
    assert titles(company.open(subject="Please help with this problem")) == []
