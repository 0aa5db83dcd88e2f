"""What needs one person now, in one order; nothing that is owed stands in it twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models import Case as Which
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from escalations.casefile import promises, queues
from escalations.casefile.mentions import Mentioned, mentions
from escalations.casefile.queues import Row
from escalations.models import Case, Decision, Escalation, Notice, Step, watching
from escalations.rules.events import NoteAdded
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CLIMBING, EscalationState, Move

SHOWN = 8
RESTING = ("paused", "dormant")


class Need(StrEnum):
    """Why a case is on the page, the first that holds: a brief came back, an answer is waited for, it is theirs."""

    COMPLETE = "complete"
    TAKE_UP = "take_up"
    DECIDE = "decide"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class First:
    """What is due before everything else; it stands on top, and nowhere else on the page."""

    need: Need
    case: Case
    due_at: datetime
    tone: str
    what: Any


@dataclass(frozen=True, slots=True)
class Home:
    """What needs one person now: each list has the first due first, and is bounded.

    `to_complete` are briefs that were returned to this person as incomplete, `promised` cases with an open promise of
    news; `team` are cases of their teams that nobody owns or that are late.
    """

    to_acknowledge: list[Row]
    to_complete: list[Row]
    decisions: list[Decision]
    promised: list[Case]
    mentions: list[Mentioned]
    mine: list[Row]
    team: list[Row]
    notices: list[Notice]

    def first(self, at: datetime) -> First | None:
        """What is due before everything else that waits for this person."""
        return min(self._pressing(at), key=lambda one: (one.due_at, one.case.pk), default=None)

    def _pressing(self, at: datetime) -> Iterator[First]:
        of = ((Need.COMPLETE, self.to_complete), (Need.TAKE_UP, self.to_acknowledge), (Need.OWN, self.mine))
        for need, row in ((need, row) for need, rows in of for row in rows):
            if row.due_at and row.tone not in RESTING:
                is_promise = row.case.promised_at == row.due_at
                what = _("News promised to the customer") if is_promise else row.what
                yield First(need, row.case, row.due_at, row.tone, what)
        for asked in self.decisions:
            if asked.due_at:
                tone = "late" if asked.due_at <= at else ""
                yield First(Need.DECIDE, asked.escalation.case, asked.due_at, tone, asked.question)

    def beside(self, first: First | None) -> Home:
        """All the rest; a promise that is what is due next on a case of their own stands among the promises only."""
        news = {(case.pk, case.promised_at) for case in self.promised}
        mine = [row for row in self.mine if (row.case.pk, row.due_at) not in news]
        if first is None:
            return replace(self, mine=mine)
        if first.need is Need.DECIDE:
            others = [row for row in self.decisions if row.escalation.case_id != first.case.pk]
            return replace(self, mine=mine, decisions=others)
        return replace(
            self,
            to_complete=_without(first, self.to_complete),
            to_acknowledge=_without(first, self.to_acknowledge),
            promised=[case for case in self.promised if (case, case.promised_at) != (first.case, first.due_at)],
            mine=_without(first, mine),
        )


def home(standing: Standing, *, at: datetime) -> Home:
    """Everything that is owed by this person or their teams, and what is new in the inbox; nine statements."""
    needs = list(_needs(standing))
    team = _of_team(standing, at, but_not=[case.pk for case in needs])
    rows = {row.case.pk: row for row in queues.rows([*needs, *team], at)}
    of = {need: [rows[case.pk] for case in needs if vars(case)["need"] == need] for need in Need}
    named = mentions(standing, most=SHOWN, new_only=True)
    return Home(
        to_acknowledge=of[Need.TAKE_UP],
        to_complete=of[Need.COMPLETE],
        decisions=list(_decisions(standing)[:SHOWN]),
        promised=list(promises.to_keep(standing)[:SHOWN]),
        mentions=named,
        mine=of[Need.OWN],
        team=[rows[case.pk] for case in team],
        notices=_new(standing, named),
    )


def _needs(standing: Standing) -> QuerySet[Case]:
    """The first cases of each need; every case stands under one."""
    returned, asked = _returned(standing).values("case_id"), _asked(standing).values("case_id")
    owned = Case.objects.unsolved().filter(owner_id=standing.agent_id).values("pk")
    climbs = Escalation.objects.open().filter(accountable_id=standing.agent_id).values("case_id")
    theirs = owned.order_by().union(*(rows.order_by() for rows in (climbs, returned, asked)))
    need = Which(
        When(pk__in=returned, then=Value(Need.COMPLETE.value)),
        When(pk__in=asked, then=Value(Need.TAKE_UP.value)),
        default=Value(Need.OWN.value),
    )
    place = Window(RowNumber(), partition_by=F("need"), order_by=[F("next_due_at").asc(), F("pk").asc()])
    found = Case.objects.visible_to(standing).unsolved().filter(pk__in=theirs).annotate(need=need)
    return queues.with_names(found.annotate(place=place).filter(place__lte=SHOWN)).order_by("next_due_at", "pk")


def _of_team(standing: Standing, at: datetime, *, but_not: Sequence[int]) -> list[Case]:
    """Cases of the teams of this person which nobody owns, or which are late, and which are nobody's on this page."""
    theirs = Case.objects.visible_to(standing).unsolved().filter(team_id__in=standing.team_ids, is_dormant=False)
    waiting = theirs.filter(Q(owner=None) | Q(next_due_at__lte=at)).exclude(pk__in=but_not)
    return list(queues.with_names(waiting).order_by("next_due_at", "pk")[:SHOWN])


def _without(first: First, rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.case != first.case]


def _new(standing: Standing, named: Iterable[Mentioned]) -> list[Notice]:
    """What is new in the inbox, but for the notes that stand on the page because they name this person."""
    shown = {(note.case.pk, note.at) for note in named}
    newest = queues.inbox(standing.code).filter(seen_at=None)[: SHOWN + len(shown)]
    return [row for row in newest if not _is_note(row, shown)][:SHOWN]


def _is_note(notice: Notice, shown: set[tuple[int, datetime]]) -> bool:
    event = notice.event
    return event is not None and event.kind == NoteAdded.kind and (event.case_id, event.occurred_at) in shown


def _asked(standing: Standing) -> QuerySet[Escalation]:
    """Escalations whose current step waits for this person to say something, or to take it up."""
    me = standing.agent_id
    unheard = Step.objects.filter(person_id=me, ended_at=None, acknowledged_at=None).values("escalation_id")
    waiting = Q(accountable_id=me, state=EscalationState.REQUESTED.value)
    cared_for = Q(pk__in=unheard, state__in=[state.value for state in watching.CARED_FOR])
    return Escalation.objects.filter(waiting | cared_for)


def _returned(standing: Standing) -> QuerySet[Escalation]:
    """Escalations that lack something which this person owes."""
    moved = Step.objects.filter(escalation=OuterRef("pk")).exclude(move=Move.LEND.value).order_by("-number")
    incomplete = Escalation.objects.filter(state=EscalationState.INCOMPLETE.value)
    asker = Coalesce(Subquery(moved.values("asked_by_id")[:1]), "asked_by_id", output_field=BigIntegerField())
    sent = incomplete.annotate(sender=asker)
    return sent.filter(Q(sender=standing.agent_id) | Q(case__owner_id=standing.agent_id))


def _decisions(standing: Standing) -> QuerySet[Decision]:
    """Open questions to this person, the first due first."""
    climbing = Q(escalation__state__in=[state.value for state in CLIMBING])
    asked = Decision.objects.filter(climbing, person_id=standing.agent_id, decided_at=None)
    return asked.select_related("escalation__case__organization").order_by(F("due_at").asc(nulls_last=True), "pk")
