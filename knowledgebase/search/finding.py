"""Finding things by their words: the newest that match, those first that say it in their title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from knowledgebase.models import Audience, SearchDocument, SearchWord, Source
from knowledgebase.search import spelling
from knowledgebase.search.backend import NEWEST, Candidate
from knowledgebase.search.backends import backend
from knowledgebase.search.queries import Query, understood

# The newest so many matches are compared, older ones are not looked at; fewer of a phrase, which has to be read.
CANDIDATES, PHRASES = 400, 50
# So many are looked through for those of a queryset before it is asked for everything it holds.
LOOKED_THROUGH = 2_000
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
    found = _candidates(query, source, audience, within)
    if not found and (close := _spellings(query)):
        query = query.corrected(close)
        found = _candidates(query, source, audience, within)
    return Found(tuple(_ranked(found, query)[:limit]), query)


def _candidates(
    query: Query, source: Source, audience: Audience, within: QuerySet[Model] | None
) -> Sequence[Candidate]:
    """The newest matches among what may be found."""
    readable = SearchDocument.objects.filter(source=source, audience__in=audience.may_read)
    wanted = PHRASES if any(term.is_phrase for term in query.terms) else CANDIDATES
    if within is None or not (within.query.has_filters() or within.query.is_sliced):
        return list(backend().newest(readable, query, wanted))
    looked = list(backend().newest(readable, query, LOOKED_THROUGH))
    allowed = set(within.order_by().filter(pk__in=[key for key, _title in looked]).values_list("pk", flat=True))
    found = [candidate for candidate in looked if candidate[0] in allowed]
    if len(found) >= wanted or len(looked) < LOOKED_THROUGH:
        return found[:wanted]
    theirs = readable.filter(backend().matches(query), object_id__in=within.order_by().values("pk"))
    return list(theirs.order_by(NEWEST).values_list("object_id", "title_stems")[:wanted])


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
