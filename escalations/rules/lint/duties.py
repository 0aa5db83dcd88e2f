"""What is wrong with roles and duties, and with what must be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from escalations.rules.duties import OF_A_LEVEL, Involvement, Party, Stage
from escalations.rules.lint.base import Part, Problem
from escalations.rules.procedure import Procedure, Role

# Whoever answers for a stage, or does it, is one of ours.
NOT_OURS = frozenset({Party.CUSTOMER, Party.OUTSIDE})


def roles(procedure: Procedure) -> Iterator[Problem]:
    """Rows that name no level there is, a level for somebody of none, or the same twice; stages that lack somebody."""
    if not procedure.roles:
        yield Problem(Part.ROLES, 0, "stage", "no_role")
        return
    for row, role in enumerate(procedure.roles, start=1):
        yield from _level_of(row, role, procedure)
        yield from _twice(row, role, procedure.roles[: row - 1])
    for stage in Stage:
        ours = {role.involvement for role in procedure.roles if role.stage is stage and role.party not in NOT_OURS}
        if Involvement.ACCOUNTABLE not in ours:
            yield Problem(Part.ROLES, 0, "stage", "nobody_accountable", {"stage": stage})
        if Involvement.DOES not in ours:
            yield Problem(Part.ROLES, 0, "stage", "nobody_does", {"stage": stage})


def _level_of(row: int, role: Role, procedure: Procedure) -> Iterator[Problem]:
    if role.level is None:
        return
    if role.party not in OF_A_LEVEL:
        yield Problem(Part.ROLES, row, "level", "party_of_no_level", {"party": role.party})
    elif not procedure.has_level(role.level):
        yield Problem(Part.ROLES, row, "level", "unknown_level", {"level": role.level})


def _twice(row: int, role: Role, earlier: tuple[Role, ...]) -> Iterator[Problem]:
    """Who has this part in this stage was said already."""
    for by, other in enumerate(earlier, start=1):
        if replace(other, duty=role.duty) == role:
            yield Problem(Part.ROLES, row, "party", "same_role", {"by": by})
            return


def trainings(procedure: Procedure) -> Iterator[Problem]:
    """Texts for a level that is not there, and levels for the trained with nothing to be trained in."""
    for row, training in enumerate(procedure.trainings, start=1):
        if training.level is not None and not procedure.has_level(training.level):
            yield Problem(Part.TRAININGS, row, "level", "unknown_level", {"level": training.level})
    for row, rung in enumerate(procedure.rungs, start=1):
        if rung.needs_training and not procedure.trainings_at(rung.number):
            yield Problem(Part.LEVELS, row, "needs_training", "nothing_to_confirm", {"level": rung.number})
