"""Settings that no story shows by itself, each obeyed by the product."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import F
from django.test import Client, override_settings
from django.urls import reverse

from customers.models import SupportPlan
from escalations.actions import handling, intake, policies, work
from escalations.models import (
    Clock,
    Endpoint,
    Notice,
    OutsideParty,
    PauseReason,
    Policy,
    PolicyVersion,
    Script,
    Skill,
    Target,
    Team,
    Topic,
)
from escalations.models.situations import scripts_for
from escalations.portal.forms import TopicField
from escalations.rules.vocabulary import ClockKind
from tests.cast import MONDAY, Company, draft_policy
from tests.policies import builders
from tests.policies.newer import newer
from tests.work.ground import HOUR, accepted
from tools.doctor import ROOT

SHOW = "import json, config.settings as s; print(json.dumps({n: getattr(s, n, None) for n in %r}))"


def settings_with(tmp_path: Path, *names: str, **variables: str) -> dict[str, Any]:
    plain = {"PATH": os.environ["PATH"], "BELAY_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", SHOW % (names,)]
    said = subprocess.run(command, cwd=ROOT, env={**plain, **variables}, capture_output=True, text=True, check=True)
    loaded: dict[str, Any] = json.loads(said.stdout)
    return loaded


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str) -> str:
    with time_machine.travel(MONDAY + HOUR, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# -- the environment -----------------------------------------------------------------------------------


def test_debugging_is_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    assert settings_with(tmp_path, "DEBUG") == {"DEBUG": False}
    assert settings_with(tmp_path, "DEBUG", DEBUG="on") == {"DEBUG": True}


def test_what_the_environment_lists_is_a_list(tmp_path: Path) -> None:
    names = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS")
    found = settings_with(tmp_path, *names, ALLOWED_HOSTS="desk.example", CSRF_TRUSTED_ORIGINS="https://a,https://b")
    assert found == {"ALLOWED_HOSTS": ["desk.example"], "CSRF_TRUSTED_ORIGINS": ["https://a", "https://b"]}


def test_behind_a_proxy_its_header_says_whether_the_way_is_safe(tmp_path: Path) -> None:
    name = "SECURE_PROXY_SSL_HEADER"
    assert settings_with(tmp_path, name) == {name: None}
    assert settings_with(tmp_path, name, BELAY_BEHIND_PROXY="1") == {name: ["HTTP_X_FORWARDED_PROTO", "https"]}


def test_browsers_are_told_of_https_for_this_name_and_unless_said_otherwise_those_below(tmp_path: Path) -> None:
    name = "SECURE_HSTS_INCLUDE_SUBDOMAINS"
    assert settings_with(tmp_path, name) == {name: False}
    assert settings_with(tmp_path, name, BELAY_HTTPS="1") == {name: True}
    assert settings_with(tmp_path, name, BELAY_HTTPS="1", BELAY_HSTS_SUBDOMAINS="0") == {name: False}


def test_the_log_says_as_much_as_its_level(tmp_path: Path) -> None:
    for level in ("INFO", "DEBUG"):
        assert settings_with(tmp_path, "LOGGING", LOG_LEVEL=level)["LOGGING"]["root"]["level"] == level


@pytest.mark.django_db
def test_another_host_than_those_allowed_is_refused() -> None:
    with override_settings(ALLOWED_HOSTS=["desk.example"]):
        assert Client().get("/accounts/login/", headers={"host": "desk.example"}).status_code == 200
        assert Client().get("/accounts/login/", headers={"host": "other.example"}).status_code == 400


# -- names ---------------------------------------------------------------------------------------------

NAMED = [
    model
    for model in admin.site._registry
    if any(field.name == "name" and field.editable for field in model._meta.fields)
    and model._meta.app_label in ("customers", "escalations", "knowledgebase")
    and model._meta.label_lower != "customers.accesstoken"
]
WITH_SLUG = [
    model
    for model in NAMED
    if any(isinstance(field, models.SlugField) and field.name == "slug" for field in model._meta.fields)
]


@pytest.mark.parametrize("model", NAMED, ids=lambda model: model.__name__)
def test_a_row_is_called_by_its_name(model: type[models.Model]) -> None:
    assert str(model(name="The one with this name")) == "The one with this name"


@pytest.mark.django_db
def test_a_short_name_is_chosen_once(company: Company) -> None:
    client = signed_in(company.administrator)
    assert len(WITH_SLUG) > 8
    for model in WITH_SLUG:
        if model.__name__ == "Category":
            continue  # its addresses move on purpose: articles are found by their own
        row = model(name=f"A {model.__name__}", slug="chosen-once")
        row.save()
        form = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]))
        assert "slug" not in form.context["adminform"].form.fields, model.__name__


# -- people --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_who_may_enter_the_administration_gets_in() -> None:
    assert signed_in(builders.user("Vic Visitor", is_staff=True)).get("/admin/").status_code == 200
    assert signed_in(builders.user("Nina Nobody")).get("/admin/").status_code == 302


@pytest.mark.django_db
def test_a_role_opens_what_its_permissions_open(company: Company) -> None:
    visitor = builders.user("Vic Visitor", is_staff=True)
    address = reverse("admin:escalations_topic_changelist")
    assert signed_in(visitor).get(address).status_code == 403
    role = Group.objects.create(name="Reads topics")
    role.permissions.add(Permission.objects.get(codename="view_topic"))
    visitor.groups.add(role)
    assert signed_in(visitor).get(address).status_code == 200


@pytest.mark.django_db
def test_customers_read_the_names_that_are_meant_for_them(company: Company) -> None:
    case = company.open()
    company.agent.agent.job_title = "Night operator"
    company.agent.agent.save()
    case.team.public_name = "Those who answer first"
    case.team.save()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="We look at it.")
    handling.hold(
        case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=MONDAY + 24 * HOUR
    )
    seen = page(signed_in(company.ida.user), f"/portal/cases/{case.reference}/")
    for said in ("Night operator", "Those who answer first", "We wait for your answer"):
        assert said in seen
    for ours in (company.agent.user.name, company.waiting.name):
        assert ours not in seen
    child = Topic(name="Meters", parent=company.topic)
    assert TopicField(Topic.objects.all()).label_from_instance(child) == "Metering › Meters"


# -- the procedure -------------------------------------------------------------------------------------


def first_target(company: Company, **values: Any) -> Callable[[PolicyVersion], None]:
    """A target that is looked at before all others."""

    def add(draft: PolicyVersion) -> None:
        draft.targets.update(position=F("position") + 1)
        Target.objects.create(version=draft, position=0, calendar=company.calendar, **values)

    return add


def another_policy(company: Company, slug: str, position: int) -> Policy:
    teams = [Team.objects.get(slug=name) for name in ("front", "specialists", "managers", "executives")]
    Policy.objects.filter(slug="standard").update(slug="moved-away")
    version = draft_policy(company.calendar, teams, company.executive.agent)
    Policy.objects.filter(pk=version.policy_id).update(slug=slug, name=slug, position=position)
    Policy.objects.filter(slug="moved-away").update(slug="standard")
    policies.publish_written_by_program(version=version, by=company.administrator, at=MONDAY)
    return Policy.objects.get(pk=version.policy_id)


@pytest.mark.django_db
def test_policies_are_tried_in_order_by_topic_and_plan(company: Company) -> None:
    narrow = another_policy(company, "narrow", 10)
    narrow.topics.add(company.topic)
    assert intake.applicable_version(company.topic, None).policy == narrow
    assert intake.applicable_version(None, None).policy == company.policy
    narrow.topics.clear()
    assert intake.applicable_version(None, None).policy == narrow
    narrow.position = 200
    narrow.save()
    assert intake.applicable_version(None, None).policy == company.policy


@pytest.mark.django_db
def test_the_plan_of_an_organization_chooses_policy_and_target(company: Company) -> None:
    gold = SupportPlan.objects.create(slug="gold", name="Gold")
    newer(company, first_target(company, clock=ClockKind.FIRST_RESPONSE, plan=gold, minutes=7))
    plain = company.open()
    company.ida.organization.plan = gold
    company.ida.organization.save()
    special = company.open()
    minutes = dict(Clock.objects.filter(kind=ClockKind.FIRST_RESPONSE).values_list("case", "target_minutes"))
    assert (minutes[plain.pk], minutes[special.pk]) == (60, 7)
    dear = another_policy(company, "dear", 10)
    dear.plans.add(gold)
    assert intake.applicable_version(None, company.ida.organization).policy == dear
    assert intake.applicable_version(None, company.vera.organization).policy == company.policy


@pytest.mark.django_db
def test_a_target_of_a_level_counts_at_that_level_only(company: Company) -> None:
    newer(company, first_target(company, clock=ClockKind.TRIAGE, level=2, minutes=11))
    company.escalate(company.open(), MONDAY)
    assert Clock.objects.get(kind=ClockKind.TRIAGE).target_minutes == 11


@pytest.mark.django_db
def test_a_topic_brings_its_team_and_its_skill(company: Company) -> None:
    company.topic.team = Team.objects.get(slug="specialists")
    company.topic.skill = Skill.objects.create(slug="sql", name="Databases")
    company.topic.save()
    case = company.open(topic=company.topic)
    assert case.team == company.topic.team
    assert company.open().team != company.topic.team
    client = signed_in(company.agent.user)
    chosen = f'<option value="{company.topic.skill.pk}" selected>Databases</option>'
    for verb in ("escalate", "assess"):
        assert chosen in page(client, f"/desk/cases/{case.reference}/{verb}/"), verb


# -- work ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_script_of_the_topic_and_level_is_shown_with_its_active_lines(company: Company) -> None:
    case = company.open(topic=company.topic)
    other = Topic.objects.create(slug="other", name="Other")
    scripts: list[tuple[str, dict[str, Any]]] = [
        ("Right", {}),
        ("Of another level", {"level": 3}),
        ("Of another topic", {"topic": other}),
        ("Retired", {"is_active": False}),
    ]
    for name, changed in scripts:
        made = Script.objects.create(**({"name": name, "level": 1, "topic": company.topic} | changed))
        made.lines.create(position=2, body=f"Second line of {name}")
        made.lines.create(position=1, body=f"First line of {name}")
        made.lines.create(position=3, body=f"Retired line of {name}", is_active=False)
    assert [script.name for script in scripts_for(case)] == ["Right"]
    seen = page(signed_in(company.agent.user), f"/desk/cases/{case.reference}/panels/script/")
    assert seen.index("First line of Right") < seen.index("Second line of Right")
    assert "Retired line" not in seen
    assert "Of another" not in seen


@pytest.mark.django_db
def test_an_outside_party_is_shown_with_whom_to_reach(company: Company) -> None:
    reach = {"contact": "Ove Berg", "email": "noc@carrier.example", "phone": "+49 30 1234"}
    carrier = OutsideParty.objects.create(slug="carrier", name="The carrier", **reach)
    case = accepted(company)
    work.request(case=case, actor=company.specialist.standing, at=MONDAY, party=carrier, text="Why does it drop?")
    seen = page(signed_in(company.specialist.user), f"/desk/cases/{case.reference}/")
    for said in reach.values():
        assert said in seen


@pytest.mark.django_db
def test_what_is_switched_off_is_offered_no_more(company: Company) -> None:
    carrier = OutsideParty.objects.create(slug="carrier", name="The carrier")
    case = accepted(company)
    client = signed_in(company.specialist.user)
    asking, holding = (f"/desk/cases/{case.reference}/{verb}/" for verb in ("request", "hold"))
    assert carrier.name in page(client, asking)
    assert company.waiting.name in page(client, holding)
    OutsideParty.objects.update(is_active=False)
    PauseReason.objects.update(is_active=False)
    assert carrier.name not in page(client, asking)
    assert company.waiting.name not in page(client, holding)


@pytest.mark.django_db
def test_an_endpoint_that_is_switched_off_is_told_nothing(company: Company) -> None:
    on = Endpoint.objects.create(name="On", channel="webhook", url="https://on.example/")
    off = Endpoint.objects.create(name="Off", channel="webhook", url="https://off.example/", is_active=False)
    company.open()
    assert Notice.objects.filter(recipient=on.code).exists()
    assert not Notice.objects.filter(recipient=off.code).exists()
