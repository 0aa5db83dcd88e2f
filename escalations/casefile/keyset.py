"""Pages that neither lose nor repeat a row: each goes on after the last row of the one before, and none counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OrderBy, Q

_APART = "~"


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order; `read` makes its value of what a cursor says, `nullable` puts rows without one last."""

    name: str
    read: Callable[[str], Any] = int
    falls: bool = False
    nullable: bool = False

    def order(self) -> OrderBy:
        if self.falls:
            return F(self.name).desc()
        return F(self.name).asc(nulls_last=True) if self.nullable else F(self.name).asc()

    def past(self, value: Any) -> Q:
        """Rows behind this value."""
        if value is None:
            return Q(pk__in=())
        behind = Q(**{f"{self.name}__{'lt' if self.falls else 'gt'}": value})
        return behind | Q(**{self.name: None}) if self.nullable else behind

    def at(self, value: Any) -> Q:
        """Rows with just this value."""
        return Q(**{self.name: value})

    def not_before(self, value: Any) -> Q:
        """Rows with this value or behind it."""
        if value is None or self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.falls else 'gte'}": value})


def _instant(said: str) -> datetime:
    found = datetime.fromisoformat(said)
    if found.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return found


def _key_of_a_row(said: str) -> int:
    """A number that a database can compare with its own."""
    if not 0 <= (found := int(said)) < 2**63:
        raise ValueError("no key of a row")
    return found


DUE, ROW = Key("next_due_at", _instant), Key("pk", _key_of_a_row)
OLDEST, SEVERITY = Key("opened_at", _instant), Key("severity", _key_of_a_row)
NEWEST, LAST_ROW = Key("opened_at", _instant, falls=True), Key("pk", _key_of_a_row, falls=True)
LEVEL = Key("level", _key_of_a_row, falls=True)
CUSTOMER = Key("organization_id", _key_of_a_row, nullable=True)

SORTS: Mapping[str, tuple[Key, ...]] = {
    "due": (DUE, ROW),
    "newest": (NEWEST, LAST_ROW),
    "oldest": (OLDEST, ROW),
    "severity": (SEVERITY, OLDEST, ROW),
}
GROUPS: Mapping[str, tuple[Key, ...]] = {"": (), "level": (LEVEL,), "customer": (CUSTOMER,)}


def order_by(keys: Sequence[Key]) -> list[OrderBy]:
    """The order of a list, for the database."""
    return [key.order() for key in keys]


def cursor(keys: Sequence[Key], values: Mapping[str, Any]) -> str:
    """Where the next page begins, from the values of the last row of this one."""
    return _APART.join(_said(values[key.name]) for key in keys)


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def beyond(keys: Sequence[Key], given: str) -> Q:
    """Rows after the one a cursor names. Anything that is no cursor of this order starts from the beginning.

    What is not before the first value is said once more by itself: so the database begins its walk along the index
    there, instead of passing over all that stood on the pages before.
    """
    parts = given.split(_APART)
    if len(parts) != len(keys):
        return Q()
    try:
        values = [None if key.nullable and not part else key.read(part) for key, part in zip(keys, parts, strict=True)]
    except (ValueError, OverflowError):
        return Q()
    found, same = Q(pk__in=()), Q()
    for key, value in zip(keys, values, strict=True):
        found |= same & key.past(value)
        same &= key.at(value)
    return keys[0].not_before(values[0]) & found
