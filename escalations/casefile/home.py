"""What needs one person now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from escalations.casefile import queues
from escalations.models import Case, Decision, Escalation, Notice, Step, watching
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CLIMBING, EscalationState, Move


@dataclass(frozen=True, slots=True)
class Home:
    """What needs one person now; `to_complete` are briefs that were returned to this person as incomplete."""

    mine: list[queues.Row]
    to_acknowledge: list[queues.Row]
    to_complete: list[queues.Row]
    decisions: list[Decision]
    notices: list[Notice]


def home(standing: Standing, *, at: datetime) -> Home:
    """What is due next for this person, what waits for an answer, and what is new in the inbox."""
    unsolved = queues.with_names(Case.objects.visible_to(standing).unsolved()).order_by("next_due_at", "pk")
    mine = unsolved.filter(queues.mine(standing))[:8]
    waiting = unsolved.filter(pk__in=_asked(standing).values("case_id"))[:8]
    returned = unsolved.filter(pk__in=_returned(standing).values("case_id"))[:8]
    both = {row.case.pk: row for row in queues.rows([*mine, *waiting, *returned], at)}
    return Home(
        mine=[both[case.pk] for case in mine],
        to_acknowledge=[both[case.pk] for case in waiting],
        to_complete=[both[case.pk] for case in returned],
        decisions=list(_decisions(standing)[:8]),
        notices=list(queues.inbox(standing.code).filter(seen_at=None)[:8]),
    )


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
