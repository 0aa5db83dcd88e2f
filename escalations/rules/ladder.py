"""When a case climbs by itself: one level per evaluation, after the dwell, never twice for one reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from escalations.rules.conditions import BreachedClock, CaseFacts
from escalations.rules.procedure import Procedure, Rung, Trigger
from escalations.rules.vocabulary import ClockKind, Effect, Kind


@dataclass(frozen=True, slots=True)
class Climb:
    """Go to this level now; all standing reasons are used up by it, so that an outage never climbs twice."""

    to: Rung
    kind: Kind
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """A reason stands, but the case has not been at its level long enough."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Nudge:
    """Criteria are met and the procedure wants people to be reminded, not the machine to act."""

    reasons: tuple[str, ...]


def standing_reasons(procedure: Procedure, facts: CaseFacts, used: Collection[str]) -> list[tuple[Trigger, str]]:
    """Triggers that hold for a reason not used yet, in the order of the procedure."""
    return [
        (trigger, reason)
        for trigger in procedure.triggers
        for reason in trigger.condition.reasons(facts)
        if reason not in used
    ]


def next_move(
    procedure: Procedure,
    facts: CaseFacts,
    *,
    level: int,
    since: datetime | None,
    used: Collection[str],
    at: datetime,
) -> Climb | Wait | Nudge | None:
    """What the procedure wants now.

    `since` is when the current step began (None without an escalation: then no dwell), `used` the reasons already acted
    or reminded on. An act goes before a nudge; at the top level an act can only remind.
    """
    found = standing_reasons(procedure, facts, used)
    acts = [(trigger, reason) for trigger, reason in found if trigger.effect is Effect.ACT]
    upper = procedure.next_rung(level)
    if acts and upper:
        until = dwell_ends(procedure, level, since)
        if until and until > at:
            return Wait(until)
        return Climb(upper, acts[0][0].kind, tuple(reason for _trigger, reason in acts))
    return Nudge(tuple(reason for _trigger, reason in found)) if found else None


def dwell_ends(procedure: Procedure, level: int, since: datetime | None) -> datetime | None:
    """Until when a step that began at `since` stays at its level at least, in the working time of that level."""
    if since is None or not procedure.has_level(level):
        return None
    rung = procedure.rung(level)
    return rung.schedule.add_working_time(since, rung.dwell_minutes)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What happens next by itself if nobody does anything: this level joins at this instant."""

    to: Rung
    at: datetime


def forecast(
    procedure: Procedure,
    due: Mapping[ClockKind, tuple[int, datetime]],
    *,
    level: int,
    since: datetime | None,
    used: Collection[str],
) -> Forecast | None:
    """The next climb by the clock; `due` gives the starting event and the due instant of each running clock."""
    upper = procedure.next_rung(level)
    instants = []
    for trigger in procedure.triggers:
        for kind, (start_seq, instant) in due.items():
            facts = CaseFacts(breached=(BreachedClock(kind, start_seq),))
            reasons = set(trigger.condition.reasons(facts))
            if trigger.effect is Effect.ACT and reasons - set(used):
                instants.append(instant)
    if upper is None or not instants:
        return None
    earliest = dwell_ends(procedure, level, since)
    first = min(instants)
    return Forecast(upper, max(first, earliest) if earliest else first)
