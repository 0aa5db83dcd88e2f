"""The back office of the knowledge base."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledgebase.models import Article, ArticleState, Category
from tests.knowledgebase.shelf import administrator, category, draft, published

pytestmark = pytest.mark.django_db
ARTICLES = "admin:knowledgebase_article_changelist"
CATEGORIES = "admin:knowledgebase_category_changelist"
MOST_STATEMENTS = 12


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(administrator())
    return client


def form(shelf: Category, **fields: Any) -> dict[str, Any]:
    content = {"title": "Invoices", "slug": "invoices", "body": "Text", "summary": "", "visibility": "public"}
    return content | {"category": shelf.pk} | fields


def test_a_new_article_is_a_draft_of_its_writer(office: Client) -> None:
    answer = office.post(reverse("admin:knowledgebase_article_add"), form(category("billing")))
    stored = Article.objects.get()
    assert answer.status_code == 302
    assert (stored.state, stored.changed_at is not None) == (ArticleState.DRAFT, True)
    assert stored.author is not None
    assert stored.author.name == "Root"


def test_an_edited_published_article_stays_published_and_says_when_it_changed(office: Client) -> None:
    article = published(category("billing"), "invoices")
    address = reverse("admin:knowledgebase_article_change", args=[article.pk])
    assert office.post(address, form(article.category, body="Better")).status_code == 302
    stored = Article.objects.get()
    assert (stored.body, stored.state) == ("Better", ArticleState.PUBLISHED)
    assert stored.changed_at is not None
    assert article.changed_at is not None
    assert stored.changed_at > article.changed_at


def test_what_cannot_be_stored_is_said_at_the_field_and_nothing_typed_is_lost(office: Client) -> None:
    shelf = category("billing")
    draft(shelf, "invoices")
    answer = office.post(reverse("admin:knowledgebase_article_add"), form(shelf, body="Long words worth keeping"))
    assert answer.status_code == 200
    assert b"Long words worth keeping" in answer.content
    assert "slug" in answer.context["adminform"].form.errors
    assert Article.objects.count() == 1


def test_a_category_with_an_address_of_the_help_center_is_refused_at_its_field(office: Client) -> None:
    fields = {"name": "Search", "slug": "search", "position": 1, "visibility": "public", "parent": ""}
    answer = office.post(reverse("admin:knowledgebase_category_add"), fields)
    assert answer.status_code == 200
    assert "slug" in answer.context["adminform"].form.errors
    assert not Category.objects.exists()


def test_a_category_is_stored_and_changed(office: Client) -> None:
    fields = {"name": "Billing", "slug": "billing", "position": 1, "visibility": "public", "parent": ""}
    assert office.post(reverse("admin:knowledgebase_category_add"), fields).status_code == 302
    shelf = Category.objects.get()
    change = reverse("admin:knowledgebase_category_change", args=[shelf.pk])
    assert office.post(change, fields | {"name": "Money"}).status_code == 302
    assert Category.objects.get().name == "Money"


def test_chosen_articles_are_published_and_retired_together(office: Client) -> None:
    shelf = category("billing")
    chosen = [draft(shelf, "one").pk, published(shelf, "two").pk]
    told = office.post(reverse(ARTICLES), {"action": "publish_selected", "_selected_action": chosen}, follow=True)
    assert set(Article.objects.values_list("state", flat=True)) == {"published"}
    assert "Two: This article is published already." in [str(message) for message in told.context["messages"]]
    office.post(reverse(ARTICLES), {"action": "retire_selected", "_selected_action": chosen})
    assert set(Article.objects.values_list("state", flat=True)) == {"retired"}


def test_an_article_is_published_where_it_is_written(office: Client) -> None:
    article = draft(category("billing"), "one")
    change = reverse("admin:knowledgebase_article_change", args=[article.pk])
    assert b"Save and publish" in office.get(change).content
    press = {"knowledgebase_article_publish_now": "1"}
    assert office.post(change, form(article.category, body="Better") | press).status_code == 302
    stored = Article.objects.get()
    assert (stored.state, stored.body) == (ArticleState.PUBLISHED, "Better")
    assert stored.author is not None
    assert b"Save and publish" not in office.get(change).content


def test_an_article_that_cannot_be_stored_is_not_published(office: Client) -> None:
    article = draft(category("billing"), "one")
    change = reverse("admin:knowledgebase_article_change", args=[article.pk])
    answer = office.post(change, form(article.category, body="") | {"knowledgebase_article_publish_now": "1"})
    assert answer.status_code == 200
    assert (Article.objects.get().state, Article.objects.get().body) == (ArticleState.DRAFT, "Words.")


def test_nothing_is_deleted(office: Client) -> None:
    article = draft(category("billing"), "one")
    for kind, key in (("article", article.pk), ("category", article.category_id)):
        assert (
            office.post(reverse(f"admin:knowledgebase_{kind}_delete", args=[key]), {"post": "yes"}).status_code == 403
        )
    assert (Article.objects.count(), Category.objects.count()) == (1, 1)


def test_lists_are_searched_and_filtered(office: Client) -> None:
    shelf = category("billing")
    draft(shelf, "one")
    published(shelf, "two")
    found = office.get(reverse(ARTICLES), {"q": "two", "state__exact": "published"})
    assert [article.slug for article in found.context["cl"].result_list] == ["two"]
    named = office.get(reverse(CATEGORIES), {"q": "bill", "visibility__exact": "public"})
    assert [shelf.slug for shelf in named.context["cl"].result_list] == ["billing"]


def test_a_list_of_two_hundred_needs_few_statements(office: Client) -> None:
    for number in range(10):
        shelf = category(f"shelf-{number}", parent=Category.objects.first())
        for article in range(20):
            draft(shelf, f"a-{number}-{article}")
    for name in (ARTICLES, CATEGORIES):
        with CaptureQueriesContext(connection) as seen:
            assert office.get(reverse(name)).status_code == 200
        assert len(seen) <= MOST_STATEMENTS
