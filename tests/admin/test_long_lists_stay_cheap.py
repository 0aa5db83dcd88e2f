"""A list of two hundred rows asks the database no more often than a list of twenty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import SupportPlan
from escalations.models import (
    Agent,
    Calendar,
    CalendarVersion,
    Case,
    Clock,
    Escalation,
    Event,
    Notice,
    PauseReason,
    Policy,
    PolicyVersion,
    Pulse,
    Review,
    Survey,
    Team,
    TeamMembership,
    Topic,
)
from tests.cast import MONDAY
from tests.cast import Company as Cast
from tests.policies import builders

pytestmark = pytest.mark.django_db

STATEMENTS, ROWS = 12, 200


def cases(company: Cast) -> None:
    first = company.open()
    for number in range(ROWS):
        first.pk, first.uid, first._state.adding = None, f"case{number}", True
        first.owner = company.agent.agent
        first.save(force_insert=True)


def of_cases(company: Cast) -> None:
    cases(company)
    keys = list(Case.objects.values_list("pk", flat=True))
    clock = Clock.objects.all()[0]
    Clock.objects.bulk_create(copy(clock, case_id=key, start_seq=90) for key in keys)
    event = Event.objects.filter(notices__isnull=False)[0]
    Event.objects.bulk_create(copy(event, case_id=key, seq=90) for key in keys)
    notice = Notice.objects.all()[0]
    Notice.objects.bulk_create(copy(notice, case_id=key, uid=f"notice{key}", recipient=f"user:{key}") for key in keys)
    Survey.objects.bulk_create(
        Survey(case_id=key, resolution_seq=1, contact=company.ida.contact, score=4, answered_at=MONDAY) for key in keys
    )
    agents = [company.agent.agent, company.specialist.agent]
    climbs = Escalation.objects.bulk_create(
        Escalation(
            case_id=key,
            source="agent",
            reason="skill",
            accountable=agents[key % 2],
            started_at=MONDAY,
            next_check_at=MONDAY + timedelta(days=1),
        )
        for key in keys
    )
    Review.objects.bulk_create(
        Review(escalation=climb, author=agents[0], causes="c", lessons="l", written_at=MONDAY) for climb in climbs
    )


def copy(row: models.Model, **changed: object) -> Any:
    """The same row once more, not saved, with some columns changed."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values[row._meta.pk.attname] = None
    return type(row)(**(values | {"key": None} if isinstance(row, Event) else values) | changed)


def people(company: Cast) -> None:
    for number in range(ROWS):
        team = Team.objects.create(slug=f"t{number}", name=f"Team {number}", public_name="Team")
        person = Agent.objects.create(user=builders.user(f"Person {number}"))
        TeamMembership.objects.create(team=team, agent=person, is_lead=True)


def offerings(company: Cast) -> None:
    for number in range(ROWS):
        parent = Topic.objects.order_by("-pk").first()
        Topic.objects.create(slug=f"n{number}", name=f"Topic {number}", parent=parent, team=Team.objects.first())
        PauseReason.objects.create(slug=f"r{number}", name="r", public_label="r", stops=["resolution"])
        Pulse.objects.create(component=f"part {number}", at=MONDAY)


def versions(company: Cast) -> None:
    plan = SupportPlan.objects.create(slug="gold", name="Gold")
    for number in range(ROWS):
        policy = Policy.objects.create(slug=f"p{number}", name=f"Policy {number}")
        policy.plans.add(plan)
        PolicyVersion.objects.create(policy=policy)
        calendar = Calendar.objects.create(slug=f"c{number}", name=f"Calendar {number}")
        CalendarVersion.objects.create(calendar=calendar, time_zone="UTC")


LISTS: list[tuple[Callable[[Cast], None], list[type[models.Model]]]] = [
    (of_cases, [Case, Clock, Event, Notice, Survey, Escalation, Review]),
    (people, [Team, Agent]),
    (offerings, [Topic, PauseReason, Pulse]),
    (versions, [Policy, PolicyVersion, Calendar, CalendarVersion]),
]


@pytest.mark.parametrize(("fill", "kinds"), LISTS, ids=[fill.__name__ for fill, _kinds in LISTS])
def test_a_list_of_two_hundred_rows_takes_few_statements(
    company: Cast, fill: Callable[[Cast], None], kinds: list[type[models.Model]]
) -> None:
    fill(company)
    client = Client()
    client.force_login(company.administrator)
    for kind in kinds:
        assert kind._default_manager.count() >= ROWS
        address = reverse(f"admin:escalations_{kind._meta.model_name}_changelist")
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address, {"all": ""}).status_code == 200
        assert len(counted) <= STATEMENTS, (kind.__name__, [query["sql"][:160] for query in counted])
