"""The only writers of knowledge: categories and articles."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from customers.refusal import Refused
from knowledgebase.models import Article, ArticleState, Audience, Category

# Addresses of the help center that are no category.
RESERVED_SLUGS = frozenset({"search"})
WRITTEN_FIELDS = ("title", "slug", "category", "summary", "body", "visibility", "changed_at")


def check_category(category: Category) -> None:
    """Raises Refused when the category cannot be stored as it stands."""
    if category.slug in RESERVED_SLUGS:
        raise Refused("slug", "slug_reserved", _("The help center uses this short name itself; choose another one."))
    taken = Category.objects.filter(slug=category.slug).exclude(pk=category.pk)
    if taken.exists():
        raise Refused("slug", "slug_in_use", _("Another category has this short name; choose another one."))
    parent = category.parent
    if parent is None:
        return
    if category.pk in _line_of(parent):
        raise Refused("parent", "own_parent", _("A category cannot belong to itself; choose another one."))
    if category.visibility not in _at_most(parent.visibility):
        raise Refused(
            "visibility",
            "wider_than_parent",
            _("It belongs to a category that fewer people see; choose as few."),
        )


def _line_of(category: Category | None) -> list[int]:
    """The keys of this category and of all it belongs to."""
    line: list[int] = []
    while category is not None and category.pk not in line:
        line.append(category.pk)
        category = category.parent
    return line


def _at_most(visibility: str) -> list[str]:
    """The visibilities that show nothing to more people than this one."""
    order = [audience.value for audience in Audience]
    return order[order.index(visibility) :]


@transaction.atomic
def save_category(*, category: Category) -> Category:
    """Store a new or changed category, and make what belongs to it no more visible than itself.

    Raises Refused for a short name that is taken or reserved, and for a wrong parent.
    """
    check_category(category)
    category.save()
    for child in category.children.all():
        if child.visibility not in _at_most(category.visibility):
            child.visibility = category.visibility
            save_category(category=child)
    return category


def check_article(article: Article) -> None:
    """Raises Refused when the article cannot be stored as it stands."""
    if not article.title.strip():
        raise Refused("title", "empty", _("Give the article a title."))
    if not article.body.strip():
        raise Refused("body", "empty", _("Write the text of the article."))
    taken = Article.objects.filter(slug=article.slug).exclude(pk=article.pk)
    if taken.exists():
        raise Refused("slug", "slug_in_use", _("Another article has this address; choose another one."))


@transaction.atomic
def save_article(*, article: Article, actor: User | None, at: datetime) -> Article:
    """Store a new or changed article; a new one is a draft, a published one stays published and shows when it changed.

    Raises Refused for a missing title or text and for an address that is taken.
    """
    check_article(article)
    article.changed_at = at
    if article._state.adding:
        article.state, article.author = ArticleState.DRAFT, article.author or actor
        article.save()
    else:
        article.save(update_fields=WRITTEN_FIELDS)
    return article


@transaction.atomic
def publish(*, article: Article, actor: User | None, at: datetime) -> Article:
    """Show the article to its audience; who publishes what nobody signed becomes its author.

    Raises Refused when it is published already.
    """
    locked = Article.objects.select_for_update().get(pk=article.pk)
    if locked.state == ArticleState.PUBLISHED:
        raise Refused("state", "already_published", _("This article is published already."))
    locked.state, locked.published_at = ArticleState.PUBLISHED, at
    locked.author = locked.author or actor
    locked.save(update_fields=["state", "published_at", "author"])
    return locked


@transaction.atomic
def retire(*, article: Article, at: datetime) -> Article:
    """Take the article out of the help center; nothing of it is lost, and it can be published again.

    Raises Refused when it is not published.
    """
    locked = Article.objects.select_for_update().get(pk=article.pk)
    if locked.state != ArticleState.PUBLISHED:
        raise Refused("state", "not_published", _("Only a published article can be retired."))
    locked.state, locked.changed_at = ArticleState.RETIRED, at
    locked.save(update_fields=["state", "changed_at"])
    return locked
