"""For whom somebody stands in now, and what those have open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalations.casefile import queues
from escalations.casefile.queues import Row
from escalations.models import Absence, Agent, Case
from escalations.rules.routing import who_answers
from escalations.rules.standing import Standing

SHOWN = 8


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who is away, until when, and their open cases, the most urgent first; `more` says there are others."""

    agent: Agent
    until: datetime
    rows: list[Row]
    more: bool


def stand_ins(standing: Standing, *, at: datetime) -> list[StandIn]:
    """Those who are away and whose deputy, along the whole chain, is the one who asks."""
    current = list(Absence.objects.current(at).select_related("agent__user").order_by("agent__user__name"))
    deputies = {row.agent_id: row.deputy_id for row in current}
    mine = [row for row in current if who_answers(deputies, row.agent_id) == standing.agent_id]
    return [_stand_in(row, standing, at) for row in mine]


def _stand_in(absence: Absence, standing: Standing, at: datetime) -> StandIn:
    owned = Case.objects.visible_to(standing).unsolved().filter(owner=absence.agent_id)
    found = list(owned.select_related("organization", "pause_reason").order_by("next_due_at", "pk")[: SHOWN + 1])
    return StandIn(absence.agent, absence.ends_at, queues.rows(found[:SHOWN], at), len(found) > SHOWN)
