"""A house in which every table has a row, and everybody has the most hostile name that a form takes.

Two cases stand for everything that belongs to somebody: `own`, raised by the contact and worked on by the agent, the
specialist and the manager, and `foreign`, of another organization, in a team of which nobody here is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.test import Client

from customers import actions as people
from customers import tokens
from customers.models import Contact, Invitation, Organization, SupportPlan, Tier, User
from escalations.actions import (
    endpoints,
    escalation,
    handling,
    moving,
    paths,
    policies,
    resolution,
    review,
    roles,
    set_aside,
)
from escalations.actions.attachments import Upload
from escalations.models import (
    Absence,
    AccountEscalation,
    Agent,
    AllowedHost,
    Ask,
    Audit,
    Calendar,
    CannedReply,
    Case,
    Decision,
    DutyOverride,
    Endpoint,
    Escalation,
    Finding,
    HeldClimb,
    HouseRules,
    Lane,
    LetterTemplate,
    Macro,
    Message,
    OutsideParty,
    PauseReason,
    Plan,
    Policy,
    Pulse,
    Reading,
    ReceivedMail,
    Request,
    Rota,
    RotaMember,
    SavedView,
    Script,
    SeeingAs,
    Skill,
    Step,
    Storm,
    StormBrake,
    Team,
    Topic,
    TrainingRecord,
    Violation,
)
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import Elapsed, Impact, Outcome, Urgency
from knowledgebase import actions as knowledge
from knowledgebase.models import Audience
from tests import cast
from tests.cast import MONDAY, Company, Customer, Worker
from tests.inbound.post import came, letter, support
from tests.knowledgebase.shelf import category, published

# A name that ends an attribute, and then a tag, and runs, wherever a page forgets to escape it.
HOSTILE = "\"'><script>x()</script>"
# What is kept of other systems, and stands on no page.
SECRET = "kept-and-never-shown"
NOW = MONDAY + timedelta(hours=3)
LOG = Upload.of("meter.log", "text/plain", b"03:00 no reading\n")


@dataclass(frozen=True)
class House:
    """Who lives here and what belongs to whom."""

    company: Company
    own: Case
    foreign: Case
    people: dict[str, Client]


def build() -> House:
    """Everybody and everything, with a browser for each role."""
    with _hostile_levels():
        company = cast.company()
    third = people.add_organization(name="Third Party", tier=Tier.PLUS)
    stranger = cast.customer("Tom Third", third, is_lead=True)
    elsewhere = Team.objects.create(slug="elsewhere", name="Elsewhere", public_name="Elsewhere")
    zoe = cast.worker("Zoe Elsewhere", elsewhere)
    support(host="imap.example", username="support", password=SECRET)
    _give_hostile_names()
    own, foreign = company.open(company.otto), company.open(stranger)
    _worked_on(company, own)
    _taken_elsewhere(company, foreign, zoe)
    for case, sender in ((own, company.otto), (foreign, stranger)):
        case.refresh_from_db()
        _belongings(company, case, sender)
    _solved(company)
    _knowledge()
    _configuration(company, own)
    _machine_room(company, own)
    browsers = _people(company)
    HouseRules.objects.create(by_team=True)
    return House(company, own, foreign, browsers)


@contextmanager
def _hostile_levels() -> Iterator[None]:
    """What is published cannot be renamed afterwards."""
    with patch.object(cast, "LEVELS", tuple(name + HOSTILE for name in cast.LEVELS)):
        yield


def _give_hostile_names() -> None:
    for model in (User, Contact, Organization, Team, Topic, Policy, Calendar, PauseReason):
        for row in model._default_manager.all():
            model._default_manager.filter(pk=row.pk).update(name=f"{row.name}{HOSTILE}")
    Team.objects.update(public_name=f"Support{HOSTILE}")
    PauseReason.objects.update(public_label=f"We wait{HOSTILE}")


def _worked_on(company: Company, case: Case) -> None:
    """Goes up to the specialists with words by everybody, and a decision is asked of the manager."""
    at = MONDAY + timedelta(minutes=10)
    handling.reply(case=case, actor=company.agent.standing, at=at, text=f"We look.{HOSTILE}", files=[LOG])
    company.escalate(case, at)
    escalation.accept(case=case, actor=company.specialist.standing, at=at, text=f"We are on it.{HOSTILE}")
    handling.note(case=case, actor=company.specialist.standing, at=at, text=f"The collector is full.{HOSTILE}")


def _taken_elsewhere(company: Company, case: Case, who: Worker) -> None:
    """It went up, and whoever has it is in a team of which nobody else is."""
    company.escalate(case, MONDAY + timedelta(minutes=10))
    team = who.agent.teams.get()
    Case.objects.filter(pk=case.pk).update(team=team, owner=who.agent)
    Escalation.objects.filter(case=case).update(accountable=who.agent, asked_by=who.agent)
    Step.objects.filter(escalation__case=case).update(
        to_team=team, from_team=team, person=who.agent, asked_by=who.agent
    )
    case.refresh_from_db()


def _belongings(company: Company, case: Case, sender: Customer) -> None:
    """A file, a mail, a question to the manager and a hand for the whole account, on each of the two cases."""
    at, boss = MONDAY + timedelta(minutes=20), company.manager.agent
    assert case.organization
    assert case.owner
    handling.reply(case=case, actor=sender.standing, at=at, text=f"See this.{HOSTILE}", files=[LOG])
    mail = came(letter(sender=sender.user.email, subject=f"{HOSTILE} {case.reference}"))
    ReceivedMail.objects.filter(pk=mail.pk).update(case=case)
    climb = Escalation.objects.get(case=case)
    Decision.objects.create(
        escalation=climb, step=climb.steps.all()[0], person=boss, asked_at=at, question=f"May we?{HOSTILE}"
    )
    AccountEscalation.objects.create(
        organization=case.organization, manager=boss, why=f"Fire{HOSTILE}", rhythm_minutes=60, opened_at=at,
        opened_by=boss,
    )  # fmt: skip
    away = NOW + timedelta(days=7)
    Absence.objects.create(agent=case.owner, starts_at=away, ends_at=away + timedelta(days=1))


def _solved(company: Company) -> None:
    """One more case has been through everything."""
    case = company.escalate(company.open(company.ida, impact=Impact.LOW, urgency=Urgency.LOW), MONDAY)
    at, mara = MONDAY + timedelta(minutes=30), company.specialist.standing
    escalation.accept(case=case, actor=mara, at=at, text="We are on it.")
    resolution.resolve(case=case, actor=mara, at=at, outcome=Outcome.SOLVED, text=f"It runs.{HOSTILE}")
    resolution.confirm(case=case, actor=company.ida.standing, at=at)
    resolution.rate(case=case, actor=company.ida.standing, at=at, score=5, comment=f"Thank you{HOSTILE}")
    review.write_review(case=case, actor=mara, at=at, causes=f"Disk{HOSTILE}", lessons=f"Watch the disk{HOSTILE}")
    climb = Escalation.objects.get(case=case)
    stake = Message.objects.filter(case=case)[0]
    Ask.objects.create(case=case, contact=company.ida.contact, reason="no_news", stake=stake, asked_at=at)
    Finding.objects.create(escalation=climb, found_at=at, body=f"Full{HOSTILE}", written_at=at)
    Plan.objects.create(escalation=climb, written_at=at)
    Request.objects.create(case=case, team=case.team, body=f"Look{HOSTILE}", asked_at=at)


def _knowledge() -> None:
    for visibility in (Audience.PUBLIC, Audience.INTERNAL):
        shelf = category(f"{visibility.value}-shelf", visibility=visibility)
        shelf.name = f"Shelf{HOSTILE}"
        knowledge.save_category(category=shelf)
        published(shelf, f"{visibility.value}-article", title=f"Article{HOSTILE}", visibility=visibility.value)


def _configuration(company: Company, case: Case) -> None:
    team = Team.objects.get(slug="specialists")
    Group.objects.create(name=f"Group{HOSTILE}")
    SavedView.objects.create(agent=company.agent.agent, name=f"Mine today{HOSTILE}")
    SupportPlan.objects.create(slug="gold", name=f"Gold{HOSTILE}")
    company.topic.skill = Skill.objects.create(slug="sql", name=f"Databases{HOSTILE}")
    company.topic.save()
    rota = Rota.objects.create(team=team, anchor=date(2026, 3, 2), hands_over=time(9))
    RotaMember.objects.create(rota=rota, agent=company.specialist.agent)
    period = {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=2)}
    DutyOverride.objects.create(rota=rota, agent=company.specialist.agent, **period)
    CannedReply.objects.create(name=f"We have it{HOSTILE}", text=f"Hello {{{{ contact }}}}{HOSTILE}")
    Macro.objects.create(name=f"Mine now{HOSTILE}").steps.create(verb="reply", values={"text": f"Hello{HOSTILE}"})
    Script.objects.create(name=f"First aid{HOSTILE}", topic=company.topic).lines.create(body=f"Off and on{HOSTILE}")
    OutsideParty.objects.create(slug="carrier", name=f"The carrier{HOSTILE}")
    endpoint = Endpoint.objects.create(
        name=f"Reports{HOSTILE}", channel="webhook", url="https://r.example/", secret=SECRET
    )
    endpoints.ping(endpoint=endpoint, at=NOW)
    AllowedHost.objects.create(host="chat.intern", note=f"Our own chat{HOSTILE}")
    LetterTemplate.objects.create(kind="case.opened", reader="staff", language="en", subject="New", text="Look")
    moving.order(version=company.version, elapsed=Elapsed.CARRY, by=company.administrator, at=NOW)
    Reading.objects.get_or_create(version=company.version, agent=company.agent.agent, defaults={"asked_at": MONDAY})
    TrainingRecord.objects.create(
        policy=company.policy, agent=company.agent.agent, key="basics", digest="0" * 64, confirmed_at=MONDAY,
        valid_until=NOW + timedelta(days=30),
    )  # fmt: skip
    policies.new_draft(policy=company.policy, by=company.administrator, at=NOW)
    policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=NOW)


def _machine_room(company: Company, case: Case) -> None:
    """What only the engine and the sign-in write."""
    Authenticator.objects.create(user=company.manager.user, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    tokens.make(user=company.otto.user, name=f"Script{HOSTILE}", at=NOW)
    Invitation.objects.create(user=company.otto.user, secret_hash="0" * 64, made_at=NOW, expires_at=NOW)
    SeeingAs.objects.create(
        administrator=company.administrator, person=company.agent.user, reason=f"Why{HOSTILE}", began_at=NOW
    )
    AccessAttempt.objects.create(username=f"guess{HOSTILE}", ip_address="192.0.2.1", failures_since_start=1)
    people.mark_undeliverable(email="gone@customer.example", at=NOW, reason=f"No such mailbox{HOSTILE}")
    Pulse.objects.create(component="beat", at=NOW)
    Lane.objects.create(channel="mail", failures=1, down_since=NOW, error=f"nobody listens{HOSTILE}")
    set_aside.put(case_id=case.pk, stage=set_aside.Stage.WAKE, problem=ValueError(HOSTILE), at=NOW)
    StormBrake.objects.get_or_create(pk=1)
    Audit.objects.create(at=NOW, milliseconds=9, open_escalations=1, statements=20, findings=1)
    Violation.objects.create(kind="journal", about=case.uid, case=case, found_at=NOW, last_found_at=NOW)
    HeldClimb.objects.create(storm=Storm.objects.create(began_at=NOW), case=case, to_level=2, held_at=NOW)
    paths.check(policy=company.policy, on=NOW.date(), at=NOW)


def _people(company: Company) -> dict[str, Client]:
    """A browser of each role; whoever was deactivated had signed in before."""
    front, specialists = Team.objects.get(slug="front"), company.specialist.agent.teams.get()
    lead = cast.worker("Lea Lead", specialists)
    roles.assign(company.specialist.user, [StaffRole.SPECIALIST])
    administrator, auditor, gone = (
        cast.worker(role, front, is_lead=False, role=role)
        for role in (StaffRole.ADMINISTRATOR, StaffRole.AUDITOR, StaffRole.SPECIALIST)
    )
    colleague = cast.customer("Col League", company.otto.organization, is_lead=False)
    signed_in = {
        "contact": company.otto.user,
        "colleague": colleague.user,
        "customer lead": company.ida.user,
        "other customer": company.vera.user,
        "agent": company.agent.user,
        "specialist": company.specialist.user,
        "lead": lead.user,
        "manager": company.manager.user,
        "executive": company.executive.user,
        "administrator": administrator.user,
        "auditor": auditor.user,
        "deactivated": gone.user,
    }
    browsers = {"nobody": _browser(None), **{role: _browser(user) for role, user in signed_in.items()}}
    User.objects.filter(pk=gone.user.pk).update(is_active=False)
    Agent.objects.filter(pk=gone.agent.pk).update(is_active=False)
    return browsers


def _browser(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client
