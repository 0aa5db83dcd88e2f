"""A small knowledge base for tests: written through the actions, as everybody must."""

from __future__ import annotations

from datetime import UTC, datetime

from customers.models import User
from knowledgebase import actions
from knowledgebase.models import Article, Audience, Category

WRITTEN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def category(slug: str, visibility: Audience = Audience.PUBLIC, parent: Category | None = None) -> Category:
    """A stored category named after its address."""
    name = slug.replace("-", " ").capitalize()
    return actions.save_category(
        category=Category(slug=slug, name=name, visibility=visibility.value, parent=parent, position=10)
    )


def draft(shelf: Category, slug: str, title: str = "", **fields: str) -> Article:
    """A stored article nobody may read yet."""
    written = {"summary": "", "body": "Words.", "visibility": Audience.PUBLIC.value} | fields
    article = Article(category=shelf, slug=slug, title=title or slug.replace("-", " ").capitalize(), **written)
    return actions.save_article(article=article, actor=None, at=WRITTEN)


def published(shelf: Category, slug: str, title: str = "", **fields: str) -> Article:
    """A stored article that its audience reads."""
    return actions.publish(article=draft(shelf, slug, title, **fields), actor=None, at=WRITTEN)


def administrator() -> User:
    return User.objects.create_superuser("root@belay.example", "a long enough word", name="Root")
