"""Finding things by their words: the newest that match, those first that say it in their title."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Model, QuerySet

from knowledgebase.models import Audience, SearchDocument, SearchWord, Source
from knowledgebase.search import spelling
from knowledgebase.search.backends import backend
from knowledgebase.search.queries import Query, understood

# The newest so many matches are compared; older ones are not looked at.
CANDIDATES = 400
# The newest so many things are asked first, and all only where these hold too few matches.
NEWEST = 40_000
# So many words of a query may be misspelt.
MOST_MISSPELT = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The keys of what was found, the best first, and the query they were found by."""

    ids: tuple[int, ...]
    query: Query


def find(
    text: str,
    *,
    source: Source,
    audience: Audience,
    within: QuerySet[Model] | None = None,
    limit: int = 50,
) -> Found:
    """What this audience may read and where all words of a text are, among the things of a queryset if one is given.

    Where nothing is, other spellings of the words that nothing holds are looked for. At most `limit` and CANDIDATES.
    """
    query = understood(text)
    if not query.terms:
        return Found((), query)
    readable = SearchDocument.objects.filter(source=source, audience__in=audience.may_read)
    if within is not None:
        readable = readable.filter(object_id__in=within.order_by().values("pk"))
    found = _candidates(query, source, readable)
    if not found and (close := _spellings(query)):
        query = query.corrected(close)
        found = _candidates(query, source, readable)
    return Found(tuple(_ranked(found, query)[:limit]), query)


def _candidates(query: Query, source: Source, readable: QuerySet[SearchDocument]) -> list[tuple[int, str]]:
    """Key and stems of the title of the newest matches."""
    newest = SearchDocument.objects.filter(source=source).aggregate(key=Max("object_id"))["key"] or 0
    if newest > NEWEST:
        found = _newest(readable.filter(backend().matches(query, range(newest - NEWEST, newest))))
        if len(found) == CANDIDATES:
            return found
    return _newest(readable.filter(backend().matches(query)))


def _newest(matches: QuerySet[SearchDocument]) -> list[tuple[int, str]]:
    return list(matches.order_by("-object_id").values_list("object_id", "title_stems")[:CANDIDATES])


def _ranked(found: Iterable[tuple[int, str]], query: Query) -> list[int]:
    """Things with more of the terms in their title first, of these the newest; each once."""
    worth: dict[int, int] = {}
    for key, title in found:
        told = set(title.split())
        worth[key] = sum(1 for term in query.terms if not term.stems.isdisjoint(told))
    return sorted(worth, key=lambda key: (-worth[key], -key))


def _spellings(query: Query) -> dict[str, tuple[str, ...]]:
    """For the words of a query that no document holds: what may have been meant."""
    single = [term.stems for term in query.terms if not term.is_phrase]
    asked = {stem for stems in single for stem in stems}
    known = set(SearchWord.objects.filter(word__in=asked).values_list("word", flat=True))
    strange = [min(stems, key=len) for stems in single if known.isdisjoint(stems)]
    return {
        word: close
        for word in strange[:MOST_MISSPELT]
        if len(word) >= spelling.SHORTEST_WORD and (close := spelling.closest(word, backend().candidates(word)))
    }
