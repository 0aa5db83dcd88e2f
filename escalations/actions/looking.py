"""When the ladder of a case has to be looked at next: set with every event, so that nothing loops over all cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escalations.models import Case, HeldClimb, Rota, Standpoint, watching
from escalations.models.positions import position
from escalations.rules import events, ladder
from escalations.rules.attention import Watchfulness
from escalations.rules.effects import Tracks
from escalations.rules.routing import Because
from escalations.rules.vocabulary import EscalationState, Severity
from escalations.timing.rotation import next_change

Lines = Sequence[events.Line]

# A case is looked at once in so many working minutes though nothing of it is due, so that a level without a dwell does
# not make every tick look at it.
LEAST_MINUTES = 60

# Chosen for no skill, authority or wish of anybody: whoever is on duty next gets it as well as they do.
IN_TURN = (Because.DUTY, Because.LEAD, Because.MEMBER, Because.LAST_RESORT)


def standing(
    case: Case, around: Standpoint, lines: Lines, at: datetime, *, folded: Tracks | None = None
) -> ladder.Position:
    """Where the case stands on its ladder; without an open escalation nothing dwells."""
    since = around.step.started_at if around.open_escalation and around.step else None
    return position(case, lines, at, since=since, folded=folded)


def remember_criteria(case: Case, here: ladder.Position) -> None:
    """The first time that any criterion is met is kept: since when, so that how long somebody waited is a number."""
    if case.criteria_met_at is None:
        met = [holding.since for _trigger, holding in here.unused() if holding.since <= here.facts.at]
        case.criteria_met_at = min(met, default=None)


def look_ahead(
    case: Case,
    around: Standpoint,
    lines: Lines,
    at: datetime,
    *,
    after_looking: bool = False,
    folded: Tracks | None = None,
) -> None:
    """Sets when the engine looks at this case again.

    `after_looking` nothing could be done about what is due by now; it is not looked at before something else is.
    """
    climb = around.open_escalation
    if case.is_dormant:
        case.check_at = None
        return
    look = _next_look(case, around, standing(case, around, lines, at, folded=folded))
    if look and look <= at and after_looking:  # it wants to climb, and nobody is there above
        look = around.procedure.rung(case.level).schedule.add_working_time(at, LEAST_MINUTES)
    if climb is None or climb.state == EscalationState.RESOLVED:
        case.check_at = look
        return
    case.check_at = None
    care = _cares(case, around, lines, at, after_looking=after_looking)
    found = [instant for instant in (look, *care, latest_check(case, around, at)) if instant]
    climb.next_check_at = max(min(found), at)


def latest_check(case: Case, around: Standpoint, since: datetime) -> datetime:
    """One dwell of the present level after `since`, an hour at least: what is due sooner has an instant of its own."""
    rung = around.procedure.rung(case.level)
    return rung.schedule.add_working_time(since, max(rung.dwell_minutes, LEAST_MINUTES))


def never_waits(case: Case, around: Standpoint) -> bool:
    """Whether no storm brake holds this case back: it is critical, and nobody was asked for help yet."""
    return case.severity == Severity.CRITICAL and around.escalation is None


def _next_look(case: Case, around: Standpoint, here: ladder.Position) -> datetime | None:
    """When the triggers want a look; a climb that the storm brake holds waits for a person."""
    look = ladder.next_look(here)
    if never_waits(case, around):
        return look
    wants_to_climb = look == here.facts.at and isinstance(ladder.next_move(here), ladder.Climb)
    held = HeldClimb.objects.filter(case=case, storm__is_open=True, released_at=None)
    return None if wants_to_climb and held.exists() else look


def _cares(case: Case, around: Standpoint, lines: Lines, at: datetime, *, after_looking: bool) -> list[datetime]:
    """When somebody has to look after the current step."""
    now = watching.watchfulness(case, around, lines)
    if now is None:
        return []
    due = watching.next_care(case, around, now, at)
    if due and due.at <= at and after_looking:  # it cannot be passed on: what comes next for whoever has it
        due = watching.care_for_same(case, around, now)
    found = [instant for instant in (due.at if due else None, _shift_ends(case, around, now, at)) if instant]
    return [instant for instant in found if instant > at or not after_looking]


def _shift_ends(case: Case, around: Standpoint, now: Watchfulness, at: datetime) -> datetime | None:
    """When another shift begins, as long as nobody acknowledged what was not meant for one person alone."""
    if now.heard or now.is_owed or around.step is None or around.step.because not in IN_TURN:
        return None
    rota = Rota.objects.select_related("calendar").filter(team=case.team_id).first()
    return next_change(rota.rotation(), at) if rota else None
