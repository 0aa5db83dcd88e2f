"""Harbour Systems support and its customers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import actions as people
from customers.models import Contact, SupportPlan, Tier, User
from escalations.actions import roles
from escalations.models import Agent, Skill, Team, TeamMembership, contact_standing, staff_standing
from escalations.rules.roles import StaffRole
from escalations.rules.standing import Standing

# Known to everybody who reads this file: `load_demonstration` refuses to use it where strangers could sign in.
PASSWORD = "hold-the-rope"  # noqa: S105
PLAN = "premium-care"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who a visitor can be: the role in words, and where that person works."""

    role: Any
    name: str
    email: str
    where: str
    password: str = PASSWORD


ADA = "ada@harbour.example"
BEN = "ben@harbour.example"
IDA_S = "ida.sorensen@harbour.example"
MARA = "mara@harbour.example"
TOMAS = "tomas@harbour.example"
LENA = "lena@harbour.example"
BRANDT = "brandt@harbour.example"
EVA = "eva@harbour.example"
HENRIK = "henrik@harbour.example"

IDA = "ida@norlight.example"
OTTO = "otto@norlight.example"
KLAUS = "klaus@brueckner.example"
GRETA = "greta@brueckner.example"
SOLVEIG = "solveig@fjordlink.example"
LARS = "lars@fjordlink.example"
VERA = "vera@halden.example"
NILS = "nils@halden.example"

SIGN_INS = (
    SignIn(_("Administrator"), "Ada Winter", ADA, "/admin/"),
    SignIn(_("Agent, level 1"), "Ben Okafor", BEN, "/desk/"),
    SignIn(_("Specialist, level 2"), "Mara Lindt", MARA, "/desk/"),
    SignIn(_("Manager, level 3"), "Jana Brandt", BRANDT, "/desk/"),
    SignIn(_("Executive, level 4"), "Eva Roth", EVA, "/desk/"),
    SignIn(_("Customer, Norlight Energy"), "Ida Holm", IDA, "/portal/"),
    SignIn(_("Customer, Halden Foods"), "Vera Nilsson", VERA, "/portal/"),
)
_MAY_SIGN_IN = {sign_in.email for sign_in in SIGN_INS}

# Short name, name, and what customers read.
TEAMS = (
    ("front-line", "Front line", "Front line"),
    ("specialists", "Platform specialists", "Specialists"),
    ("managers", "Department managers", "Department manager"),
    ("executives", "Executives", "Executives"),
)

# Address, name, what customers read instead of it, team, whether they lead it, role.
COLLEAGUES = (
    (ADA, "Ada Winter", "Administration", "", False, StaffRole.ADMINISTRATOR),
    (BEN, "Ben Okafor", "Support engineer", "front-line", False, StaffRole.AGENT),
    (IDA_S, "Ida Sørensen", "Front line lead", "front-line", True, StaffRole.LEAD),
    (MARA, "Mara Lindt", "Platform specialist", "specialists", True, StaffRole.LEAD),
    (TOMAS, "Tomás Vega", "Integration specialist", "specialists", False, StaffRole.SPECIALIST),
    (LENA, "Lena Vogt", "Database specialist", "specialists", False, StaffRole.SPECIALIST),
    (BRANDT, "Jana Brandt", "Department manager", "managers", True, StaffRole.MANAGER),
    (EVA, "Eva Roth", "Executive", "executives", True, StaffRole.EXECUTIVE),
    (HENRIK, "Henrik Falk", "Executive, finance", "executives", False, StaffRole.EXECUTIVE),
)

# Who is asked first for a decision, and then in turn who that one asks.
MANAGERS = {BEN: IDA_S, IDA_S: BRANDT, TOMAS: MARA, LENA: MARA, MARA: BRANDT, BRANDT: EVA, HENRIK: EVA}

# Short name, name, who can do it.
SKILLS = (
    ("metering", "Collectors and meters", (MARA,)),
    ("integrations", "Interfaces and label printing", (TOMAS,)),
    ("databases", "Databases", (LENA,)),
)

# Name, tier, whether they have the plan.
ORGANIZATIONS = (
    ("Norlight Energy", Tier.VIP, True),
    ("Brückner & Söhne", Tier.VIP, False),
    ("Fjordlink Freight", Tier.PLUS, False),
    ("Halden Foods", Tier.STANDARD, False),
)

# Address, name, organization, whether they see all its cases, time zone; an empty zone means no sign-in.
CONTACTS = (
    (IDA, "Ida Holm", "Norlight Energy", True, "Europe/Oslo"),
    (OTTO, "Otto Berg", "Norlight Energy", False, ""),
    (KLAUS, "Klaus Brückner", "Brückner & Söhne", True, "Europe/Berlin"),
    (GRETA, "Greta Öhler", "Brückner & Söhne", False, ""),
    (SOLVEIG, "Solveig Aas", "Fjordlink Freight", True, "Europe/Oslo"),
    (LARS, "Lars Dahl", "Fjordlink Freight", False, ""),
    (VERA, "Vera Nilsson", "Halden Foods", True, "Europe/Stockholm"),
    (NILS, "Nils Ekman", "Halden Foods", False, ""),
)


@dataclass(slots=True)
class Cast:
    """Everybody, found by address."""

    administrator: User
    teams: dict[str, Team] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    plan: SupportPlan | None = None

    def standing(self, email: str, on: date) -> Standing:
        """As which this person acts: colleagues at the desk, customers at the portal."""
        if email in self.agents:
            return staff_standing(self.agents[email].user)
        return contact_standing(self.contacts[email], on)


def hire_and_welcome() -> Cast:
    """All people, teams and customers. Raises Refused where somebody of that name is there already."""
    password = dict.fromkeys(_MAY_SIGN_IN, PASSWORD).get
    administrator = User.objects.create_superuser(ADA, PASSWORD, name="Ada Winter", time_zone="Europe/Berlin")
    cast = Cast(administrator)
    cast.teams = {slug: Team.objects.create(slug=slug, name=name, public_name=public) for slug, name, public in TEAMS}
    for email, name, title, team, leads, role in COLLEAGUES:
        user = administrator
        if email != ADA:
            user = people.add_user(email=email, name=name, password=password(email), time_zone="Europe/Berlin")
        cast.agents[email] = Agent.objects.create(user=user, job_title=title)
        roles.assign(user, [role])
        if team:
            TeamMembership.objects.create(team=cast.teams[team], agent=cast.agents[email], is_lead=leads)
    _who_asks_whom(cast)
    _welcome(cast)
    return cast


def _who_asks_whom(cast: Cast) -> None:
    """Managers and skills."""
    for email, manager in MANAGERS.items():
        cast.agents[email].manager = cast.agents[manager]
        cast.agents[email].save(update_fields=["manager"])
    for slug, name, able in SKILLS:
        skill = Skill.objects.create(slug=slug, name=name)
        skill.agents.set([cast.agents[email] for email in able])


def _welcome(cast: Cast) -> None:
    """The customers; contacts without a sign-in are reached by mail alone."""
    cast.plan = SupportPlan.objects.create(slug=PLAN, name="Premium care")
    companies = {
        name: people.add_organization(name=name, tier=tier, plan=cast.plan if has_plan else None)
        for name, tier, has_plan in ORGANIZATIONS
    }
    for email, name, company, leads, zone in CONTACTS:
        user = None
        if zone:
            password = PASSWORD if email in _MAY_SIGN_IN else None
            user = people.add_user(email=email, name=name, password=password, time_zone=zone)
        cast.contacts[email] = people.add_contact(
            name=name, email=email, organization=companies[company], is_lead=leads, user=user
        )
