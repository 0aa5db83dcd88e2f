"""Small procedures to think with: no database, every minute counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from escalations.rules.conditions.of_clocks import ClockBreached
from escalations.rules.procedure import Cell, Procedure, Rung, Target, Trigger
from escalations.rules.vocabulary import ClockKind, Effect, Impact, Kind, Urgency
from escalations.timing.schedule import Schedule, Window
from escalations.timing.stopwatch import Terms

ALWAYS = Schedule("UTC", {day: [Window(0, 1440)] for day in range(7)})
OFFICE = Schedule("Europe/Berlin", {day: [Window(540, 1020)] for day in range(5)})
START = datetime(2026, 3, 2, 8, tzinfo=UTC)  # Monday, 09:00 in Berlin
MINUTE = timedelta(minutes=1)


def rung(number: int, dwell: int = 60, schedule: Schedule = ALWAYS) -> Rung:
    return Rung(number, f"Level {number}", "", 10 + number, 99, 1, schedule, dwell)


def target(
    clock: ClockKind,
    minutes: int,
    *,
    severity: int | None = None,
    level: int | None = None,
    plan: str | None = None,
    schedule: Schedule = ALWAYS,
) -> Target:
    return Target(clock, severity, level, plan, 1, Terms(minutes, 75, schedule))


def cell(impact: str, urgency: str, tier: str, severity: int, level: int) -> Cell:
    """Empty words match everything."""
    return Cell(
        Impact(impact) if impact else None, Urgency(urgency) if urgency else None, tier or None, severity, level
    )


def acting(*clocks: ClockKind, effect: Effect = Effect.ACT) -> tuple[Trigger, ...]:
    return tuple(Trigger(n, ClockBreached(clock), effect, Kind.FUNCTIONAL) for n, clock in enumerate(clocks))


TARGETS = (
    target(ClockKind.FIRST_RESPONSE, 60),
    target(ClockKind.ACKNOWLEDGEMENT, 30),
    target(ClockKind.TRIAGE, 60),
    target(ClockKind.NEXT_UPDATE, 240),
    target(ClockKind.RESOLUTION, 120, severity=1),
    target(ClockKind.RESOLUTION, 480),
)
CELLS = (cell("major", "high", "vip", 1, 2), cell("high", "high", "", 2, 1), cell("", "", "", 3, 1))


def procedure(
    *,
    levels: int = 4,
    dwell: int = 60,
    triggers: tuple[Trigger, ...] | None = None,
    targets: tuple[Target, ...] = TARGETS,
    cells: tuple[Cell, ...] = CELLS,
) -> Procedure:
    """Four levels, an hour each; a missed first response, acknowledgement or resolution climbs."""
    rungs = tuple(rung(number, dwell) for number in range(1, levels + 1))
    default = acting(ClockKind.FIRST_RESPONSE, ClockKind.ACKNOWLEDGEMENT, ClockKind.RESOLUTION)
    return Procedure("uid", "standard", 1, rungs, targets, cells, default if triggers is None else triggers, 3)
