"""The mandatory parts of a procedure, and somebody at every level, at every hour, who was not asked below already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from escalations.actions import checking
from escalations.models import CalendarVersion, Hours, Rota, RotaMember
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.lint import People
from escalations.rules.procedure import Procedure, Training
from escalations.timing.schedule import Schedule, Window
from tests.policies import builders
from tests.policies.builders import AT
from tests.policies.test_lint import PEOPLE, SOUND, codes, role, rung

ALWAYS = Schedule("UTC", {day: [Window(0, 1440)] for day in range(7)})
START = datetime(2026, 3, 2, tzinfo=UTC)
GAP = (START, START + timedelta(hours=1))


def found(procedure: Procedure, people: People = PEOPLE) -> list[tuple[str, int, str, str]]:
    return [(part.value, row, field, code) for part, row, field, code in codes(procedure, people)]


@pytest.mark.parametrize(
    ("part", "field", "code"),
    [
        ("triggers", "condition", "no_criterion"),
        ("roles", "stage", "no_role"),
        ("communications", "group", "no_communication"),
        ("requirements", "document", "no_documentation"),
    ],
)
def test_none_of_the_four_mandatory_parts_is_empty(part: str, field: str, code: str) -> None:
    assert found(replace(SOUND, **{part: ()})) == [(part, 0, field, code)]  # type: ignore[arg-type]
    assert found(SOUND) == []


@pytest.mark.parametrize("stage", Stage)
def test_in_every_stage_somebody_of_ours_answers_and_somebody_does_it(stage: Stage) -> None:
    for part, code in ((Involvement.ACCOUNTABLE, "nobody_accountable"), (Involvement.DOES, "nobody_does")):
        left = tuple(row for row in SOUND.roles if (row.stage, row.involvement) != (stage, part))
        assert found(replace(SOUND, roles=left)) == [("roles", 0, "stage", code)]
        by_customer = (*left, role(stage, Party.CUSTOMER, part))
        assert found(replace(SOUND, roles=by_customer)) == [("roles", 0, "stage", code)]
        assert found(replace(SOUND, roles=(*left, role(stage, Party.LEAD, part)))) == []


def test_a_role_names_a_level_that_exists_and_only_where_somebody_belongs_to_one() -> None:
    known, unknown, of_none = (
        role(Stage.REVIEW, party, Involvement.INFORMED, level)
        for party, level in ((Party.LEAD, 2), (Party.LEAD, 7), (Party.OWNER, 2))
    )
    row = len(SOUND.roles) + 1
    assert found(replace(SOUND, roles=(*SOUND.roles, known))) == []
    assert found(replace(SOUND, roles=(*SOUND.roles, unknown))) == [("roles", row, "level", "unknown_level")]
    assert found(replace(SOUND, roles=(*SOUND.roles, of_none))) == [("roles", row, "level", "party_of_no_level")]


def test_the_same_duty_is_not_said_twice_and_another_part_is_no_repetition() -> None:
    again = replace(SOUND.roles[0], duty="in other words")
    assert found(replace(SOUND, roles=(*SOUND.roles, again))) == [("roles", len(SOUND.roles) + 1, "party", "same_role")]
    other = replace(SOUND.roles[0], involvement=Involvement.CONSULTED)
    assert found(replace(SOUND, roles=(*SOUND.roles, other))) == []


def test_a_training_names_a_level_that_exists_and_a_level_for_the_trained_has_one() -> None:
    lesson = Training("basics", "Basics", "Read.", 2, 365)
    picky = replace(SOUND, rungs=(SOUND.rungs[0], replace(SOUND.rungs[1], needs_training=True)))
    assert found(picky) == [("levels", 2, "needs_training", "nothing_to_confirm")]
    assert found(replace(picky, trainings=(replace(lesson, level=1),))) != []
    assert (
        found(replace(picky, trainings=(lesson,)))
        == found(replace(picky, trainings=(replace(lesson, level=None),)))
        == []
    )
    assert found(replace(SOUND, trainings=(replace(lesson, level=7),))) == [("trainings", 1, "level", "unknown_level")]


def test_a_level_that_never_closes_is_not_left_to_one_person_alone() -> None:
    open_always = replace(SOUND, rungs=(SOUND.rungs[0], replace(SOUND.rungs[1], schedule=ALWAYS, last_resort_id=3)))
    assert found(open_always) == [("levels", 2, "calendar", "alone_around_the_clock")]
    assert found(replace(open_always, rungs=(SOUND.rungs[0], replace(SOUND.rungs[1], schedule=ALWAYS)))) == []
    assert found(replace(SOUND, rungs=(SOUND.rungs[0], replace(SOUND.rungs[1], last_resort_id=3)))) == []


def test_a_rota_that_leaves_an_hour_is_told_of_a_level_that_never_closes_only() -> None:
    open_always = replace(SOUND, rungs=(SOUND.rungs[0], replace(SOUND.rungs[1], schedule=ALWAYS)))
    assert found(open_always, replace(PEOPLE, unattended={2: (GAP,)})) == [("levels", 2, "calendar", "nobody_on_duty")]
    assert found(open_always, replace(PEOPLE, unattended={2: ()})) == []
    assert found(SOUND, replace(PEOPLE, unattended={2: (GAP,)})) == []


def test_nobody_is_his_own_next_level() -> None:
    same_team = replace(SOUND, rungs=(rung(1), rung(2, team=1)))
    assert found(same_team) == [("levels", 2, "team", "nobody_new_above")]
    one_below, some = replace(PEOPLE, members={1: frozenset({1, 2}), 2: frozenset({1})}), rung(2, last_resort=2)
    assert found(replace(SOUND, rungs=(rung(1), some)), one_below) == [("levels", 2, "team", "nobody_new_above")]
    assert found(replace(SOUND, rungs=(rung(1), rung(2))), one_below) == []


def test_managers_who_go_in_a_circle_are_told_once() -> None:
    assert found(SOUND, replace(PEOPLE, managers={1: 2, 2: 3, 3: 1})) == [("levels", 1, "team", "managers_in_circle")]
    assert found(SOUND, replace(PEOPLE, managers={1: 2, 2: 3, 3: 9})) == []


@pytest.mark.django_db
def test_the_rota_of_a_team_is_read_as_it_stands() -> None:
    firm = builders.company()
    calendar = builders.calendar("Day and night")
    hours = CalendarVersion.objects.create(calendar=calendar, number=1, time_zone="UTC", state="draft")
    Hours.objects.bulk_create(Hours(version=hours, weekday=day, opens=0, closes=1440) for day in range(7))
    CalendarVersion.objects.filter(pk=hours.pk).update(state="published")
    version = builders.draft(firm)
    version.levels.filter(number=2).update(calendar=calendar)
    assert checking.findings(version, AT) == []
    rota = Rota.objects.create(
        team=firm.experts, time_zone="UTC", anchor=AT.date() + timedelta(days=2), hands_over=time(0), shift_days=7
    )
    RotaMember.objects.create(rota=rota, position=1, agent=firm.expert)
    (late,) = checking.findings(version, AT)
    assert (late.path, late.problem.code) == ("levels.2.calendar", "nobody_on_duty")
    Rota.objects.filter(pk=rota.pk).update(anchor=AT.date() - timedelta(days=2))
    assert checking.findings(version, AT) == []
