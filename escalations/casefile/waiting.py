"""What waits for one person, to be taken up or decided, and one of it with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from escalations.casefile import climbs
from escalations.casefile.climbs import ClimbFace
from escalations.casefile.faces import Face
from escalations.casefile.reading import CaseReading, read_case
from escalations.casefile.staff import Offer, offers_for
from escalations.models import NEVER, Case, Decision, Escalation, Step, watching
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CLIMBING, ClockKind, EscalationState

MOST = 50
COUNTED = 100
AROUND = ("policy_version", "organization__plan", "contact", "team", "owner__user", "topic", "pause_reason", "account")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits; `whose` says for whom, where it is not for the one who asks alone."""

    case: Case
    due_at: datetime | None
    about: str
    whose: str


@dataclass(frozen=True, slots=True)
class Facing:
    """One case as whoever has to act on it must see it.

    `clock` is that of what is asked, `others` are the clocks that run beside it, `said` the last words of the customer.
    """

    case: Case
    at: datetime
    clock: Face | None
    others: list[Face]
    climb: ClimbFace
    escalation: Escalation | None
    step: Step | None
    decision: Decision | None
    offers: dict[str, Offer]
    said: str


def to_triage(standing: Standing) -> list[Waiting]:
    """Escalations to acknowledge or take up, of this person, of those they stand in for, and of their teams."""
    rows = _requested(standing).select_related("accountable__user", *(f"case__{name}" for name in AROUND))
    found = rows.order_by("case__next_due_at", "pk")[:MOST]
    return [Waiting(row.case, _due(row.case), row.case.subject, _whose(standing, row.accountable)) for row in found]


def to_decide(standing: Standing) -> list[Waiting]:
    """Questions asked of this person, of those they stand in for, or of whoever has the case in their teams."""
    names = (f"escalation__case__{name}" for name in AROUND)
    found = _asked(standing).select_related("person__user", *names)
    rows = found.order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST]
    return [Waiting(row.escalation.case, row.due_at, row.question, _whose(standing, row.person)) for row in rows]


def counts(standing: Standing) -> tuple[int, int]:
    """How many escalations to take up and questions to decide wait, each counted up to 100; one statement each."""
    return _requested(standing)[:COUNTED].count(), _asked(standing)[:COUNTED].count()


def _requested(standing: Standing) -> QuerySet[Escalation]:
    people = _people(standing)
    unheard = Step.objects.filter(person_id__in=people, ended_at=None, acknowledged_at=None).values("escalation_id")
    asked = Q(accountable_id__in=people) | Q(case__team_id__in=standing.team_ids)
    new = Q(state=EscalationState.REQUESTED.value) & asked
    cared_for = Q(pk__in=unheard, state__in=[state.value for state in watching.CARED_FOR])
    return Escalation.objects.filter(new | cared_for, case__in=Case.objects.visible_to(standing).unsolved())


def _asked(standing: Standing) -> QuerySet[Decision]:
    """What was asked of whoever has the case may also be decided by the others of the team."""
    here = Q(person_id=F("step__person_id"), escalation__case__team_id__in=standing.team_ids)
    seen = Q(escalation__case__in=Case.objects.visible_to(standing).unsolved())
    open_ones = Decision.objects.filter(decided_at=None, escalation__state__in=[state.value for state in CLIMBING])
    return open_ones.filter(seen, Q(person_id__in=_people(standing)) | here)


def _people(standing: Standing) -> set[int]:
    return {agent for agent in (standing.agent_id, *standing.stands_in) if agent}


def _whose(standing: Standing, person: Any) -> str:
    if person.pk == standing.agent_id:
        return ""
    if person.pk in standing.stands_in:
        return _("for %(person)s, who is away") % {"person": person}
    return _("with %(person)s of your team") % {"person": person}


def _due(case: Case) -> datetime | None:
    return None if case.next_due_at == NEVER else case.next_due_at


def facing(case: Case, standing: Standing, at: datetime, wanted: tuple[ClockKind, ...]) -> Facing:
    """The case with its brief, the first clock of the `wanted` kinds, and what happens if nobody acts."""
    reading = read_case(case, at)
    live = reading.faces(ended=False)
    clock = next((face for face in live if face.kind in wanted), next(iter(live), None))
    return Facing(
        case=case,
        at=reading.at,
        clock=clock,
        others=[face for face in live if face is not clock],
        climb=climbs.climb_face(reading),
        escalation=reading.around.escalation,
        step=reading.around.step,
        decision=reading.around.decision,
        offers=offers_for(reading.around.situation(reading.at), standing),
        said=_last_words(reading),
    )


def _last_words(reading: CaseReading) -> str:
    """What the customer wrote last."""
    for event in reversed(reading.events):
        said = reading.messages.get(str(event.data.get("message", "")))
        if event.actor_kind == "customer" and said and said.is_public:
            return said.body
    return ""
