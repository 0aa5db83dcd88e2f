"""What we know: articles in a tree of categories, each for an audience."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import User, new_uid


class Audience(StrEnum):
    """Who is reading, made by the doors from a standing; each sees its own and what is more open."""

    PUBLIC = "public"
    CUSTOMERS = "customers"
    INTERNAL = "internal"

    @property
    def may_read(self) -> list[str]:
        order = list(Audience)
        return [audience.value for audience in order[: order.index(self) + 1]]


VISIBILITIES = [
    (Audience.PUBLIC.value, _("everybody")),
    (Audience.CUSTOMERS.value, _("customers who signed in")),
    (Audience.INTERNAL.value, _("staff only")),
]


class ArticleState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Category(models.Model):
    """A shelf of the knowledge base; an article is never more visible than its category."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("order"), default=100)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    visibility = models.CharField(_("for"), max_length=12, choices=VISIBILITIES, default=Audience.PUBLIC.value)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    def readable_by(self, audience: Audience) -> ArticleQuerySet:
        """Published articles of this audience: both article and category must be open to it."""
        return self.filter(
            state=ArticleState.PUBLISHED,
            visibility__in=audience.may_read,
            category__visibility__in=audience.may_read,
        )


class Article(models.Model):
    """An answer, written in Markdown."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="articles"
    )
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=240, blank=True)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    state = models.CharField(
        _("state"), max_length=12, choices=ArticleState.choices, default=ArticleState.DRAFT, editable=False
    )
    visibility = models.CharField(_("for"), max_length=12, choices=VISIBILITIES, default=Audience.PUBLIC.value)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Source(models.TextChoices):
    """What a search document stands for."""

    CASE = "case", _("case")


class SearchDocument(models.Model):
    """Everything one audience may read of one thing, as stems. The only place a search looks at.

    Who may read more has a document with more, which holds all of the smaller one; where there is nothing more to read,
    there is no second document. `object_id` is the key of the thing in its own table. `stems` and `title_stems` are as
    `search.stems` makes them.
    """

    source = models.CharField(max_length=12, choices=Source.choices)
    object_id = models.PositiveBigIntegerField()
    audience = models.CharField(max_length=12, choices=VISIBILITIES)
    title = models.CharField(max_length=200, blank=True)
    title_stems = models.TextField(blank=True)
    stems = models.TextField(blank=True)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "object_id", "audience"], name="search_document_once"),
            models.CheckConstraint(
                condition=models.Q(audience__in=[a.value for a in Audience]), name="search_audience"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.object_id} {self.audience}"


class SearchWord(models.Model):
    """A stem that occurs in some document: what a misspelt word is compared with."""

    word = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.word
