"""Finding articles by their words, the same on every database."""

from __future__ import annotations

import re

from django.db.models import Case, Expression, F, IntegerField, Q, Value, When

from knowledgebase.models import Article, ArticleQuerySet, Audience

LONGEST_QUERY = 200
MOST_WORDS = 8
MOST_RESULTS = 50
# Shorter words of a sentence say too little to suggest anything by.
SHORTEST_TELLING_WORD = 4
# What each letter of a word is worth, by where the word was found: longer words say more.
WORTH = {"title": 3, "summary": 2, "body": 1}
# An article is suggested from a word of five letters in its title on.
WORTH_SUGGESTING = 15


def search(query: str, audience: Audience, limit: int = 20) -> list[Article]:
    """Published articles this audience may read in which every word of the query occurs, upper or lower case.

    Those with all words in the title come first, then those with one of them there. At most `limit` articles and never
    more than MOST_RESULTS; none for a query without words.
    """
    words = words_of(query)
    if not words:
        return []
    found = _articles(audience)
    for word in words:
        found = found.filter(_occurs(word, *WORTH))
    titled = [_occurs(word, "title") for word in words]
    in_order = (When(_all(titled), then=Value(0)), When(_any(titled), then=Value(1)))
    rank = Case(*in_order, default=Value(2), output_field=IntegerField())
    return list(found.annotate(rank=rank).order_by("rank", "title", "pk")[: _bounded(limit)])


def suggest(text: str, audience: Audience, limit: int = 3) -> list[Article]:
    """Published articles this audience may read that share telling words with a sentence, the closest first."""
    words = [word for word in words_of(text) if len(word) >= SHORTEST_TELLING_WORD]
    if not words:
        return []
    worth: Expression = Value(0)
    for word in words:
        worth = worth + _worth(word)
    close = _articles(audience).annotate(worth=worth).filter(worth__gte=WORTH_SUGGESTING)
    return list(close.order_by(F("worth").desc(), "title", "pk")[: _bounded(limit)])


def words_of(query: str) -> list[str]:
    """The different words of a query in lower case, without the punctuation around them; what is too long is cut."""
    words = re.findall(r"\w(?:[\w.'’-]*\w)?", query[:LONGEST_QUERY])
    return list(dict.fromkeys(word.lower() for word in words))[:MOST_WORDS]


def _articles(audience: Audience) -> ArticleQuerySet:
    return Article.objects.readable_by(audience).select_related("category").defer("body")


def _bounded(limit: int) -> int:
    return max(0, min(limit, MOST_RESULTS))


def _occurs(word: str, *fields: str) -> Q:
    """The word stands in one of the fields. SQLite ignores case only in ASCII, so other letters are asked for twice."""
    spellings = {word} if word.isascii() else {word, word.upper(), word.capitalize()}
    return _any([Q(**{f"{field}__icontains": spelling}) for field in fields for spelling in sorted(spellings)])


def _worth(word: str) -> Case:
    return Case(
        *(When(_occurs(word, field), then=Value(worth * len(word))) for field, worth in WORTH.items()),
        default=Value(0),
        output_field=IntegerField(),
    )


def _any(conditions: list[Q]) -> Q:
    joined = Q()
    for condition in conditions:
        joined |= condition
    return joined


def _all(conditions: list[Q]) -> Q:
    joined = Q()
    for condition in conditions:
        joined &= condition
    return joined
