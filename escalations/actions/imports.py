"""What a log names – teams, agents, organizations, pauses – and the policy of its cases, as rows made once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from customers import actions as people
from customers.models import Contact, Organization, User
from customers.refusal import Refused
from escalations.actions import policies
from escalations.models import (
    Agent,
    Calendar,
    CalendarVersion,
    Communication,
    Hours,
    Level,
    MatrixCell,
    PauseReason,
    Policy,
    PolicyVersion,
    Requirement,
    Role,
    Target,
    Team,
    TeamMembership,
    Topic,
    Trigger,
    VersionState,
)
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.procedure import Procedure
from escalations.rules.standing import SYSTEM, Door, Standing
from escalations.rules.vocabulary import ClockKind, Document, Effect, Impact, Kind, NoticeGroup, Severity
from escalations.timing.schedule import DAY_MINUTES

SLUG = "imported"
NOBODY = "system"
LEVELS = 4

# A log says nothing of words to customers, so what is promised about them is wide; the rest are usual working figures.
DAYS = {
    ClockKind.FIRST_RESPONSE: 30,
    ClockKind.NEXT_UPDATE: 30,
    ClockKind.ACKNOWLEDGEMENT: 1,
    ClockKind.TRIAGE: 2,
    ClockKind.OWNERSHIP: 5,
    ClockKind.TIME_AT_LEVEL: 5,
    ClockKind.RESOLUTION: 15,
}
RESOLUTION_DAYS = {Severity.CRITICAL: 2, Severity.HIGH: 5}
DWELL_DAYS = 2

# Who waits for somebody else neither solves, nor keeps the case too long with a team, nor at a level.
STOPS = (ClockKind.RESOLUTION, ClockKind.TIME_AT_LEVEL, ClockKind.OWNERSHIP)
SEVERITIES = {Impact.MAJOR: Severity.CRITICAL, Impact.HIGH: Severity.HIGH, Impact.MEDIUM: Severity.MEDIUM}


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a log calls by name."""

    teams: frozenset[str]
    agents: frozenset[str]
    organizations: frozenset[str]
    reasons: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """The rows behind the names of one log, kept in memory so that a case costs the same whatever the log's size."""

    version: PolicyVersion
    procedure: Procedure
    topic: Topic
    stand_in: Agent
    teams: Mapping[str, Team]
    agents: Mapping[str, Agent]
    reporters: Mapping[str, tuple[Organization, Contact]]
    reasons: Mapping[str, PauseReason]

    def agent(self, name: str) -> Agent | None:
        """The agent of this name; None for nobody and for an automatic user."""
        return self.agents.get(name)

    def standing(self, name: str) -> Standing:
        """Who acted, as the journal names it."""
        agent = self.agent(name)
        return Standing(Door.STAFF, agent.code, user_id=agent.user_id, agent_id=agent.pk) if agent else SYSTEM


@transaction.atomic
def prepare(*, source: str, names: Names, at: datetime) -> Known:
    """Finds what the log names and makes what is missing; a second time nothing is made.

    Agents of the log cannot sign in and are given nothing; an agent written as the e-mail address of somebody who works
    here is that person. Raises Refused when nobody works here yet.
    """
    publisher, stand_in = _first_people()
    version = _version(publisher, stand_in, at)
    return Known(
        version=version,
        procedure=version.procedure(),
        topic=_topic(),
        stand_in=stand_in,
        teams=_teams(names.teams),
        agents=_agents(source, names.agents - {"", NOBODY}),
        reporters={name: _reporter(name) for name in sorted(names.organizations)},
        reasons=_reasons(names.reasons - {""}),
    )


def _first_people() -> tuple[User, Agent]:
    """Who publishes the policy of imports, and who is its last resort: the first administrator, the first agent."""
    agents = Agent.objects.active().select_related("user")
    stand_in = agents.order_by("-user__is_superuser", "pk").first()
    if stand_in is None:
        raise Refused("", "nobody_works_here", _("Nobody works here yet; add an agent in the administration first."))
    administrator = User.objects.filter(is_active=True, is_superuser=True).order_by("pk").first()
    return administrator or stand_in.user, stand_in


# -- the policy of imported cases ----------------------------------------------------------------------


def _topic() -> Topic:
    name = translate("Imported")
    return Topic.objects.get_or_create(slug=SLUG, defaults={"name": name, "is_offered": False})[0]


def _version(publisher: User, stand_in: Agent, at: datetime) -> PolicyVersion:
    """The published version of the policy that only imported cases have: no portal case has its topic."""
    name, last = translate("Imported cases"), 10_000
    policy, made = Policy.objects.get_or_create(slug=SLUG, defaults={"name": name, "position": last})
    if made:
        policy.topics.add(_topic())
    if current := policy.current():
        return _completed(current, publisher, at)
    calendar = _calendar(publisher, at)
    newest = policy.versions.order_by("-number").first()
    version = PolicyVersion.objects.create(policy=policy, number=newest.number + 1 if newest else 1)
    _write_levels(version, calendar, stand_in)
    _write_targets(version, calendar)
    _write_matrix(version)
    _write_papers(version)
    return policies.publish_written_by_program(version=version, by=publisher, at=at)


def _completed(current: PolicyVersion, publisher: User, at: datetime) -> PolicyVersion:
    """The policy of an older Belay lacks newer kinds of clocks: its next version has them, and all else as it was.

    What an administrator took out on purpose, some version had; it is not put back.
    """
    had = Target.objects.filter(version__policy=current.policy_id).exclude(version__state=VersionState.DRAFT)
    missing = [clock for clock in DAYS if clock not in set(had.values_list("clock", flat=True))]
    if not missing:
        return current
    if current.policy.versions.filter(state__in=policies.STANDS_IN_THE_WAY).exists():
        remedy = _("The policy of imported cases has a version to come; publish it, or delete or retire it first.")
        raise Refused("version", "draft_exists", remedy)
    draft = policies.new_draft(policy=current.policy, by=publisher, at=at)
    calendar, last = _calendar(publisher, at), draft.targets.count()
    for position, clock in enumerate(missing, start=last + 1):
        _write_target(draft, calendar, position, clock, None, DAYS[clock])
    _write_papers(draft)
    return policies.publish_written_by_program(version=draft, by=publisher, at=at)


def _calendar(publisher: User, at: datetime) -> Calendar:
    """Round the clock: a log does not tell its working hours."""
    name = translate("Round the clock (imports)")
    calendar, _made = Calendar.objects.get_or_create(slug=SLUG, defaults={"name": name})
    if calendar.current() is None:
        version = CalendarVersion.objects.create(calendar=calendar, time_zone="UTC")
        Hours.objects.bulk_create(Hours(version=version, weekday=day, opens=0, closes=DAY_MINUTES) for day in range(7))
        policies.publish_calendar(version=version, by=publisher, at=at)
    return calendar


def _write_levels(version: PolicyVersion, calendar: Calendar, stand_in: Agent) -> None:
    name = translate("Imported cases")
    defaults = {"name": name, "public_name": name}
    team, _made = Team.objects.get_or_create(slug=SLUG, defaults=defaults)
    TeamMembership.objects.get_or_create(team=team, agent=stand_in, defaults={"is_lead": True})
    for number in range(1, LEVELS + 1):
        Level.objects.create(
            version=version,
            number=number,
            name=translate("Line %(number)s") % {"number": number},
            meaning=translate("As in the log"),
            team=team,
            calendar=calendar,
            dwell_minutes=DWELL_DAYS * DAY_MINUTES,
            last_resort=stand_in,
        )


def _write_targets(version: PolicyVersion, calendar: Calendar) -> None:
    rows = [(ClockKind.RESOLUTION, int(severity), days) for severity, days in RESOLUTION_DAYS.items()]
    everybody = [(clock, None, days) for clock, days in DAYS.items()]
    for position, (clock, severity, days) in enumerate([*rows, *everybody], start=1):
        _write_target(version, calendar, position, clock, severity, days)


def _write_target(
    version: PolicyVersion, calendar: Calendar, position: int, clock: ClockKind, severity: int | None, days: int
) -> None:
    minutes = days * DAY_MINUTES
    Target.objects.create(
        version=version, position=position, clock=clock.value, severity=severity, calendar=calendar, minutes=minutes
    )


def _write_matrix(version: PolicyVersion) -> None:
    """Impact alone says the severity; the last row takes low and everything else."""
    cells = [(impact.value, severity) for impact, severity in SEVERITIES.items()]
    for position, (impact, severity) in enumerate([*cells, ("", Severity.LOW)]):
        MatrixCell.objects.create(version=version, position=position, impact=impact, severity=int(severity))


def _write_papers(version: PolicyVersion) -> None:
    """The mandatory parts that are empty, with what holds for cases that stood still elsewhere: little."""
    if not version.triggers.exists():
        Trigger.objects.create(
            version=version, position=1, condition="customer_asked", effect=Effect.NUDGE, kind=Kind.FUNCTIONAL
        )
    if not version.requirements.exists():
        Requirement.objects.create(
            version=version, position=1, document=Document.JUSTIFICATION, kind=Kind.HIERARCHICAL.value
        )
    if not version.communications.exists():
        Communication.objects.create(version=version, position=1, group=NoticeGroup.ASKED, severity=Severity.CRITICAL)
    if version.roles.exists():
        return
    duties = (
        (Party.ACCOUNTABLE, Involvement.ACCOUNTABLE, translate("Sees to it that somebody of ours goes on with it.")),
        (Party.TEAM, Involvement.DOES, translate("Takes the case up where the log left it, and goes on from there.")),
    )
    rows = [(stage, *duty) for stage in Stage for duty in duties]
    for position, (stage, party, involvement, duty) in enumerate(rows, start=1):
        Role.objects.create(
            version=version, position=position, stage=stage, party=party, involvement=involvement, duty=duty
        )


# -- names ---------------------------------------------------------------------------------------------


def _teams(names: Iterable[str]) -> dict[str, Team]:
    wanted = sorted(names)
    found = Team.objects.in_bulk(wanted, field_name="name")
    missing = [name for name in wanted if name not in found]
    Team.objects.bulk_create(Team(slug=_slug(name), name=name, public_name=translate("Support")) for name in missing)
    return found | Team.objects.in_bulk(missing, field_name="name")


def _agents(source: str, names: Iterable[str]) -> dict[str, Agent]:
    """Agents by the name the log gives them; those made here have no password, no mail and no work."""
    wanted = sorted(names)
    colleagues = _agents_by_address(name.lower() for name in wanted if "@" in name)
    made = {name: _address(source, name) for name in wanted if name.lower() not in colleagues}
    found = _agents_by_address(made.values())
    users = [_silent_user(name, address) for name, address in made.items() if address not in found]
    Agent.objects.bulk_create(Agent(user=user, is_active=False) for user in users)
    found |= _agents_by_address(user.email for user in users) | colleagues
    return {name: found[made.get(name, name.lower())] for name in wanted}


def _silent_user(name: str, address: str) -> User:
    """A person of the log: has no password and may not sign in."""
    user = people.add_user(email=address, name=name, password=None)
    people.set_active(user=user, active=False)
    return user


def _agents_by_address(addresses: Iterable[str]) -> dict[str, Agent]:
    users = User.objects.in_bulk(list(addresses), field_name="email")
    keys = [user.pk for user in users.values()]
    agents = Agent.objects.select_related("user").in_bulk(keys, field_name="user_id")
    return {agent.user.email: agent for agent in agents.values()}


def _reporter(name: str) -> tuple[Organization, Contact]:
    """The organization of this name, whatever its capital letters, with the contact that stands for its reporters."""
    existing = Organization.objects.filter(name__iexact=name).first()
    return people.imported_organization(name=existing.name if existing else name)


def _reasons(names: Iterable[str]) -> dict[str, PauseReason]:
    """Why cases waited; reasons made here are not offered to agents."""
    label = translate("We wait for somebody else")
    found: dict[str, PauseReason] = {}
    for name in sorted(names):
        defaults = {
            "name": name,
            "public_label": label,
            "stops": [kind.value for kind in STOPS],
            "is_active": False,
        }
        slug = slugify(name)[:50] or _slug(name)
        found[name] = PauseReason.objects.get_or_create(slug=slug, defaults=defaults)[0]
    return found


def _address(source: str, name: str) -> str:
    """An address that is always the same for a name and that no mail can reach."""
    return f"{_digest(source, name)}@imported.invalid"


def _slug(name: str) -> str:
    """Readable, and different for names that differ only in what a slug leaves out."""
    return f"{slugify(name)[:36]}-{_digest(name)}".strip("-")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
