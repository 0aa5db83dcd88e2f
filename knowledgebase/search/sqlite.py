"""SQLite: FTS5 over the stems of a document, and trigrams of the kept words for spellings.

Both are indexes beside the tables of the models, kept by triggers: whatever writes or empties those, they follow.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, Q, QuerySet
from django.db.models.expressions import RawSQL

from knowledgebase.models import SearchDocument, SearchWord
from knowledgebase.search import spelling
from knowledgebase.search.backend import MOST_CANDIDATES, Candidate
from knowledgebase.search.queries import Query, Term

_STEMS = "tokenize=\"unicode61 remove_diacritics 0 tokenchars '/'\""
_TRIGRAMS = "tokenize='trigram'"
_HIGHEST = chr(0x10FFFF)


class Sqlite:
    """See `backend.Backend`."""

    def prepare(self, connection: BaseDatabaseWrapper) -> None:
        _mirror(connection, "knowledgebase_search_stems", "knowledgebase_searchdocument", "stems", _STEMS)
        _mirror(connection, "knowledgebase_search_trigrams", "knowledgebase_searchword", "word", _TRIGRAMS)

    def matches(self, query: Query) -> Expression:
        wanted = " AND ".join(_wanted(term) for term in query.terms)
        sql = (
            "knowledgebase_searchdocument.id IN "
            "(SELECT rowid FROM knowledgebase_search_stems WHERE knowledgebase_search_stems MATCH %s)"
        )
        return RawSQL(sql, [wanted], output_field=BooleanField())  # noqa: S611 - every value is a parameter

    def newest(self, documents: QuerySet[SearchDocument], query: Query, limit: int) -> Iterable[Candidate]:
        found = documents.filter(self.matches(query)).order_by("-object_id")
        return found.values_list("object_id", "title_stems")[:limit]

    def candidates(self, word: str) -> list[str]:
        parts = [f'"{word[at : at + 3]}"' for at in range(len(word) - 2)]
        alike = RawSQL(
            "id IN (SELECT rowid FROM knowledgebase_search_trigrams WHERE knowledgebase_search_trigrams MATCH %s "
            "ORDER BY rank LIMIT %s)",
            [" OR ".join(parts), MOST_CANDIDATES],
            output_field=BooleanField(),
        )
        begins = Q(word__gte=word, word__lt=word + _HIGHEST)
        found = SearchWord.objects.filter(Q(word__in=spelling.neighbours(word)) | begins | Q(alike))
        return list(found.values_list("word", flat=True)[: 2 * MOST_CANDIDATES])


def _mirror(connection: BaseDatabaseWrapper, index: str, table: str, column: str, tokens: str) -> None:
    """Makes the index of a column and the triggers that keep it; filled anew where the triggers were missing.

    A later migration that rebuilds the table takes the triggers with it, as SQLite can hardly alter one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s", [f"{index}_added"])
        if cursor.fetchone():
            return
        add = f"INSERT INTO {index}(rowid, {column}) VALUES (new.id, new.{column});"  # noqa: S608 - names of our own
        drop = f"INSERT INTO {index}({index}, rowid, {column}) VALUES ('delete', old.id, old.{column});"  # noqa: S608
        mirror = f"fts5({column}, content='{table}', content_rowid='id', {tokens})"
        for statement in (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING {mirror}",
            f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {add} END",
            f"CREATE TRIGGER {index}_dropped AFTER DELETE ON {table} BEGIN {drop} END",
            f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {column} ON {table} BEGIN {drop} {add} END",
            f"INSERT INTO {index}({index}) VALUES ('rebuild')",  # noqa: S608
        ):
            cursor.execute(statement)


def _wanted(term: Term) -> str:
    """The stems of a term for FTS5. They hold letters and digits only, so nothing can end the quotes."""
    ways = [f'"{" ".join(way)}"' for way in term.ways]
    return f"({' OR '.join(ways)})"
