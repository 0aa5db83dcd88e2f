"""Every list and every page of the back office opens for an administrator, and for nobody without the right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from escalations.actions import endpoints, escalation, handling, moving, paths, policies, resolution, review, set_aside
from escalations.admin import navigation
from escalations.models import (
    Absence,
    AccountEscalation,
    AllowedHost,
    Ask,
    Audit,
    Bulletin,
    Case,
    Decision,
    Endpoint,
    Escalation,
    Finding,
    HeldClimb,
    Lane,
    LetterTemplate,
    Mailbox,
    Message,
    OutsideParty,
    Plan,
    Pulse,
    ReceivedMail,
    Request,
    Review,
    Rota,
    RotaMember,
    Script,
    Skill,
    Storm,
    StormBrake,
    Survey,
    Team,
    Violation,
)
from escalations.rules.vocabulary import Elapsed, Outcome
from tests.cast import MONDAY
from tests.cast import Company as Cast

pytestmark = pytest.mark.django_db

PAGES = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "escalations"),
    key=lambda model: model.__name__,
)
EDITED = {
    "Team", "Agent", "Skill", "Rota", "Absence", "Policy", "Calendar", "Topic", "PauseReason", "Script", "OutsideParty",
    "Mailbox",
    "Endpoint", "AllowedHost",
}  # fmt: skip


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:escalations_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def a_full_house(company: Cast) -> Client:
    """Every table has a row: one case went up, was solved, rated and reviewed; a draft lies beside it."""
    case = company.escalate(company.open(), MONDAY + timedelta(minutes=10))
    at = MONDAY + timedelta(minutes=20)
    escalation.accept(case=case, actor=company.specialist.standing, at=at, text="We are on it.")
    handling.note(case=case, actor=company.specialist.standing, at=at, text="The collector is full.")
    resolution.resolve(
        case=case, actor=company.specialist.standing, at=at, outcome=Outcome.SOLVED, text="It runs again."
    )
    resolution.confirm(case=case, actor=company.ida.standing, at=at)
    resolution.rate(case=case, actor=company.ida.standing, at=at, score=5, comment="Thank you")
    review.write_review(case=case, actor=company.specialist.standing, at=at, causes="Disk", lessons="Watch the disk")
    assert Review.objects.exists()
    assert Survey.objects.exists()
    Pulse.objects.create(component="beat", at=at)
    Lane.objects.create(channel="mail", failures=1, down_since=at, error="nobody listens")
    endpoints.ping(endpoint=Endpoint.objects.create(name="Reports", channel="webhook", url="https://r.example/"), at=at)
    AllowedHost.objects.create(host="chat.intern", note="Our own chat")
    set_aside.put(case_id=case.pk, stage=set_aside.Stage.WAKE, problem=ValueError("no"), at=at)
    moving.order(version=company.version, elapsed=Elapsed.CARRY, by=company.administrator, at=at)
    everything_around(company, case, at)
    policies.new_draft(policy=company.policy, by=company.administrator, at=at)
    policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=at)
    client = Client()
    client.force_login(company.administrator)
    return client


def everything_around(company: Cast, case: Case, at: datetime) -> None:
    """A row of whatever no story of one case writes."""
    team, topic = Team.objects.get(slug="specialists"), company.topic
    rota = Rota.objects.create(team=team, anchor=at.date(), hands_over=time(9))
    RotaMember.objects.create(rota=rota, agent=company.specialist.agent)
    Absence.objects.create(agent=company.agent.agent, starts_at=at, ends_at=at + timedelta(days=1))
    topic.skill = Skill.objects.create(slug="sql", name="Databases")
    topic.save()
    Script.objects.create(name="First aid", topic=topic).lines.create(body="Turn it off and on")
    OutsideParty.objects.create(slug="carrier", name="The carrier")
    box = Mailbox.objects.create(slug="support", address="support@belay.example")
    ReceivedMail.objects.create(mailbox=box, sha256="0" * 64, size=1, received_at=at)
    StormBrake.objects.get_or_create(pk=1)
    Audit.objects.create(at=at, milliseconds=9, open_escalations=1, statements=20, findings=1)
    Violation.objects.create(kind="journal", about=case.uid, case=case, found_at=at, last_found_at=at)
    LetterTemplate.objects.create(kind="case.opened", reader="staff", language="en", subject="New", text="Look")
    HeldClimb.objects.create(storm=Storm.objects.create(began_at=at), case=case, to_level=2, held_at=at)
    paths.check(policy=company.policy, on=at.date(), at=at)
    Bulletin.objects.get_or_create(about="x", defaults={"kind": "paths", "path": "/desk/", "written_at": at})
    climb, boss = Escalation.objects.get(case=case), company.manager.agent
    stake = Message.objects.filter(case=case)[0]
    Ask.objects.create(case=case, contact=company.ida.contact, reason="no_news", stake=stake, asked_at=at)
    Finding.objects.create(escalation=climb, found_at=at, body="The disk is full", written_at=at)
    Plan.objects.create(escalation=climb, written_at=at)
    Request.objects.create(case=case, team=team, body="Look at the disk", asked_at=at)
    Decision.objects.create(escalation=climb, step=climb.steps.get(), person=boss, asked_at=at, question="May we?")
    AccountEscalation.objects.create(
        organization=company.ida.organization, manager=boss, why="Fire", rhythm_minutes=60, opened_at=at, opened_by=boss
    )


def test_the_index_opens(a_full_house: Client) -> None:
    assert a_full_house.get(reverse("admin:index")).status_code == 200


def test_every_list_opens_is_searched_and_filtered(a_full_house: Client) -> None:
    for model in PAGES:
        page = admin.site._registry[model]
        assert page.search_fields, f"{model.__name__} is searched"
        assert page.list_filter, f"{model.__name__} is filtered"
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


def test_every_row_opens(a_full_house: Client) -> None:
    for model in PAGES:
        rows = list(model._default_manager.all())
        assert rows, model.__name__
        for row in rows[:3]:
            assert a_full_house.get(address(model, "change", row.pk)).status_code == 200, model.__name__


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
    if model.__name__ not in {*EDITED, "StormBrake", "PolicyVersion", "CalendarVersion", "LetterTemplate"}
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
    assert [link for link in links if a_full_house.get(link).status_code != 200] == []


def test_the_side_bar_leaves_out_what_somebody_may_not_see(visitor: Client) -> None:
    assert offered(visitor) == []
