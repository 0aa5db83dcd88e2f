"""Lists: what they can be asked, that pages neither lose nor repeat a line, and that they cost the same at any size."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import handling, resolution, triage
from escalations.api.pages import Order
from escalations.rules.vocabulary import Outcome, Urgency
from knowledgebase import actions as knowledge
from knowledgebase.models import Article, Category
from tests.api.calls import Api
from tests.cast import MONDAY, Company

HOUR = timedelta(hours=1)


def references(who: Any, path: str = "cases/", **query: Any) -> list[str]:
    return [row.get("reference") or row["case"] for row in Api(who.user).get(path, **query).data["results"]]


def walk(who: Any, path: str) -> list[dict[str, Any]]:
    """All lines, page after page, as a program would get them."""
    lines: list[dict[str, Any]] = []
    following: str | None = path
    while following:
        page = Api(who.user).get(following).data
        lines += page["results"]
        following = page["next"]
    return lines


def test_unsolved_cases_come_by_what_is_due_next(company: Company) -> None:
    late = company.open(company.ida, MONDAY + 2 * HOUR)
    soon = company.open(company.vera, MONDAY)
    done = company.open(company.ida, MONDAY)
    resolution.resolve(case=done, actor=company.agent.standing, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    assert references(company.agent) == [soon.reference, late.reference]
    assert references(company.agent, state="all") == [done.reference, soon.reference, late.reference]
    assert references(company.agent, state="resolved") == [done.reference]


def test_cases_are_asked_for_by_what_they_are(company: Company) -> None:
    plain, other = company.open(company.ida), company.open(company.otto, urgency=Urgency.LOW)
    climbed = company.escalate(company.open(company.vera), MONDAY)
    triage.take(case=other, actor=company.manager.standing, at=MONDAY)
    asked: dict[str, tuple[Any, set[str]]] = {
        "severity": (3, {other.reference}),
        "level": (2, {climbed.reference}),
        "team": ("specialists", {climbed.reference}),
        "escalated": ("false", {plain.reference, other.reference}),
    }
    for name, (value, expected) in asked.items():
        assert set(references(company.agent, **{name: value})) == expected, name
    assert references(company.agent, escalated="true") == [climbed.reference]
    assert references(company.manager, mine="true") == [other.reference]
    assert references(company.agent, mine="false", level=1) == [plain.reference, other.reference]
    assert references(company.ida, mine="true") == [plain.reference]
    assert set(references(company.ida)) == {plain.reference, other.reference}
    assert references(company.otto) == [other.reference]


def test_a_wrong_question_names_the_field_and_lists_nothing(company: Company) -> None:
    company.open()
    wrong = {
        "state": "burning",
        "severity": "9",
        "level": "0",
        "limit": "1000",
        "mine": "perhaps",
        "team": "no team",
        "cursor": "somewhere",
        "sevrity": "1",
    }
    for name, value in wrong.items():
        answer = Api(company.agent.user).get("cases/", **{name: value})
        assert (answer.status, answer.data["field"]) == (400, name)
        assert "results" not in answer.data


def test_a_cursor_that_no_page_gave_is_refused(company: Company) -> None:
    made_up = ["1~", "-1~", "1~0001-01-01T00:00:00+23:59", "1~2026", "99999999999999999999~2026-01-01", "x", "1~\x00"]
    cursors = [*(base64.urlsafe_b64encode(plain.encode()).decode() for plain in made_up), "9" * 90, "🙂"]
    for cursor in cursors:
        answer = Api(company.agent.user).get("cases/", cursor=cursor)
        assert (answer.status, answer.data["field"]) == (400, "cursor"), cursor


def test_pages_neither_lose_nor_repeat_a_case(company: Company) -> None:
    same_instant = [company.open(company.ida) for _ in range(7)]
    for state in ("unsolved", "all"):
        lines = walk(company.agent, f"cases/?state={state}&limit=3")
        assert sorted(line["reference"] for line in lines) == sorted(case.reference for case in same_instant)
    climbed = [company.escalate(case, MONDAY).reference for case in same_instant]
    assert [line["case"] for line in walk(company.agent, "escalations/?limit=2")] == climbed[::-1]


def test_articles_come_in_pages_by_title(company: Company) -> None:
    shelf = knowledge.save_category(category=Category(slug="meters", name="Meters"))
    for number, title in enumerate(["Delta", "Alpha", "Same", "Same", "Beta"]):
        draft = Article(slug=f"a-{number}", category=shelf, title=title, body="Words.")
        article = knowledge.save_article(article=draft, actor=None, at=MONDAY)
        knowledge.publish(article=article, actor=None, at=MONDAY)
    titles = [line["title"] for line in walk(company.agent, "articles/?limit=2")]
    assert titles == ["Alpha", "Beta", "Delta", "Same", "Same"]


def test_staff_lists_escalations_by_state_place_and_who_answers(company: Company) -> None:
    climbed = company.escalate(company.open(), MONDAY)
    done = company.escalate(company.open(), MONDAY)
    handling.note(case=done, actor=company.specialist.standing, at=MONDAY, text="Not ours")
    Api(company.specialist.user).post(f"cases/{done.reference}/decline/", {"reason": "Not ours."})
    assert references(company.agent, "escalations/") == [climbed.reference]
    assert references(company.agent, "escalations/", state="all") == [done.reference, climbed.reference]
    assert references(company.agent, "escalations/", state="declined") == [done.reference]
    assert references(company.agent, "escalations/", team="specialists", level=2) == [climbed.reference]
    assert references(company.specialist, "escalations/", mine="true") == [climbed.reference]
    assert references(company.manager, "escalations/", mine="true") == []


def test_a_customer_lists_the_own_escalated_cases(company: Company) -> None:
    climbed = company.escalate(company.open(company.ida), MONDAY)
    company.open(company.ida)
    assert references(company.ida, "escalations/") == [climbed.reference]
    assert references(company.otto, "escalations/") == references(company.vera, "escalations/") == []


def cost(who: Any, path: str) -> int:
    """How many statements this request takes, once the process is warm."""
    Api(who.user).get(path)
    with CaptureQueriesContext(connection) as found:
        assert Api(who.user).get(path).status == 200
    return len(found)


def test_five_cases_and_fifty_cost_the_same(company: Company) -> None:
    def more(count: int) -> None:
        for number in range(count):
            case = company.open(company.ida, MONDAY + number * HOUR)
            if number % 5 == 0:
                company.escalate(case, MONDAY + number * HOUR)

    def costs() -> dict[str, int]:
        paths = ["cases/", "cases/?state=all", "escalations/", "articles/"]
        return {f"{who} {path}": cost(who, path) for who in (company.agent, company.ida) for path in paths}

    more(5)
    before = costs()
    more(45)
    assert costs() == before
    assert max(before.values()) <= 10


def test_a_case_costs_the_same_however_much_happened(company: Company) -> None:
    case = company.escalate(company.open(company.ida), MONDAY)

    def costs() -> list[int]:
        paths = ["", "messages/"]
        return [cost(who, f"cases/{case.reference}/{part}") for who in (company.agent, company.ida) for part in paths]

    before = costs()
    for number in range(20):
        handling.reply(case=case, actor=company.ida.standing, at=MONDAY + number * HOUR, text="Hello?")
        handling.note(case=case, actor=company.agent.standing, at=MONDAY + number * HOUR, text="Well.")
    assert costs() == before
    assert max(before) <= 32  # one for whether mail reaches whoever has the step, one for a second factor


def test_every_order_ends_in_the_key_so_that_no_two_lines_are_equal() -> None:
    assert {order.value[-1].lstrip("-") for order in Order} == {"pk"}
