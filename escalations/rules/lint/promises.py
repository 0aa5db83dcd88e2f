"""What is wrong with the targets of a procedure, and with its matrix."""

from __future__ import annotations

from collections.abc import Iterator

from escalations.rules.lint.base import Part, Problem, comes_in_a_lifetime, hidden
from escalations.rules.procedure import Cell, Procedure, Target
from escalations.rules.vocabulary import ClockKind, Severity

PROMISED = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.ACKNOWLEDGEMENT,
    ClockKind.TRIAGE,
    ClockKind.NEXT_UPDATE,
    ClockKind.RESOLUTION,
)

# -- targets -----------------------------------------------------------------------------------------------------------


def targets(procedure: Procedure) -> Iterator[Problem]:
    for row, target in enumerate(procedure.targets, start=1):
        if target.level is not None and not procedure.has_level(target.level):
            yield Problem(Part.TARGETS, row, "level", "unknown_level", {"level": target.level})
        if not comes_in_a_lifetime(target.terms.schedule, target.terms.minutes):
            yield Problem(Part.TARGETS, row, "minutes", "out_of_reach", {"minutes": target.terms.minutes})
    for clock in PROMISED:
        if not any(_takes_all(target, clock) for target in procedure.targets):
            yield Problem(Part.TARGETS, 0, "clock", "no_target_for_all", {"clock": clock})
    yield from hidden(Part.TARGETS, "clock", procedure.targets, _hides_target)
    yield from _too_long(procedure)


def _takes_all(target: Target, clock: ClockKind) -> bool:
    return target.clock == clock and target.severity is None and target.level is None and target.plan is None


def _hides_target(upper: Target, lower: Target) -> bool:
    return (
        upper.clock == lower.clock
        and upper.severity in (None, lower.severity)
        and upper.level in (None, lower.level)
        and upper.plan in (None, lower.plan)
    )


def _too_long(procedure: Procedure) -> Iterator[Problem]:
    """Acknowledgement and triage must be due before the procedure may climb further; at the top it cannot."""
    seen: set[int] = set()
    for rung in procedure.rungs:
        if procedure.next_rung(rung.number) is None:
            continue
        for row in sorted(_rows_used(procedure, rung.number) - seen):
            minutes = procedure.targets[row - 1].terms.minutes
            if minutes > rung.dwell_minutes:
                seen.add(row)
                params = {"minutes": minutes, "level": rung.number, "dwell": rung.dwell_minutes}
                yield Problem(Part.TARGETS, row, "minutes", "longer_than_dwell", params)


def _rows_used(procedure: Procedure, level: int) -> set[int]:
    """The target rows (from 1) that acknowledgement and triage may take at this level."""
    plans = {None, *(target.plan for target in procedure.targets)}
    found: set[int] = set()
    for clock in (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE):
        for severity in Severity:
            for plan in plans:
                target = procedure.target(clock, severity=severity, level=level, plan=plan)
                if target:
                    found.add(procedure.targets.index(target) + 1)
    return found


# -- matrix ------------------------------------------------------------------------------------------------------------


def cells(procedure: Procedure) -> Iterator[Problem]:
    rows = procedure.cells
    if not rows:
        yield Problem(Part.CELLS, 0, "severity", "no_matrix")
    elif not _places_all(rows[-1]):
        yield Problem(Part.CELLS, len(rows), "impact", "no_last_row")
    for row, cell in enumerate(rows, start=1):
        if procedure.rungs and not procedure.has_level(cell.level):
            yield Problem(Part.CELLS, row, "level", "unknown_level", {"level": cell.level})
    yield from hidden(Part.CELLS, "impact", rows, _hides_cell)


def _places_all(cell: Cell) -> bool:
    return cell.impact is None and cell.urgency is None and cell.tier is None


def _hides_cell(upper: Cell, lower: Cell) -> bool:
    return (
        upper.impact in (None, lower.impact)
        and upper.urgency in (None, lower.urgency)
        and upper.tier in (None, lower.tier)
    )
