"""What an import does, as plain values: told before it is done and after it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

SHOWN = 60  # characters of a value that are told


class Did(Enum):
    """What becomes of a row."""

    MADE = "made"
    CHANGED = "changed"
    DRAFTED = "drafted"
    LEFT = "left"


WORDS = {
    Did.MADE: _("new"),
    Did.CHANGED: _("changed"),
    Did.DRAFTED: _("new draft"),
    Did.LEFT: _("as it is"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One row: `details` are sentences of what differs."""

    did: Did
    place: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f"{WORDS[self.did]}: {self.place}"
        return f"{said} – {'; '.join(self.details)}" if self.details else said


@dataclass(slots=True)
class Outcome:
    """Everything an import does; `by_hand` is what is left to people."""

    changes: list[Change] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)

    def number(self, did: Did) -> int:
        return sum(change.did is did for change in self.changes)

    @property
    def anything(self) -> bool:
        """Whether it changes anything at all."""
        return any(change.did is not Did.LEFT for change in self.changes)

    def told(self) -> Iterator[str]:
        """What differs, in the order of the file, then what is left to people."""
        for change in self.changes:
            if change.did is not Did.LEFT:
                yield str(change)
        for sentence in self.by_hand:
            yield translate("By hand: %(sentence)s") % {"sentence": sentence}

    def counted(self) -> str:
        """All of it in one sentence."""
        said = translate("New: %(made)s. Changed: %(changed)s. New drafts: %(drafted)s. As they are: %(left)s.")
        return said % {did.value: self.number(did) for did in Did}


def differs(name: str, before: Any, after: Any) -> str:
    """One column that reads otherwise."""
    return f"{name}: {shown(before)} → {shown(after)}"


def shown(value: Any) -> str:
    """A value as people read it, cut off where it is long."""
    if value in (None, "", [], {}):
        return "–"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
