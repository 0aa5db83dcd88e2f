"""What the lint finds is marked where it is mended: on the page of the draft, at the input of the row it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import User
from escalations.actions import policies
from escalations.models import Agent, PolicyVersion, SpecialDay, Team, TeamMembership, VersionState
from tests.admin.forms import add_row, filled
from tests.cast import MONDAY, Company
from tests.policies import builders

pytestmark = pytest.mark.django_db


def page(version: Any) -> str:
    return reverse(f"admin:escalations_{version._meta.model_name}_change", args=[version.pk])


def act(version: PolicyVersion, verb: str) -> str:
    return page(version).replace("change/", f"{verb}/")


def marked(answer: Any) -> dict[str, list[str]]:
    """The sentences beside inputs, by the name of the input; those of a whole part by the name of the part."""
    forms = [answer.context["adminform"].form]
    found: dict[str, list[str]] = {}
    for inline in answer.context["inline_admin_formsets"]:
        forms += inline.formset.forms
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = list(inline.formset.non_form_errors())
    for form in forms:
        found |= {form.add_prefix(name): [str(error) for error in told] for name, told in form.errors.items()}
    return found


@pytest.fixture
def ada(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def test_a_level_put_in_between_without_anybody_is_refused_at_its_team_until_somebody_is_on_it(
    ada: Client, company: Company
) -> None:
    old = company.open()
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    nobody = Team.objects.create(slug="crisis", name="Crisis team", public_name="Crisis team")
    data = filled(ada, page(draft)) | {"levels-3-number": 5}
    fields = {"dwell_minutes": 120, "remind_minutes": 0, "pass_on_minutes": 0, "forget_minutes": 0}
    fields |= {"team": nobody.pk, "calendar": company.calendar.pk, "last_resort": company.executive.agent.pk}
    add_row(data, "levels", number=4, name="Crisis team", meaning="Speaks with one voice", **fields)
    assert ada.post(page(draft), data).status_code == 302
    assert list(draft.levels.values_list("number", "name"))[3:] == [(4, "Crisis team"), (5, "Executives")]

    shown = ada.get(page(draft))
    (told,) = marked(shown)["levels-3-team"]
    assert "Nobody active is in the team of level 4; add a member or choose another team." in told
    html = shown.content.decode()
    select = html[html.index('<select name="levels-3-team"') :].partition(">")[0]
    assert 'aria-invalid="true"' in select
    assert 'aria-describedby="id_levels-3-team_error"' in select or "id_levels-3-team_error" in select
    assert html.count('id="id_levels-3-team_error"') == 1
    assert '<a class="underline" href="#id_levels-3-team">' in html

    assert ada.post(act(draft, "submit")).status_code == 302
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT

    TeamMembership.objects.create(team=nobody, agent=Agent.objects.create(user=builders.user("Nora North")))
    assert marked(ada.get(page(draft))) == {}
    ada.post(act(draft, "submit"))
    second = Client()
    second.force_login(User.objects.create_superuser("sue@belay.example", "a long pass phrase", name="Sue Second"))
    second.post(act(draft, "publish"), {"effective_on": "", "review_by": timezone.localdate() + timedelta(days=200)})
    draft.refresh_from_db()
    assert draft.state == VersionState.PUBLISHED
    new = company.open()
    old.refresh_from_db()
    assert (old.policy_version, new.policy_version) == (company.version, draft)


def test_every_kind_of_row_is_marked_at_its_own_input(administrator: Client, firm: builders.Company) -> None:
    version = builders.draft(firm)
    version.levels.filter(number=2).update(needs_training=True)
    version.targets.filter(clock="triage").update(minutes=61)
    version.cells.filter(position=1).update(level=9)
    version.triggers.update(parameters={"clock": "request"})
    version.requirements.update(level=9)
    version.communications.update(level=9)
    version.roles.filter(position=2).update(level=9)
    version.trainings.create(position=1, key="basics", title="Basics", text="Read.", level=9)
    PolicyVersion.objects.filter(pk=version.pk).update(leads_ask_from=9)
    found = marked(administrator.get(page(version)))
    assert set(found) == {
        "levels-1-needs_training",
        "targets-2-minutes",
        "cells-0-level",
        "triggers-0-parameters",
        "requirements-0-level",
        "communications-0-level",
        "roles-1-level",
        "trainings-0-level",
        "leads_ask_from",
    }
    assert all(len(sentences) == 1 for sentences in found.values())


def test_a_part_that_is_empty_is_marked_as_a_whole_and_the_list_leads_to_it(
    administrator: Client, firm: builders.Company
) -> None:
    version = builders.draft(firm)
    for rows in (version.triggers, version.requirements, version.communications, version.roles):
        rows.all().delete()
    answer = administrator.get(page(version))
    assert set(marked(answer)) == {"triggers", "requirements", "communications", "roles"}
    html = answer.content.decode()
    for part in ("triggers", "requirements", "communications", "roles"):
        assert f'href="#{part}-group"' in html
        assert f'id="{part}-group"' in html


def test_what_is_sent_right_now_is_told_its_own_mistakes_and_keeps_what_was_written(
    administrator: Client, firm: builders.Company
) -> None:
    version = builders.draft(firm)
    version.cells.filter(position=1).update(level=9)
    data = filled(administrator, page(version)) | {"targets-0-minutes": 0, "note": "half done"}
    answer = administrator.post(page(version), data)
    assert set(marked(answer)) == {"targets-0-minutes"}
    assert answer.context["adminform"].form["note"].value() == "half done"
    version.refresh_from_db()
    assert version.note == ""


def test_a_version_that_is_only_read_lists_what_is_wrong_without_a_form(
    administrator: Client, firm: builders.Company
) -> None:
    version = builders.published(firm)
    firm.expert.is_active = False
    firm.expert.save()
    answer = administrator.get(page(version))
    assert "Nobody active is in the team of level 2" in answer.content.decode()
    assert 'href="#levels-group"' in answer.content.decode()


def test_hours_of_a_calendar_are_marked_too(administrator: Client, firm: builders.Company) -> None:
    draft = policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=builders.LATER)
    SpecialDay.objects.create(version=draft, date="2026-12-25", opens=540, closes=720)
    found = marked(administrator.get(page(draft)))
    assert list(found) == ["special_days-1-opens"]
