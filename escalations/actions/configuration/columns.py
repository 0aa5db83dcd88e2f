"""How the columns of rows stand in the file, each kind in its own way.

`plain` is what the file says of a stored value; `checked` turns what a file says into the same form, or says what is
wrong; `stored` is what goes into the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _

from escalations.actions.configuration.keys import Keys
from escalations.rules import conditions
from escalations.timing.schedule import DAY_MINUTES


class Wrong(Exception):
    """This value cannot be taken: its words say why."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `on` names the row beside it that holds the column; `only_new`: set once, afterwards elsewhere."""

    field: models.Field[Any, Any]
    on: str = ""
    only_new: bool = False

    is_many: ClassVar[bool] = False
    wanted: ClassVar[str] = ""

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_required(self) -> bool:
        return not (self.field.has_default() or self.field.null or self.field.blank)

    def of(self, row: models.Model) -> Any:
        return getattr(row, self.on) if self.on else row

    def read(self, row: models.Model, keys: Keys) -> Any:
        """What the file says of this column of a row."""
        value = getattr(self.of(row), self.field.attname)
        return None if value is None else self.plain(value, keys)

    def default(self) -> Any:
        """What it means when the file does not say it."""
        value = self.field.get_default()
        return None if value is None else self.plain(value, Keys({}, ()))

    def plain(self, value: Any, keys: Keys) -> Any:
        return value

    def rank(self, value: Any) -> Any:
        """By what rows are put in order."""
        return value

    def checked(self, said: Any, keys: Keys) -> Any:
        """What the file says, in the form of `plain`. Raises Wrong."""
        if said is None:
            if not self.field.null:
                raise Wrong(_("This must not be empty."))
            return None
        value = self.parsed(said, keys)
        try:
            self.field.clean(self.stored(value, keys), None)
        except ValidationError as problem:
            raise Wrong(" ".join(problem.messages)) from None
        return value

    def parsed(self, said: Any, keys: Keys) -> Any:
        """Raises Wrong when this is not the right kind of value."""
        raise NotImplementedError

    def stored(self, value: Any, keys: Keys) -> Any:
        return value

    def write(self, row: models.Model, value: Any, keys: Keys) -> None:
        setattr(self.of(row), self.field.attname, None if value is None else self.stored(value, keys))


class Text(Column):
    def plain(self, value: Any, keys: Keys) -> str:
        return str(value).replace("\r\n", "\n")

    def parsed(self, said: Any, keys: Keys) -> str:
        if not isinstance(said, str):
            raise Wrong(_("Write a text here; put it in quotation marks if it looks like a number."))
        return said.replace("\r\n", "\n")


class Number(Column):
    def parsed(self, said: Any, keys: Keys) -> int:
        if isinstance(said, bool) or not isinstance(said, int):
            raise Wrong(_("Write a whole number here."))
        return said


class Truth(Column):
    def parsed(self, said: Any, keys: Keys) -> bool:
        if not isinstance(said, bool):
            raise Wrong(_("Write true or false here."))
        return said


class Day(Column):
    def plain(self, value: Any, keys: Keys) -> str:
        return str(value.isoformat())

    def parsed(self, said: Any, keys: Keys) -> str:
        if not isinstance(said, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII):
            raise Wrong(_("Write a date such as 2026-12-25 here."))
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise Wrong(_("There is no such day.")) from None

    def stored(self, value: Any, keys: Keys) -> date:
        return date.fromisoformat(value)


class TimeOfDay(Column):
    def plain(self, value: Any, keys: Keys) -> str:
        return str(value.isoformat("minutes" if not value.second and not value.microsecond else "auto"))

    def parsed(self, said: Any, keys: Keys) -> str:
        try:
            return self.plain(time.fromisoformat(self._shaped(said)), keys)
        except ValueError:
            raise Wrong(_("Write a time such as 09:30 here.")) from None

    def _shaped(self, said: Any) -> str:
        if not isinstance(said, str) or not re.fullmatch(r"\d\d:\d\d(:\d\d(\.\d{6})?)?", said, re.ASCII):
            raise ValueError(said)
        return said

    def stored(self, value: Any, keys: Keys) -> time:
        return time.fromisoformat(value)


class Minutes(Column):
    """Minutes after midnight as 09:00; they count on past midnight: 30:00 is six in the morning of the next day."""

    def plain(self, value: Any, keys: Keys) -> str:
        return f"{value // 60:02d}:{value % 60:02d}"

    def parsed(self, said: Any, keys: Keys) -> str:
        match = re.fullmatch(r"(\d\d):([0-5]\d)", said, re.ASCII) if isinstance(said, str) else None
        if match is None or int(match[1]) * 60 + int(match[2]) > 2 * DAY_MINUTES:
            raise Wrong(_("Write a time such as 09:00 here; past midnight it counts on: 30:00 is six in the morning."))
        return match[0]

    def stored(self, value: Any, keys: Keys) -> int:
        hours, minutes = value.split(":")
        return int(hours) * 60 + int(minutes)


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Weekday(Column):
    def plain(self, value: Any, keys: Keys) -> str:
        return DAYS[value]

    def rank(self, value: Any) -> int:
        return DAYS.index(value)

    def parsed(self, said: Any, keys: Keys) -> str:
        if said not in DAYS:
            raise Wrong(_("Write one of: %(choices)s.") % {"choices": ", ".join(DAYS)})
        return str(said)

    def stored(self, value: Any, keys: Keys) -> int:
        return DAYS.index(value)


def _target(field: models.Field[Any, Any]) -> type[models.Model]:
    target: Any = field.related_model
    return target


def _known(field: models.Field[Any, Any], said: Any, keys: Keys) -> str:
    """Raises Wrong unless the file or the database has such a row."""
    model = _target(field)
    word = keys.fold(model, said) if isinstance(said, str) else ""
    if not word or not keys.has(model, word):
        shown = {"what": model._meta.verbose_name, "word": str(said)[:80]}
        raise Wrong(_("There is no %(what)s “%(word)s”.") % shown)
    return word


class One(Column):
    """Another row, by its word."""

    def plain(self, value: Any, keys: Keys) -> str:
        return keys.word(_target(self.field), value)

    def checked(self, said: Any, keys: Keys) -> Any:
        if said is None and self.field.null:
            return None
        return _known(self.field, said, keys)

    def stored(self, value: Any, keys: Keys) -> int:
        return keys.pk(_target(self.field), value)

    def write(self, row: models.Model, value: Any, keys: Keys) -> None:
        pk = None if value is None else self.stored(value, keys)
        # By its object, so that what was fetched before does not stand for another row.
        found = None if pk is None else _target(self.field)._default_manager.get(pk=pk)
        setattr(self.of(row), self.name, found)


class Many(Column):
    """Other rows, by their words in order."""

    is_many = True

    @property
    def is_required(self) -> bool:
        return False

    def read(self, row: models.Model, keys: Keys) -> list[str]:
        rows: Any = getattr(self.of(row), self.name)
        return sorted({keys.word(_target(self.field), each.pk) for each in rows.all()})

    def default(self) -> list[str]:
        return []

    def checked(self, said: Any, keys: Keys) -> list[str]:
        if not isinstance(said, list):
            raise Wrong(_("Write a list here, each on a line of its own after a dash."))
        return sorted({_known(self.field, each, keys) for each in said})

    def write(self, row: models.Model, value: Any, keys: Keys) -> None:
        getattr(self.of(row), self.name).set([keys.pk(_target(self.field), word) for word in value])


@dataclass(frozen=True, slots=True)
class Words(Column):
    """A list of words out of those that are allowed."""

    allowed: Callable[[], Container[str]] | None = None

    def checked(self, said: Any, keys: Keys) -> list[str]:
        """Each word is looked at here; none at all is no gap."""
        return self.parsed(said, keys)

    def plain(self, value: Any, keys: Keys) -> list[str]:
        return [str(each) for each in value]

    def parsed(self, said: Any, keys: Keys) -> list[str]:
        if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
            raise Wrong(_("Write a list here, each on a line of its own after a dash."))
        for each in said:
            self._refuse_unknown(each)
        return list(dict.fromkeys(said))

    def _refuse_unknown(self, word: str) -> None:
        if self.allowed is not None and word not in self.allowed():
            raise Wrong(_("“%(word)s” is not among what can stand here.") % {"word": word[:80]})


class Addresses(Words):
    """E-mail addresses."""

    def parsed(self, said: Any, keys: Keys) -> list[str]:
        return [address.lower() for address in Words.parsed(self, said, keys)]

    def _refuse_unknown(self, word: str) -> None:
        try:
            validate_email(word)
        except ValidationError:
            raise Wrong(_("“%(word)s” is no e-mail address.") % {"word": word[:80]}) from None


class Parameters(Column):
    """What a condition takes."""

    def plain(self, value: Any, keys: Keys) -> Any:
        return _in_order(value)

    def parsed(self, said: Any, keys: Keys) -> Any:
        if not isinstance(said, Mapping):
            raise Wrong(_("Write the parameters here, each with its name."))
        return _in_order(said)


def _in_order(value: Any) -> Any:
    """With the names of every mapping in order: a database may keep them in another one."""
    if isinstance(value, Mapping):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value


def condition_problem(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What does not fit together in a trigger: condition and parameters."""
    if not {"condition", "parameters"} <= set(values):
        return  # said already
    try:
        conditions.build(values["condition"], values["parameters"])
    except (conditions.UnknownCondition, TypeError, ValueError, AttributeError) as problem:
        yield "parameters", str(problem)


class Address(Text):
    """An address outside, without what may be a secret in it: of a chat only the host, else all but the query."""

    def read(self, row: models.Model, keys: Keys) -> str:
        channel, url = row.channel, row.url  # type: ignore[attr-defined]
        return without_secrets(channel, url)


def without_secrets(channel: str, url: str) -> str:
    """What of the address of an endpoint may stand in a file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = "/" if channel == "chat" else parts.path or "/"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"


KINDS: tuple[tuple[type[models.Field[Any, Any]], type[Column]], ...] = (
    (models.ManyToManyField, Many),
    (models.ForeignKey, One),
    (models.BooleanField, Truth),
    (models.IntegerField, Number),
    (models.TimeField, TimeOfDay),
    (models.DateField, Day),
    (models.CharField, Text),
    (models.TextField, Text),
)


def column(model: type[models.Model], name: str, **how: Any) -> Column:
    """The column of this name, as its kind of field is written. Raises LookupError for a kind that has no way yet."""
    field: Any = model._meta.get_field(name)
    for kind, made in KINDS:
        if isinstance(field, kind):
            return made(field, **how)
    raise LookupError(f"{model.__name__}.{name}: say how this is written")
