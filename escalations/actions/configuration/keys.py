"""By which words rows are known in the file: short names, addresses, names; never keys of the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

Known = Mapping[type[Model], tuple[str, ...]]


class Keys:
    """Words and primary keys of the rows there are, one statement for each model that is asked about.

    `known` says from which columns the words of a model are put together, `folded` whose capital letters do not matter.
    """

    def __init__(self, known: Known, folded: Iterable[type[Model]]) -> None:
        self.known, self.folded = known, frozenset(folded)
        self.mentioned: dict[type[Model], set[str]] = {}
        self._rows: dict[type[Model], dict[str, int]] = {}
        self._words: dict[type[Model], dict[int, str]] = {}
        self._to_come: dict[type[Model], set[str]] = {}

    def fold(self, model: type[Model], word: str) -> str:
        return word.strip().lower() if model in self.folded else word

    def word(self, model: type[Model], pk: int) -> str:
        """The word for a row that something refers to."""
        self._load(model)
        word = self._words[model][pk]
        self.mentioned.setdefault(model, set()).add(word)
        return word

    def pk(self, model: type[Model], word: str) -> int:
        """Raises KeyError for a row that is not there."""
        self._load(model)
        return self._rows[model][word]

    def stored(self, model: type[Model], word: str) -> bool:
        """Whether there is such a row already."""
        self._load(model)
        return word in self._rows[model]

    def has(self, model: type[Model], word: str) -> bool:
        """Whether there is such a row, or will be."""
        self._load(model)
        return word in self._rows[model] or word in self._to_come.get(model, ())

    def expect(self, model: type[Model], words: Iterable[str]) -> None:
        """These rows stand in the file."""
        self._to_come.setdefault(model, set()).update(words)

    def add(self, model: type[Model], word: str, pk: int) -> None:
        """A row that was made meanwhile."""
        self._load(model)
        self._rows[model][word], self._words[model][pk] = pk, word

    def _load(self, model: type[Model]) -> None:
        if model in self._rows:
            return
        rows: Any = model._default_manager.order_by("-pk").values_list("pk", *self.known[model])
        found = {pk: self.fold(model, ".".join(words)) for pk, *words in rows}
        self._words[model] = found
        self._rows[model] = {word: pk for pk, word in found.items()}
