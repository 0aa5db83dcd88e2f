"""Articles: each reader finds those of the own audience."""

from __future__ import annotations

from typing import Any

import pytest

from knowledgebase import actions
from knowledgebase.models import Article, Audience, Category
from tests.api.calls import Api
from tests.cast import MONDAY, Company


@pytest.fixture
def shelf(company: Company) -> Company:
    """One published article for each audience, and a draft."""
    category = actions.save_category(category=Category(slug="meters", name="Meters"))
    for audience in Audience:
        draft = Article(slug=audience.value, category=category, title=f"Meters {audience}", body="Look at the *cable*.")
        draft.visibility = audience.value
        actions.publish(article=actions.save_article(article=draft, actor=None, at=MONDAY), actor=None, at=MONDAY)
    unfinished = Article(slug="draft", category=category, title="Meters draft", body="Look.")
    actions.save_article(article=unfinished, actor=None, at=MONDAY)
    return company


def readers(company: Company) -> list[tuple[Any, set[str]]]:
    everybody, customers, internal = (set(audience.may_read) for audience in Audience)
    return [(None, everybody), (company.ida.user, customers), (company.agent.user, internal)]


def test_each_reader_lists_searches_and_reads_the_own_audience(shelf: Company) -> None:
    for user, expected in readers(shelf):
        listed = {row["slug"] for row in Api(user).get("articles/").data["results"]}
        found = {row["slug"] for row in Api(user).get("articles/", q="meters cable").data["results"]}
        slugs = [*(audience.value for audience in Audience), "draft"]
        read = {slug for slug in slugs if Api(user).get(f"articles/{slug}/").status == 200}
        assert listed == found == read == expected


def test_an_account_without_a_place_reads_what_is_public(shelf: Company) -> None:
    assert [row["slug"] for row in Api(shelf.administrator).get("articles/").data["results"]] == ["public"]


def test_an_article_comes_as_it_was_written(shelf: Company) -> None:
    article = Api().get("articles/public/").data
    assert (article["body"], article["category"]["slug"]) == ("Look at the *cable*.", "meters")
    assert "body" not in Api().get("articles/").data["results"][0]


def test_a_search_without_a_hit_is_an_empty_page(shelf: Company) -> None:
    assert Api().get("articles/", q="submarine").data == {"next": None, "results": []}
