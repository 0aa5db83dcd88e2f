"""What is wrong with the levels of a procedure, with when it climbs, and with what it wants in writing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Set

from escalations.rules.conditions import Condition, flattened
from escalations.rules.conditions.combined import AllOf, AnyOf
from escalations.rules.conditions.of_cases import ImpactIs, TierIs
from escalations.rules.conditions.of_clocks import ClockBreached
from escalations.rules.lint.base import Part, Problem, comes_in_a_lifetime, hidden
from escalations.rules.owed import AFTER_THE_END
from escalations.rules.procedure import Procedure, Requirement, Rung, Trigger
from escalations.rules.vocabulary import TO_CLIMB, ClockKind, Effect, Kind

# People can name an instant for these: they may run without any target.
NAMED_BY_PEOPLE = frozenset({ClockKind.NEXT_UPDATE, ClockKind.DECISION})

# -- levels ------------------------------------------------------------------------------------------------------------


def levels(procedure: Procedure) -> Iterator[Problem]:
    if not procedure.rungs:
        yield Problem(Part.LEVELS, 0, "number", "no_level")
    for row, rung in enumerate(procedure.rungs, start=1):
        if rung.number != row:
            yield Problem(Part.LEVELS, row, "number", "level_gap", {"number": rung.number, "expected": row})
        for column, minutes in _waits(rung).items():
            if not comes_in_a_lifetime(rung.schedule, minutes):
                yield Problem(Part.LEVELS, row, column, "out_of_reach", {"minutes": minutes})
    if any(_climbs_unacknowledged(trigger) for trigger in procedure.triggers):
        yield from _after_the_climb(procedure)
    yield from _less_authority_above(procedure)


def _waits(rung: Rung) -> dict[str, int]:
    """The working minutes that a level asks for, by column."""
    return {
        "dwell_minutes": rung.dwell_minutes,
        "remind_minutes": rung.remind_minutes,
        "pass_on_minutes": rung.pass_on_minutes,
        "forget_minutes": rung.forget_minutes,
    }


def _climbs_unacknowledged(trigger: Trigger) -> bool:
    """Whether a missed acknowledgement is enough for this trigger to climb by itself."""
    enough = (ClockBreached(ClockKind.ACKNOWLEDGEMENT),)
    return trigger.effect is Effect.ACT and enough in alternatives(trigger.condition)


def _after_the_climb(procedure: Procedure) -> Iterator[Problem]:
    """What is to happen while nobody acknowledges, but only after the case has climbed for that very reason."""
    for row, rung in enumerate(procedure.rungs, start=1):
        if procedure.next_rung(rung.number) is None:
            continue
        for column in ("remind_minutes", "pass_on_minutes"):
            minutes = _waits(rung)[column]
            if minutes and minutes >= rung.dwell_minutes:
                params = {"minutes": minutes, "level": rung.number, "dwell": rung.dwell_minutes}
                yield Problem(Part.LEVELS, row, column, "after_the_climb", params)


def _less_authority_above(procedure: Procedure) -> Iterator[Problem]:
    for row, (lower, upper) in enumerate(itertools.pairwise(procedure.rungs), start=2):
        if upper.authority_limit is None:
            continue
        if lower.authority_limit is None or upper.authority_limit < lower.authority_limit:
            params = {"level": upper.number, "below": lower.number}
            yield Problem(Part.LEVELS, row, "authority_limit", "less_above", params)


# -- triggers ----------------------------------------------------------------------------------------------------------


def triggers(procedure: Procedure) -> Iterator[Problem]:
    if not procedure.triggers:
        yield Problem(Part.TRIGGERS, 0, "condition", "no_criterion")
    promised = {target.clock for target in procedure.targets} | NAMED_BY_PEOPLE
    for row, trigger in enumerate(procedure.triggers, start=1):
        yield from _dead_clocks(row, trigger, promised)
        if all(_excludes_itself(alternative) for alternative in alternatives(trigger.condition)):
            yield Problem(Part.TRIGGERS, row, "parameters", "never_together")
        if trigger.skill and trigger.kind is Kind.HIERARCHICAL:
            yield Problem(Part.TRIGGERS, row, "skill", "skill_for_authority")
    yield from hidden(Part.TRIGGERS, "condition", procedure.triggers, _hides_trigger)


def _dead_clocks(row: int, trigger: Trigger, promised: Set[ClockKind]) -> Iterator[Problem]:
    """Clocks that never run while a case can climb, wherever in the condition."""
    clocks = dict.fromkeys(clock for leaf in flattened(trigger.condition) for clock in leaf.clocks)
    for clock in clocks:
        if clock in AFTER_THE_END:
            yield Problem(Part.TRIGGERS, row, "parameters", "after_the_end", {"clock": clock})
        elif clock not in promised:
            yield Problem(Part.TRIGGERS, row, "parameters", "never_fires", {"clock": clock})


def alternatives(condition: Condition) -> list[tuple[Condition, ...]]:
    """Everything that is enough for a condition: of each, all simple conditions must hold together."""
    if isinstance(condition, AnyOf):
        return [found for part in condition.of for found in alternatives(part)]
    if isinstance(condition, AllOf):
        together = itertools.product(*(alternatives(part) for part in condition.of))
        return [tuple(itertools.chain.from_iterable(parts)) for parts in together]
    return [(condition,)]


def _excludes_itself(together: tuple[Condition, ...]) -> bool:
    """A case has one impact, and its customer one tier."""
    return any(len({found for found in together if isinstance(found, kind)}) > 1 for kind in (ImpactIs, TierIs))


def _hides_trigger(upper: Trigger, lower: Trigger) -> bool:
    return upper.condition == lower.condition and upper.effect == lower.effect


# -- in writing, and the version itself --------------------------------------------------------------------------------


def requirements(procedure: Procedure) -> Iterator[Problem]:
    if not procedure.requirements:
        yield Problem(Part.REQUIREMENTS, 0, "document", "no_documentation")
    lowest = min((rung.number for rung in procedure.rungs), default=0)
    for row, wanted in enumerate(procedure.requirements, start=1):
        to_climb = wanted.document in TO_CLIMB
        if wanted.level is not None and not procedure.has_level(wanted.level):
            yield Problem(Part.REQUIREMENTS, row, "level", "unknown_level", {"level": wanted.level})
        elif to_climb and wanted.level == lowest:
            yield Problem(Part.REQUIREMENTS, row, "level", "nothing_climbs_here", {"level": lowest})
        if wanted.kind is not None and not to_climb:
            yield Problem(Part.REQUIREMENTS, row, "kind", "no_kind_at_the_end")
    yield from hidden(Part.REQUIREMENTS, "document", procedure.requirements, _hides_requirement)


def _hides_requirement(upper: Requirement, lower: Requirement) -> bool:
    return upper.document is lower.document and upper.level in (None, lower.level) and upper.kind in (None, lower.kind)


def version(procedure: Procedure) -> Iterator[Problem]:
    """The fields of the version itself."""
    first = procedure.leads_ask_from
    if first is not None and not procedure.has_level(first):
        yield Problem(Part.VERSION, 0, "leads_ask_from", "unknown_level", {"level": first})
