"""Whoever changed live configuration, when and what, is read on a page; what the engine notes is no such change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from customers.models import Organization
from escalations.actions import endpoints, mailboxes
from escalations.actions.incoming import keeping
from escalations.models import Agent, AllowedHost, Endpoint, Mailbox, Policy, Team, Topic
from tests.admin.forms import add_row, filled
from tests.cast import MONDAY, Company
from tests.policies import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def page(client: Client, row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[row.pk])  # type: ignore[attr-defined]
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def change(client: Client, row: object, **values: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])  # type: ignore[attr-defined]
    answer = client.post(address, {**filled(client, address), **values})
    assert answer.status_code == 302, answer.context["errors"]
    return address


def test_the_history_says_who_changed_what_from_which_value_to_which(office: Client, company: Company) -> None:
    team = Team.objects.get(slug="specialists")
    change(office, team, public_name="Our experts")
    told = page(office, team)
    assert "Ada Admin" in told
    assert '<dt>Name for customers</dt> <dd><del>Specialists</del> → <ins class="' in told
    assert "Our experts</ins>" in told


def test_the_history_of_a_team_tells_of_its_members_by_name(office: Client, company: Company) -> None:
    team = Team.objects.get(slug="specialists")
    address = reverse("admin:escalations_team_change", args=[team.pk])
    data = filled(office, address)
    add_row(data, "memberships", agent=company.agent.agent.pk, team=team.pk)
    data["memberships-0-is_lead"] = ""
    assert office.post(address, data).status_code == 302
    told = page(office, team)
    assert "Ben Okafor: added" in told
    assert "Mara Lindt: changed" in told
    assert "<dt>Leads the team</dt> <dd><del>yes</del>" in told
    change(office, team, **{"memberships-0-DELETE": "on"})
    assert "removed" in page(office, team)


def test_what_a_row_refers_to_is_told_by_name(office: Client, company: Company) -> None:
    change(office, company.topic, team=Team.objects.get(slug="front").pk)
    assert "<del>–</del>" in page(office, company.topic)
    assert "Front line</ins>" in page(office, company.topic)
    other = Policy.objects.create(slug="narrow", name="Narrow")
    change(office, other, topics=[company.topic.pk])
    assert "<dt>Only these topics</dt> <dd><del>–</del>" in page(office, other)
    assert "Metering</ins>" in page(office, other)


def test_acts_stand_between_the_changes(office: Client, company: Company) -> None:
    agent = company.agent.agent
    office.post(reverse("admin:escalations_agent_deactivate", args=[agent.pk]))
    assert not Agent.objects.get(pk=agent.pk).is_active
    told = page(office, agent)
    assert "Deactivated: their open work is handed over." in told
    assert "<dt>Works here</dt> <dd><del>yes</del>" in told


def test_no_password_secret_or_address_of_a_chat_is_kept_or_told(office: Client, company: Company) -> None:
    box = Mailbox.objects.create(slug="support", address="support@belay.example", host="imap.example")
    change(office, box, password="sesame-opens", sender_name="Support")
    room = Endpoint.objects.create(name="Room", channel="chat", url="https://chat.example/hook/first")
    endpoints.new_secret(endpoint=room, at=MONDAY)
    change(office, room, url="https://chat.example/hook/second")
    kept = [str(row) for row in (*Mailbox.history.values_list(), *Endpoint.history.values_list())]
    assert not any("sesame" in row or room.secret in row for row in kept)
    told = page(office, box) + page(office, room)
    assert "another value, which is not shown" in told
    assert not any(secret in told for secret in ("sesame", room.secret, "/hook/"))


def test_what_the_engine_notes_about_mailboxes_and_endpoints_is_no_change(company: Company) -> None:
    box = Mailbox.objects.create(slug="support", address="support@belay.example", host="imap.example")
    room = Endpoint.objects.create(name="Room", channel="webhook", url="https://room.example/")
    before = Mailbox.history.count(), Endpoint.history.count()
    mailboxes.took(mailbox=box, uid=7)
    mailboxes.looked(mailbox=box, at=MONDAY, uid_validity=1, last_uid=8)
    mailboxes.failed(mailbox=box, error="nobody listens", at=MONDAY)
    mailboxes.begin_again(mailbox=box)
    keeping.keep(raw=b"From: a@b.example\r\n\r\nHello", at=MONDAY, mailbox=box)
    notice = endpoints.ping(endpoint=room, at=MONDAY)
    for _try in range(4):
        endpoints.answered(notice=notice, outcome="failed", wait=None, at=MONDAY)
    room.refresh_from_db()
    assert room.failures == 4
    assert room.rests_until is not None
    assert room.rests_until > MONDAY
    endpoints.answered(notice=notice, outcome="accepted", wait=None, at=MONDAY + timedelta(hours=1))
    endpoints.answered(notice=notice, outcome="gone", wait=None, at=MONDAY + timedelta(hours=2))
    assert (Mailbox.history.count(), Endpoint.history.count()) == before


def test_a_program_is_named_where_nobody_sat_at_the_back_office(office: Client, company: Company) -> None:
    host = AllowedHost.objects.create(host="chat.intern", note="Our own chat")
    host.note = "The chat of the house"
    host.save()
    assert "a program" in page(office, host)


def test_who_may_only_look_reads_the_history_and_sets_nothing_back(company: Company) -> None:
    reader = builders.user("Rita Reader", is_staff=True)
    client = Client()
    client.force_login(reader)
    address = reverse("admin:escalations_topic_history", args=[company.topic.pk])
    assert client.get(address).status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="view_topic"))
    assert client.get(address).status_code == 200
    version = Topic.history.get(id=company.topic.pk)
    assert client.post(f"{address}{version.history_id}/", {"name": "Mine"}).status_code in (302, 404)
    assert client.post(address, {"name": "Mine"}).status_code in (200, 405)
    assert Topic.objects.get(pk=company.topic.pk).name == "Metering"


def test_the_history_is_found_from_the_page_of_the_row(office: Client, company: Company) -> None:
    for row in (company.topic, company.policy, Organization.objects.all()[0], Policy.objects.all()[0]):
        meta = row._meta
        shown = office.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]))
        assert reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[row.pk]) in shown.content.decode()
