"""A database of its own for one benchmark: made before Django reads where its database is, dropped when it is over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def named(name: str) -> str:
    """The address of a database of this name beside the one of the environment."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _run(statement: sql.Composed) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])._replace(scheme="postgresql", path="/postgres")
    with psycopg.connect(urlunsplit(address), autocommit=True) as connection:
        connection.execute(statement)


def make(name: str) -> None:
    """An empty database; one of the same name goes."""
    drop(name)
    _run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop(name: str) -> None:
    _run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def database(name: str) -> Iterator[str]:
    """The address of an empty database that is gone afterwards."""
    make(name)
    try:
        yield named(name)
    finally:
        drop(name)
