"""Saved views of the queue as somebody may use them, and the names that a question needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from customers.models import Organization
from escalations.casefile.questions import ME, NOBODY, Question, read
from escalations.models import Agent, SavedView, Team, TeamMembership, Topic
from escalations.rules.standing import Standing

_TEXT = TextField()
_VIEW = "view"


@dataclass(frozen=True, slots=True)
class Saved:
    """A view that somebody may use; `team` is the name of the team it is of, empty for one of their own."""

    uid: str
    name: str
    team: str
    question: Question


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands around the queue: its saved views in their order, and names by filter and value."""

    saved: list[Saved]
    names: Mapping[tuple[str, str], str]

    def called(self, uid: str) -> Saved | None:
        """The saved view of this identity, if its asker may use it."""
        return next((view for view in self.saved if view.uid == uid), None)


def usable(standing: Standing) -> QuerySet[SavedView]:
    """The views of this person and those of their teams."""
    mine = SavedView.objects.filter(agent_id=standing.agent_id or 0)
    return mine | SavedView.objects.filter(team_id__in=standing.team_ids)


def changeable(standing: Standing) -> QuerySet[SavedView]:
    """The views of this person, and those of the teams they lead."""
    mine = SavedView.objects.filter(agent_id=standing.agent_id or 0)
    return mine | SavedView.objects.filter(team_id__in=led(standing).values("pk"))


def led(standing: Standing) -> QuerySet[Team]:
    """The teams of which this person is a lead."""
    leads = TeamMembership.objects.filter(agent_id=standing.agent_id or 0, is_lead=True)
    return Team.objects.filter(pk__in=leads.values("team_id"))


def question_of(view: SavedView) -> Question:
    """What a saved view asks. Whatever stands in the row is read as an address is, and so never trusted."""
    return _question(view.question, view.columns, view.sort, view.grouping)


def _question(filters: Any, columns: Any, sort: str, grouping: str) -> Question:
    asked = {name: given for name, given in filters.items() if isinstance(given, list)} if _is_table(filters) else {}
    shown = {"column": columns} if isinstance(columns, list) and columns else {}
    return read(asked | shown | {"sort": [sort], "group": [grouping]})


def _is_table(filters: Any) -> bool:
    return isinstance(filters, dict)


def kept_of(question: Question) -> dict[str, Any]:
    """How a row keeps a question."""
    bare = replace(question, sort="due", group="", columns=Question().columns)
    filters: dict[str, list[str]] = {}
    for name, value in bare.pairs():
        filters.setdefault(name, []).append(value)
    return {
        "question": filters,
        "columns": list(question.columns),
        "sort": question.sort,
        "grouping": question.group,
    }


def furniture(standing: Standing, question: Question) -> Furniture:
    """Saved views and the names of what the filters name; one statement."""
    parts = [_views(standing), *_named(question)]
    rows = list(parts[0].union(*parts[1:], all=True)) if parts[1:] else list(parts[0])
    found = sorted((_Row(*row) for row in rows), key=lambda row: (row.position, row.name.casefold(), row.key))
    views = [_saved(row) for row in found if row.part == _VIEW]
    return Furniture(views, {(row.part, row.key): row.name for row in found if row.part != _VIEW})


class _Row(NamedTuple):
    """What the parts of the one statement have in common."""

    part: str
    key: str
    name: str
    team: str
    filters: str
    columns: str
    sort: str
    grouping: str
    position: int


def _saved(row: _Row) -> Saved:
    question = _question(json.loads(row.filters), json.loads(row.columns), row.sort, row.grouping)
    return Saved(row.key, row.name, row.team, question)


def _text(expression: Any) -> Cast:
    return Cast(expression, _TEXT)


def _views(standing: Standing) -> QuerySet[Any]:
    """Team views first, so that everybody finds them in the same place."""
    views = (
        usable(standing)
        .order_by()
        .annotate(
            part=Value(_VIEW, _TEXT),
            key=_text("uid"),
            called=_text("name"),
            whose=Coalesce(_text("team__name"), Value("", _TEXT)),
            filters=_text("question"),
            shown=_text("columns"),
            order=_text("sort"),
            groups=_text("grouping"),
            place=F("position"),
        )
    )
    return views.values_list("part", "key", "called", "whose", "filters", "shown", "order", "groups", "place")


def _named(question: Question) -> Iterator[QuerySet[Any]]:
    """The rows that the filters name, each with its name."""
    owners = [value for value in question.filters.get("owner", ()) if value not in (ME, NOBODY)]
    sources: tuple[tuple[str, QuerySet[Any], str, str, Sequence[str]], ...] = (
        ("team", Team.objects.all(), "slug", "name", question.filters.get("team", ())),
        ("topic", Topic.objects.all(), "slug", "name", question.filters.get("topic", ())),
        ("owner", Agent.objects.all(), "user__uid", "user__name", owners),
        ("customer", Organization.objects.all(), "uid", "name", question.filters.get("customer", ())),
    )
    for part, rows, key, name, values in sources:
        if values:
            found = rows.order_by().filter(**{f"{key}__in": values})
            empty = dict.fromkeys(("none1", "none2", "none3", "none4", "none5"), Value("", _TEXT))
            told = {"part": Value(part, _TEXT), "said": _text(key), "called": _text(name), "place": Value(0)}
            yield found.annotate(**told, **empty).values_list("part", "said", "called", *empty, "place")
