"""The help center: published articles for everybody who may read them, and a search over them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from knowledgebase.models import Article, Audience, Category
from knowledgebase.rendering import render as render_markdown
from knowledgebase.search import LONGEST_QUERY
from knowledgebase.search import search as search_articles

# How long a copy for anonymous readers may outlive a change, in seconds.
SHARED_COPY_AGE = 60
RESULTS = 30
PREVIEWED = 5
ARTICLES_PER_PAGE = 50


def _audience(request: HttpRequest) -> Audience:
    """Whom the pages are made for: staff, a signed-in customer, or everybody."""
    if request.standing.is_staff:  # type: ignore[attr-defined]
        return Audience.INTERNAL
    if request.standing_as_customer.is_customer:  # type: ignore[attr-defined]
        return Audience.CUSTOMERS
    return Audience.PUBLIC


def _finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Anonymous pages may be copied for a minute; what a signed-in person reads is kept by nobody."""
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=SHARED_COPY_AGE)
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return _finish(request, render(request, f"help/{template}.html", {"here": "help", **context}))


def _categories(audience: Audience) -> QuerySet[Category]:
    return Category.objects.filter(visibility__in=audience.may_read).select_related("parent")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All categories that hold something for this reader, each with its first articles."""
    audience = _audience(request)
    readable = Article.objects.readable_by(audience).defer("body")
    shelves = (
        _categories(audience)
        .annotate(size=Count("articles", filter=Q(articles__in=readable.values("pk"))))
        .filter(size__gt=0)
        .prefetch_related(Prefetch("articles", queryset=readable[:PREVIEWED], to_attr="previewed"))
    )
    return _page(request, "home", shelves=shelves)


@require_safe
def category(request: HttpRequest, category_slug: str) -> HttpResponse:
    """One category with all that this reader may read in it."""
    audience = _audience(request)
    shelf = get_object_or_404(_categories(audience), slug=category_slug)
    articles = Article.objects.readable_by(audience).filter(category=shelf).defer("body")
    page = Paginator(articles, ARTICLES_PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "category", shelf=shelf, parent=_readable_parent(shelf, audience), page=page)


def _readable_parent(shelf: Category, audience: Audience) -> Category | None:
    parent = shelf.parent
    return parent if parent is not None and parent.visibility in audience.may_read else None


@require_safe
def article(request: HttpRequest, category_slug: str, article_slug: str) -> HttpResponse:
    """One article; a link made before it was moved to another category still leads to it."""
    readable = Article.objects.readable_by(_audience(request)).select_related("category")
    found = get_object_or_404(readable, slug=article_slug)
    if found.category.slug != category_slug:
        return redirect("help:article", found.category.slug, found.slug)
    return _page(request, "article", article=found, html=render_markdown(found.body))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Articles that hold every word of `q`; htmx takes only the results."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = search_articles(query, _audience(request), RESULTS)
    template = "_results" if request.headers.get("HX-Request") else "search"
    return _page(request, template, query=query, articles=found, most=RESULTS)
