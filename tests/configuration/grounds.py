"""Configurations to write down and read in, and an installation that is empty again afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from customers.models import SupportPlan
from escalations.actions import configuration
from escalations.actions.configuration import Outcome
from escalations.channels.configured import OUTSIDE
from escalations.management.demonstration.duty import settle
from escalations.management.demonstration.knowledge import write_articles
from escalations.management.demonstration.people import hire_and_welcome
from escalations.management.demonstration.procedure import write_down
from escalations.models import (
    Agent,
    AllowedHost,
    CalendarVersion,
    CannedReply,
    Endpoint,
    HouseRules,
    LetterTemplate,
    Macro,
    Mailbox,
    OutsideParty,
    PauseReason,
    Policy,
    PolicyVersion,
    Role,
    Rota,
    RotaMember,
    Script,
    Skill,
    SpecialDay,
    StormBrake,
    Team,
    Topic,
    Training,
)
from knowledgebase.models import Category
from tests.cast import company

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


class Undo(Exception):
    """The database is as it was before."""


def elsewhere(build: Callable[[], Any]) -> str:
    """The configuration of another installation, which is gone afterwards."""
    found = ""
    try:
        with transaction.atomic():
            build()
            found = configuration.exported()
            raise Undo
    except Undo:
        return found


def imported(text: str | bytes, *, dry_run: bool = False) -> Outcome:
    content = text.encode() if isinstance(text, str) else text
    return configuration.imported(content, by=None, outside=OUTSIDE, dry_run=dry_run)


def told(problem: Any) -> list[str]:
    """What was refused, each with its place."""
    return [str(each) for each in problem.value.problems]


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


def demonstration() -> None:
    cast = hire_and_welcome()
    write_down(cast, NOW)
    write_articles(cast, NOW)
    settle(cast, NOW)


def full_house() -> None:
    """A row of every kind, with values that differ from those that go without saying."""
    cast = company()
    HouseRules.objects.create(by_team=True, needs_second_factor=True, invitation_days=3)
    StormBrake.objects.create(climbs=7, minutes=3, is_on=False)
    group = Group.objects.create(name="Lookers")
    group.permissions.set(Permission.objects.filter(codename__in=("view_case", "view_team")))
    cast.agent.user.groups.add(group)
    SupportPlan.objects.create(slug="care", name="Care")
    skill = Skill.objects.create(slug="sql", name="Databases")
    Agent.objects.filter(pk=cast.agent.agent.pk).update(manager=cast.manager.agent, authority_limit=500)
    cast.agent.agent.skills.add(skill)
    team = Team.objects.get(slug="front")
    rota = Rota.objects.create(team=team, anchor=date(2026, 1, 5), hands_over=time(8, 30), calendar=cast.calendar)
    for position in (1, 2):
        RotaMember.objects.create(rota=rota, agent=cast.agent.agent, position=position)
    topic = Topic.objects.create(
        slug="meters", name="Meters", parent=cast.topic, team=team, skill=skill, is_offered=False
    )
    PauseReason.objects.create(slug="none", name="Nothing stops", public_label="We wait", stops=[], is_active=False)
    for level in (1, 2):
        script = Script.objects.create(name="First aid", topic=topic, level=level)
        script.lines.create(position=5, body="Turn it off and on")
        script.lines.create(position=9, body="Ask again", is_active=False)
    CannedReply.objects.create(name="We have it", text="Hello {{ contact }}", language="de", topic=topic)
    macro = Macro.objects.create(name="Wait for them", meaning="When it is their turn")
    macro.steps.create(position=1, verb="take")
    macro.steps.create(position=2, verb="hold", values={"pause": "none", "hours": 4})
    OutsideParty.objects.create(slug="carrier", name="The carrier", email="desk@carrier.example", phone="+49 1")
    edition = CalendarVersion.objects.create(calendar=cast.calendar, number=2, time_zone="UTC")
    SpecialDay.objects.create(version=edition, date="2026-12-24", name="Eve", opens=540, closes=1800, source="DE")
    policy = Policy.objects.create(slug="second", name="Second", owner=cast.manager.agent, position=5)
    policy.topics.set([topic, cast.topic])
    version = PolicyVersion.objects.create(policy=policy, purpose="One\r\n\r\n  two\n", note="New: “all” of it")
    Role.objects.create(version=version, position=4, stage="triage", party="team", involvement="does", duty="Looks")
    Training.objects.create(version=version, position=1, key="first", title="Do", text="# Do\n\n- this\n- that\n")
    said = {"subject": "{{ reference }}", "text": "Hello\n\nThere"}
    LetterTemplate.objects.create(kind="case.opened", reader="staff", language="en", is_active=False, **said)
    AllowedHost.objects.create(host="10.0.0.5", note="Our own chat")
    box = {
        "aliases": ["help@belay.example"],
        "host": "imap.belay.example",
        "username": "support",
        "password": "hush-hush",
    }
    Mailbox.objects.create(slug="support", address="support@belay.example", topic=topic, **box)
    Endpoint.objects.create(name="Reports", channel="webhook", url="https://r.example/in?key=hush-hush", team=team)
    Endpoint.objects.create(name="Room", channel="chat", url="http://10.0.0.5/hooks/hush-hush", kinds=["case.opened"])
    shelf = Category.objects.create(slug="z-shelf", name="Shelf", visibility="internal")
    Category.objects.create(slug="a-box", name="Box", parent=shelf, visibility="internal", position=1)
