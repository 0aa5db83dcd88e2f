"""Checked rows into the database: only what differs is written, and nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from customers import actions as people
from customers.models import User
from customers.refusal import Refused
from escalations.actions.configuration.checking import Entry
from escalations.actions.configuration.columns import Column, Words
from escalations.actions.configuration.keys import Keys
from escalations.actions.configuration.outcome import Change, Did, Outcome, differs
from escalations.actions.configuration.parts import Edition, Part, Rows, Shape
from escalations.actions.configuration.reading import (
    columns_of,
    edition_of,
    in_order,
    live,
    running,
    short,
    the_one,
)
from escalations.actions.configuration.text import Place, Problem, Read, named
from escalations.models import Agent, VersionState
from knowledgebase import actions as knowledge
from knowledgebase.models import Category

Values = dict[str, Any]
TO_COME = (VersionState.DRAFT, VersionState.REVIEW, VersionState.SCHEDULED)


class NotTaken(Exception):
    """This row cannot be written; what is wrong was put on record."""


@dataclass(slots=True)
class Work:
    """One import on its way."""

    read: Read
    keys: Keys
    by: User | None
    outcome: Outcome = field(default_factory=Outcome)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, place: Place, sentence: str) -> None:
        self.problems.append(self.read.problem(place, sentence))

    def part(self, part: Part, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Model]]:
        """Writes the rows of a part; gives those in which something changed."""
        for entry, found in self._found(part, entries):
            try:
                row = self._entry(part, entry, found)
            except NotTaken:
                continue
            if self.outcome.changes[-1].did is not Did.LEFT:
                yield entry, row

    def _found(self, part: Part, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Model | None]]:
        """Each entry with the row it is about; None for one that is not there yet."""
        rows: Any = part.model._default_manager
        if part.shape is Shape.LISTED:
            stored = [(columns_of(part.columns, row, self.keys), row) for row in rows.order_by("pk")]
            stored.sort(key=lambda each: str(list(each[0].values())))
            matched = _matched(part.identity, [entry.values for entry in entries], stored)
            yield from zip(entries, [row for _values, row in matched], strict=True)
            return
        for entry in entries:
            if part.shape is Shape.ONE:
                yield entry, the_one(part)
            elif self.keys.stored(part.model, entry.word):
                yield entry, rows.get(pk=self.keys.pk(part.model, entry.word))
            else:
                yield entry, None

    def _entry(self, part: Part, entry: Entry, found: Model | None) -> Model:
        """Writes one row with everything below it. Raises NotTaken."""
        row = found or self._new(part, entry)
        made = found is None
        before = {} if made else columns_of(part.columns, row, self.keys)
        details = self._columns(part, entry, row, before, made=made)
        if part.shape is Shape.NAMED and made:
            self.keys.add(part.model, entry.word, row.pk)
        for rows in part.rows:
            if rows.name in entry.rows:
                details += self._live(rows, entry.rows[rows.name], row, (*entry.place, rows.name))
        drafted = self._edition(part.edition, entry, row) if part.edition and entry.edition is not None else None
        self._tell(entry, made=made, details=details, drafted=drafted)
        return row

    def _tell(self, entry: Entry, *, made: bool, details: list[str], drafted: tuple[str, ...] | None) -> None:
        place, changes = named(entry.place), self.outcome.changes
        if made:
            changes.append(Change(Did.MADE, place))
        elif details:
            changes.append(Change(Did.CHANGED, place, tuple(details)))
        if drafted is not None:
            changes.append(Change(Did.DRAFTED, place, drafted))
            self.outcome.by_hand.append(_("%(place)s: look at the new draft and publish it.") % {"place": place})
        if not made and not details and drafted is None:
            changes.append(Change(Did.LEFT, place))

    # -- one row ---------------------------------------------------------------------------------------

    def _new(self, part: Part, entry: Entry) -> Model:
        if part.model is Agent:
            return Agent(user=self._user(entry))
        *path, last = part.key.split("__")
        row = part.model()
        if path:
            target: Any = part.model._meta.get_field(path[0]).related_model
            setattr(row, path[0], target._default_manager.get(pk=self.keys.pk(target, entry.word)))
        elif part.shape is Shape.NAMED:
            setattr(row, last, entry.word)
        return row

    def _user(self, entry: Entry) -> User:
        """The person behind a new agent, who has no password yet. Raises NotTaken."""
        known = User.objects.filter(email__iexact=entry.word).first()
        if known is None:
            return people.add_user(email=entry.word, name=entry.values["name"], password=None)
        if not known.is_active or hasattr(known, "contact"):
            self.wrong(entry.place, _("This address is that of a customer, or of somebody who left; take another one."))
            raise NotTaken
        return known

    def _columns(self, part: Part, entry: Entry, row: Model, before: Values, *, made: bool) -> list[str]:
        """Writes the columns of a row that differ; gives what differs, in words."""
        differing = [each for each in part.columns if _is_said(each, entry.values, before)]
        self._refuse_elsewhere(differing, entry, made=made)
        if not differing and not made:
            return []
        guarded = part.guarded & {column.name for column in differing}
        if made or guarded:
            self._guard(part, entry, row)
        if part.signed:
            setattr(row, part.signed, self.by)
        self._write(row, differing, entry.values, entry.place)
        self._let_in(row, entry, made=made)
        return [differs(each.name, before.get(each.name), entry.values[each.name]) for each in differing]

    def _guard(self, part: Part, entry: Entry, row: Model) -> None:
        """What is true of a row that is new, or that leads to another place than before."""
        for name, value in part.then.items():
            setattr(row, name, value)
        if part.by_hand:
            self.outcome.by_hand.append(f"{named(entry.place)}: {part.by_hand}")

    def _refuse_elsewhere(self, differing: Sequence[Column], entry: Entry, *, made: bool) -> None:
        for column in differing:
            if column.only_new and not made:
                self.wrong(
                    (*entry.place, column.name), _("This is changed on its own page; write here what it is now.")
                )
                raise NotTaken

    def _let_in(self, row: Model, entry: Entry, *, made: bool) -> None:
        """Whoever left before cannot sign in here either."""
        if isinstance(row, Agent) and made and not row.is_active:
            people.set_active(user=row.user, active=False)

    def _write(self, row: Model, columns: Sequence[Column], values: Mapping[str, Any], place: Place) -> None:
        """Raises NotTaken when the rules of the row are against it."""
        try:
            self._keep(row, columns, values)
        except ValidationError as problem:
            self._say(problem, columns, place)
        except Refused as refused:
            self.wrong((*place, refused.field) if refused.field else place, str(refused.remedy))
            raise NotTaken from None
        except IntegrityError:
            self.wrong(place, _("Another row has the same already; look for a name that stands twice."))
            raise NotTaken from None
        except KeyError:
            raise NotTaken from None  # what it names could not be written, and that was said

    def _keep(self, row: Model, columns: Sequence[Column], values: Mapping[str, Any]) -> None:
        plain = [column for column in columns if not column.is_many]
        for column in plain:
            column.write(row, values[column.name], self.keys)
        # Lists of words may be empty, which is for their columns to say.
        checked = {column.name for column in columns if isinstance(column, Words)}
        with transaction.atomic():
            for each in [*{column.of(row) for column in columns if column.on}, row]:
                _save(each, checked)
        for column in columns:
            if column.is_many:
                column.write(row, values[column.name], self.keys)

    def _say(self, problem: ValidationError, columns: Sequence[Column], place: Place) -> None:
        """Raises NotTaken, after each sentence was put where it belongs."""
        names = {column.name for column in columns}
        for name, sentences in problem.message_dict.items():
            for sentence in sentences:
                self.wrong((*place, name) if name in names else place, sentence)
        raise NotTaken

    # -- rows below a live row -------------------------------------------------------------------------

    def _live(self, rows: Rows, wanted: list[Values], owner: Model, place: Place) -> list[str]:
        """New rows come in and known ones are changed; the others stay, behind these."""
        stored = live(rows, owner, self.keys, everyone=True)
        last = max((getattr(row, rows.order) for _values, row in stored), default=0) if rows.order else 0
        details, kept = list[str](), list[Model]()
        for number, (values, (before, found)) in enumerate(
            zip(wanted, _matched(rows.identity, wanted, stored), strict=True), start=1
        ):
            row = found or rows.model(**{rows.owner: owner})
            differing = [column for column in rows.columns if _is_said(column, values, before)]
            if differing:
                if rows.order and found is None:
                    setattr(row, rows.order, last + number)
                self._write(row, differing, values, (*place, number))
                details.append(f"{rows.name}[{number}]: " + _what(differing, before, values))
            kept.append(row)
        others = [row for _values, row in stored if row not in kept]
        return details + (_in_this_order(rows, [*kept, *others]) if rows.order else [])

    # -- versions --------------------------------------------------------------------------------------

    def _edition(self, edition: Edition, entry: Entry, owner: Model) -> tuple[str, ...] | None:
        """A new draft where the file says something else than the version that runs; gives what differs, or None.

        Raises NotTaken while another version waits that says something else again.
        """
        wanted = _shortened(edition, entry.edition or {})
        version = running(edition, owner)
        runs = edition_of(edition, version, self.keys) if version else {}
        if version and runs == wanted:
            return None
        versions: Any = edition.model._default_manager.filter(**{edition.owner: owner})
        waiting = versions.filter(state__in=TO_COME).first()
        if waiting and edition_of(edition, waiting, self.keys) == wanted:
            return None
        if waiting:
            said = _("Version %(number)s waits already, and says something else; publish or delete it first.")
            self.wrong(entry.place, said % {"number": waiting.number})
            raise NotTaken
        newest = versions.order_by("-number").values_list("number", flat=True).first() or 0
        draft = edition.model(**{edition.owner: owner, "number": newest + 1})
        self._write(draft, edition.columns, entry.edition or {}, entry.place)
        for rows in edition.rows:
            self._children(rows, (entry.edition or {})[rows.name], draft, (*entry.place, rows.name))
        return tuple(name for name in {**runs, **wanted} if runs.get(name) != wanted.get(name))

    def _children(self, rows: Rows, wanted: list[Values], draft: Model, place: Place) -> None:
        for number, values in enumerate(wanted, start=1):
            row = rows.model(**{rows.owner: draft}, **({rows.order: number} if rows.order else {}))
            try:
                self._write(row, rows.columns, values, (*place, number))
            except NotTaken:
                continue


def _is_said(column: Column, values: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return column.name in values and before.get(column.name, ...) != values[column.name]


def _in_this_order(rows: Rows, wanted: list[Model]) -> list[str]:
    """Numbers rows, if they stand otherwise."""
    if sorted(wanted, key=lambda row: (getattr(row, rows.order), row.pk)) == wanted:
        return []
    for position, row in enumerate(wanted, start=1):
        if getattr(row, rows.order) != position:
            setattr(row, rows.order, position)
            _save(row)
    return [f"{rows.name}: " + _("in another order")]


def _what(differing: Sequence[Column], before: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return ", ".join(differs(each.name, before.get(each.name), values[each.name]) for each in differing)


def _matched(
    identity: tuple[str, ...], wanted: Sequence[Values], stored: Sequence[tuple[Values, Model]]
) -> list[tuple[Values, Model | None]]:
    """For each wanted row the stored one that is the same, the nth of them for the nth; ({}, None) where none is."""
    known: dict[str, list[tuple[Values, Model]]] = {}
    for values, row in stored:
        known.setdefault(str([values[name] for name in identity]), []).append((values, row))
    found: list[tuple[Values, Model | None]] = []
    for values in wanted:
        same = known.get(str([values[name] for name in identity]))
        found.append(same.pop(0) if same else ({}, None))
    return found


def _shortened(edition: Edition, wanted: Values) -> Values:
    """A version of the file as it would be read from the database."""
    found = {column.name: wanted[column.name] for column in edition.columns}
    for rows in edition.rows:
        if wanted[rows.name]:
            ordered = wanted[rows.name] if rows.order else in_order(rows.columns, wanted[rows.name])
            found[rows.name] = [short(rows, values) for values in ordered]
    return found


def _save(row: Model, checked: Collection[str] = ()) -> None:
    """By the rules of the row, through whoever writes its kind. Raises ValidationError, Refused, IntegrityError."""
    row.full_clean(exclude={*checked, *(["password"] if isinstance(row, User) else [])})
    if isinstance(row, User):
        people.save_user(user=row)
    elif isinstance(row, Category):
        knowledge.save_category(category=row)
    else:
        row.save()
