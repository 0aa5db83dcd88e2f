"""Numbered system checks of the knowledge base."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Warning as Caution
from django.db import connections

from knowledgebase.models import SearchDocument
from knowledgebase.search.postgres import has_trigrams


def spellings_are_compared(databases: Sequence[str] | None = None, **_: Any) -> Sequence[CheckMessage]:
    """belay.W013: without pg_trgm a search on PostgreSQL forgives fewer slips."""
    return [
        Caution(
            f"The database '{name}' has no extension pg_trgm: a search finds words with one slip, not with two.",
            hint="As a superuser of the database: CREATE EXTENSION pg_trgm; then `manage.py migrate` and a restart.",
            id="belay.W013",
        )
        for name in databases or []
        if connections[name].vendor == "postgresql" and _is_migrated(name) and not has_trigrams(name)
    ]


def _is_migrated(name: str) -> bool:
    """Before the first migration there is nothing to say: it installs the extension where it may."""
    return SearchDocument._meta.db_table in connections[name].introspection.table_names()
