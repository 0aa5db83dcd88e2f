"""Which back end belongs to a database."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from knowledgebase.models import SearchDocument
from knowledgebase.search.backend import Backend
from knowledgebase.search.postgres import Postgres
from knowledgebase.search.sqlite import Sqlite

_BACKENDS: dict[str, Backend] = {"postgresql": Postgres(), "sqlite": Sqlite()}


def backend() -> Backend:
    """That of the database everything is in."""
    return _BACKENDS[connection.vendor]


def prepare(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After each `migrate`: what no migration can hold, because SQLite loses it with every table it rebuilds."""
    found = connections[using]
    if SearchDocument._meta.db_table in found.introspection.table_names():  # not so on the way back before 0003
        _BACKENDS[found.vendor].prepare(found)
