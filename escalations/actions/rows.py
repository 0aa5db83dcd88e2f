"""Set-wise writing: many rows in one statement, where the ORM would send one statement a row.

On PostgreSQL a column travels as one array, or as one value when it says the same in all rows; elsewhere one prepared
statement takes all rows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

Rows = Sequence[Sequence[Any]]
Column = tuple[models.Field[Any, Any], Sequence[Any]]


def update(model: type[models.Model], names: Sequence[str], rows: Rows) -> None:
    """Writes the columns `names` of many rows; each of `rows` is the primary key followed by their values."""
    if not rows:
        return
    key, *columns = zip(_fields(model, ["pk", *names]), zip(*rows, strict=True), strict=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            source, parameters = _unnested([key, *columns])
            sets = ", ".join(f"{_name(column)} = new.{_name(column)}" for column in columns)
            same = f"{_table(model)}.{_name(key)} = new.{_name(key)}"
            statement = f"UPDATE {_table(model)} SET {sets} FROM ({source}) AS new WHERE {same}"  # noqa: S608 - names of our own models
            cursor.execute(statement, parameters)
        else:
            sets = ", ".join(f"{_name(column)} = %s" for column in columns)
            statement = f"UPDATE {_table(model)} SET {sets} WHERE {_name(key)} = %s"  # noqa: S608 - names of our own models
            cursor.executemany(statement, _prepared([*columns, key]))


def insert(model: type[models.Model], names: Sequence[str], rows: Rows) -> list[int]:
    """Adds rows with the columns `names`, all others at their defaults; gives their keys in the order of `rows`."""
    if not rows:
        return []
    columns: list[Column] = list(zip(_fields(model, names), zip(*rows, strict=True), strict=True))
    given = {field for field, _values in columns}
    left_out = [field for field in model._meta.concrete_fields if field not in given and not field.primary_key]
    columns += [(field, _defaults(field, len(rows))) for field in left_out]
    into = f"INSERT INTO {_table(model)} ({', '.join(map(_name, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            source, parameters = _unnested(columns)
            key = connection.ops.quote_name(str(model._meta.pk.column))
            cursor.execute(f"{into} {source} RETURNING {key}", parameters)
            return [number for (number,) in cursor.fetchall()]
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"{into} VALUES ({marks})", _prepared(columns))
        # There is one writer at a time and no key is used twice: the keys of one statement follow each other.
        cursor.execute("SELECT last_insert_rowid()")
        last: int = cursor.fetchone()[0]
        return list(range(last - len(rows) + 1, last + 1))


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _fields(model: type[models.Model], names: Sequence[str]) -> list[models.Field[Any, Any]]:
    fields = (model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names)
    return [field for field in fields if isinstance(field, models.Field)]


def _name(column: Column) -> str:
    return connection.ops.quote_name(str(column[0].column))


def _defaults(field: models.Field[Any, Any], number: int) -> list[Any]:
    return [field.get_default() for _row in range(number)]


def _prepared(columns: Sequence[Column]) -> list[tuple[Any, ...]]:
    """The rows of these columns, each value as the driver wants it."""
    ready = ([field.get_db_prep_save(value, connection) for value in values] for field, values in columns)
    return list(zip(*ready, strict=True))


def _unnested(columns: Sequence[Column]) -> tuple[str, list[Any]]:
    """A SELECT that gives these columns row by row, and its parameters; the first always travels as an array."""
    shown, names, arrays = list[str](), list[str](), list[str]()
    once, many = list[Any](), list[str]()
    for field, values in columns:
        name, kind = _name((field, values)), str(field.db_type(connection)).partition("(")[0]
        if names and values.count(values[0]) == len(values):
            shown.append(f"%s::{kind} AS {name}")
            once.append(field.get_db_prep_save(values[0], connection))
            continue
        shown.append(name)
        names.append(name)
        arrays.append(f"%s::{kind}[]")
        many.append(_array(field, values))
    source = f"SELECT {', '.join(shown)} FROM unnest({', '.join(arrays)}) AS row({', '.join(names)})"  # noqa: S608 - names of our own models
    return source, [*once, *many]


def _array(field: models.Field[Any, Any], values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it; the driver would ask every element for its type, and take five times as long."""
    if isinstance(field, models.JSONField):
        values = [json.dumps(value, cls=field.encoder) for value in values]
    return "{" + ",".join("NULL" if value is None else _element(str(value)) for value in values) + "}"


def _element(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
