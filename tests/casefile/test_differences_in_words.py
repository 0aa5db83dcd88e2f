"""What is new in a version is told in sentences, with the names of teams, people, hours, plans and skills."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from customers.models import SupportPlan
from escalations.actions import policies
from escalations.casefile import differences
from escalations.casefile.differences.sentences import COLUMNS, OF_THE_VERSION
from escalations.models import PolicyVersion, Skill, Target
from escalations.rules.differences import IDENTITY, ROWS, columns
from escalations.rules.procedure import Procedure, Training
from tests.cast import MONDAY, Company
from tests.policies.newer import newer

pytestmark = pytest.mark.django_db


def draft(company: Company) -> PolicyVersion:
    return policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)


def told(version: PolicyVersion) -> dict[str, list[str]]:
    """The sentences by part."""
    return {str(part.title): list(part.sentences) for part in differences.differences_of(version).sections}


def test_a_first_version_says_that_there_is_nothing_to_compare_it_with(company: Company) -> None:
    found = differences.differences_of(company.version)
    assert (found.before, found.sections) == (None, ())
    assert str(found.summary) == "This is the first version: there is none before it to compare with."


def test_a_draft_that_nobody_changed_says_so(company: Company) -> None:
    found = differences.differences_of(draft(company))
    assert found.before == company.version
    assert found.sections == ()
    assert str(found.summary) == "This version says the same as the one before it."


def test_levels_targets_and_triggers_are_told_as_people_speak(company: Company) -> None:
    version = draft(company)
    version.levels.filter(number=3).update(dwell_minutes=240, needs_training=True)
    version.levels.filter(number=4).update(last_resort=company.manager.agent)
    version.targets.filter(clock="triage").update(minutes=120)
    Target.objects.create(
        version=version, position=0, clock="triage", severity=1, calendar=company.calendar, minutes=60,
        plan=SupportPlan.objects.create(slug="gold", name="Gold"),
    )  # fmt: skip
    condition = {"of": [{"condition": "tier", "parameters": {"tier": "vip"}}, {"condition": "customer_asked"}]}
    sql = Skill.objects.create(slug="sql", name="Databases")
    version.triggers.create(position=9, condition="all", parameters=condition, effect="act", skill=sql)
    PolicyVersion.objects.filter(pk=version.pk).update(confirm_days=5)
    version.refresh_from_db()
    assert told(version) == {
        "The version itself": ["Working days until silence closes a resolved case: 5 instead of 3"],
        "Levels": [
            "Level 3 “Department managers”: stays at least 4 h instead of 2 h",
            "Level 3 “Department managers”: who may accept: the trained instead of everybody",
            "Level 4 “Executives”: last resort Jan Brandt instead of Eva Roth",
        ],
        "Targets": [
            (
                "New target “Triage the escalation” for critical, plan Gold: 1 h in the hours of Office hours 1, "
                "warning at 75 %"
            ),
            "Target “Triage the escalation” for every case: 2 h instead of 1 h",
        ],
        "Triggers": [
            (
                "New trigger: a customer of the tier VIP and the customer asks for escalation – climb by itself, "
                "functional – needs expertise, skill: Databases"
            )
        ],
    }


def test_what_is_gone_and_what_moved_is_told_as_such(company: Company) -> None:
    version = draft(company)
    version.levels.filter(number=4).delete()
    version.cells.filter(position=1).delete()
    version.cells.filter(impact="low").update(position=0)
    version.requirements.all().delete()
    found = told(version)
    assert found["Levels"] == ["Level 4 “Executives” is gone"]
    assert found["Matrix"] == [
        (
            "The row of the matrix for “Our business stands still”, “It cannot wait”, tier VIP is gone; it gave "
            "severity critical"
        ),
        "Row of the matrix for “A question or a wish”: is now row 1 instead of row 3",
    ]
    assert found["Documentation"] == [
        "No longer in writing: the script of the topic, done, hierarchical – needs a decision"
    ]


def test_newer_hours_of_the_same_calendar_are_told_by_their_version(company: Company) -> None:
    hours = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=MONDAY)
    hours.hours.filter(weekday=0).update(opens=480)
    policies.publish_calendar(version=hours, by=company.administrator, at=MONDAY)
    found = told(draft(company))
    assert found["Levels"][0] == "Level 1 “Front line”: hours of Office hours 2 instead of Office hours 1"


def test_every_version_of_the_past_is_told_against_the_one_before_it(company: Company) -> None:
    second = newer(company, lambda version: version.levels.filter(number=2).update(name="Experts"))
    third = newer(company)
    draft(company)
    assert differences.differences_of(third).before == second
    found = differences.differences_of(second)
    assert found.before == company.version
    assert [part.sentences for part in found.sections] == [
        ("Level 2 “Experts”: is called “Experts” instead of “Specialists”",)
    ]
    assert differences.differences_of(company.version).before is None


def test_however_much_is_different_it_costs_the_same_statements(company: Company) -> None:
    def cost(version: PolicyVersion) -> int:
        differences.differences_of(version)  # what was published is read once in the life of a process
        with CaptureQueriesContext(connection) as asked:
            differences.differences_of(version)
        return len(asked)

    little = newer(company, lambda version: version.levels.filter(number=2).update(name="Experts"))
    one = cost(little)
    much = newer(
        company,
        lambda version: version.levels.update(dwell_minutes=300, last_resort=company.manager.agent),
        lambda version: version.targets.update(minutes=90),
        lambda version: version.cells.all()[0].delete(),
    )
    assert cost(much) == one


def test_it_is_told_in_german(company: Company) -> None:
    version = draft(company)
    version.levels.filter(number=3).update(dwell_minutes=240)
    version.triggers.create(position=9, condition="customer_asked", effect="nudge")
    with translation.override("de"):
        found = told(version)
    assert found == {
        "Stufen": ["Stufe 3 „Department managers“: bleibt mindestens 4 h statt 2 h"],
        "Auslöser": [
            (
                "Neuer Auslöser: der Kunde bittet um Eskalation – erinnert Menschen, "
                "fachlich – braucht Fachwissen, Fähigkeit: was der Fall erfordert"
            )
        ],
    }


def test_every_column_of_every_row_and_of_the_version_has_a_sentence(company: Company) -> None:
    """Columns by which a row is known again never change: another value is another row."""
    procedure = company.version.procedure()
    trainings = (Training("k", "t", "text", None, 365),)
    rows = [row for name in ROWS.values() if name != "trainings" for row in getattr(procedure, name)]
    written = {name for row in (*rows, *trainings) for name in columns(row)}
    known_by = {"clock", "plan", "impact", "urgency", "tier", "document", "group", "stage", "party", "key"}
    assert written - known_by == set(COLUMNS)
    own = {field.name for field in fields(Procedure)} - IDENTITY - set(ROWS.values())
    assert own == set(OF_THE_VERSION)
