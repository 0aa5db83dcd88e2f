"""Macros: which acts they can be made of, and what each act is filled in with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from escalations.rules.blanks import unknown_in
from escalations.rules.vocabulary import MANUAL_REASONS, Cause, Outcome, Severity, Verb

Values = Mapping[str, Any]
Problem = tuple[str, str]  # the name of a value, and the code of what is wrong with it

LONGEST_HOURS = 24 * 366
HIGHEST_LEVEL = 32


@dataclass(frozen=True, slots=True)
class Takes:
    """The values an act needs, and those it may have besides."""

    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _takes(needs: str = "", may: str = "") -> Takes:
    return Takes(frozenset(needs.split()), frozenset(may.split()))


# `text` is for the customer in a reply, a promise and a resolution, for colleagues in a note, and what is asked of the
# next level in an escalation. `why` stays inside: the reason of a correction, what prevents it next time, why it cannot
# wait. `hours` are working hours of the level of the case.
STEPS: Mapping[Verb, Takes] = {
    Verb.ASSESS: _takes("skill"),
    Verb.TRIAGE: _takes(may="severity level why"),
    Verb.TAKE: _takes(),
    Verb.REPLY: _takes("text"),
    Verb.NOTE: _takes("text"),
    Verb.PROMISE: _takes(may="hours text why"),
    Verb.HOLD: _takes("pause hours"),
    Verb.RESOLVE: _takes("outcome text", "cause why"),
    Verb.ESCALATE: _takes("because text", "level why"),
    Verb.WATCH: _takes(),
}
NAMES = ("text", "why", "severity", "level", "skill", "pause", "hours", "outcome", "cause", "because")


def _within(lowest: int, highest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _one_of(words: frozenset[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in words


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": _is_word,
    "why": _is_word,
    "skill": _is_word,
    "pause": _is_word,
    "severity": _within(min(Severity), max(Severity)),
    "level": _within(1, HIGHEST_LEVEL),
    "hours": _within(1, LONGEST_HOURS),
    "outcome": _one_of(frozenset(outcome.value for outcome in Outcome if outcome is not Outcome.MERGED)),
    "cause": _one_of(frozenset(cause.value for cause in Cause)),
    "because": _one_of(frozenset(reason.value for reason in MANUAL_REASONS)),
}


def problems(verb: str, values: Values) -> Iterator[Problem]:
    """What is wrong with a step, value by value; nothing for one that can be carried out."""
    if verb not in STEPS:
        yield "verb", "act_unknown"
        return
    takes = STEPS[Verb(verb)]
    for name in sorted(takes.needs - set(values)):
        yield name, "value_needed"
    for name, value in values.items():
        if code := _problem(takes, name, value):
            yield name, code
    if verb == Verb.TRIAGE and {"severity", "level"} & set(values) and "why" not in values:
        yield "why", "value_needed"


def _problem(takes: Takes, name: str, value: Any) -> str:
    if name not in takes.needs | takes.may:
        return "value_not_taken"
    if not _FITS[name](value):
        return "value_unfit"
    return "blank_unknown" if name in ("text", "why") and unknown_in(value) else ""
