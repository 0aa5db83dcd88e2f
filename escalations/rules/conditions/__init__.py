"""The conditions of triggers: small named classes over plain facts; their fields are their parameters.

A condition answers with holdings: each reason for which it holds, or will hold by time alone, and since when. A reason
has a name that never changes, so that the same standing reason is never used twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from escalations.rules.conditions.base import Condition, Holding, Plain, Progress, UnknownCondition
from escalations.rules.conditions.combined import AllOf, AnyOf, Combined, flattened
from escalations.rules.conditions.of_cases import (
    Age,
    DaysOpen,
    Exchanges,
    HandOffs,
    ImpactIs,
    MissingAuthority,
    MissingSkill,
    TierIs,
)
from escalations.rules.conditions.of_clocks import ClockBreached, ClockNear
from escalations.rules.conditions.of_customers import CustomerAsked, LowRating, Reopened, RepeatedComplaint, Silence
from escalations.rules.vocabulary import ClockKind, Impact

CONDITIONS: Mapping[str, type[Plain]] = {
    cls.code: cls
    for cls in (
        ClockBreached,
        ClockNear,
        HandOffs,
        Exchanges,
        DaysOpen,
        Age,
        Reopened,
        RepeatedComplaint,
        CustomerAsked,
        LowRating,
        Silence,
        ImpactIs,
        TierIs,
        MissingSkill,
        MissingAuthority,
        AllOf,
        AnyOf,
    )
}


def build(name: str, parameters: Mapping[str, Any]) -> Condition:
    """The condition of this name. Raises UnknownCondition that names what is allowed.

    The parts of a combination are given as {"of": [{"condition": …, "parameters": {…}}, …]}.
    """
    if name not in CONDITIONS:
        raise UnknownCondition(f"“{name}” is no condition; known are: {', '.join(CONDITIONS)}")
    kind = CONDITIONS[name]
    if not needed(kind) <= set(parameters) <= {item.name for item in fields(kind)}:
        raise UnknownCondition(f"{name} takes exactly these parameters: {_wanted(kind)}")
    if issubclass(kind, Combined):
        parameters = {"of": _parts(parameters["of"])}
    try:
        return kind(**parameters)
    except (ValueError, TypeError) as problem:
        raise UnknownCondition(f"{name}: {_told(problem)}") from None


def needed(kind: type[Plain]) -> set[str]:
    """The parameters of a condition that may not be left out."""
    return {item.name for item in fields(kind) if item.default is MISSING}


def _wanted(kind: type[Plain]) -> str:
    said = [item.name if item.name in needed(kind) else f"{item.name} (optional)" for item in fields(kind)]
    return ", ".join(said) or "none"


def _parts(given: object) -> tuple[Condition, ...]:
    """The conditions of a combination, however deep."""
    items = given if isinstance(given, list) else []
    return tuple(_part(item) for item in items)


def _part(item: object) -> Condition:
    if not isinstance(item, Mapping) or set(item) - {"condition", "parameters"} or "condition" not in item:
        raise UnknownCondition('each part needs "condition" and "parameters"')
    return build(str(item["condition"]), item.get("parameters") or {})


def _told(problem: Exception) -> str:
    """What is wrong with the parameters, with the values that are allowed."""
    allowed: Iterable[str] = ()
    if "ClockKind" in str(problem):
        allowed = ClockKind
    elif "Impact" in str(problem):
        allowed = Impact
    return f"{problem}; known are: {', '.join(allowed)}" if allowed else str(problem)


__all__ = [
    "CONDITIONS",
    "Condition",
    "Holding",
    "Plain",
    "Progress",
    "UnknownCondition",
    "build",
    "flattened",
    "needed",
]
