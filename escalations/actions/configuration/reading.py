"""Rows into a plain document: the same rows give the same document, whatever their primary keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from escalations.actions.configuration.columns import Column
from escalations.actions.configuration.keys import Keys
from escalations.actions.configuration.parts import PARTS, Edition, Part, Rows, Shape, new_keys
from escalations.models import Agent, VersionState

FORMAT = "belay_configuration"
VERSION = 1

Document = dict[str, Any]


def document() -> Document:
    """Everything an administrator configured, by words."""
    keys = new_keys()
    read = {part.name: _part(part, keys) for part in PARTS if part.model is not Agent}
    read["agents"] = _agents(keys)
    return {FORMAT: VERSION} | {part.name: read[part.name] for part in PARTS}


def _part(part: Part, keys: Keys) -> Any:
    if part.shape is Shape.ONE:
        return values_of(part, the_one(part), keys)
    rows = list(part.model._default_manager.order_by("pk"))
    if part.shape is Shape.LISTED:
        return in_order(part.columns, [values_of(part, row, keys) for row in rows])
    return _by_word({keys.word(part.model, row.pk): values_of(part, row, keys) for row in rows})


def _agents(keys: Keys) -> Document:
    """Everybody who works here, and whom something in the file names although they left."""
    part = next(part for part in PARTS if part.model is Agent)
    working = Agent.objects.filter(is_active=True).values_list("pk", flat=True)
    to_read = {keys.word(Agent, pk) for pk in working} | keys.mentioned.get(Agent, set())
    found: Document = {}
    while to_read:
        rows = Agent.objects.select_related("user").filter(pk__in=[keys.pk(Agent, word) for word in to_read])
        found |= {keys.word(Agent, row.pk): values_of(part, row, keys) for row in rows}
        to_read = keys.mentioned[Agent] - set(found)  # managers who left
    return _by_word(found)


def _by_word(rows: Document) -> Document:
    return {word: rows[word] for word in sorted(rows)}


def the_one(part: Part) -> Model:
    """The row of the whole installation, or its defaults."""
    return part.model._default_manager.order_by("pk").first() or part.model()


def values_of(part: Part, row: Model, keys: Keys) -> Document:
    """What the file says of one row, what belongs to it included."""
    found = columns_of(part.columns, row, keys)
    for rows in part.rows:
        found[rows.name] = [values for values, _row in live(rows, row, keys)]
    version = running(part.edition, row) if part.edition else None
    return found | edition_of(part.edition, version, keys) if part.edition and version else found


def columns_of(columns: Sequence[Column], row: Model, keys: Keys) -> Document:
    """A row that is not stored has no other rows yet."""
    stored = [column for column in columns if row.pk is not None or not column.is_many]
    return {column.name: column.read(row, keys) for column in stored}


def live(rows: Rows, owner: Model, keys: Keys, *, everyone: bool = False) -> list[tuple[Document, Model]]:
    """The rows below a live row with what the file says of them, in its order; `everyone`: those it leaves out, too."""
    found: Any = rows.model._default_manager.filter(**{rows.owner: owner}, **({} if everyone else rows.only))
    order = [rows.order, "pk"] if rows.order else ["pk"]
    read = [(columns_of(rows.columns, row, keys), row) for row in found.order_by(*order)]
    return read if rows.order else sorted(read, key=lambda each: sorting(rows.columns, each[0]))


# -- versions ----------------------------------------------------------------------------------------------------------


def running(edition: Edition, owner: Model) -> Model | None:
    """The version that runs, else the newest; None when there is none."""
    versions: Any = edition.model._default_manager.filter(**{edition.owner: owner}).order_by("-number")
    return versions.filter(state=VersionState.PUBLISHED).first() or versions.first()


def edition_of(edition: Edition, version: Model, keys: Keys) -> Document:
    """What the file says of a version; parts without rows are left out."""
    found = columns_of(edition.columns, version, keys)
    for rows in edition.rows:
        read = [values for values, _row in live(rows, version, keys)]
        if read:
            found[rows.name] = [short(rows, values) for values in read]
    return found


def short(rows: Rows, values: Document) -> Document:
    """A row of a version without what goes without saying."""
    return {
        column.name: values[column.name]
        for column in rows.columns
        if column.is_required or values[column.name] != column.default()
    }


def in_order(columns: Sequence[Column], rows: list[Document]) -> list[Document]:
    """Rows whose order means nothing, always in the same one."""
    return sorted(rows, key=lambda values: sorting(columns, values))


def sorting(columns: Sequence[Column], values: Document) -> tuple[str, str]:
    """By the columns as they stand, numbers by their size, then by whatever else there is."""
    first = [_padded(column.rank(values[column.name])) for column in columns]
    return json.dumps(first), json.dumps(values)


def _padded(value: Any) -> Any:
    return f"{value:020d}" if isinstance(value, int) else value
