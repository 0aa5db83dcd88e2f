"""A house in which every table that the back office shows has rows, and what makes two hundred of each of them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models

from customers.models import ContactAddress, Membership, SupportPlan, UndeliverableAddress
from escalations.actions import endpoints, escalation, handling, moving, paths, policies, resolution, review, set_aside
from escalations.models import (
    Absence,
    AccountEscalation,
    AllowedHost,
    Ask,
    Audit,
    Bulletin,
    CannedReply,
    Case,
    Decision,
    Endpoint,
    Escalation,
    Finding,
    HeldClimb,
    HouseRules,
    Lane,
    LetterTemplate,
    Macro,
    MacroStep,
    Mailbox,
    Message,
    OutsideParty,
    Plan,
    Pulse,
    Reading,
    ReceivedMail,
    Request,
    Rota,
    RotaMember,
    Script,
    ScriptLine,
    SeeingAs,
    Skill,
    Storm,
    StormBrake,
    Team,
    TeamMembership,
    TrainingRecord,
    Violation,
)
from escalations.rules.vocabulary import Elapsed, Outcome
from knowledgebase.models import Article, Category
from tests.cast import MONDAY, Company

ROWS = 200
# There is one row of these, or one for each channel.
FEW = {"escalations.stormbrake", "escalations.lane", "escalations.houserules"}
# What has to differ in each copy besides what is unique by its own column or constraint.
DIFFER: dict[str, tuple[str, ...]] = {
    "customers.organization": ("name",),
    "customers.undeliverableaddress": ("email",),
    "customers.contactaddress": ("contact", "email"),
    "escalations.rotamember": ("rota",),
    "escalations.scriptline": ("script",),
    "escalations.macrostep": ("macro",),
    "escalations.absence": ("agent",),
    "escalations.trainingrecord": ("agent",),
    "customers.accesstoken": ("user",),
    "mfa.authenticator": ("user",),
    "customers.invitation": ("user",),
}
SET: dict[str, dict[str, Any]] = {"escalations.storm": {"ended_at": MONDAY, "is_open": False}}
# Rows on the pages of others, so that a list that asks for them row by row is found out.
BELOW: tuple[type[models.Model], ...] = (TeamMembership, Membership, ContactAddress, RotaMember, ScriptLine, MacroStep)


def fill(company: Company) -> None:
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
    set_aside.put(case_id=case.pk, stage=set_aside.Stage.WAKE, problem=ValueError("no"), at=at)
    moving.order(version=company.version, elapsed=Elapsed.CARRY, by=company.administrator, at=at)
    _configuration(company, at)
    _of_the_engine(company, case, at)
    _of_the_case(company, case, at)
    policies.new_draft(policy=company.policy, by=company.administrator, at=at)
    policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=at)


def _configuration(company: Company, at: datetime) -> None:
    team, topic = Team.objects.get(slug="specialists"), company.topic
    rota = Rota.objects.create(team=team, anchor=at.date(), hands_over=time(9))
    RotaMember.objects.create(rota=rota, agent=company.specialist.agent)
    Absence.objects.create(agent=company.agent.agent, starts_at=at, ends_at=at + timedelta(days=1))
    topic.skill = Skill.objects.create(slug="sql", name="Databases")
    topic.save()
    Script.objects.create(name="First aid", topic=topic).lines.create(body="Turn it off and on")
    CannedReply.objects.create(name="We have it", text="Hello {{ first_name }}")
    Macro.objects.create(name="Mine now").steps.create(verb="take")
    OutsideParty.objects.create(slug="carrier", name="The carrier")
    box = Mailbox.objects.create(slug="support", address="support@belay.example")
    ReceivedMail.objects.create(mailbox=box, sha256="0" * 64, size=1, received_at=at)
    endpoints.ping(endpoint=Endpoint.objects.create(name="Reports", channel="webhook", url="https://r.example/"), at=at)
    AllowedHost.objects.create(host="chat.intern", note="Our own chat")
    LetterTemplate.objects.create(kind="case.opened", reader="staff", language="en", subject="New", text="Look")
    StormBrake.objects.get_or_create(pk=1)
    HouseRules.objects.get_or_create(pk=1)
    Group.objects.get_or_create(name="Readers")
    SupportPlan.objects.create(slug="gold", name="Gold")
    UndeliverableAddress.objects.create(email="gone@customer.example", since=at)
    category = Category.objects.create(slug="first", name="First steps")
    Article.objects.create(
        slug="collector", title="The collector", category=category, body="Restart it.", changed_at=at
    )


def _of_the_engine(company: Company, case: Case, at: datetime) -> None:
    Pulse.objects.create(component="beat", at=at)
    Lane.objects.create(channel="mail", failures=1, down_since=at, error="nobody listens")
    Audit.objects.create(at=at, milliseconds=9, open_escalations=1, statements=20, findings=1)
    Violation.objects.create(kind="journal", about=case.uid, case=case, found_at=at, last_found_at=at)
    HeldClimb.objects.create(storm=Storm.objects.create(began_at=at), case=case, to_level=2, held_at=at)
    paths.check(policy=company.policy, on=at.date(), at=at)
    Bulletin.objects.get_or_create(about="x", defaults={"kind": "paths", "path": "/desk/", "written_at": at})
    agent = company.specialist.agent
    Reading.objects.get_or_create(version=company.version, agent=agent, defaults={"asked_at": at})
    confirmed = {"policy": company.policy, "agent": agent, "confirmed_at": at, "valid_until": at + timedelta(days=365)}
    TrainingRecord.objects.create(**confirmed, key="triage", digest="0" * 64)
    SeeingAs.objects.create(administrator=company.administrator, person=agent.user, reason="A call", began_at=at)
    company.administrator.access_tokens.create(name="Reports", prefix="bly_1", token_hash="0" * 64, made_at=at)
    AccessAttempt.objects.create(username="guesser@x.example", ip_address="192.0.2.1", failures_since_start=1)
    Authenticator.objects.create(user=company.administrator, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    company.administrator.invitations.create(secret_hash="0" * 64, made_at=at, expires_at=at + timedelta(days=7))


def _of_the_case(company: Company, case: Case, at: datetime) -> None:
    climb, boss = Escalation.objects.get(case=case), company.manager.agent
    stake = Message.objects.filter(case=case)[0]
    Ask.objects.create(case=case, contact=company.ida.contact, reason="no_news", stake=stake, asked_at=at)
    Finding.objects.create(escalation=climb, found_at=at, body="The disk is full", written_at=at)
    Plan.objects.create(escalation=climb, written_at=at)
    team = Team.objects.get(slug="specialists")
    Request.objects.create(case=case, team=team, body="Look at the disk", asked_at=at)
    Decision.objects.create(escalation=climb, step=climb.steps.get(), person=boss, asked_at=at, question="May we?")
    AccountEscalation.objects.create(
        organization=company.ida.organization, manager=boss, why="Fire", rhythm_minutes=60, opened_at=at, opened_by=boss
    )


class Copier:
    """Makes two hundred rows of every model that the back office lists, from the first of each."""

    def __init__(self) -> None:
        self._done: set[type[models.Model]] = set()

    def everything(self) -> None:
        for model in (*admin.site._registry, *BELOW):
            self.copy(model)

    def copy(self, model: type[models.Model]) -> None:
        label = model._meta.label_lower
        if model in self._done or label in FEW:
            return
        self._done.add(model)
        rows: models.QuerySet[Any] = models.QuerySet(model)
        first = rows.order_by("pk").first()
        assert first is not None, f"{label} has no row to copy"
        differing = [model._meta.get_field(name) for name in _differing(model)]
        others = {field.name: self._keys(field) for field in differing if field.is_relation}
        have = rows.count()
        used = {name: set(rows.values_list(f"{name}_id", flat=True)) for name in others}
        free = {name: [key for key in keys if key not in used[name]] for name, keys in others.items()}
        rows.bulk_create(_copy(first, number, differing, free) for number in range(ROWS - have))

    def _keys(self, field: Any) -> list[Any]:
        self.copy(field.related_model)
        return list(models.QuerySet(field.related_model).order_by("pk").values_list("pk", flat=True))


def _differing(model: type[models.Model]) -> set[str]:
    """The columns that may not be the same twice: unique ones, and one of each constraint."""
    found = {field.name for field in model._meta.concrete_fields if field.unique and not field.primary_key}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            fields: list[Any] = [model._meta.get_field(name) for name in constraint.fields]
            related = [field.name for field in fields if field.is_relation and not field.null]
            plain = [field.name for field in fields if isinstance(field, models.CharField) and not field.choices]
            found.add((related or plain or [field.name for field in fields])[0])
    found |= {fields[0] for fields in model._meta.unique_together}
    return found | set(DIFFER.get(model._meta.label_lower, ()))


def _copy(row: Any, number: int, differing: list[Any], others: dict[str, list[Any]]) -> Any:
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for field in differing:
        values[field.attname] = _other(values[field.attname], number, field, others.get(field.name, []))
    return type(row)(**(values | SET.get(row._meta.label_lower, {})))


def _other(value: Any, number: int, field: Any, keys: list[Any]) -> Any:
    if value is None or (field.is_relation and field.null):
        return None
    if field.is_relation:
        return keys[number]
    if isinstance(value, int):
        return value + number + 1
    return f"{number + 1}-{value}"[: field.max_length]
