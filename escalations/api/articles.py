"""Published articles, each reader those of the own audience."""

from __future__ import annotations

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalations.api import pages
from escalations.api.documents import documented, listing
from escalations.api.door import ApiView
from escalations.api.fields import Instant
from escalations.api.names import Slugged
from escalations.rules.standing import Standing
from knowledgebase.models import Article, Audience
from knowledgebase.search import LONGEST_QUERY, search


class ArticleLine(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    category = Slugged()
    published_at = Instant(allow_null=True)
    changed_at = Instant(allow_null=True)


class ArticleFace(ArticleLine):
    body = serializers.CharField(help_text="Markdown.")


class ArticleQuery(pages.Query):
    """What the list of articles can be asked."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_QUERY,
        help_text="Words that all occur in the article. The best answers then stand in one page.",
    )


def audience_of(standing: Standing) -> Audience:
    """Staff reads everything, customers what is for customers, everybody else what is public."""
    if standing.is_staff:
        return Audience.INTERNAL
    return Audience.CUSTOMERS if standing.is_customer else Audience.PUBLIC


class Articles(ApiView):
    """What we know."""

    is_public = True

    @documented(
        summary="Published articles, by title or by search",
        description="Without a sign-in, the public ones.",
        operation_id="articles_list",
        parameters=[ArticleQuery],
        answers={200: listing("ArticlePage", ArticleLine())},
    )
    def get(self, request: Request) -> Response:
        query, audience = pages.asked(ArticleQuery, request), audience_of(self.standing)
        if query.get("q"):
            page = pages.Page(search(query["q"], audience, query["limit"]), "")
        else:
            rows = Article.objects.readable_by(audience).select_related("category").defer("body")
            page = pages.page_of(rows, pages.Order.TITLE, query)
        return pages.answer(request, page, ArticleLine(page.rows, many=True).data)


class OneArticle(ApiView):
    """One article."""

    is_public = True

    @documented(
        summary="One article",
        operation_id="articles_read",
        answers={200: ArticleFace},
        problems=(404,),
    )
    def get(self, request: Request, slug: str) -> Response:
        rows = Article.objects.readable_by(audience_of(self.standing)).select_related("category")
        found = rows.filter(slug=slug).first()
        if found is None:
            raise Http404
        return Response(ArticleFace(found).data)
