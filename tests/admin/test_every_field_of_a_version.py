"""A version is written with every field the ladder reads, and the next draft says the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.actions import policies
from escalations.admin import conditions
from escalations.models import PolicyVersion, Skill, words
from escalations.rules.conditions import CONDITIONS
from tests.admin.forms import add_row, filled
from tests.policies import builders
from tests.policies.builders import AT, LATER, Company

pytestmark = pytest.mark.django_db


def page(version: PolicyVersion) -> str:
    return reverse("admin:escalations_policyversion_change", args=[version.pk])


PARTS = ("levels", "targets", "cells", "triggers", "requirements", "communications", "roles", "trainings")


def rows_of(version: PolicyVersion) -> dict[str, list[dict[str, Any]]]:
    """Every column of every row but keys."""
    return {
        part: [
            {name: value for name, value in row.items() if name not in ("id", "version_id")}
            for row in getattr(version, part).order_by("pk").values()
        ]
        for part in PARTS
    }


SETTINGS = {
    "confirm_days": 5,
    "on_severity": "restart",
    "currency": "CHF",
    "sign_in_above": 900,
    "ask_again_hours": 48,
    "leads_ask_from": 2,
    "rule_bound": 4,
    "on_closed": "follow_up",
    "reopen_days": 30,
}


def written(firm: Company) -> PolicyVersion:
    """A version in which nothing is as it is by default."""
    version = builders.draft(firm)
    version.levels.update(
        remind_minutes=20, pass_on_minutes=40, forget_minutes=90, waits_from=3, notice_budget=5, authority_limit=700
    )
    version.triggers.update(skill=Skill.objects.create(slug="sql", name="Databases"))
    version.requirements.create(position=1, document="evidence", level=2, kind="functional")
    version.communications.create(position=1, group="asked", severity=1, level=2, is_urgent=False)
    PolicyVersion.objects.filter(pk=version.pk).update(**SETTINGS)
    version.refresh_from_db()
    return version


def test_the_next_draft_has_every_row_and_every_setting(firm: Company) -> None:
    first = policies.publish_written_by_program(version=written(firm), by=firm.admin, at=AT)
    draft = policies.new_draft(policy=first.policy, by=firm.admin, at=LATER)
    assert rows_of(draft) == rows_of(first)
    assert {name: getattr(draft, name) for name in SETTINGS} == SETTINGS


def test_nothing_a_version_says_is_left_out_of_the_next_draft() -> None:
    edited = {field.name for field in PolicyVersion._meta.fields if field.editable}
    assert edited - set(policies.SAID_BESIDE_ROWS) <= {"id", "policy", "number", "note"}


def test_levels_settings_and_required_documents_are_edited(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    data = filled(administrator, page(version)) | {name: str(value) for name, value in SETTINGS.items()}
    data |= {
        "levels-1-remind_minutes": 20,
        "levels-1-pass_on_minutes": 40,
        "levels-1-forget_minutes": 90,
        "levels-1-waits_from": 3,
        "levels-1-notice_budget": 5,
        "levels-1-authority_limit": 700,
    }
    add_row(data, "requirements", position="", document="plan", level="2", kind="")
    assert administrator.post(page(version), data).status_code == 302
    version.refresh_from_db()
    rung = version.procedure().rung(2)
    assert {name: getattr(version, name) for name in SETTINGS} == SETTINGS
    assert (rung.remind_minutes, rung.pass_on_minutes, rung.forget_minutes) == (20, 40, 90)
    assert (rung.waits_from, rung.notice_budget, rung.authority_limit) == (3, 5, 700)
    assert [(row.document, row.level, row.kind) for row in version.requirements.all()][1:] == [("plan", 2, "")]


GIVEN: list[tuple[str, str, dict[str, Any]]] = [
    ("clock_breached", "triage", {"clock": "triage"}),
    ("clock_near", "clock: triage, percent: 80", {"clock": "triage", "percent": 80}),
    ("hand_offs", "3", {"at_least": 3}),
    ("exchanges", "at_least: 4", {"at_least": 4}),
    ("days_open", "5", {"days": 5}),
    ("age", "hours: 16", {"hours": 16}),
    ("reopened", "1", {"at_least": 1}),
    ("repeated_complaint", "at_least: 3, days: 30", {"at_least": 3, "days": 30}),
    ("customer_asked", "", {}),
    ("low_rating", "2", {"at_most": 2}),
    ("silence", "8", {"hours": 8}),
    ("impact", "major", {"impact": "major"}),
    ("tier", "vip", {"tier": "vip"}),
    ("missing_skill", "", {}),
    ("missing_authority", "", {}),
    (
        "all",
        '{"of": [{"condition": "tier", "parameters": {"tier": "vip"}}, {"condition": "customer_asked"}]}',
        {"of": [{"condition": "tier", "parameters": {"tier": "vip"}}, {"condition": "customer_asked"}]},
    ),
    (
        "any",
        '{"of": [{"condition": "hand_offs", "parameters": {"at_least": 2}}, {"condition": "missing_skill"}]}',
        {"of": [{"condition": "hand_offs", "parameters": {"at_least": 2}}, {"condition": "missing_skill"}]},
    ),
]


def test_every_condition_is_written_with_its_parameters_and_read_again(administrator: Client, firm: Company) -> None:
    assert {condition for condition, *_rest in GIVEN} == set(CONDITIONS)
    version, skill = builders.draft(firm), Skill.objects.create(slug="sql", name="Databases")
    data = filled(administrator, page(version))
    for condition, text, _parameters in GIVEN:
        values = {"condition": condition, "parameters": text, "effect": "nudge", "kind": "functional"}
        add_row(data, "triggers", position="", skill=skill.pk, **values)
    assert administrator.post(page(version), data).status_code == 302
    stored = [(row.condition, row.parameters) for row in version.triggers.all()][1:]
    assert stored == [(condition, parameters) for condition, _text, parameters in GIVEN]
    assert {row.skill for row in list(version.triggers.all())[1:]} == {skill}
    again = filled(administrator, page(version))
    assert administrator.post(page(version), again).status_code == 302
    assert [(row.condition, row.parameters) for row in version.triggers.all()][1:] == stored


WRONG = [
    ("clock_near", "triage", "clock_near takes exactly these parameters: clock, percent"),
    ("clock_near", "clock: triage, percent: 100", "a percentage from 1 to 99 is needed"),
    ("clock_breached", "never", "known are: first_response"),
    ("hand_offs", "0", "a whole number from 1 is needed"),
    ("tier", "gold", "a tier is needed: standard, plus, vip"),
    ("customer_asked", "yes", "takes exactly these parameters: none"),
    ("all", '{"of": [{"condition": "customer_asked"}]}', "at least two conditions are needed"),
    ("any", '{"of": ["customer_asked", 1]}', "each part needs"),
    ("any", '{"of": [', "not readable as JSON"),
]


@pytest.mark.parametrize(("condition", "text", "message"), WRONG)
def test_parameters_that_do_not_fit_are_refused_at_their_field(
    administrator: Client, firm: Company, condition: str, text: str, message: str
) -> None:
    version = builders.draft(firm)
    before = rows_of(version)
    data = filled(administrator, page(version)) | {"triggers-0-condition": condition, "triggers-0-parameters": text}
    answer = administrator.post(page(version), data)
    assert answer.status_code == 200
    formset = next(i.formset for i in answer.context["inline_admin_formsets"] if i.formset.prefix == "triggers")
    assert message in str(formset.forms[0].errors["parameters"])
    assert rows_of(version) == before


def test_the_page_of_a_draft_lists_every_condition_with_its_parameters(administrator: Client, firm: Company) -> None:
    listed = administrator.get(page(builders.draft(firm))).context["conditions"]
    assert [said for said, _parameters in listed] == [words.CONDITIONS[code] for code in CONDITIONS]
    assert all(said for _condition, parameters in listed for _name, said in parameters)


def test_a_published_version_reads_its_parameters_in_words(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    version.triggers.create(position=2, condition="all", parameters=GIVEN[-2][2], effect="nudge", kind="functional")
    policies.publish_written_by_program(version=version, by=firm.admin, at=AT)
    text = administrator.get(page(version)).content.decode()
    assert "Resolution" in text
    assert "the tier of the customer is (vip) · the customer asks for escalation" in text
    assert conditions.in_words({}) == ""
