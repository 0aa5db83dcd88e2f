"""The whole file is looked at before anything is written: every problem is named with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from escalations.actions.configuration.columns import Column, Wrong
from escalations.actions.configuration.keys import Keys
from escalations.actions.configuration.parts import BY_MODEL, PARTS, Part, Rows, Shape
from escalations.actions.configuration.reading import FORMAT, VERSION
from escalations.actions.configuration.text import Place, Problem, Read, Unreadable


@dataclass(slots=True)
class Entry:
    """One row of the file in the form of `Column.plain`; `edition` is None where the file says nothing of a version."""

    place: Place
    word: str
    values: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    edition: dict[str, Any] | None = None


@dataclass(slots=True)
class Check:
    """One look at a file; what is wrong is collected, not raised."""

    read: Read
    keys: Keys
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, place: Place, sentence: str) -> None:
        self.problems.append(self.read.problem(place, sentence))

    def mapping(self, said: Any, place: Place, known: Iterable[str]) -> dict[str, Any]:
        """What stands here by its names; anything that is not known is named."""
        if not isinstance(said, dict):
            self.wrong(place, _("Write names with their values here, each on a line of its own."))
            return {}
        names = list(known)
        for name in said:
            if name not in names:
                shown = {"known": ", ".join(names)}
                self.wrong((*place, name), _("Nothing of this name stands here. Known are: %(known)s.") % shown)
        return {name: said[name] for name in names if name in said}

    def listed(self, said: Any, place: Place) -> list[Any]:
        if isinstance(said, list):
            return said
        self.wrong(place, _("Write a list here, each on a line of its own after a dash."))
        return []

    def columns(self, columns: Sequence[Column], said: dict[str, Any], place: Place, *, whole: bool) -> dict[str, Any]:
        """The values of the columns that are there; a `whole` row gets those that go without saying as well."""
        found: dict[str, Any] = {}
        for column in columns:
            if column.name in said:
                try:
                    found[column.name] = column.checked(said[column.name], self.keys)
                except Wrong as wrong:
                    self.wrong((*place, column.name), str(wrong))
            elif column.is_required and whole:
                self.wrong((*place, column.name), _("This is missing."))
            elif whole:
                found[column.name] = column.default()
        return found

    def rows(self, rows: Rows, said: Any, place: Place) -> list[dict[str, Any]]:
        found = []
        for number, each in enumerate(self.listed(said, place), start=1):
            here = (*place, number)
            row = self.mapping(each, here, _names(rows.columns))
            values = self.columns(rows.columns, row, here, whole=True)
            for name, sentence in rows.problems(values) if rows.problems else ():
                self.wrong((*here, name), sentence)
            found.append(values)
        if rows.is_unique:
            self.once(rows.identity, found, place)
        return found

    def once(self, identity: tuple[str, ...], found: list[dict[str, Any]], place: Place) -> None:
        seen: set[tuple[Any, ...]] = set()
        for number, values in enumerate(found, start=1):
            known = tuple(str(values.get(name)) for name in identity)
            if known in seen and all(name in values for name in identity):
                self.wrong((*place, number), _("This stands here twice; keep one of the two."))
            seen.add(known)

    def entry(self, part: Part, said: Any, place: Place, word: str = "") -> Entry:
        edition = part.edition
        of_edition = [*_names(edition.columns), *_names(edition.rows)] if edition else []
        names = [*_names(part.columns), *_names(part.rows)]
        row = self.mapping(said, place, [*names, *of_edition])
        values = self.columns(part.columns, row, place, whole=self.is_new(part, word))
        found = Entry(place, word, values)
        found.rows = {
            each.name: self.rows(each, row[each.name], (*place, each.name)) for each in part.rows if each.name in row
        }
        if edition and any(name in row for name in of_edition):
            found.edition = self.columns(edition.columns, row, place, whole=True)
            found.edition |= {
                each.name: self.rows(each, row.get(each.name, []), (*place, each.name)) for each in edition.rows
            }
        return found

    def is_new(self, part: Part, word: str) -> bool:
        """Rows of a list are said whole; others may say only what is to change."""
        return part.shape is Shape.LISTED or (part.shape is Shape.NAMED and not self.keys.stored(part.model, word))

    def part(self, part: Part, said: Any) -> list[Entry]:
        place: Place = (part.name,)
        if part.shape is Shape.ONE:
            return [self.entry(part, said, place)]
        if part.shape is Shape.LISTED:
            found = [
                self.entry(part, each, (*place, row)) for row, each in enumerate(self.listed(said, place), start=1)
            ]
            if part.is_unique:
                self.once(part.identity, [entry.values for entry in found], place)
            return found
        rows = said if isinstance(said, dict) else self.mapping(said, place, ())
        found = [
            self.entry(part, row, (*place, word), self.word(part, word, (*place, word))) for word, row in rows.items()
        ]
        return list(self.from_above(part, found)) if part.above else found

    def word(self, part: Part, word: str, place: Place) -> str:
        """The word of a row, as it is kept; it follows the rules of its column."""
        model: type[Model] = part.model
        *path, last = part.key.split("__")
        for step in path:
            model = model._meta.get_field(step).related_model  # type: ignore[assignment]
        folded = self.keys.fold(part.model, word)
        try:
            model._meta.get_field(last).clean(folded, None)  # type: ignore[union-attr]
        except ValidationError as problem:
            self.wrong(place, " ".join(problem.messages))
        if model in BY_MODEL and path and not self.keys.has(model, folded):
            shown = {"what": model._meta.verbose_name, "word": folded[:80]}
            self.wrong(place, _("There is no %(what)s “%(word)s”.") % shown)
        return folded

    def from_above(self, part: Part, found: list[Entry]) -> Iterator[Entry]:
        """Each after the one it names in the same part."""
        column: Any = part.above
        entries = {entry.word: entry for entry in found}
        if len(entries) < len(found):
            self.wrong((part.name,), _("Two of these are the same but for capital letters; keep one of the two."))
        done: set[str] = set()
        for entry in found:
            line: list[Entry] = []
            step: Entry | None = entry
            while step is not None and step.word not in done and step not in line:
                line.append(step)
                step = entries.get(step.values.get(column.name) or "")
            if step is not None and step in line:
                circle = " → ".join(each.word for each in [*line[line.index(step) :], step])
                self.wrong((*entry.place, column.name), _("This goes in a circle: %(circle)s.") % {"circle": circle})
            yield from reversed([each for each in line if each.word not in done])
            done |= {each.word for each in line}


def _names(columns: Sequence[Column] | Sequence[Rows]) -> list[str]:
    return [each.name for each in columns]


def checked(read: Read, keys: Keys) -> list[tuple[Part, list[Entry]]]:
    """The rows of the file, part by part. Raises Unreadable with everything that is wrong."""
    check = Check(read, keys)
    names = [part.name for part in PARTS]
    said = check.mapping(read.said, (), [FORMAT, *names])
    if not check.problems and repr(said.get(FORMAT)) != repr(VERSION):
        shown = {"format": FORMAT, "version": VERSION}
        check.wrong((FORMAT,), _("This Belay reads “%(format)s: %(version)s”; this file is of another format.") % shown)
    if check.problems:
        raise Unreadable(check.problems)
    for part in PARTS:
        if part.shape is Shape.NAMED and isinstance(said.get(part.name), dict):
            keys.expect(part.model, [keys.fold(part.model, word) for word in said[part.name]])
    found = [(part, check.part(part, said[part.name])) for part in PARTS if part.name in said]
    if check.problems:
        raise Unreadable(check.problems)
    return found
