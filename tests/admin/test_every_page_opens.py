"""Lists are searched and filtered, records are never written, and nobody without the right sees anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from escalations.admin import navigation
from tests.admin.house import fill
from tests.cast import Company as Cast

pytestmark = pytest.mark.django_db

PAGES = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "escalations"),
    key=lambda model: model.__name__,
)
EDITED = {
    "Team", "Agent", "Skill", "Rota", "Absence", "Policy", "Calendar", "Topic", "PauseReason", "Script", "OutsideParty",
    "Mailbox",
    "Endpoint", "AllowedHost", "CannedReply", "Macro",
}  # fmt: skip


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:escalations_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def a_full_house(company: Cast) -> Client:
    """Every table has a row."""
    fill(company)
    client = Client()
    client.force_login(company.administrator)
    return client


def test_every_list_is_searched_and_filtered(a_full_house: Client) -> None:
    for model in PAGES:
        if model.__name__ == "HouseRules":
            continue  # one row, on a page of its own
        listed = a_full_house.get(address(model, "changelist"))
        assert listed.status_code == 200, model.__name__
        assert listed.context["cl"].result_count > 0, model.__name__
        for question in ("?q=B-1042+nothing%27%22%25", *queries_of(listed)):
            assert a_full_house.get(address(model, "changelist") + question).status_code == 200, question


def queries_of(listed: Any) -> Iterator[str]:
    """The address of one choice of each filter."""
    for spec in listed.context["cl"].filter_specs:
        choices = list(spec.choices(listed.context["cl"]))
        found = [choice["query_string"] for choice in choices if choice.get("query_string", "?") != "?"]
        yield from found[-1:]


def test_only_configuration_is_added_by_hand(a_full_house: Client) -> None:
    for model in PAGES:
        answer = a_full_house.get(address(model, "add")).status_code
        assert answer == (200 if model.__name__ in EDITED else 403), model.__name__


def test_staff_without_rights_see_no_page(visitor: Client) -> None:
    assert visitor.get(reverse("admin:index")).status_code == 200
    for model in PAGES:
        assert visitor.get(address(model, "changelist")).status_code == 403, model.__name__


def test_who_has_not_signed_in_is_asked_to(client: Client) -> None:
    for model in PAGES:
        answer = client.get(address(model, "changelist"))
        assert answer.status_code == 302
        assert reverse("admin:login") in answer["Location"], model.__name__


def test_a_case_is_found_by_its_reference(a_full_house: Client, company: Cast) -> None:
    other = company.open(company.vera, subject="Something else")
    for name in ("case", "clock", "event", "notice"):
        listed = a_full_house.get(reverse(f"admin:escalations_{name}_changelist"), {"q": other.reference.lower()})
        cases = {row.pk if name == "case" else row.case_id for row in listed.context["cl"].result_list}
        assert cases == {other.pk}, name


def test_a_notice_names_the_person_who_was_told(a_full_house: Client, company: Cast) -> None:
    page = a_full_house.get(reverse("admin:escalations_notice_changelist")).content.decode()
    assert company.ida.contact.name in page
    assert company.specialist.user.name in page


RECORDS = [
    model
    for model in PAGES
    if model.__name__ not in {*EDITED, "StormBrake", "HouseRules", "PolicyVersion", "CalendarVersion", "LetterTemplate"}
]


def test_records_are_never_written_here(a_full_house: Client) -> None:
    for model in RECORDS:
        row = model._default_manager.all()[0]
        before = list(model._default_manager.order_by("pk").values())
        assert a_full_house.post(address(model, "change", row.pk), {"subject": "Mine"}).status_code == 403
        assert a_full_house.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert a_full_house.post(address(model, "add"), {"subject": "Mine"}).status_code == 403
        many = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        a_full_house.post(address(model, "changelist"), many)
        assert list(model._default_manager.order_by("pk").values()) == before, model.__name__


def offered(client: Client) -> list[str]:
    request = client.get(reverse("admin:index")).wsgi_request
    return [str(item["link"]) for section in navigation.sections(request) for item in section["items"]]


def test_the_side_bar_leads_to_every_page_of_the_back_office(a_full_house: Client) -> None:
    links = offered(a_full_house)
    registered = {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    }
    names = ("escalations_pulse_health", "escalations_case_imports", "escalations_configuration")
    own = {reverse(f"admin:{name}") for name in names}
    assert {link.partition("?")[0] for link in links} == registered | own
    assert [link for link in links if a_full_house.get(link, follow=True).status_code != 200] == []


def test_the_side_bar_leaves_out_what_somebody_may_not_see(visitor: Client) -> None:
    assert offered(visitor) == []
