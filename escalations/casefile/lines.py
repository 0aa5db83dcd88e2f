"""The queue as plain values: a page in two statements, however many cases there are and however deep it is.

Words that are looked for take some more, of a number that does not grow either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value

from customers.models import Organization
from escalations.casefile import finding, keyset
from escalations.casefile.due_next import DueNext, Resting, clocks_of, due_next
from escalations.casefile.filtering import asked_for
from escalations.casefile.finding import Passage
from escalations.casefile.questions import Question
from escalations.models import Agent, Escalation, PauseReason, Team, Topic
from escalations.models.cases import FIRST_REFERENCE
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import OPEN_ESCALATION, UNSOLVED

PAGE = 50


class Read(NamedTuple):
    """What is read of a case for its line; names of teams and topics only where a column shows them."""

    pk: int
    last_seq: int
    subject: str
    state: str
    is_dormant: bool
    severity: int
    level: int
    tier: str
    origin: str
    opened_at: datetime
    next_due_at: datetime
    wake_at: datetime | None
    promised_at: datetime | None
    organization_id: int | None
    customer_name: str | None
    owner_name: str | None
    team_name: str | None
    topic_name: str | None
    waits: str | None
    climb: str | None


def _name(rows: QuerySet[Any], key: str, name: str) -> Subquery:
    """The name that a key of the case leads to.

    By a subquery and not a join: a database plans these one by one, and reads them for the lines of the page alone.
    """
    return Subquery(rows.order_by().filter(pk=OuterRef(key)).values(name)[:1])


_OPEN = [state.value for state in OPEN_ESCALATION]
_TOLD: Mapping[str, Subquery] = {
    "customer_name": _name(Organization.objects.all(), "organization_id", "name"),
    "owner_name": _name(Agent.objects.all(), "owner_id", "user__name"),
    "team_name": _name(Team.objects.all(), "team_id", "name"),
    "topic_name": _name(Topic.objects.all(), "topic_id", "name"),
    "waits": _name(PauseReason.objects.all(), "pause_reason_id", "name"),
    "climb": Subquery(Escalation.objects.filter(case_id=OuterRef("pk"), state__in=_OPEN).values("state")[:1]),
}
_SHOWN_BY = {"team_name": "team", "topic_name": "topic"}
_NOT_SHOWN = Value(None, output_field=CharField())


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the queue: its row, and what is due next on it. `is_first` begins a group.

    `passage` is where the words stand that were looked for.
    """

    case: Read
    due: DueNext
    is_first: bool = False
    passage: Passage | None = None

    @property
    def reference(self) -> str:
        return f"B-{FIRST_REFERENCE + self.case.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and the cursor of the next page (empty at the end)."""

    lines: list[Line]
    following: str


def keys_of(question: Question) -> tuple[keyset.Key, ...]:
    """The order of the answer. What is solved is not due any more: with it, the newest come first unless asked else."""
    solved = set(question.states) - {state.value for state in UNSOLVED}
    sort = "newest" if solved and question.sort == "due" else question.sort
    return keyset.GROUPS[question.group] + keyset.SORTS[sort]


def page(question: Question, standing: Standing, *, at: datetime, after: str = "", limit: int = PAGE) -> Page:
    """One page of the answer to a question; `after` is the cursor that the page before gave."""
    keys = keys_of(question)
    found = asked_for(question, standing, at)
    sought = finding.matching(found, question.words, standing) if question.words else None
    found = sought.of(found) if sought else found
    found = found.annotate(**_told(question.columns))
    if after:
        found = found.filter(keyset.beyond(keys, after))
    rows = [Read(*row) for row in found.order_by(*keyset.order_by(keys)).values_list(*Read._fields)[: limit + 1]]
    following = keyset.cursor(keys, rows[limit - 1]._asdict()) if len(rows) > limit else ""
    passages = finding.passages(rows[:limit], sought, standing) if sought else {}
    return Page(_lines(rows[:limit], question.group, passages, at), following)


def _told(columns: Collection[str]) -> dict[str, Subquery | Value]:
    """What is read beside the columns of the case itself."""
    hidden = {name for name, column in _SHOWN_BY.items() if column not in columns}
    return {name: _NOT_SHOWN if name in hidden else told for name, told in _TOLD.items()}


def _lines(rows: list[Read], group: str, passages: Mapping[int, Passage], at: datetime) -> list[Line]:
    clocks = clocks_of(row.pk for row in rows)
    found, last = [], object()
    for row in rows:
        here = group_of(row, group)
        resting = Resting(row.state, row.is_dormant, row.wake_at, row.promised_at, row.waits or "")
        due = due_next(resting, clocks.get(row.pk, []), at)
        found.append(Line(row, due, bool(group) and here != last, passages.get(row.pk)))
        last = here
    return found


def group_of(row: Read, group: str) -> Any:
    """What a row has in common with the others of its group."""
    return {"level": row.level, "customer": row.organization_id}.get(group)
