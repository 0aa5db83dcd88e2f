"""A procedure that would fail somebody later is told so before anybody works by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from escalations.actions import checking
from escalations.rules import lint as lint_package
from escalations.rules.conditions import Condition, build
from escalations.rules.conditions.of_clocks import ClockBreached
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.lint import PROMISED, Part, People, Problem, lint, lint_hours
from escalations.rules.procedure import Cell, Communication, Procedure, Requirement, Role, Rung, Target, Trigger
from escalations.rules.vocabulary import (
    TO_CLIMB,
    TO_RESOLVE,
    ClockKind,
    Document,
    Effect,
    Impact,
    Kind,
    NoticeGroup,
    Urgency,
)
from escalations.timing.schedule import Schedule, Window
from escalations.timing.stopwatch import Terms

OFFICE = Schedule("UTC", {day: [Window(540, 1020)] for day in range(5)})
PEOPLE = People(members={1: frozenset({1, 2}), 2: frozenset({3})}, active=frozenset({1, 2, 3, 9}))
ANYTHING = Cell(None, None, None, severity=3, level=1)


def rung(number: int, team: int | None = None, last_resort: int = 9, dwell: int = 60) -> Rung:
    """The teams 1 and 2 take turns, so that a climb always comes to others."""
    return Rung(number, f"level {number}", "works", team or 2 - number % 2, last_resort, 1, OFFICE, dwell)


def target(
    clock: ClockKind,
    minutes: int = 30,
    severity: int | None = None,
    level: int | None = None,
    plan: str | None = None,
) -> Target:
    return Target(clock, severity, level, plan, 1, Terms(minutes, 75, OFFICE))


def trigger(clock: ClockKind, effect: Effect = Effect.ACT, position: int = 1) -> Trigger:
    return Trigger(position, ClockBreached(clock), effect, Kind.FUNCTIONAL)


PARTS = ((Party.OWNER, Involvement.ACCOUNTABLE), (Party.TEAM, Involvement.DOES))


def role(stage: Stage, party: Party, involvement: Involvement, level: int | None = None) -> Role:
    return Role(stage, party, level, involvement, "does what is due")


SOUND = Procedure(
    uid="u",
    policy="standard",
    version=1,
    rungs=(rung(1), rung(2, team=2)),
    targets=tuple(target(clock) for clock in PROMISED),
    cells=(ANYTHING,),
    triggers=(trigger(ClockKind.RESOLUTION),),
    confirm_days=3,
    requirements=(Requirement(Document.CAUSE),),
    communications=(Communication(NoticeGroup.ASKED, 1, None, is_urgent=True),),
    roles=tuple(role(stage, *part) for stage in Stage for part in PARTS),
)


def codes(procedure: Procedure, people: People = PEOPLE) -> list[tuple[Part, int, str, str]]:
    return [(found.part, found.row, found.field, found.code) for found in lint(procedure, people)]


def test_a_sound_procedure_has_no_problem() -> None:
    assert lint(SOUND, PEOPLE) == []


def test_a_procedure_needs_a_level() -> None:
    assert (Part.LEVELS, 0, "number", "no_level") in codes(replace(SOUND, rungs=()))


def test_levels_are_numbered_without_gaps() -> None:
    found = lint(replace(SOUND, rungs=(rung(1), rung(3, team=2))), PEOPLE)
    assert found == [Problem(Part.LEVELS, 2, "number", "level_gap", {"number": 3, "expected": 2})]


def test_levels_begin_at_one() -> None:
    found = codes(replace(SOUND, rungs=(rung(2),), cells=(replace(ANYTHING, level=2),)))
    assert found == [(Part.LEVELS, 1, "number", "level_gap")]


def test_every_level_has_an_active_member() -> None:
    found = codes(SOUND, replace(PEOPLE, members={1: frozenset({1, 2})}))
    assert found == [(Part.LEVELS, 2, "team", "nobody_in_team")]


def test_every_last_resort_works_here() -> None:
    found = codes(replace(SOUND, rungs=(rung(1), rung(2, last_resort=8))))
    assert found == [(Part.LEVELS, 2, "last_resort", "last_resort_left")]


def test_a_matrix_row_enters_at_a_level_that_exists() -> None:
    cells = (Cell(Impact.MAJOR, None, None, severity=1, level=5), ANYTHING)
    assert codes(replace(SOUND, cells=cells)) == [(Part.CELLS, 1, "level", "unknown_level")]


def test_a_target_names_a_level_that_exists() -> None:
    targets = (target(ClockKind.RESOLUTION, level=7), *SOUND.targets)
    assert codes(replace(SOUND, targets=targets)) == [(Part.TARGETS, 1, "level", "unknown_level")]


def test_an_empty_matrix_is_a_problem() -> None:
    assert codes(replace(SOUND, cells=())) == [(Part.CELLS, 0, "severity", "no_matrix")]


@pytest.mark.parametrize(
    "last",
    [
        Cell(Impact.LOW, None, None, severity=4, level=1),
        Cell(None, Urgency.LOW, None, severity=4, level=1),
        Cell(None, None, "vip", severity=4, level=1),
    ],
)
def test_the_last_row_of_the_matrix_takes_every_case(last: Cell) -> None:
    assert codes(replace(SOUND, cells=(last,))) == [(Part.CELLS, 1, "impact", "no_last_row")]


@pytest.mark.parametrize("clock", PROMISED)
def test_every_promised_clock_has_a_target_for_all(clock: ClockKind) -> None:
    targets = tuple(row for row in SOUND.targets if row.clock != clock)
    narrow = (target(clock, severity=1), target(clock, level=1), target(clock, plan="gold"))
    triggers = (Trigger(1, build("customer_asked", {}), Effect.NUDGE, Kind.FUNCTIONAL),)
    found = lint(replace(SOUND, targets=(*targets, *narrow), triggers=triggers), PEOPLE)
    assert found == [Problem(Part.TARGETS, 0, "clock", "no_target_for_all", {"clock": clock})]


def test_a_trigger_whose_clock_has_no_target_never_fires() -> None:
    targets = tuple(row for row in SOUND.targets if row.clock != ClockKind.RESOLUTION)
    assert (Part.TRIGGERS, 1, "parameters", "never_fires") in codes(replace(SOUND, targets=targets))


@pytest.mark.parametrize("clock", [ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE])
def test_taking_up_an_escalation_is_due_before_it_climbs_on(clock: ClockKind) -> None:
    targets = (target(clock, minutes=61, severity=1, plan="gold"), *SOUND.targets)
    found = lint(replace(SOUND, targets=targets), PEOPLE)
    params = {"minutes": 61, "level": 1, "dwell": 60}
    assert found == [Problem(Part.TARGETS, 1, "minutes", "longer_than_dwell", params)]


def test_at_the_top_there_is_nothing_to_climb_to_so_any_length_will_do() -> None:
    targets = (target(ClockKind.TRIAGE, minutes=600, level=2), *SOUND.targets)
    assert codes(replace(SOUND, targets=targets)) == []


def test_a_target_is_held_against_the_levels_it_is_used_at_only() -> None:
    rungs = (rung(1, dwell=10), rung(2, team=2))
    short = (target(ClockKind.ACKNOWLEDGEMENT, 10, level=1), target(ClockKind.TRIAGE, 10, level=1))
    assert codes(replace(SOUND, rungs=rungs, targets=(*short, *SOUND.targets))) == []


@pytest.mark.parametrize(
    ("part", "spoilt"),
    [
        (Part.TARGETS, replace(SOUND, targets=(*SOUND.targets, target(ClockKind.TRIAGE, severity=1)))),
        (Part.TARGETS, replace(SOUND, targets=(*SOUND.targets, SOUND.targets[0]))),
        (Part.CELLS, replace(SOUND, cells=(ANYTHING, ANYTHING))),
        (Part.TRIGGERS, replace(SOUND, triggers=(*SOUND.triggers, *SOUND.triggers))),
    ],
)
def test_a_row_behind_a_more_general_one_is_never_taken(part: Part, spoilt: Procedure) -> None:
    rows: dict[Part, Sequence[object]] = {
        Part.TARGETS: spoilt.targets,
        Part.CELLS: spoilt.cells,
        Part.TRIGGERS: spoilt.triggers,
    }
    assert [(found.part, found.row, found.code) for found in lint(spoilt, PEOPLE)] == [
        (part, len(rows[part]), "hidden_row")
    ]


def test_what_is_called_urgent_is_checked_like_the_other_rows() -> None:
    def found(*rows: Communication) -> list[tuple[Part, int, str, str]]:
        return codes(replace(SOUND, communications=rows))

    asked, customer = NoticeGroup.ASKED, NoticeGroup.CUSTOMER
    everything = Communication(None, None, None, is_urgent=False)
    assert (
        found(Communication(asked, 1, None, is_urgent=True), Communication(asked, 2, None, is_urgent=True), everything)
        == []
    )
    assert found(Communication(asked, None, 9, is_urgent=True)) == [(Part.COMMUNICATIONS, 1, "level", "unknown_level")]
    hidden = [(Part.COMMUNICATIONS, 2, "group", "hidden_row")]
    assert found(everything, Communication(customer, 1, 2, is_urgent=True)) == hidden
    assert (
        found(Communication(asked, 2, None, is_urgent=True), Communication(asked, 1, None, is_urgent=False)) == hidden
    )
    assert (
        found(Communication(asked, None, 1, is_urgent=True), Communication(asked, None, 2, is_urgent=False)) == hidden
    )
    assert found(Communication(asked, 1, 2, is_urgent=True), Communication(asked, 1, 1, is_urgent=False)) == []


def test_rows_that_only_overlap_hide_nothing() -> None:
    cells = (Cell(Impact.MAJOR, None, None, 1, 1), Cell(None, Urgency.HIGH, None, 2, 1), ANYTHING)
    triggers = (trigger(ClockKind.RESOLUTION), trigger(ClockKind.RESOLUTION, Effect.NUDGE))
    targets = (target(ClockKind.TRIAGE, severity=1), target(ClockKind.TRIAGE, level=1), *SOUND.targets)
    assert codes(replace(SOUND, cells=cells, triggers=triggers, targets=targets)) == []


def test_all_problems_are_told_at_once() -> None:
    spoilt = replace(SOUND, rungs=(rung(2, last_resort=8),), cells=(), targets=SOUND.targets[1:])
    assert {code for _part, _row, _field, code in codes(spoilt)} == {
        "level_gap",
        "last_resort_left",
        "no_target_for_all",
        "no_matrix",
    }


def test_cal_17_hours_without_a_row_are_never_open() -> None:
    assert lint_hours([], []) == [Problem(Part.HOURS, 0, "opens", "never_open")]


def test_hours_of_one_day_do_not_overlap() -> None:
    assert lint_hours([(0, 540, 720), (0, 720, 1020), (1, 600, 720)], []) == []
    assert lint_hours([(0, 540, 721), (0, 720, 1020)], []) == [Problem(Part.HOURS, 2, "opens", "overlap", {"by": 1})]


def test_a_day_is_not_closed_and_open_at_once() -> None:
    eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    days = [(eve, 540, 720, True), (christmas, None, None, True), (eve, None, None, True)]
    assert lint_hours([(0, 540, 720)], days) == [Problem(Part.SPECIAL_DAYS, 3, "opens", "closed_and_open", {"by": 1})]


WORKDAYS = [(weekday, 540, 1020) for weekday in range(5)]


def closed(first: str, last: str) -> list[tuple[date, int | None, int | None, bool]]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(begin + timedelta(days=number), None, None, True) for number in range((end - begin).days + 1)]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_cal_17_holidays_that_cover_a_year_are_a_problem_at_their_first_day(year: int) -> None:
    days = [(date(year - 1, 5, 1), None, None, True), *closed(f"{year}-01-01", f"{year}-12-31")]
    (found,) = lint_hours(WORKDAYS, days)
    assert (found.part, found.row, found.field, found.code) == (
        Part.SPECIAL_DAYS, 2, "date", "never_open_for_a_year",
    )  # fmt: skip


def test_cal_17_weekends_count_as_closed_when_the_holidays_name_only_the_days_between() -> None:
    days = [row for row in closed("2022-01-03", "2022-12-30") if row[0].weekday() < 5]
    (found,) = lint_hours(WORKDAYS, days)
    assert found.params == {"first": date(2022, 1, 1), "last": date(2023, 1, 1)}


def test_cal_17_one_day_with_hours_of_its_own_is_enough() -> None:
    year = closed("2026-01-01", "2026-12-31")
    year[180] = (year[180][0], 540, 720, True)
    assert lint_hours(WORKDAYS, year) == []
    assert lint_hours(WORKDAYS, closed("2026-01-01", "2026-12-30")) == []


def test_a_day_that_is_not_observed_closes_nothing_and_contradicts_nobody() -> None:
    year = closed("2026-01-01", "2026-12-31")
    year[180] = (*year[180][:3], False)
    assert lint_hours(WORKDAYS, year) == []
    eve = date(2027, 12, 24)
    days = [(eve, None, None, False), (eve, 540, 720, True), (eve, 700, 800, True)]
    assert lint_hours(WORKDAYS, days) == [Problem(Part.SPECIAL_DAYS, 3, "opens", "overlap", {"by": 2})]


def test_cal_17_a_holiday_list_of_centuries_is_told_at_once_and_only_once() -> None:
    (found,) = lint_hours(WORKDAYS, closed("9800-01-01", "9999-12-31"))
    assert (found.row, found.params["last"]) == (1, date.max)


def test_a_target_that_no_working_time_ever_fills_is_found_before_anybody_promises_it() -> None:
    hour_a_week = Schedule("UTC", {0: [Window(540, 600)]})
    endless = Target(ClockKind.RESOLUTION, None, None, None, 1, Terms(5_000_000, 75, hour_a_week))
    targets = tuple(endless if row.clock is ClockKind.RESOLUTION else row for row in SOUND.targets)
    row = targets.index(endless) + 1
    assert codes(replace(SOUND, targets=targets)) == [(Part.TARGETS, row, "minutes", "out_of_reach")]


# -- what a ladder can say wrongly ---------------------------------------------------------------------------

TIER, OTHER_TIER = ({"condition": "tier", "parameters": {"tier": tier}} for tier in ("vip", "plus"))
REQUESTED = {"condition": "clock_breached", "parameters": {"clock": "request"}}
REVIEWED = {"condition": "clock_near", "parameters": {"clock": "review", "percent": 50}}
SOLVED = {"condition": "clock_breached", "parameters": {"clock": "resolution"}}


def when(condition: Condition, **fields: object) -> Trigger:
    return replace(Trigger(1, condition, Effect.ACT, Kind.FUNCTIONAL), **fields)  # type: ignore[arg-type]


def several(name: str, *of: object) -> Condition:
    return build(name, {"of": list(of)})


def told(procedure: Procedure) -> list[tuple[Part, int, str, str, object]]:
    """As `codes`, with the clock that is named."""
    return [(p.part, p.row, p.field, p.code, p.params.get("clock")) for p in lint(procedure, PEOPLE)]


@pytest.mark.parametrize(
    "condition",
    [
        build("clock_breached", {"clock": "request"}),
        build("clock_near", {"clock": "request", "percent": 50}),
        several("all", TIER, REQUESTED),
        several("any", TIER, {"condition": "all", "parameters": {"of": [SOLVED, REQUESTED]}}),
    ],
)
def test_a_clock_that_nobody_promises_is_found_wherever_a_trigger_hides_it(condition: Condition) -> None:
    spoilt = replace(SOUND, triggers=(when(condition),))
    assert told(spoilt) == [(Part.TRIGGERS, 1, "parameters", "never_fires", ClockKind.REQUEST)]
    promised = (*SOUND.targets, target(ClockKind.REQUEST))
    assert codes(replace(spoilt, targets=promised)) == []


def test_a_clock_for_which_people_name_the_instant_needs_no_target() -> None:
    decision = build("clock_breached", {"clock": "decision"})
    assert codes(replace(SOUND, triggers=(when(decision),))) == []


@pytest.mark.parametrize("clock", [ClockKind.REVIEW, ClockKind.FOLLOW_UP])
def test_what_is_owed_after_the_end_climbs_nowhere(clock: ClockKind) -> None:
    spoilt = replace(SOUND, targets=(*SOUND.targets, target(clock)), triggers=(trigger(clock),))
    assert told(spoilt) == [(Part.TRIGGERS, 1, "parameters", "after_the_end", clock)]
    nearly = replace(SOUND, triggers=(when(several("any", SOLVED, REVIEWED)),))
    assert told(nearly) == [(Part.TRIGGERS, 1, "parameters", "after_the_end", ClockKind.REVIEW)]


def test_conditions_that_exclude_each_other_are_found_and_an_either_or_is_none() -> None:
    either = {"condition": "any", "parameters": {"of": [OTHER_TIER, SOLVED]}}
    deeper = {"condition": "all", "parameters": {"of": [OTHER_TIER, SOLVED]}}
    for condition in (several("all", TIER, OTHER_TIER), several("all", TIER, deeper)):
        found = codes(replace(SOUND, triggers=(when(condition),)))
        assert found == [(Part.TRIGGERS, 1, "parameters", "never_together")]
    for condition in (several("any", TIER, OTHER_TIER), several("all", TIER, either), several("all", TIER, TIER)):
        assert codes(replace(SOUND, triggers=(when(condition),))) == []


def test_an_impact_or_tier_that_the_matrix_never_names_is_fine() -> None:
    assert codes(replace(SOUND, triggers=(when(build("impact", {"impact": "low"})),))) == []


def test_a_hierarchical_climb_asks_for_no_skill() -> None:
    asking = when(ClockBreached(ClockKind.RESOLUTION), kind=Kind.HIERARCHICAL, skill="electrics")
    assert codes(replace(SOUND, triggers=(asking,))) == [(Part.TRIGGERS, 1, "skill", "skill_for_authority")]
    assert codes(replace(SOUND, triggers=(replace(asking, kind=Kind.FUNCTIONAL),))) == []


@pytest.mark.parametrize("column", ["remind_minutes", "pass_on_minutes"])
def test_what_waits_for_an_acknowledgement_comes_before_the_climb_or_never(column: str) -> None:
    acting = (trigger(ClockKind.ACKNOWLEDGEMENT),)
    late = replace(rung(1), **{column: 60})  # type: ignore[arg-type]
    spoilt = replace(SOUND, rungs=(late, rung(2, team=2)), triggers=acting)
    (found,) = lint(spoilt, PEOPLE)
    assert found == Problem(Part.LEVELS, 1, column, "after_the_climb", {"minutes": 60, "level": 1, "dwell": 60})
    in_time = replace(rung(1), **{column: 59})  # type: ignore[arg-type]
    at_the_top = replace(rung(2, team=2), **{column: 600})  # type: ignore[arg-type]
    assert codes(replace(spoilt, rungs=(in_time, at_the_top))) == []
    for quiet in (SOUND.triggers, (trigger(ClockKind.ACKNOWLEDGEMENT, Effect.NUDGE),)):
        assert codes(replace(spoilt, triggers=quiet)) == []


@pytest.mark.parametrize("column", ["dwell_minutes", "remind_minutes", "pass_on_minutes", "forget_minutes"])
def test_a_wait_that_no_working_time_ever_fills_is_found_before_a_case_waits_for_it(column: str) -> None:
    endless = replace(rung(2, team=2), **{column: 100_000_000})  # type: ignore[arg-type]
    assert codes(replace(SOUND, rungs=(rung(1), endless))) == [(Part.LEVELS, 2, column, "out_of_reach")]


@pytest.mark.parametrize(
    ("limits", "row"),
    [
        ((None, None, None), 0),
        ((0, 100, None), 0),
        ((100, 100, 100), 0),
        ((100, 99, None), 2),
        ((None, 500, None), 2),
        ((0, None, 500), 3),
    ],
)
def test_no_level_may_decide_less_than_the_one_below_it(limits: tuple[int | None, ...], row: int) -> None:
    rungs = tuple(replace(rung(number), authority_limit=limit) for number, limit in enumerate(limits, start=1))
    found = [(problem.row, problem.params) for problem in lint(replace(SOUND, rungs=rungs), PEOPLE)]
    assert found == ([(row, {"level": row, "below": row - 1})] if row else [])


def test_what_is_required_in_writing_names_a_level_that_exists_and_can_be_climbed_to() -> None:
    unknown, lowest, fine = (Requirement(Document.EVIDENCE, level) for level in (7, 1, 2))
    solved_at_the_front = Requirement(Document.CAUSE, 1)
    wanted = (unknown, lowest, fine, solved_at_the_front)
    assert codes(replace(SOUND, requirements=wanted)) == [
        (Part.REQUIREMENTS, 1, "level", "unknown_level"),
        (Part.REQUIREMENTS, 2, "level", "nothing_climbs_here"),
    ]


@pytest.mark.parametrize("document", Document)
def test_only_what_is_required_to_climb_depends_on_the_kind(document: Document) -> None:
    wanted = (Requirement(document, None, Kind.HIERARCHICAL),)
    expected = [(Part.REQUIREMENTS, 1, "kind", "no_kind_at_the_end")] if document in TO_RESOLVE else []
    assert codes(replace(SOUND, requirements=wanted)) == expected
    assert (document in TO_RESOLVE) != (document in TO_CLIMB)


def test_a_requirement_that_an_earlier_one_covers_is_told() -> None:
    wanted = (Requirement(Document.EVIDENCE), Requirement(Document.ARTICLES), Requirement(Document.EVIDENCE, 2))
    assert codes(replace(SOUND, requirements=wanted)) == [(Part.REQUIREMENTS, 3, "document", "hidden_row")]


def test_only_leads_ask_for_a_level_that_exists() -> None:
    assert codes(replace(SOUND, leads_ask_from=2)) == []
    assert codes(replace(SOUND, leads_ask_from=3)) == [(Part.VERSION, 0, "leads_ask_from", "unknown_level")]


def test_every_problem_there_is_has_a_sentence_that_names_what_is_wrong() -> None:
    """The codes that the lint can give are written in its own modules; each is said in words, none twice."""
    package = Path(lint_package.__file__).parent
    source = "".join(path.read_text("utf-8") for path in sorted(package.glob("*.py")))
    given = set(re.findall(r'Problem\(\s*[^,]+,\s*[^,]+,\s*[^,]+,\s*"(\w+)"', source))
    said = set(checking.SENTENCES) - {"calendar_not_published", "bad_hours", "unknown_condition"}
    assert given == said
