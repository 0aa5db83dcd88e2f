"""How long everything may take, stage by stage: the targets as the procedure itself resolves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from escalations.casefile.procedure.names import Names
from escalations.casefile.procedure.phrases import in_days, length, levels
from escalations.models import words
from escalations.rules.duties import Stage
from escalations.rules.procedure import Procedure, Target
from escalations.rules.vocabulary import ClockKind, Severity

# Which clocks run in which stage; all of them, each once, which a test holds.
CLOCKS_OF: Mapping[Stage, tuple[ClockKind, ...]] = {
    Stage.IDENTIFICATION: (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY, ClockKind.OWNERSHIP, ClockKind.ASK),
    Stage.TRIAGE: (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE),
    Stage.INVESTIGATION: (
        ClockKind.NEXT_UPDATE,
        ClockKind.TIME_AT_LEVEL,
        ClockKind.REQUEST,
        ClockKind.DECISION,
    ),
    Stage.RESOLUTION: (ClockKind.RESOLUTION,),
    Stage.REVIEW: (ClockKind.REVIEW, ClockKind.FOLLOW_UP),
}


@dataclass(frozen=True, slots=True)
class Time:
    """What is promised in one place of a table, `span` columns wide; `minutes` is None where nothing is promised."""

    minutes: int | None
    span: int
    words: str = ""
    days: str = ""
    calendar: str = ""
    warn: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The same times for these levels and severities."""

    levels: tuple[int, ...]
    severities: tuple[int, ...]
    where: str
    times: list[Time]

    @property
    def is_every_severity(self) -> bool:
        return self.severities == tuple(Severity)


@dataclass(frozen=True, slots=True)
class Frame:
    """One clock with its rows; no rows where it is promised nowhere."""

    clock: ClockKind
    name: Any
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class StageTimes:
    """One stage: what is said of it, and its clocks."""

    stage: Stage
    name: Any
    sentence: str
    frames: list[Frame]

    @property
    def promised(self) -> list[Frame]:
        return [frame for frame in self.frames if frame.rows]

    @property
    def unpromised(self) -> str:
        return ", ".join(str(frame.name) for frame in self.frames if not frame.rows)


@dataclass(frozen=True, slots=True)
class Timeframes:
    """`plans` are the columns, by short name and None for all others; `calendar` is the only one, or empty."""

    plans: list[str | None]
    columns: list[str]
    calendar: str
    stages: list[StageTimes]


def timeframes(procedure: Procedure, names: Names) -> Timeframes:
    """Every clock at every level and severity, for every plan that the procedure names and for all others."""
    named = {target.plan for target in procedure.targets if target.plan}
    plans: list[str | None] = [*sorted(named, key=lambda plan: names.plans.get(plan, plan)), None]
    others = _("Other plans, or none") if named else _("Every plan")
    used = {target.calendar_version_id for target in procedure.targets if target.calendar_version_id}
    only = names.calendars.get(next(iter(used)), "") if len(used) == 1 else ""
    said = _sentences(procedure)
    return Timeframes(
        plans=plans,
        columns=[names.plans.get(plan, plan) if plan else others for plan in plans],
        calendar=only,
        stages=[
            StageTimes(
                stage, words.STAGES[stage], said[stage], [_frame(procedure, names, c, plans, only) for c in clocks]
            )
            for stage, clocks in CLOCKS_OF.items()
        ],
    )


def _sentences(procedure: Procedure) -> dict[Stage, str]:
    """What is true of a stage beside its clocks."""
    return {
        Stage.IDENTIFICATION: _(
            "At once: the criteria are looked at with everything that happens, and as time passes."
        ),
        Stage.TRIAGE: _(
            "Whoever is asked acknowledges, confirms the severity, and accepts, declines, returns or redirects."
        ),
        Stage.INVESTIGATION: _("Begins when it is accepted; the customer hears from us in the rhythm below."),
        Stage.RESOLUTION: _("Solved when the customer confirms it, or says nothing for so many working days: %(days)s.")
        % {"days": procedure.confirm_days},
        Stage.REVIEW: _("After the end of every escalation: what it came from, and what prevents it next time."),
    }


Answers = tuple[Target | None, ...]


Block = tuple[list[int], list[int]]


def _frame(procedure: Procedure, names: Names, clock: ClockKind, plans: Sequence[str | None], only: str) -> Frame:
    numbers = sorted(rung.number for rung in procedure.rungs)
    severities = [int(severity) for severity in Severity]
    answers = {
        (number, severity): tuple(procedure.target(clock, severity=severity, level=number, plan=plan) for plan in plans)
        for number in numbers
        for severity in severities
    }
    by_level = _blocks(numbers, severities, lambda number, severity: answers[number, severity])
    turned = _blocks(severities, numbers, lambda severity, number: answers[number, severity])
    by_severity = [(levels_, severities_) for severities_, levels_ in turned]
    rows = [
        Row(tuple(where), tuple(which), levels(where, numbers), list(_times(found, names, only)))
        for where, which in min(by_severity, by_level, key=len)
        if any(found := answers[where[0], which[0]])
    ]
    return Frame(clock, words.CLOCKS[clock], rows)


def _blocks(outer: Sequence[int], inner: Sequence[int], answer: Callable[[int, int], Answers]) -> list[Block]:
    """Numbers that have the same answers throughout, and within them those that have the same one."""
    alike = _alike(outer, lambda one: tuple(answer(one, other) for other in inner))
    return [(group, same) for group in alike for same in _alike(inner, partial(answer, group[0]))]


def _alike(numbers: Sequence[int], key: Callable[[int], object]) -> list[list[int]]:
    """Numbers of which the same is true, together, in the order of the first of them."""
    found: list[list[int]] = []
    for number in numbers:
        same = next((group for group in found if key(group[0]) == key(number)), None)
        if same:
            same.append(number)
        else:
            found.append([number])
    return found


def _times(answers: Answers, names: Names, only: str) -> Iterable[Time]:
    for target, run in groupby(answers):
        yield _time(target, len(list(run)), names, only)


def _time(target: Target | None, span: int, names: Names, only: str) -> Time:
    if target is None:
        return Time(None, span)
    calendar = names.calendars.get(target.calendar_version_id or 0, "")
    terms = target.terms
    return Time(
        minutes=int(terms.minutes),
        span=span,
        words=length(int(terms.minutes)),
        days=in_days(int(terms.minutes), terms.schedule),
        calendar="" if only else calendar,
        warn=terms.warn_percent,
    )
