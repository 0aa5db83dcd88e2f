"""An administrator begins a first policy from a template: one page, and then the draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import Policy, PolicyVersion
from tests.policies import builders
from tests.policies.builders import Company

PAGE = "/admin/escalations/policy/from-template/"


def given(firm: Company, **changed: Any) -> dict[str, Any]:
    right = {
        "template": "small",
        "name": "Our procedure",
        "calendar": firm.office.pk,
        "team_1": firm.front.pk,
        "team_2": firm.experts.pk,
        "last_resort": firm.boss.pk,
        "owner": firm.expert.pk,
    }
    return right | changed


def test_the_list_of_policies_leads_to_it(administrator: Client) -> None:
    shown = administrator.get(reverse("admin:escalations_policy_changelist")).content.decode()
    assert f'href="{PAGE}"' in shown
    assert "New policy from a template" in shown


def test_what_is_chosen_becomes_a_draft_and_its_page_opens(administrator: Client, firm: Company) -> None:
    answer = administrator.post(PAGE, given(firm))
    version = PolicyVersion.objects.get()
    assert answer["Location"] == reverse("admin:escalations_policyversion_change", args=[version.pk])
    assert (version.policy.name, version.policy.slug, version.levels.count()) == ("Our procedure", "our-procedure", 2)
    assert administrator.get(answer["Location"]).context["findings"] == []


def test_it_speaks_the_language_of_the_administrator(administrator: Client, firm: Company) -> None:
    firm.admin.language = "de"
    firm.admin.save()
    assert "Kleines Team: zwei Stufen" in administrator.get(PAGE).content.decode()
    administrator.post(PAGE, given(firm))
    assert PolicyVersion.objects.get().levels.get(number=1).meaning == "Antwortet, findet die Ursache und löst"


def test_what_is_wrong_is_said_at_its_field_and_nothing_filled_in_is_lost(administrator: Client, firm: Company) -> None:
    Policy.objects.create(slug="our", name="our PROCEDURE")
    for field, wrong in {
        "name": given(firm),
        "team_2": given(firm, name="New", team_2=firm.front.pk),
        "team_3": given(firm, name="New", template="office"),
        "calendar": given(firm, name="New", calendar=builders.calendar("Never published").pk),
    }.items():
        answer = administrator.post(PAGE, wrong)
        assert list(answer.context["form"].errors) == [field]
        assert answer.context["form"]["name"].value() == wrong["name"]
        assert not PolicyVersion.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_without_the_right_begins_one(visitor: Client, firm: Company, method: str) -> None:
    assert getattr(visitor, method)(PAGE, given(firm)).status_code == 403
    assert not Policy.objects.exists()
