"""Draws both machines from the code: `python -m tests.rules.lifecycle` writes docs/lifecycle.md anew."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from escalations.models import Case, Escalation, words  # noqa: E402
from escalations.models.machine import MachineModel  # noqa: E402
from escalations.rules.vocabulary import OPEN_ESCALATION, CaseState, EscalationState  # noqa: E402

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"

INTRODUCTION = """# The life of a case and of its escalation

This page is drawn from `escalations/models/cases.py` and `escalations/models/escalations.py` by
`python -m tests.rules.lifecycle`; a test compares it with the code. Two machines, never combined states: a case says
what the customer is told, its escalation says what the levels do about it. A transition checks, stamps its own fields
and returns; verbs in `escalations/actions/` decide, save and record it.

Case and escalation move together where one act means both: resolving a case resolves its open escalation (one that only
was requested, or came back as incomplete, is taken up by that), confirming and silence close both, “not solved” sends
both back to work. Whoever answers for an open escalation is named at every moment, and `next_check_at` says when the
ladder is looked at again.
"""

CASE = """## The case

`pending` always has a `wake_at`, at which it comes back by itself; any words of the customer bring it back earlier.
`resolved` has one too: silence until then closes it.
"""

ESCALATION = """## The escalation

A step to another level or team (climb, jump, redirect, hand back, step back) leads to `requested` again, with a new
acknowledgement and a new triage clock; an expert lent, a decision asked and other hands for the same step leave the
state alone. A brief that lacks something comes back as `incomplete`; whoever asked is reminded until it is complete. An
escalation that is declined or withdrawn ends before its case does, and so does one that is not needed any more: it is
de-escalated. Acknowledged is a fact of the current step, not a state; it is gone when the step is forgotten, or handed
over because whoever acknowledged it is away. States marked ■ are over: nobody is accountable any more. A case has at
most one escalation that is not over.
"""


def state_of(model: type[MachineModel]) -> Any:
    """The field that django-fsm moves."""
    return {field.name: field for field in model._meta.get_fields()}["state"]


def states(model: type[MachineModel]) -> list[str]:
    return [value for value, _label in state_of(model).choices]


def arrows(model: type[MachineModel]) -> list[tuple[str, str, str]]:
    """Every (from, act, to) of a machine, in the order of its states."""
    found = {(each.source, each.name, each.target) for each in state_of(model).get_all_transitions(model)}
    order = states(model)
    return sorted(found, key=lambda arrow: (order.index(arrow[0]), order.index(arrow[2]), arrow[1]))


def diagram(model: type[MachineModel], first: str, over: frozenset[str]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {first}"
    for source, act, target in arrows(model):
        yield f"    {source} --> {target}: {act.replace('_', ' ')}"
    for state in sorted(over):
        yield f"    {state} --> [*]"
    yield "```"


def table(model: type[MachineModel], names: Mapping[str, object], over: frozenset[str]) -> Iterator[str]:
    moves = arrows(model)
    yield "| state | people read | leads to |"
    yield "| --- | --- | --- |"
    for state, name in names.items():
        ways = [f"{act.replace('_', ' ')} → {target}" for source, act, target in moves if source == state]
        mark = " ■" if state in over else ""
        yield f"| `{state!s}`{mark} | {name} | {', '.join(ways) or '–'} |"


def unreached(model: type[MachineModel], names: Mapping[str, object], first: str) -> Iterator[str]:
    """States that the data may hold and no act leads to yet."""
    reached = {target for _source, _act, target in arrows(model)} | {first}
    kept = [f"`{state!s}`" for state in names if state not in reached]
    if kept:
        yield ""
        yield f"No act leads to {' and '.join(kept)} yet."


def part(
    title: str, model: type[MachineModel], names: Mapping[str, object], first: str, over: frozenset[str]
) -> Iterator[str]:
    yield title
    yield from diagram(model, first, over)
    yield ""
    yield from table(model, names, over)
    yield from unreached(model, names, first)
    yield ""


def document() -> str:
    """The whole page."""
    closed = frozenset({CaseState.CLOSED.value})
    ended = frozenset(state.value for state in EscalationState if state not in OPEN_ESCALATION)
    lines = [
        INTRODUCTION,
        *part(CASE, Case, words.CASE_STATES, CaseState.NEW.value, closed),
        *part(ESCALATION, Escalation, words.ESCALATION_STATES, EscalationState.REQUESTED.value, ended),
    ]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
