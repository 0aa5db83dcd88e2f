"""All open escalations as columns of cards: by the level they are at, or by the stage they are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from escalations.casefile import keyset, queues
from escalations.casefile.news import first_news
from escalations.models import Case, Step, words
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import OPEN_ESCALATION, VOIDING

PAGE = 12
ORDER = (keyset.DUE, keyset.ROW)
MOST_CHOICES = 500
DIGITS = 3  # of a level or a severity; no database compares longer ones
_OPEN = [state.value for state in OPEN_ESCALATION]
_VOID = [outcome.value for outcome in VOIDING]


class By(StrEnum):
    """What makes a column."""

    LEVEL = "level"
    STAGE = "stage"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty is everything. `team` is a short name, `customer` the uid of an organization."""

    team: str = ""
    customer: str = ""
    severity: str = ""
    kind: str = ""

    def __bool__(self) -> bool:
        return any((self.team, self.customer, self.severity, self.kind))


@dataclass(frozen=True, slots=True)
class Card:
    """An escalation on the board: what is due in `row`, since when it is open, by when the customer hears from us."""

    row: queues.Row
    since: datetime | None
    news_at: datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """The cards of one level or stage, the first due first; `following` is the cursor of the next page, or empty."""

    key: str
    level: int | None
    name: Any
    cards: list[Card]
    following: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The teams and customers that have an open escalation, as (code, name), for the filters."""

    teams: list[tuple[str, str]]
    customers: list[tuple[str, str]]


def choices(standing: Standing) -> Choices:
    """What the board can be narrowed to; one statement."""
    names = ("team__slug", "team__name", "organization__uid", "organization__name")
    found = list(_escalated(standing).order_by(*names).values_list(*names).distinct()[:MOST_CHOICES])
    teams = {slug: name for slug, name, _uid, _name in found}
    customers = {uid: name for _slug, _team, uid, name in found if uid}
    return Choices(_by_name(teams), _by_name(customers))


def _by_name(found: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(found.items(), key=lambda item: item[1].casefold())


def board(
    standing: Standing,
    *,
    at: datetime,
    by: By = By.LEVEL,
    wanted: Wanted | None = None,
    column: str = "",
    after: str = "",
    limit: int = PAGE,
) -> list[Column]:
    """The first page of each column; with `column` only that one, from the cursor `after` on.

    Three statements, whatever the number of columns and cards.
    """
    found = _narrowed(_escalated(standing), wanted or Wanted())
    if column:
        found = found.filter(_of_column(by, column), keyset.beyond(ORDER, after) if after else Q())
    place = Window(RowNumber(), partition_by=F(_group(by)), order_by=keyset.order_by(ORDER))
    first = queues.with_names(found.annotate(place=place).filter(place__lte=limit + 1).annotate(news_at=first_news()))
    cases = list(first.order_by(*keyset.order_by(ORDER)))
    cards = [_card(row) for row in queues.rows(cases, at)]
    return list(_columns(cards, by, limit))


def _escalated(standing: Standing) -> QuerySet[Case]:
    """The cases with an open escalation, each with its state as `stage`; what is void is on no board."""
    visible = Case.objects.visible_to(standing).filter(escalations__state__in=_OPEN)
    return visible.exclude(outcome__in=_VOID).annotate(stage=F("escalations__state"))


def _group(by: By) -> str:
    return "stage" if by is By.STAGE else "level"


def _of_column(by: By, column: str) -> Q:
    if by is By.STAGE:
        return Q(stage=column)
    return Q(level=int(column)) if column.isdecimal() and len(column) <= DIGITS else Q(pk__in=())


def _narrowed(found: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    """Only what is looked for; what cannot be looked for is ignored."""
    if wanted.team:
        found = found.filter(team__slug=wanted.team)
    if wanted.customer:
        found = found.filter(organization__uid=wanted.customer)
    if wanted.severity.isdecimal() and len(wanted.severity) <= DIGITS:
        found = found.filter(severity=int(wanted.severity))
    if wanted.kind in words.KINDS:
        step = Step.objects.filter(escalation__case=OuterRef("pk"), escalation__state__in=_OPEN, ended_at=None)
        found = found.annotate(step_kind=Subquery(step.order_by("-number").values("kind")[:1]))
        found = found.filter(step_kind=wanted.kind)
    return found


def _cursor(case: Case) -> str:
    """Where the next page of a column begins, from the last case of this one."""
    return keyset.cursor(ORDER, {"next_due_at": case.next_due_at, "pk": case.pk})


def _card(row: queues.Row) -> Card:
    return Card(row, row.escalation.started_at if row.escalation else None, vars(row.case)["news_at"])


def _columns(cards: Iterable[Card], by: By, limit: int) -> Iterable[Column]:
    """The highest level first, or the stages in the order of life."""
    grouped: dict[Any, list[Card]] = {}
    for card in cards:
        grouped.setdefault(vars(card.row.case)["stage"] if by is By.STAGE else card.row.case.level, []).append(card)
    order = [state for state in _OPEN if state in grouped] if by is By.STAGE else sorted(grouped, reverse=True)
    for key in order:
        shown, level = grouped[key][:limit], None if by is By.STAGE else int(key)
        name = words.ESCALATION_STATES[key] if level is None else _("Level %(number)s") % {"number": level}
        more = len(grouped[key]) > limit
        following = _cursor(shown[-1].row.case) if more else ""
        yield Column(str(key), level, name, shown, following)
