"""What is wrong with what a procedure calls urgent."""

from __future__ import annotations

from collections.abc import Iterator

from escalations.rules.lint.base import Part, Problem, hidden
from escalations.rules.procedure import Communication, Procedure


def communications(procedure: Procedure) -> Iterator[Problem]:
    if not procedure.communications:
        yield Problem(Part.COMMUNICATIONS, 0, "group", "no_communication")
    for row, rule in enumerate(procedure.communications, start=1):
        if rule.level is not None and not procedure.has_level(rule.level):
            yield Problem(Part.COMMUNICATIONS, row, "level", "unknown_level", {"level": rule.level})
    yield from hidden(Part.COMMUNICATIONS, "group", procedure.communications, _hides)


def _hides(upper: Communication, lower: Communication) -> bool:
    """A row takes its severity and all that is worse, its level and all above."""
    return (
        upper.group in (None, lower.group)
        and (upper.severity is None or (lower.severity is not None and lower.severity <= upper.severity))
        and (upper.level is None or (lower.level is not None and lower.level >= upper.level))
    )
