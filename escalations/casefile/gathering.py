"""Small facts of many tables in one statement: what a page names, however much happened on its case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db.models import DateTimeField, F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast


class Fact(NamedTuple):
    """One row of any table in columns that fit all of them; what a table has no use for is empty."""

    part: str
    code: str
    name: str
    more: str
    also: str
    number: int
    place: int
    at: datetime | None

    @property
    def instant(self) -> datetime:
        """When it was; only for parts that say when."""
        return cast(datetime, self.at)


Columns = Mapping[str, Any]
Part = tuple[str, QuerySet[Any], Columns]

_EMPTY: Columns = {
    "code": Value("", TextField()),
    "name": Value("", TextField()),
    "more": Value("", TextField()),
    "also": Value("", TextField()),
    "number": Value(0, IntegerField()),
    "place": Value(0, IntegerField()),
    "at": Cast(Value(None), DateTimeField()),
}


def gathered(parts: Iterable[Part]) -> dict[str, list[Fact]]:
    """The rows of each part by its name, in the order of their place; one statement."""
    rows = [_columns(*part) for part in parts]
    found: dict[str, list[Fact]] = defaultdict(list)
    for row in sorted(rows[0].union(*rows[1:], all=True), key=lambda row: row[6]):
        fact = Fact(*row)
        found[fact.part].append(fact)
    return found


def _columns(part: str, rows: QuerySet[Any], columns: Columns) -> QuerySet[Any, Any]:
    said = {f"of_{name}": _expression(columns.get(name, empty)) for name, empty in _EMPTY.items()}
    # An order of their own would not be allowed within a union.
    return rows.order_by().annotate(of_part=Value(part, TextField()), **said).values_list("of_part", *said)


def _expression(column: Any) -> Any:
    return F(column) if isinstance(column, str) else column
