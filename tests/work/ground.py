"""Where the work begins: an escalation somebody has taken up, and a procedure that wants it in writing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from escalations.actions import escalation, policies
from escalations.actions.work import PlanLine
from escalations.models import (
    Case,
    Escalation,
    Finding,
    Notice,
    OutsideParty,
    Plan,
    PlanStep,
    PolicyVersion,
    Request,
    Requirement,
    Script,
    ScriptLine,
    ScriptTick,
    Target,
    Watcher,
)
from escalations.rules.vocabulary import TO_RESOLVE, ClockKind, Document
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company, Customer, Worker

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOMORROW = date(2026, 3, 3)
WORK: tuple[type[models.Model], ...] = (Finding, Plan, PlanStep, Request, ScriptTick, Watcher)
AFTERWARDS = {ClockKind.REQUEST: 240, ClockKind.FOLLOW_UP: 5 * 480, ClockKind.REVIEW: 960}


def all_rows() -> dict[str, list[Any]]:
    """Every operational row there is, those of the work included."""
    return {**everything(), **{model.__name__: list(model._default_manager.order_by("pk").values()) for model in WORK}}


def strict(company: Company, *documents: Document, to_answer: int = 240) -> PolicyVersion:
    """The next version of the policy: it wants these documents before a case is resolved, else all there are.

    Requests are answered within half a working day (`to_answer` minutes), and somebody follows up five working days
    after the end.
    """
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    draft.requirements.all().delete()
    draft.targets.filter(clock__in=[clock.value for clock in AFTERWARDS]).delete()
    for position, document in enumerate(documents or TO_RESOLVE):
        Requirement.objects.create(version=draft, position=position, document=document.value)
    for position, (clock, minutes) in enumerate({**AFTERWARDS, ClockKind.REQUEST: to_answer}.items(), start=20):
        Target.objects.create(version=draft, position=position, clock=clock, minutes=minutes, calendar=company.calendar)
    return policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY)


def accepted(company: Company, at: datetime = MONDAY) -> Case:
    """A case of Ida's that the agent escalated and the specialist took up, telling her so."""
    case = company.escalate(company.open(at=at), at)
    escalation.accept(case=case, actor=company.specialist.standing, at=at, text="I have it; news by noon.")
    case.refresh_from_db()
    return case


def climb_of(case: Case) -> Escalation:
    return Escalation.objects.get(case=case)


def line(owner: Worker, body: str = "Replace the lock", due_on: date = TOMORROW) -> PlanLine:
    return PlanLine(body, owner.agent, due_on)


def carrier() -> OutsideParty:
    return OutsideParty.objects.create(slug="carrier", name="Nordic Carrier", contact="Service desk")


def script(company: Company, *bodies: str) -> list[ScriptLine]:
    """A script for the front line, for every topic."""
    row = Script.objects.create(name="Readings stop", level=1)
    wanted = bodies or ("Restart the collector", "Read the lock file")
    return [ScriptLine.objects.create(script=row, position=n, body=body) for n, body in enumerate(wanted)]


def told(person: Worker | Customer, since: datetime | None = None) -> list[str]:
    """The kinds of event this person was told of in the inbox, in order."""
    code = person.user.code if isinstance(person, Worker) else person.contact.code
    found = Notice.objects.filter(recipient=code, channel="in_app").order_by("pk")
    if since:
        found = found.filter(written_at__gte=since)
    return list(found.values_list("event__kind", flat=True))
