"""The cast used everywhere: a small company that answers, two customers, and an outsider.

`company()` builds it through the same actions as everything else; the fixtures in conftest hand it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from customers import actions as people
from customers.models import Contact, Organization, Tier, User
from escalations.actions import escalation, intake, policies, roles
from escalations.models import (
    Agent,
    Calendar,
    CalendarVersion,
    Case,
    Hours,
    Level,
    MatrixCell,
    PauseReason,
    Policy,
    PolicyVersion,
    Target,
    Team,
    TeamMembership,
    Topic,
    Trigger,
    contact_standing,
    staff_standing,
)
from escalations.rules.roles import StaffRole
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import ClockKind, Effect, Impact, Kind, Reason, Urgency
from tests import papers

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 09:00 in Berlin, opening time
PASSWORD = "correct-horse"


@dataclass(frozen=True)
class Worker:
    """Somebody of ours, with the standing the desk would give."""

    user: User
    agent: Agent

    @property
    def standing(self) -> Standing:
        return staff_standing(self.user)


@dataclass(frozen=True)
class Customer:
    """Somebody at a customer, with the standing the portal would give."""

    user: User
    contact: Contact
    organization: Organization

    @property
    def standing(self) -> Standing:
        return contact_standing(self.contact, MONDAY.date())


@dataclass(frozen=True)
class Company:
    """Everybody and everything a story needs."""

    administrator: User
    agent: Worker
    specialist: Worker
    manager: Worker
    executive: Worker
    ida: Customer  # leads Norlight, VIP
    otto: Customer  # plain contact of Norlight
    vera: Customer  # leads Halden, standard: the outsider of every Norlight case
    policy: Policy
    version: PolicyVersion
    calendar: Calendar
    topic: Topic
    waiting: PauseReason

    def open(self, who: Customer | None = None, at: datetime = MONDAY, **fields: object) -> Case:
        """A case of this customer, by default of Ida."""
        customer = who or self.ida
        values: dict[str, object] = {
            "subject": "Meter readings stop arriving",
            "text": "This is the third night.",
            "impact": Impact.HIGH,
            "urgency": Urgency.HIGH,
            **fields,
        }
        return intake.open_case(actor=customer.standing, at=at, contact=customer.contact, **values)  # type: ignore[arg-type]

    def brief(self, question: str = "") -> escalation.BriefText:
        return escalation.BriefText("Restarted the collector", "No billing on Thursday", "Find the cause", question)

    def escalate(self, case: Case, at: datetime, kind: Kind = Kind.FUNCTIONAL, **fields: object) -> Case:
        """The agent escalates to the next level."""
        question = "May we refund the month?" if kind is Kind.HIERARCHICAL else ""
        escalation.escalate(
            case=case,
            actor=self.agent.standing,
            at=at,
            kind=kind,
            reason=Reason.SKILL,
            brief=self.brief(question),
            **fields,  # type: ignore[arg-type]
        )
        case.refresh_from_db()
        return case


def worker(name: str, team: Team, *, is_lead: bool = True, role: StaffRole = StaffRole.LEAD) -> Worker:
    """A new colleague in this team, with this role."""
    email = f"{name.split()[0].lower()}@belay.example"
    user = people.add_user(email=email, name=name, password=PASSWORD, time_zone="Europe/Berlin")
    agent = Agent.objects.create(user=user)
    roles.assign(user, [role])
    TeamMembership.objects.create(team=team, agent=agent, is_lead=is_lead)
    return Worker(user, agent)


def customer(name: str, organization: Organization, *, is_lead: bool) -> Customer:
    """A new contact with a sign-in."""
    email = f"{name.split()[0].lower()}@customer.example"
    user = people.add_user(email=email, name=name, password=PASSWORD, time_zone="Europe/Berlin")
    contact = people.add_contact(name=name, email=email, organization=organization, is_lead=is_lead, user=user)
    return Customer(user, contact, organization)


def office_hours(by: User) -> Calendar:
    """Monday to Friday, 9 to 17 in Berlin, published."""
    calendar = Calendar.objects.create(slug="office", name="Office hours")
    version = CalendarVersion.objects.create(calendar=calendar, number=1, time_zone="Europe/Berlin")
    Hours.objects.bulk_create(Hours(version=version, weekday=day, opens=540, closes=1020) for day in range(5))
    policies.publish_calendar(version=version, by=by, at=MONDAY - timedelta(days=30))
    return calendar


ROLES = (StaffRole.AGENT, StaffRole.LEAD, StaffRole.MANAGER, StaffRole.EXECUTIVE)
LEVELS = ("Front line", "Specialists", "Department managers", "Executives")
MINUTES = {
    ClockKind.FIRST_RESPONSE: 60,
    ClockKind.ACKNOWLEDGEMENT: 30,
    ClockKind.TRIAGE: 60,
    ClockKind.NEXT_UPDATE: 240,
}
RESOLUTION = {1: 240, 2: 480, 3: 960, None: 2400}
MATRIX = (("major", "high", "vip", 1, 2), ("high", "high", "", 2, 1), ("low", "", "", 4, 1), ("", "", "", 3, 1))
ACTING = ("first_response", "acknowledgement", "resolution")


def draft_policy(calendar: Calendar, teams: list[Team], last_resort: Agent) -> PolicyVersion:
    """Four levels, targets of hours, a matrix of four rows, and triggers on every clock that people wait for."""
    policy = Policy.objects.create(slug="standard", name="Standard", position=100)
    version = PolicyVersion.objects.create(policy=policy, number=1, confirm_days=3)
    levels = []
    for number, (name, team) in enumerate(zip(LEVELS, teams, strict=True), start=1):
        level = Level(version=version, number=number, name=name, meaning=f"{name} work here", team=team)
        level.calendar, level.dwell_minutes, level.last_resort = calendar, 120, last_resort
        levels.append(level)
    Level.objects.bulk_create(levels)
    targets = [Target(clock=clock, minutes=limit) for clock, limit in MINUTES.items()]
    targets += [Target(clock=ClockKind.RESOLUTION, severity=s, minutes=limit) for s, limit in RESOLUTION.items()]
    for position, target in enumerate(targets):
        target.version, target.position, target.calendar = version, position, calendar
    Target.objects.bulk_create(targets)
    MatrixCell.objects.bulk_create(
        MatrixCell(version=version, position=row, impact=impact, urgency=urgency, tier=tier, severity=s, level=entry)
        for row, (impact, urgency, tier, s, entry) in enumerate(MATRIX)
    )
    acts = {"condition": "clock_breached", "effect": Effect.ACT, "kind": Kind.FUNCTIONAL}
    Trigger.objects.bulk_create(
        Trigger(version=version, position=row, parameters={"clock": watched}, **acts)
        for row, watched in enumerate(ACTING)
    )
    return papers.complete(version)


def company() -> Company:
    """The whole cast, with a published policy."""
    teams = [
        Team.objects.create(slug=slug, name=name, public_name=public)
        for slug, name, public in [
            ("front", "Front line", "Front line"),
            ("specialists", "Platform specialists", "Specialists"),
            ("managers", "Department managers", "Department manager"),
            ("executives", "Executives", "Executives"),
        ]
    ]
    ben, mara, jan, eva = (
        worker(name, team, role=role)
        for name, team, role in zip(["Ben Okafor", "Mara Lindt", "Jan Brandt", "Eva Roth"], teams, ROLES, strict=True)
    )
    administrator = User.objects.create_superuser("ada@belay.example", PASSWORD, name="Ada Admin")
    norlight = people.add_organization(name="Norlight Energy", tier=Tier.VIP)
    halden = people.add_organization(name="Halden Foods", tier=Tier.STANDARD)
    calendar = office_hours(administrator)
    version = draft_policy(calendar, teams, eva.agent)
    published = policies.publish_written_by_program(version=version, by=administrator, at=MONDAY - timedelta(days=20))
    return Company(
        administrator=administrator,
        agent=ben,
        specialist=mara,
        manager=jan,
        executive=eva,
        ida=customer("Ida Holm", norlight, is_lead=True),
        otto=customer("Otto Berg", norlight, is_lead=False),
        vera=customer("Vera Nilsson", halden, is_lead=True),
        policy=version.policy,
        version=published,
        calendar=calendar,
        topic=Topic.objects.create(slug="metering", name="Metering"),
        waiting=PauseReason.objects.create(
            slug="customer",
            name="Waiting for the customer",
            public_label="We wait for your answer",
            stops=["resolution"],
        ),
    )
