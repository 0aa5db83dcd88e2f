"""Set-wise writing: many rows in one statement, where the ORM would send one statement a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def update(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes the columns `names` of many rows; each of `rows` is the primary key followed by their values.

    One statement with arrays on PostgreSQL; elsewhere one prepared statement for all rows.
    """
    if not rows:
        return
    key, *fields = (model._meta.pk, *(model._meta.get_field(name) for name in names))
    prepared = [
        [field.get_db_prep_save(value, connection) for field, value in zip((key, *fields), row, strict=True)]  # type: ignore[union-attr]
        for row in rows
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                _with_arrays(model, [key, *fields]), [list(column) for column in zip(*prepared, strict=True)]
            )
        else:
            cursor.executemany(_one_by_one(model, fields), [[*row[1:], row[0]] for row in prepared])


def _with_arrays(model: type[models.Model], fields: Sequence[Any]) -> str:
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), [quote(field.column) for field in fields]
    arrays = ", ".join(
        f"%s::{field.rel_db_type(connection) if i == 0 else field.db_type(connection)}[]"
        for i, field in enumerate(fields)
    )
    sets = ", ".join(f"{column} = new.{column}" for column in columns[1:])
    return (
        f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS new({', '.join(columns)}) "  # noqa: S608 - names of our own models
        f"WHERE {table}.{columns[0]} = new.{columns[0]}"
    )


def _one_by_one(model: type[models.Model], fields: Sequence[Any]) -> str:
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"UPDATE {table} SET {sets} WHERE {key} = %s"  # noqa: S608 - names of our own models
