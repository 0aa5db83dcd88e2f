"""What is wrong with a procedure before anybody works by it: pure, so that a draft can be asked at any time."""

from __future__ import annotations

from escalations.rules.lint.base import Part, People, Problem
from escalations.rules.lint.hours import lint_hours
from escalations.rules.lint.ladder import levels, requirements, triggers, version
from escalations.rules.lint.promises import PROMISED, cells, targets
from escalations.rules.lint.telling import communications
from escalations.rules.procedure import Procedure


def lint(procedure: Procedure, people: People) -> list[Problem]:
    """Everything that is wrong, in the order an administrator reads the version; empty when it may be published."""
    return [
        *version(procedure),
        *levels(procedure, people),
        *targets(procedure),
        *cells(procedure),
        *triggers(procedure),
        *requirements(procedure),
        *communications(procedure),
    ]


__all__ = ["PROMISED", "Part", "People", "Problem", "lint", "lint_hours"]
