"""What changed about a row that people edit: who, when and what, in words and without secrets."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Field, ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

MADE, CHANGED, REMOVED = "+", "~", "-"
VERBS = {MADE: _("added"), CHANGED: _("changed"), REMOVED: _("removed")}
A_PAGE = 50
LONG = 120  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what it said before and what it says since; both are empty where the values are not shown."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that somebody did: `about` names a row that belongs to this one, `said` is what an act calls itself."""

    at: datetime
    who: str
    kind: str
    about: str
    lines: Sequence[Line]
    said: str = ""

    @property
    def verb(self) -> Any:
        return VERBS.get(self.kind, "")


class WithHistory(ModelAdmin):
    """A page of changes for rows that keep them; for all others the page that Django has.

    `history_of` names the rows that belong to this one and are told with it; of `history_hides` only the change itself
    is told. Nothing is set back from here: that would be an edit past the rules of the form.
    """

    history_of: tuple[str, ...] = ()
    history_hides: tuple[str, ...] = ()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None or not hasattr(row, "history"):
            answer: HttpResponse = super().history_view(request, object_id, extra_context)
            return answer
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        found = Paginator(changes(row, self.history_of, self.history_hides), A_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": row,
            "title": translate("What changed: %(name)s") % {"name": row},
            "changes": found,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/changes.html", context)


def changes(row: Model, parts: Sequence[str] = (), hidden: Sequence[str] = ()) -> list[Change]:
    """Everything that happened to this row and to the rows of these relations, the newest first."""
    found = [*_of(type(row), {row._meta.pk.attname: row.pk}, hidden, is_part=False)]
    told = set()
    for name in parts:
        relation: Any = row._meta.get_field(name)
        found += _of(relation.related_model, {relation.field.attname: row.pk}, hidden, is_part=True)
        told.add(str(relation.related_model._meta.verbose_name))
    found += _acts(row, told)
    return sorted(found, key=lambda change: change.at, reverse=True)


def _of(model: Any, which: dict[str, Any], hidden: Sequence[str], *, is_part: bool) -> Iterator[Change]:
    """The changes of these rows, from what is kept of each."""
    kept = model.history.model
    records = kept.objects.filter(**which).select_related("history_user")
    by_row: dict[Any, list[Any]] = defaultdict(list)
    for record in records.order_by("history_date", "history_id"):
        by_row[getattr(record, model._meta.pk.attname)].append(record)
    words = _Words(model, [record for group in by_row.values() for record in group])
    for group in by_row.values():
        about = words.name(group[-1], which) if is_part else ""
        before = None
        for record in group:
            kind, lines = str(record.history_type), _lines(before, record, words, hidden)
            if lines or kind != CHANGED:
                yield Change(record.history_date, _who(record.history_user), kind, about, lines)
            before = record


def _who(user: Any) -> str:
    """Nobody is named where Belay itself or a command did it."""
    return str(user) if user else translate("a program")


def _lines(before: Any, after: Any, words: _Words, hidden: Sequence[str]) -> list[Line]:
    """What differs; nothing for the first record and for the one of a removal."""
    found: list[Line] = []
    if before is None or after.history_type != CHANGED:
        return found
    for field in words.fields:
        old, new = words.value(before, field), words.value(after, field)
        if old != new:
            shown = ("", "") if field.name in hidden else (old, new)
            found.append(Line(str(field.verbose_name), *shown))
    return found


class _Words:
    """The values of these records as people read them; what they refer to is read once for all of them."""

    def __init__(self, model: Any, records: Sequence[Any]) -> None:
        kept = model.history.model
        self._lists = {field.name: _listed(kept, field, records) for field in kept._history_m2m_fields}
        self.fields: list[Field[Any, Any]] = [
            field for field in (*kept.tracked_fields, *kept._history_m2m_fields) if not getattr(field, "primary_key", 0)
        ]
        self._names: dict[str, dict[Any, str]] = {}
        for field in self.fields:
            if field.is_relation:
                keys = {key for record in records for key in self._keys(record, field)}
                self._names[field.name] = _names_of(field.related_model, keys)

    def value(self, record: Any, field: Field[Any, Any]) -> str:
        if field.is_relation:
            names = self._names[field.name]
            return ", ".join(sorted(names.get(key, translate("no longer there")) for key in self._keys(record, field)))
        return _in_words(getattr(record, field.attname), field)

    def name(self, record: Any, which: dict[str, Any]) -> str:
        """What a row that belongs to another is called: by what it refers to, else by its first words."""
        said = [
            self.value(record, field)
            for field in self.fields
            if isinstance(field, ForeignKey) and field.attname not in which
        ]
        said = [text for text in said if text] or [self.value(record, field) for field in self.fields[:1]]
        return ", ".join(said)[:LONG]

    def _keys(self, record: Any, field: Any) -> list[Any]:
        if field.name in self._lists:
            return self._lists[field.name][record.history_id]
        key = getattr(record, field.attname)
        return [] if key is None else [key]


def _listed(kept: Any, field: Any, records: Sequence[Any]) -> dict[Any, list[Any]]:
    """The keys that each record had in this list."""
    found: dict[Any, list[Any]] = defaultdict(list)
    rows = getattr(kept, field.name).model.objects.filter(history_id__in=[record.history_id for record in records])
    for record, key in rows.values_list("history_id", f"{field.m2m_reverse_field_name()}_id"):
        found[record].append(key)
    return found


def _names_of(model: Any, keys: Iterable[Any]) -> dict[Any, str]:
    wanted = set(keys)
    rows = model._default_manager.filter(pk__in=wanted).select_related() if wanted else []
    return {row.pk: str(row) for row in rows}


def _in_words(value: Any, field: Field[Any, Any]) -> str:
    chosen = dict(field.flatchoices).get(value) if field.choices else None
    if chosen is not None:
        return str(chosen)
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    said = "" if value is None else str(value)
    return said if len(said) <= LONG else f"{said[:LONG]}…"


def _acts(row: Model, told: set[str]) -> Iterator[Change]:
    """What was done with buttons, and to rows of this page that keep no changes of their own."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
    for entry in entries.select_related("user"):
        said = _said(entry, told)
        if said:
            yield Change(entry.action_time, str(entry.user), "", "", [], said)


def _said(entry: LogEntry, told: set[str]) -> str:
    """The words of an entry without what the kept changes tell already."""
    if not entry.change_message.startswith("["):
        return entry.change_message
    parts = [part for part in json.loads(entry.change_message) if set(_named(part)) and not told & {str(*_named(part))}]
    return LogEntry(change_message=json.dumps(parts)).get_change_message() if parts else ""


def _named(part: dict[str, Any]) -> list[str]:
    """What kind of other row a part of an entry speaks of; none where it speaks of the row itself."""
    return [what["name"] for what in part.values() if "name" in what]
