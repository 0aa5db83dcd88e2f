"""What a database has to bring along to search; `postgres` and `sqlite` do."""

from __future__ import annotations

from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression

from knowledgebase.search.queries import Query

# Of the words that may be meant, so many are compared letter by letter.
MOST_CANDIDATES = 60


class Backend(Protocol):
    """The part of the search that differs between databases."""

    def prepare(self, connection: BaseDatabaseWrapper) -> None:
        """Makes the indexes that no model can describe, where they are missing. May be called any number of times."""

    def matches(self, query: Query, keys: range | None = None) -> Expression:
        """A condition on search documents: all terms are there.

        With `keys` only things with these are looked at (and some around them), which costs no more than these are.
        """

    def candidates(self, word: str) -> list[str]:
        """Kept words that look like this one, at most MOST_CANDIDATES."""
