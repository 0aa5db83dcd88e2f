"""What is wrong with a procedure before anybody works by it: pure, so that a draft can be asked at any time.

Four parts are mandatory: criteria (triggers), roles and duties, communication, documentation; none may be empty.
"""

from __future__ import annotations

from escalations.rules.lint.base import ASKS_FOR_PEOPLE, Part, People, Problem
from escalations.rules.lint.duties import roles, trainings
from escalations.rules.lint.hours import lint_hours
from escalations.rules.lint.ladder import levels, requirements, triggers, version
from escalations.rules.lint.people import never_closes, people_at
from escalations.rules.lint.promises import PROMISED, cells, targets
from escalations.rules.lint.telling import communications
from escalations.rules.procedure import Procedure


def lint(procedure: Procedure, people: People) -> list[Problem]:
    """Everything that is wrong, in the order an administrator reads the version; empty when it may be published."""
    return [
        *version(procedure),
        *levels(procedure),
        *people_at(procedure, people),
        *targets(procedure),
        *cells(procedure),
        *triggers(procedure),
        *roles(procedure),
        *communications(procedure),
        *requirements(procedure),
        *trainings(procedure),
    ]


__all__ = ["ASKS_FOR_PEOPLE", "PROMISED", "Part", "People", "Problem", "lint", "lint_hours", "never_closes"]
