"""Bad configuration is refused where it was typed; good configuration is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import Agent, PauseReason, Policy, Team, Topic
from tests.admin.forms import add_row, filled
from tests.policies import builders
from tests.policies.builders import Company

ADD_POLICY: dict[str, Any] = {
    "name": "Gold",
    "slug": "gold",
    "position": 10,
    "versions-TOTAL_FORMS": 0,
    "versions-INITIAL_FORMS": 0,
}


def address(name: str, *keys: int) -> str:
    return reverse(f"admin:escalations_{name}_{'change' if keys else 'add'}", args=keys)


def errors(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    return dict(answer.context["adminform"].form.errors)


def test_a_pause_reason_offers_only_clocks_that_may_stop(administrator: Client) -> None:
    data = {"name": "Supplier", "slug": "supplier", "public_label": "We wait for a supplier", "is_active": "on"}
    answer = administrator.post(address("pausereason"), data | {"stops": ["resolution", "triage"]})
    assert "stops" in errors(answer)
    assert not PauseReason.objects.exists()
    administrator.post(address("pausereason"), data | {"stops": ["resolution", "first_response"]})
    assert PauseReason.objects.get().stops == ["resolution", "first_response"]


def test_a_topic_does_not_belong_to_itself_or_below(administrator: Client) -> None:
    root = Topic.objects.create(slug="printing", name="Printing")
    child = Topic.objects.create(slug="colour", name="Colour", parent=root)
    for parent in (root, child):
        data = {"name": "Printing", "slug": "printing", "parent": parent.pk, "is_offered": "on"}
        assert "parent" in errors(administrator.post(address("topic", root.pk), data))
    root.refresh_from_db()
    assert root.parent is None


def test_a_topic_may_belong_to_another(administrator: Client) -> None:
    root = Topic.objects.create(slug="printing", name="Printing")
    administrator.post(address("topic"), {"name": "Colour", "slug": "colour", "parent": root.pk})
    assert Topic.objects.get(slug="colour").parent == root


def test_somebody_is_in_a_team_once(administrator: Client, firm: Company) -> None:
    data = filled(administrator, address("team", firm.front.pk))
    add_row(data, "memberships", agent=firm.agent.pk)
    answer = administrator.post(address("team", firm.front.pk), data)
    assert answer.status_code == 200
    assert firm.front.memberships.count() == 1


def test_a_team_gets_a_member(administrator: Client, firm: Company) -> None:
    data = filled(administrator, address("team", firm.front.pk))
    add_row(data, "memberships", agent=firm.boss.pk, is_lead="on")
    assert administrator.post(address("team", firm.front.pk), data).status_code == 302
    assert firm.front.memberships.get(agent=firm.boss).is_lead


def test_a_team_that_is_on_record_is_not_deleted(administrator: Client, firm: Company) -> None:
    builders.published(firm)
    where = reverse("admin:escalations_team_delete", args=[firm.front.pk])
    assert administrator.post(where, {"post": "yes"})["Location"] == address("team", firm.front.pk)
    assert Team.objects.filter(pk=firm.front.pk).exists()


def test_a_policy_with_versions_is_not_deleted(administrator: Client, firm: Company) -> None:
    version = builders.published(firm)
    where = reverse("admin:escalations_policy_delete", args=[version.policy.pk])
    assert administrator.post(where, {"post": "yes"})["Location"] == address("policy", version.policy.pk)
    assert Policy.objects.filter(pk=version.policy.pk).exists()


def test_the_last_policy_for_everybody_is_not_narrowed(administrator: Client, firm: Company) -> None:
    version = builders.published(firm)
    topic = Topic.objects.create(slug="printing", name="Printing")
    where = address("policy", version.policy.pk)
    answer = administrator.post(where, filled(administrator, where) | {"topics": [topic.pk]})
    assert "topics" in errors(answer)
    assert version.policy.topics.count() == 0
    builders.published(firm)
    administrator.post(where, filled(administrator, where) | {"topics": [topic.pk]})
    assert list(version.policy.topics.all()) == [topic]


def test_a_policy_is_made_and_its_short_name_is_used_once(administrator: Client, firm: Company) -> None:
    administrator.post(address("policy"), ADD_POLICY)
    assert Policy.objects.get().slug == "gold"
    assert "slug" in errors(administrator.post(address("policy"), ADD_POLICY))


def test_an_agent_is_made_of_a_user_and_starts_active(administrator: Client, firm: Company) -> None:
    person = builders.user("Nora New")
    data = {
        "user": person.pk,
        "roles": ["agent"],
        "job_title": "Support",
        "authority_currency": "EUR",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    administrator.post(address("agent"), data)
    assert Agent.objects.get(user=person).is_active


@pytest.mark.parametrize("value", ["on", ""])
def test_no_form_deactivates_an_agent(administrator: Client, firm: Company, value: str) -> None:
    where = address("agent", firm.agent.pk)
    data = filled(administrator, where) | {"is_active": value, "job_title": "Lead"}
    assert administrator.post(where, data).status_code == 302
    firm.agent.refresh_from_db()
    assert (firm.agent.is_active, firm.agent.job_title) == (True, "Lead")


def test_nobody_is_deleted(administrator: Client, firm: Company) -> None:
    where = reverse("admin:escalations_agent_delete", args=[firm.agent.pk])
    assert administrator.post(where, {"post": "yes"}).status_code == 403
    assert Agent.objects.filter(pk=firm.agent.pk).exists()
