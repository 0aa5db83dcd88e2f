"""What a database has to bring along to search; `postgres` and `sqlite` do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, F, QuerySet

from knowledgebase.models import SearchDocument
from knowledgebase.search.queries import Query

# The key of a thing, and the stems of its title.
Candidate = tuple[int, str]
# Not by an index of the keys: walking along it, a rare word would cost a look at every document.
NEWEST = (F("object_id") + 0).desc()
# Of the words that may be meant, so many are compared letter by letter.
MOST_CANDIDATES = 60


class Backend(Protocol):
    """The part of the search that differs between databases."""

    def prepare(self, connection: BaseDatabaseWrapper) -> None:
        """Makes the indexes that no model can describe, where they are missing. May be called any number of times."""

    def matches(self, query: Query) -> Expression:
        """A condition on search documents: all terms are there."""

    def newest(self, documents: QuerySet[SearchDocument], query: Query, limit: int) -> Iterable[Candidate]:
        """The newest of these documents in which all terms are, at most `limit`.

        What it costs follows from the limit and not from how many match.
        """

    def candidates(self, word: str) -> list[str]:
        """Kept words that look like this one, at most MOST_CANDIDATES."""
