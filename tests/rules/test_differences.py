"""What is different between two procedures: nothing is left out or made up, and a row that moved is no other."""

from __future__ import annotations

from dataclasses import replace
from itertools import product, starmap
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from escalations.rules.conditions import build
from escalations.rules.differences import ROWS, Change, What, columns, differences
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.lint import Part
from escalations.rules.procedure import (
    Cell,
    Communication,
    Procedure,
    Requirement,
    Role,
    Rung,
    Target,
    Training,
    Trigger,
)
from escalations.rules.vocabulary import (
    ClockKind,
    Closed,
    Document,
    Effect,
    Elapsed,
    Impact,
    Kind,
    NoticeGroup,
    Urgency,
)
from escalations.timing.stopwatch import Terms
from tests.rules.procedures import ALWAYS, OFFICE, acting, cell, procedure, target

HOURS = {1: ALWAYS, 2: OFFICE}
EITHER = (None, 1)
CONDITIONS = (
    build("customer_asked", {}),
    build("hand_offs", {"at_least": 2}),
    build("hand_offs", {"at_least": 3}),
    build("all", {"of": [{"condition": "tier", "parameters": {"tier": "vip"}}, {"condition": "customer_asked"}]}),
)


def rung(number: int, name: str, team: int, calendar: int, dwell: int, waits_from: int | None) -> Rung:
    hours = HOURS[calendar]
    return Rung(number, name, "works", team, 9, calendar, hours, dwell, waits_from=waits_from)


def promise(clock: ClockKind, severity: int | None, plan: str | None, calendar: int, minutes: int, warn: int) -> Target:
    return Target(clock, severity, None, plan, calendar, Terms(minutes, warn, HOURS[calendar]))


def rows(*made: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to four of these rows, some of them perhaps more than once."""
    return st.lists(st.sampled_from(made), max_size=4).map(tuple)


def numbered(found: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
    return tuple(replace(row, position=position) for position, row in enumerate(found, start=1))


def by_number(found: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """A version has a number once, and its levels in this order."""
    return tuple(sorted({row.number: row for row in found}.values(), key=lambda row: row.number))


PROCEDURES = st.builds(
    Procedure,
    uid=st.sampled_from("ab"),
    policy=st.just("p"),
    version=st.integers(1, 2),
    rungs=rows(*starmap(rung, product((1, 2, 3, 4), "ab", (1, 2), (1, 2), (1, 2), EITHER))).map(by_number),
    targets=rows(
        *starmap(promise, product((ClockKind.TRIAGE, ClockKind.ASK), EITHER, (None, "x"), (1, 2), (1, 2), (1, 2)))
    ),
    cells=rows(*starmap(Cell, product((Impact.HIGH,), Urgency, (None,), (1, 2), (1, 2)))),
    triggers=rows(*starmap(Trigger, product((0,), CONDITIONS, Effect, Kind, ("", "sql")))).map(numbered),
    confirm_days=st.integers(1, 2),
    on_severity=st.sampled_from(Elapsed),
    requirements=rows(*starmap(Requirement, product((Document.PLAN, Document.CAUSE), EITHER, (None, Kind.FUNCTIONAL)))),
    sign_in_above=st.sampled_from(EITHER),
    communications=rows(*starmap(Communication, product((None, NoticeGroup.ASKED), EITHER, EITHER, (True, False)))),
    on_closed=st.sampled_from(Closed),
    purpose=st.sampled_from("ab"),
    roles=rows(*starmap(Role, product(Stage, (Party.TEAM, Party.LEAD), EITHER, Involvement, "ab"))),
    trainings=rows(*starmap(Training, product("kl", "ab", "ab", EITHER, (1, 2)))),
)


def said(procedure: Procedure) -> tuple[Any, ...]:
    """Everything a procedure says but which version it is: its own fields, and the rows of each part in their order."""
    empty: dict[str, Any] = dict.fromkeys(ROWS.values(), ())
    beside = replace(procedure, uid="", policy="", version=0, **empty)
    return beside, {part: [columns(row) for row in getattr(procedure, name)] for part, name in ROWS.items()}


def applied(was: Procedure, changes: list[Change]) -> tuple[Any, ...]:
    """What a procedure says after these changes and nothing else."""
    beside, parts = said(was)
    own = {change.field: change.now for change in changes if change.part is Part.VERSION}
    return replace(beside, **own), {
        part: _rows(parts[part], [change for change in changes if change.part is part]) for part in ROWS
    }


def _rows(old: list[dict[str, Any]], changes: list[Change]) -> list[dict[str, Any]]:
    of = {what: [change for change in changes if change.what is what] for what in What}
    size = len(old) - len(of[What.REMOVED]) + len(of[What.ADDED])
    slots: list[dict[str, Any] | None] = [None] * size
    for change in of[What.ADDED]:
        slots[change.now_row - 1] = columns(change.after)
    for change in of[What.MOVED]:
        slots[change.now_row - 1] = dict(old[change.was_row - 1])
    left = {change.was_row for change in (*of[What.REMOVED], *of[What.MOVED])}
    stay = iter([dict(row) for number, row in enumerate(old, start=1) if number not in left])
    filled = [slot if slot is not None else next(stay) for slot in slots]
    for change in of[What.CHANGED]:
        assert filled[change.now_row - 1][change.field] == change.was
        filled[change.now_row - 1][change.field] = change.now
    return filled


@given(PROCEDURES, PROCEDURES)
def test_the_changes_and_nothing_else_make_the_one_procedure_of_the_other(was: Procedure, now: Procedure) -> None:
    changes = differences(was, now)
    assert applied(was, changes) == said(now)
    assert bool(changes) == (said(was) != said(now))


@given(PROCEDURES)
def test_a_procedure_does_not_differ_from_itself_as_another_version(was: Procedure) -> None:
    assert differences(was, replace(was, uid="other", version=9)) == []


# -- how it is told ----------------------------------------------------------------------------------------------------

FOUR = procedure()


def found(was: Procedure, now: Procedure) -> list[tuple[str, str, int, int, str]]:
    return [(c.part.value, c.what.value, c.was_row, c.now_row, c.field) for c in differences(was, now)]


def test_a_level_put_in_between_is_new_and_the_one_above_it_only_has_another_number() -> None:
    top = FOUR.rungs[3]
    crisis = replace(top, name="Crisis team", team_id=77)
    now = replace(FOUR, rungs=(*FOUR.rungs[:3], crisis, replace(top, number=5)))
    assert found(FOUR, now) == [("levels", "added", 0, 4, ""), ("levels", "changed", 4, 5, "number")]


def test_a_level_with_another_name_is_the_same_level() -> None:
    now = replace(FOUR, rungs=(*FOUR.rungs[:3], replace(FOUR.rungs[3], name="Board")))
    assert found(FOUR, now) == [("levels", "changed", 4, 4, "name")]


def test_a_row_that_moved_is_neither_gone_nor_new_and_those_it_passed_did_not_move() -> None:
    cells = (
        cell("major", "", "", 1, 2),
        cell("high", "", "", 2, 1),
        cell("medium", "", "", 3, 1),
        cell("", "", "", 4, 1),
    )
    was = replace(FOUR, cells=cells)
    now = replace(FOUR, cells=(cells[2], cells[0], cells[1], cells[3]))
    assert found(was, now) == [("cells", "moved", 3, 1, "")]


def test_a_row_that_moved_and_says_something_else_is_told_both() -> None:
    cells = (cell("major", "", "", 1, 2), cell("high", "", "", 2, 1), cell("", "", "", 4, 1))
    now = replace(FOUR, cells=(replace(cells[1], severity=1), cells[0], cells[2]))
    changes = found(replace(FOUR, cells=cells), now)
    assert sorted(what for _part, what, *_rest in changes) == ["changed", "moved"]


def test_a_target_keeps_its_name_when_its_time_changes() -> None:
    was = replace(FOUR, targets=(target(ClockKind.TRIAGE, 60, severity=1), target(ClockKind.TRIAGE, 120)))
    now = replace(FOUR, targets=(target(ClockKind.TRIAGE, 30, severity=1), target(ClockKind.TRIAGE, 120)))
    (change,) = differences(was, now)
    assert (change.field, change.was, change.now, change.after.severity) == ("minutes", 60, 30, 1)


def test_other_hours_are_a_change_of_every_row_that_keeps_them() -> None:
    moved = [replace(row, calendar_version_id=2, terms=replace(row.terms, schedule=OFFICE)) for row in FOUR.targets]
    now = replace(FOUR, targets=tuple(moved))
    assert {change.field for change in differences(FOUR, now)} == {"hours"}
    assert len(differences(FOUR, now)) == len(FOUR.targets)


def test_another_parameter_is_a_change_of_the_trigger_and_another_condition_is_another_trigger() -> None:
    three, four = (build("hand_offs", {"at_least": count}) for count in (3, 4))
    was = replace(FOUR, triggers=(Trigger(1, three, Effect.NUDGE, Kind.FUNCTIONAL),))
    now = replace(FOUR, triggers=(Trigger(1, four, Effect.NUDGE, Kind.FUNCTIONAL),))
    assert found(was, now) == [("triggers", "changed", 1, 1, "condition")]
    other = replace(FOUR, triggers=acting(ClockKind.TRIAGE))
    assert found(was, other) == [("triggers", "removed", 1, 0, ""), ("triggers", "added", 0, 1, "")]


def test_the_number_in_front_of_a_trigger_is_its_place_and_no_change() -> None:
    triggers = acting(ClockKind.TRIAGE, ClockKind.RESOLUTION)
    spread = tuple(replace(row, position=10 * row.position) for row in triggers)
    assert differences(replace(FOUR, triggers=triggers), replace(FOUR, triggers=spread)) == []
