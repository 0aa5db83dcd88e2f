"""Writing, publishing and retiring articles and categories."""

from __future__ import annotations

from datetime import timedelta

import pytest

from customers.refusal import Refused
from knowledgebase import actions
from knowledgebase.models import Article, ArticleState, Audience, Category
from tests.knowledgebase.shelf import WRITTEN, administrator, category, draft, published

pytestmark = pytest.mark.django_db
LATER = WRITTEN + timedelta(days=3)


def test_a_new_article_is_a_draft_signed_by_its_writer() -> None:
    writer = administrator()
    article = Article(category=category("billing"), slug="invoices", title="Invoices", body="Text", state="published")
    actions.save_article(article=article, actor=writer, at=WRITTEN)
    stored = Article.objects.get()
    assert (stored.state, stored.author, stored.changed_at, stored.published_at) == ("draft", writer, WRITTEN, None)


def test_publishing_shows_when_and_signs_what_nobody_signed() -> None:
    editor = administrator()
    actions.publish(article=draft(category("billing"), "invoices"), actor=editor, at=LATER)
    stored = Article.objects.get()
    assert (stored.state, stored.published_at, stored.author) == (ArticleState.PUBLISHED, LATER, editor)


def test_a_published_article_stays_published_when_it_is_edited_and_says_when_it_changed() -> None:
    article = published(category("billing"), "invoices")
    article.body, article.state = "Better words.", "draft"
    actions.save_article(article=article, actor=None, at=LATER)
    stored = Article.objects.get()
    assert (stored.body, stored.state, stored.changed_at) == ("Better words.", ArticleState.PUBLISHED, LATER)


def test_publishing_twice_is_refused_and_changes_nothing() -> None:
    article = published(category("billing"), "invoices")
    with pytest.raises(Refused) as refusal:
        actions.publish(article=article, actor=administrator(), at=LATER)
    stored = Article.objects.get()
    assert refusal.value.code == "already_published"
    assert (stored.published_at, stored.author) == (WRITTEN, None)


def test_a_retired_article_can_be_published_again() -> None:
    article = actions.retire(article=published(category("billing"), "invoices"), at=LATER)
    assert Article.objects.get().state == ArticleState.RETIRED
    actions.publish(article=article, actor=None, at=LATER)
    assert Article.objects.get().state == ArticleState.PUBLISHED


def test_only_what_is_published_can_be_retired() -> None:
    article = draft(category("billing"), "invoices")
    with pytest.raises(Refused) as refusal:
        actions.retire(article=article, at=LATER)
    assert refusal.value.code == "not_published"
    assert (Article.objects.get().state, Article.objects.get().changed_at) == (ArticleState.DRAFT, WRITTEN)


@pytest.mark.parametrize(
    ("fields", "field"), [({"title": " "}, "title"), ({"body": "\n"}, "body"), ({"slug": "taken"}, "slug")]
)
def test_an_article_without_title_text_or_address_of_its_own_is_refused(fields: dict[str, str], field: str) -> None:
    shelf = category("billing")
    draft(shelf, "taken")
    content = {"slug": "invoices", "title": "Invoices", "body": "Text"} | fields
    with pytest.raises(Refused) as refusal:
        actions.save_article(article=Article(category=shelf, **content), actor=None, at=LATER)
    assert refusal.value.field == field
    assert Article.objects.count() == 1


def test_an_address_of_the_help_center_is_no_short_name_of_a_category() -> None:
    with pytest.raises(Refused) as refusal:
        category("search")
    assert (refusal.value.field, Category.objects.count()) == ("slug", 0)


def test_a_short_name_is_given_once() -> None:
    category("billing")
    with pytest.raises(Refused) as refusal:
        category("billing")
    assert (refusal.value.code, Category.objects.count()) == ("slug_in_use", 1)


def test_a_category_does_not_belong_to_itself_however_far_around() -> None:
    top = category("product")
    leaf = category("billing", parent=category("finance", parent=top))
    top.parent = leaf
    with pytest.raises(Refused) as refusal:
        actions.save_category(category=top)
    assert refusal.value.code == "own_parent"
    assert Category.objects.get(slug="product").parent is None


def test_a_category_is_never_wider_than_the_one_it_belongs_to() -> None:
    inner = category("runbooks", Audience.INTERNAL)
    with pytest.raises(Refused) as refusal:
        category("collector", Audience.PUBLIC, parent=inner)
    assert (refusal.value.field, Category.objects.count()) == ("visibility", 1)


def test_narrowing_a_category_narrows_all_that_belongs_to_it() -> None:
    top = category("product")
    category("leaf", Audience.CUSTOMERS, parent=category("middle", Audience.CUSTOMERS, parent=top))
    top.visibility = Audience.INTERNAL.value
    actions.save_category(category=top)
    assert set(Category.objects.values_list("visibility", flat=True)) == {"internal"}
