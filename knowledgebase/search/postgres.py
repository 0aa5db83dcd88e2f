"""PostgreSQL: a GIN index over the stems of a document as a tsvector, and pg_trgm for spellings.

The vector exists only in the index, so that the rows stay small. It also holds the block of keys a thing belongs to: a
word that half of all cases hold is looked for block by block, the newest first, without a visit to the old ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, Max, Q, QuerySet
from django.db.models.expressions import RawSQL

from knowledgebase.models import SearchDocument, SearchWord
from knowledgebase.search import spelling
from knowledgebase.search.backend import MOST_CANDIDATES, NEWEST, Candidate
from knowledgebase.search.queries import Query, Term
from knowledgebase.search.stems import BREAK

# So many bits of a key are its place inside its block.
BLOCK_BITS = 13
# How far back from the highest key the stages of a search reach: a word that is too frequent for one fills it.
STAGES = (10_000, 40_000, 200_000)
_TABLE = "knowledgebase_searchdocument"
_VECTOR = f"belay_search_vector({_TABLE}.stems, {_TABLE}.object_id)"
# What it costs is said truly, or the planner reads every row and makes the vectors anew; and a worker that helps takes
# longer to start than a search may take.
_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION belay_search_vector(stems text, object_id bigint) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE COST 300 AS $$
    BEGIN
        RETURN array_to_tsvector(
            array_remove(string_to_array(stems, ' '), '{BREAK}') || ('{BREAK}' || (object_id >> {BLOCK_BITS})));
    END $$
"""
_STEMS_INDEX = f"CREATE INDEX IF NOT EXISTS search_document_stems ON {_TABLE} USING gin ({_VECTOR})"
_WORDS_INDEX = (
    "CREATE INDEX IF NOT EXISTS search_word_trigrams ON knowledgebase_searchword USING gin (word gin_trgm_ops)"
)


class Postgres:
    """See `backend.Backend`."""

    def prepare(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_FUNCTION)
            cursor.execute(_STEMS_INDEX)
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute(_WORDS_INDEX)
        except DatabaseError:
            # Not ours to install; belay.W013 says so, and spellings are compared without it.
            return

    def matches(self, query: Query) -> Expression:
        return _matches(query)

    def newest(self, documents: QuerySet[SearchDocument], query: Query, limit: int) -> Iterable[Candidate]:
        """From the newest keys backwards, each stage only where those before it hold too few.

        Not in one statement: for one that might read the whole table PostgreSQL compiles code before it begins.
        """
        highest = documents.aggregate(key=Max("object_id"))["key"] or 0
        found: list[Candidate] = []
        for stage in _stages(documents, query, highest):
            found += stage.order_by(NEWEST).values_list("object_id", "title_stems")[: limit - len(found)]
            if len(found) == limit:
                break
        return found

    def candidates(self, word: str) -> list[str]:
        near = Q(word__in=spelling.neighbours(word)) | Q(word__startswith=word)
        found = SearchWord.objects.filter(near)
        if has_trigrams(connection.alias):
            like = RawSQL("word %% %s", [word], output_field=BooleanField())
            found = SearchWord.objects.filter(near | Q(like))
            alike = RawSQL("similarity(word, %s)", [word])
            found = found.order_by(alike.desc())
        return list(found.values_list("word", flat=True)[:MOST_CANDIDATES])


@cache
def has_trigrams(alias: str) -> bool:
    """Whether pg_trgm is installed; asked once in the life of a process."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def _stages(documents: QuerySet[SearchDocument], query: Query, highest: int) -> Iterator[QuerySet[SearchDocument]]:
    """The matches among the newest documents, among those before, and among the rest."""
    rest = documents
    for reach in STAGES:
        lowest = highest - reach
        if lowest > 0:
            yield rest.filter(_matches(query, range(lowest, highest + 1)), object_id__gte=lowest)
            rest = documents.filter(object_id__lt=lowest)
    yield rest.filter(_matches(query))


def _matches(query: Query, keys: range | None = None) -> Expression:
    """All terms are there; with `keys` in a thing of their blocks."""
    parts = [_wanted(term) for term in query.terms]
    if keys is not None:
        blocks = range(keys.start >> BLOCK_BITS, (keys.stop >> BLOCK_BITS) + 1)
        parts.append(" | ".join(f"'{BREAK}{block}'" for block in blocks))
    vector = " & ".join(f"({part})" for part in parts)
    phrases = [term for term in query.terms if term.is_phrase]
    texts = [f"% {' '.join(way)} %" for term in phrases for way in term.ways]
    read = [" OR ".join([f"' ' || {_TABLE}.stems || ' ' LIKE %s"] * len(term.ways)) for term in phrases]
    sql = " AND ".join([f"{_VECTOR} @@ %s::tsquery", *(f"({one})" for one in read)])
    return RawSQL(sql, [vector, *texts], output_field=BooleanField())  # noqa: S611 - every value is a parameter


def _wanted(term: Term) -> str:
    """The stems of a term as a tsquery. They hold letters and digits only, so nothing can end the quotes."""
    ways = [" & ".join(f"'{stem}'" for stem in way) for way in term.ways]
    return " | ".join(f"({way})" for way in ways)
