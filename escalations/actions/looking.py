"""When the ladder of a case has to be looked at next: set with every event, so that nothing loops over all cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escalations.models import Absence, Agent, Case, HeldClimb, Rota, Standpoint
from escalations.models.positions import position
from escalations.rules import attention, events, ladder
from escalations.rules.attention import Due, Watchfulness
from escalations.rules.routing import Because
from escalations.rules.vocabulary import CaseState, EscalationState
from escalations.timing.rotation import next_change

# Somebody is expected to act in these; a brief that was returned is owed by whoever asked, and a solved case by nobody.
CARED_FOR = (EscalationState.REQUESTED, EscalationState.INVESTIGATING, EscalationState.RESOLVING)

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
    now = watchfulness(case, around, lines)
    if now is None:
        return []
    due = next_care(case, around, now, at)
    return [instant for instant in (due.at if due else None, _shift_ends(case, around, now, at)) if instant]


def watchfulness(case: Case, around: Standpoint, lines: Lines) -> Watchfulness | None:
    """What was done so far to get the current step looked after; None while nobody has to."""
    climb, step = around.open_escalation, around.step
    if climb is None or step is None or climb.state not in CARED_FOR or case.state == CaseState.PENDING:
        return None
    return attention.watchfulness(lines, step.uid)


def next_care(case: Case, around: Standpoint, now: Watchfulness, at: datetime) -> Due | None:
    """What is done next for the current step if nobody acts."""
    rung = around.procedure.rung(case.level)
    others = bool(rung.pass_on_minutes) and not now.heard and _anybody_else(case, around, now, at)
    return attention.next_care(rung, now, others=others)


def asked_before(around: Standpoint, now: Watchfulness) -> frozenset[int]:
    """The agents who had the current step already."""
    uids = [code.removeprefix("user:") for code in now.asked]
    found = set(Agent.objects.filter(user__uid__in=uids).values_list("pk", flat=True))
    return frozenset(found | ({around.step.person_id} if around.step else set()))


def _anybody_else(case: Case, around: Standpoint, now: Watchfulness, at: datetime) -> bool:
    """Whether anybody of the team, or the last resort, is there and was not asked yet."""
    rung = around.procedure.rung(case.level)
    away = Absence.objects.current(at).values("agent_id")
    there = Agent.objects.active().exclude(pk__in=asked_before(around, now)).exclude(pk__in=away)
    return there.filter(memberships__team=case.team_id).exists() or there.filter(pk=rung.last_resort_id).exists()


def _shift_ends(case: Case, around: Standpoint, now: Watchfulness, at: datetime) -> datetime | None:
    """When another shift begins for somebody who was asked because of duty and has not said anything."""
    if now.heard or around.step is None or around.step.because != Because.DUTY:
        return None
    rota = Rota.objects.select_related("calendar").filter(team=case.team_id).first()
    return next_change(rota.rotation(), at) if rota else None
