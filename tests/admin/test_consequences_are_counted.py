"""Before something is switched off or deleted, its consequences are counted; nothing happens by being asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.admin import consequences
from escalations.models import (
    Agent,
    AllowedHost,
    Endpoint,
    Mailbox,
    Notice,
    OutsideParty,
    PauseReason,
    Script,
    StormBrake,
    Topic,
)
from tests.admin.forms import filled
from tests.cast import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def page(row: Any, name: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def switch_off(client: Client, row: Any, switch: str = "is_active") -> Any:
    data = filled(client, page(row))
    data.pop(switch)
    return client.post(page(row), data)


def agreed(client: Client, row: Any, answer: Any) -> Any:
    """The button of the page that asks."""
    data: dict[str, list[str]] = {}
    for name, value in answer.context["typed"]:
        data.setdefault(name, []).append(value)
    return client.post(page(row), data | {answer.context["agreed"]: "yes"})


def rows(company: Company) -> list[tuple[Any, str]]:
    return [
        (Endpoint.objects.create(name="Reports", channel="webhook", url="https://r.example/"), "is_active"),
        (Mailbox.objects.create(slug="support", address="support@belay.example"), "is_active"),
        (company.topic, "is_offered"),
        (company.waiting, "is_active"),
        (OutsideParty.objects.create(slug="carrier", name="The carrier"), "is_active"),
        (Script.objects.create(name="First aid", topic=company.topic), "is_active"),
        (StormBrake.objects.get_or_create(pk=1)[0], "is_on"),
    ]


def test_every_switch_is_asked_back_with_numbers_and_then_obeyed(office: Client, company: Company) -> None:
    made = rows(company)
    assert {type(row) for row, _switch in made} == set(consequences.SWITCHED_OFF)
    for row, switch in made:
        asked = switch_off(office, row, switch)
        assert asked.status_code == 200, row
        assert asked.context["consequences"], row
        assert all(any(sign.isdigit() for sign in said) for said in asked.context["consequences"]), row
        row.refresh_from_db()
        assert getattr(row, switch) is True, row
        assert agreed(office, row, asked).status_code == 302, row
        row.refresh_from_db()
        assert getattr(row, switch) is False, row


def test_an_edit_that_switches_nothing_off_is_saved_at_once(office: Client, company: Company) -> None:
    data = filled(office, page(company.topic))
    assert office.post(page(company.topic), data | {"name": "Meters"}).status_code == 302
    assert Topic.objects.get(pk=company.topic.pk).name == "Meters"
    off = PauseReason.objects.create(slug="off", name="Off", public_label="Off", is_active=False)
    assert office.post(page(off), filled(office, page(off)) | {"name": "Still off"}).status_code == 302


def test_the_numbers_are_those_of_today(office: Client, company: Company) -> None:
    room = Endpoint.objects.create(name="Reports", channel="webhook", url="https://r.example/")
    company.open(topic=company.topic)
    company.open(topic=company.topic)
    waiting = Notice.objects.filter(recipient=room.code).count()
    assert waiting > 0
    assert consequences.switched_off(room)[0].startswith(f"{waiting} notice")
    assert consequences.switched_off(company.topic)[0].startswith("2 open cases are about it")


def test_what_others_speak_of_stays_and_they_are_counted(office: Client, company: Company) -> None:
    company.open(topic=company.topic)
    answer = office.get(page(company.topic, "delete"), follow=True)
    assert "1 case" in answer.content.decode()
    office.post(page(company.topic, "delete"), {"post": "yes"})
    assert Topic.objects.filter(pk=company.topic.pk).exists()


def test_what_may_go_says_what_goes_with_it(office: Client, company: Company) -> None:
    host = AllowedHost.objects.create(host="chat.intern", note="Our own chat")
    Endpoint.objects.create(name="Room", channel="chat", url="https://chat.intern/hook")
    asked = office.get(page(host, "delete"))
    assert asked.context["consequences"] == ["1 active endpoint is on this host and is called no more."]
    assert "1 active endpoint" in asked.content.decode()
    assert office.post(page(host, "delete"), {"post": "yes"}).status_code == 302
    assert not AllowedHost.objects.exists()


def test_who_is_deactivated_is_counted_in_every_part(office: Client, company: Company) -> None:
    asked = office.get(reverse("admin:escalations_agent_deactivate", args=[company.manager.agent.pk]))
    assert "They lead teams: 1; take turns in rotas: 0; are the manager of people: 0." in asked.content.decode()
    assert Agent.objects.get(pk=company.manager.agent.pk).is_active
