"""Canned replies and macros are checked where they are written: what is wrong is said at its field, and not saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import CannedReply, Macro, MacroStep
from tests.cast import Company

CANNED, MACRO = reverse("admin:escalations_cannedreply_add"), reverse("admin:escalations_macro_add")


@pytest.fixture
def office(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def sent(*steps: dict[str, Any]) -> dict[str, Any]:
    """The form of a macro with these steps."""
    rows = {f"steps-{row}-{name}": value for row, step in enumerate(steps) for name, value in step.items()}
    places = {f"steps-{row}-position": row for row in range(len(steps))}
    total = {"steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": 0}
    return {"name": "Mine now", "position": 1, "is_active": "on", **total, **places, **rows}


def test_a_blank_that_nobody_can_fill_in_is_refused_at_the_text(office: Client) -> None:
    values = {"name": "Hello", "text": "Hello {{ contact }}, {{ salary }}", "position": 1, "is_active": "on"}
    refused = office.post(CANNED, values)
    assert "salary" in refused.context["adminform"].form.errors["text"][0]
    assert not CannedReply.objects.exists()
    office.post(CANNED, values | {"text": "Hello {{ contact }}"})
    assert CannedReply.objects.get().text == "Hello {{ contact }}"


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"verb": "reply"}, "text"),
        ({"verb": "reply", "text": "{{ nobody }}"}, "text"),
        ({"verb": "hold", "hours": 4}, "pause"),
        ({"verb": "take", "text": "Nobody reads this"}, "text"),
        ({"verb": "triage", "severity": 2}, "why"),
        ({"verb": "promise", "hours": 0}, "hours"),
        ({"verb": "close"}, "verb"),
    ],
)
def test_a_step_that_could_not_be_carried_out_is_refused_at_its_field(
    office: Client, step: dict[str, Any], field: str
) -> None:
    refused = office.post(MACRO, sent({"verb": "take"}, step))
    steps = refused.context["inline_admin_formsets"][0].formset
    assert [list(errors) for errors in steps.errors] == [[], [field]]
    assert not Macro.objects.exists()


def test_steps_are_kept_in_short_names_and_numbers(office: Client, company: Company) -> None:
    steps = [{"verb": "triage", "severity": "2", "why": "One site"}, {"verb": "hold", "pause": company.waiting.slug}]
    steps[1]["hours"] = "8"
    assert office.post(MACRO, sent(*steps)).status_code == 302
    assert list(MacroStep.objects.order_by("position").values_list("verb", "values")) == [
        ("triage", {"why": "One site", "severity": 2}),
        ("hold", {"pause": company.waiting.slug, "hours": 8}),
    ]
    page = office.get(reverse("admin:escalations_macro_change", args=[Macro.objects.get().pk]))
    assert page.context["inline_admin_formsets"][0].formset.forms[0].initial["severity"] == 2
