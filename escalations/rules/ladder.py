"""When a case climbs by itself: one level per evaluation, after the dwell, never twice for one reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalations.rules import effects
from escalations.rules import events as e
from escalations.rules.conditions import Holding
from escalations.rules.conditions.of_customers import LowRating
from escalations.rules.effects import Tracks
from escalations.rules.facts import CaseFacts, Story, Surroundings
from escalations.rules.procedure import Procedure, Rung, Trigger
from escalations.rules.vocabulary import Effect
from escalations.timing.schedule import ROUND_THE_CLOCK


@dataclass(frozen=True, slots=True)
class Climb:
    """Go to this level now; all standing reasons are used up by it, so that an outage never climbs twice."""

    to: Rung
    trigger: Trigger
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """A reason stands, but the case has not been at its level long enough, or the next level is not open."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Nudge:
    """Criteria are met and the procedure wants people to be reminded, not the machine to act.

    They have been met since `since`. `stopped` is a trigger that has acted as often as it may.
    """

    reasons: tuple[str, ...]
    since: datetime
    stopped: Trigger | None = None


Next = Climb | Wait | Nudge | None
Standing = list[tuple[Trigger, Holding]]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands on the ladder of its procedure.

    `since` is when the current step began (None without an escalation: then no dwell), `used` the reasons already acted
    or reminded on, `acted` how often each trigger has climbed with this case by itself. Of a case that `is_solved` only
    the customer's rating still matters, and only people can do something about it.
    """

    procedure: Procedure
    facts: CaseFacts
    since: datetime | None
    used: frozenset[str]
    acted: Counter[str]
    is_solved: bool = False

    @property
    def upper(self) -> Rung | None:
        return self.procedure.next_rung(self.facts.level)

    def may_act(self, trigger: Trigger) -> bool:
        return (
            trigger.effect is Effect.ACT
            and not self.is_solved
            and self.upper is not None
            and self.acted[trigger.condition.name] < self.procedure.rule_bound
        )

    def has_acted_enough(self, trigger: Trigger) -> bool:
        """Whether it is only the bound that keeps this trigger from acting."""
        return trigger.effect is Effect.ACT and self.acted[trigger.condition.name] >= self.procedure.rule_bound

    def unused(self) -> list[tuple[Trigger, Holding]]:
        """What holds or will hold by time alone and was not used yet, in the order of the procedure."""
        return [
            (trigger, holding)
            for trigger in self.procedure.triggers
            if not self.is_solved or isinstance(trigger.condition, LowRating)
            for holding in trigger.condition.holdings(self.facts)
            if holding.cause not in self.used
        ]


def case_facts(found: Tracks, told: Story, at: datetime, around: Surroundings) -> CaseFacts:
    """What conditions may look at, from the journal of a case and what is known beside it."""
    procedure = found.procedure
    level = found.level
    return CaseFacts(
        at=at,
        opened_at=told.opened_at or at,
        schedule=procedure.rung(level).schedule if procedure.has_level(level) else ROUND_THE_CLOCK,
        impact=told.impact,
        tier=told.tier,
        severity=found.severity,
        level=level,
        hand_offs=tuple(told.hand_offs),
        exchanges=tuple(told.exchanges),
        reopened=tuple(told.reopened),
        heard=told.heard,
        rating=told.rating,
        asked=told.asked,
        assessed=told.assessed,
        clocks=effects.clock_facts(found, at),
        around=around,
    )


def used_causes(lines: Sequence[e.Line]) -> frozenset[str]:
    """The standing reasons that already made a climb or a reminder, or were left to people."""
    used: set[str] = set()
    for line in lines:
        match line.data:
            case e.StepTaken(causes=causes) | e.CriteriaMet(causes=causes) | e.CaseTaken(causes=causes):
                used.update(causes)
            case e.ClimbReleased(climbs=False, causes=causes):
                used.update(causes)
    return frozenset(used)


def acted(lines: Sequence[e.Line]) -> Counter[str]:
    """How often each trigger has climbed by itself."""
    return Counter(line.data.rule for line in lines if isinstance(line.data, e.StepTaken) and line.data.rule)


def next_move(here: Position) -> Next:
    """What the procedure wants now. An act goes before a nudge, which does not wait with it for the dwell.

    At the top, and over its bound, an act only reminds.
    """
    at = here.facts.at
    found = [(trigger, holding) for trigger, holding in here.unused() if holding.since <= at]
    acts = [(trigger, holding) for trigger, holding in found if here.may_act(trigger)]
    if acts and here.upper:
        until = earliest(here, here.upper, at)
        if until <= at:
            return Climb(here.upper, acts[0][0], tuple(dict.fromkeys(holding.cause for _trigger, holding in acts)))
        found = _only_reminding(here, found, acts)
        if not found:
            return Wait(until)
    if not found:
        return None
    stopped = [t for t, _h in found if here.has_acted_enough(t)]
    causes = tuple(dict.fromkeys(holding.cause for _trigger, holding in found))
    return Nudge(causes, min(holding.since for _trigger, holding in found), stopped[0] if stopped else None)


def _only_reminding(here: Position, found: Standing, acts: Standing) -> Standing:
    """What people are told of while a climb waits: nothing that makes the climb too."""
    climbing = {holding.cause for _trigger, holding in acts}
    return [(trigger, holding) for trigger, holding in found if holding.cause not in climbing]


def earliest(here: Position, upper: Rung, at: datetime) -> datetime:
    """When the case may come to the next level by itself: after the dwell, and once that level is open for it."""
    dwell = dwell_ends(here.procedure, here.facts.level, here.since)
    return upper.opens_for(here.facts.severity, max(at, dwell) if dwell else at)


def dwell_ends(procedure: Procedure, level: int, since: datetime | None) -> datetime | None:
    """Until when a step that began at `since` stays at its level at least, in the working time of that level."""
    if since is None or not procedure.has_level(level):
        return None
    rung = procedure.rung(level)
    return rung.schedule.add_working_time(since, rung.dwell_minutes)


def next_look(here: Position) -> datetime | None:
    """When the ladder must be looked at next if nothing happens meanwhile; None when time alone changes nothing."""
    move, at = next_move(here), here.facts.at
    coming = [holding.since for _trigger, holding in here.unused() if holding.since > at]
    if isinstance(move, Wait):
        coming.append(move.until)
    elif move:
        return at
    return min(coming, default=None)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What happens next by itself if nobody does anything: this level joins at this instant, by this trigger."""

    to: Rung
    at: datetime
    trigger: Trigger


def forecast(here: Position) -> Forecast | None:
    """The next climb by itself; None when none is to be expected."""
    upper = here.upper
    acts = [(max(h.since, here.facts.at), t) for t, h in here.unused() if here.may_act(t)]
    if upper is None or not acts:
        return None
    first, trigger = min(acts, key=lambda found: found[0])
    return Forecast(upper, earliest(here, upper, first), trigger)
