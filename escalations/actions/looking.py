"""When the ladder of a case has to be looked at next: set with every event, so that nothing loops over all cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escalations.models import Case, HeldClimb, Rota, Standpoint, watching
from escalations.models.positions import position
from escalations.rules import events, ladder
from escalations.rules.attention import Watchfulness
from escalations.rules.routing import Because
from escalations.rules.vocabulary import EscalationState
from escalations.timing.rotation import next_change

Lines = Sequence[events.Line]


def standing(case: Case, around: Standpoint, lines: Lines, at: datetime) -> ladder.Position:
    """Where the case stands on its ladder; without an open escalation nothing dwells."""
    since = around.step.started_at if around.open_escalation and around.step else None
    return position(case, lines, at, since=since)


def look_ahead(case: Case, around: Standpoint, lines: Lines, at: datetime, *, after_looking: bool = False) -> None:
    """Sets when the engine looks at this case again.

    `after_looking` nothing could be done about what is due by now; it is not looked at before something else is.
    """
    climb = around.open_escalation
    if case.is_dormant:
        case.check_at = None
        return
    look = _next_look(case, standing(case, around, lines, at))
    if climb is None or climb.state == EscalationState.RESOLVED:
        case.check_at = look
        return
    case.check_at = None
    care = [found for found in _cares(case, around, lines, at) if not after_looking or found > at]
    found = [instant for instant in (look, *care, latest_check(case, around, at)) if instant]
    climb.next_check_at = max(min(found), at)


def latest_check(case: Case, around: Standpoint, since: datetime) -> datetime:
    """One dwell of the present level after `since`; a dwell of nothing waits a minute, so that no check spins."""
    rung = around.procedure.rung(case.level)
    return rung.schedule.add_working_time(since, max(rung.dwell_minutes, 1))


def _next_look(case: Case, here: ladder.Position) -> datetime | None:
    """When the triggers want a look; a climb that the storm brake holds waits for a person."""
    look = ladder.next_look(here)
    wants_to_climb = look == here.facts.at and isinstance(ladder.next_move(here), ladder.Climb)
    held = HeldClimb.objects.filter(case=case, storm__is_open=True, released_at=None)
    return None if wants_to_climb and held.exists() else look


def _cares(case: Case, around: Standpoint, lines: Lines, at: datetime) -> list[datetime]:
    """When somebody has to look after the current step."""
    now = watching.watchfulness(case, around, lines)
    if now is None:
        return []
    due = watching.next_care(case, around, now, at)
    return [instant for instant in (due.at if due else None, _shift_ends(case, around, now, at)) if instant]


def _shift_ends(case: Case, around: Standpoint, now: Watchfulness, at: datetime) -> datetime | None:
    """When another shift begins for somebody who was asked because of duty and has not said anything."""
    if now.heard or around.step is None or around.step.because != Because.DUTY:
        return None
    rota = Rota.objects.select_related("calendar").filter(team=case.team_id).first()
    return next_change(rota.rotation(), at) if rota else None
