"""What can be wrong with the paths of a policy, found in the rows of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from escalations.models import (
    Absence,
    Agent,
    Level,
    Notice,
    NoticeState,
    Policy,
    PolicyVersion,
    Rota,
    RotaMember,
    TeamMembership,
)
from escalations.models.standings import with_rights
from escalations.rules.procedure import Procedure
from escalations.rules.standing import Right
from escalations.rules.vocabulary import Channel
from escalations.timing import rotation

FORESEEN = timedelta(days=14)
RECENT = timedelta(days=14)
FAILURES = 3  # mails given up for good, with none that arrived since

Away = Mapping[int, list[rotation.Stretch]]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong: its code, where it is, who is meant, and where it is mended.

    `mend` is the model and `row` the key of the page in the back office that mends it.
    """

    code: str
    mend: str
    row: int
    level: int = 0
    team: str = ""
    person: str = ""
    other: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def what(self) -> tuple[str, str, int, int, str]:
        """What makes it the same finding on another day."""
        return self.code, self.mend, self.row, self.level, self.other

    def as_json(self) -> dict[str, Any]:
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
            if value not in ("", 0, None)
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        read = dict(stored)
        for name in ("starts_at", "ends_at"):
            if name in read:
                read[name] = datetime.fromisoformat(read[name])
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Around:
    """The people and teams a version leads to, as they are now."""

    policy: Policy
    levels: Sequence[Level]
    procedure: Procedure
    agents: Mapping[int, Agent]
    members: Mapping[int, set[int]]
    rotas: Mapping[int, Rota]
    absences: Sequence[Absence]
    at: datetime

    @property
    def until(self) -> datetime:
        return self.at + FORESEEN

    @property
    def teams(self) -> dict[int, Level]:
        """Each team with the first level it serves."""
        return {level.team_id: level for level in reversed(self.levels)}

    def active(self, team_id: int) -> set[int]:
        return {pk for pk in self.members.get(team_id, set()) if self.agents[pk].works}

    def named(self) -> set[int]:
        """Everybody who may be asked: members, last resorts, whoever takes turns."""
        people = {pk for team in self.teams for pk in self.active(team)}
        return people | {level.last_resort_id for level in self.levels if self.agents[level.last_resort_id].works}


def found_in(policy: Policy, version: PolicyVersion, at: datetime) -> list[Found]:
    """Everything that is wrong now or in the next 14 days, the gravest first."""
    around = _around(policy, version, at)
    finders = (_left, _roles, _teams, _skills, _duty, _addresses, _deputies)
    return [finding for finder in finders for finding in finder(around)]


def _around(policy: Policy, version: PolicyVersion, at: datetime) -> Around:
    levels = list(version.levels.select_related("team", "calendar"))
    teams = {level.team_id for level in levels}
    members: dict[int, set[int]] = defaultdict(set)
    for team, agent in TeamMembership.objects.filter(team_id__in=teams).values_list("team_id", "agent_id"):
        members[team].add(agent)
    agents = with_rights([Right.RECEIVE])
    coming = Absence.objects.filter(ends_at__gt=at, starts_at__lt=at + FORESEEN)
    return Around(
        policy=policy,
        levels=levels,
        procedure=version.procedure(),
        agents={row.pk: row for row in agents.select_related("user").prefetch_related("skills")},
        members=members,
        rotas={row.team_id: row for row in Rota.objects.filter(team_id__in=teams).select_related("team", "calendar")},
        absences=list(coming.order_by("starts_at", "pk")),
        at=at,
    )


# -- people who left ---------------------------------------------------------------------------------------------------


def _left(around: Around) -> Iterator[Found]:
    for level in around.levels:
        last = around.agents[level.last_resort_id]
        if not last.works:
            yield Found("last_resort_left", "policyversion", level.version_id, level.number, person=str(last))
    if around.policy.owner_id and not around.agents[around.policy.owner_id].works:
        owner = around.agents[around.policy.owner_id]
        yield Found("owner_left", "policy", around.policy.pk, person=str(owner))
    for pk in sorted(around.named()):
        person = around.agents[pk]
        above = around.agents.get(person.manager_id) if person.manager_id else None
        if above is not None and not above.works:
            yield Found("manager_left", "agent", pk, person=str(person), other=str(above))
    places = RotaMember.objects.filter(rota__in=list(around.rotas.values())).select_related("rota__team")
    for place in places:
        if not around.agents[place.agent_id].works:
            name = str(around.agents[place.agent_id])
            yield Found("rota_left", "rota", place.rota_id, team=str(place.rota.team), other=name)


# -- roles -------------------------------------------------------------------------------------------------------------


def _roles(around: Around) -> Iterator[Found]:
    """Levels above the lowest whose people, or last resort, have no role that lets them take an escalation up."""
    lowest = min((level.number for level in around.levels), default=0)
    for level in around.levels:
        if level.number == lowest:
            continue
        people, last = around.active(level.team_id), around.agents[level.last_resort_id]
        if people and not any(_takes_up(around.agents[pk]) for pk in people):
            yield _of_team("team_role", level)
        if last.works and not _takes_up(last):
            yield Found("last_resort_role", "agent", last.pk, level.number, person=str(last))


def _takes_up(agent: Agent) -> bool:
    return bool(getattr(agent, "is_entitled", False))


# -- teams and skills --------------------------------------------------------------------------------------------------


def _teams(around: Around) -> Iterator[Found]:
    away = _uncovered(around)
    for team_id, level in around.teams.items():
        people = around.active(team_id)
        if not people:
            yield _of_team("empty_team", level)
            continue
        turns = [rotation.Turn(around.at, around.until, pk, rotation.Turns.ROTA, 0) for pk in people]
        for start, end in _gaps(around, level, rotation.without(turns, away)):
            yield _of_team("team_away", level, start, end)


def _uncovered(around: Around) -> Away:
    """When people are away and nobody of the chain of their deputies is there."""
    found: dict[int, list[rotation.Stretch]] = defaultdict(list)
    for row in around.absences:
        for start, end in _alone(around, row.agent_id, row.starts_at, row.ends_at, ()):
            found[row.agent_id].append((start, end))
    return found


def _alone(
    around: Around, agent_id: int, start: datetime, end: datetime, before: tuple[int, ...]
) -> Iterator[rotation.Stretch]:
    """The part of a stretch in which neither this person nor a deputy is there."""
    for row in around.absences:
        low, high = max(row.starts_at, start), min(row.ends_at, end)
        if row.agent_id != agent_id or low >= high:
            continue
        deputy = around.agents.get(row.deputy_id) if row.deputy_id else None
        if deputy is None or not deputy.works or deputy.pk in before:
            yield low, high
        else:
            yield from _alone(around, deputy.pk, low, high, (*before, agent_id))


def _of_team(code: str, level: Level, start: datetime | None = None, end: datetime | None = None) -> Found:
    return Found(code, "team", level.team_id, level.number, team=str(level.team), starts_at=start, ends_at=end)


def _gaps(around: Around, level: Level, turns: Iterable[rotation.Turn]) -> list[rotation.Stretch]:
    """When the level is open and nobody of these is there, in the next 14 days.

    Over nights and weekends, when the level is closed, it is one gap: nobody is there in between either.
    """
    needed, window = around.procedure.rung(level.number).schedule, (around.at, around.until)
    pieces = rotation.gaps(list(turns), *window, needed)
    missing = [rotation.Turn(*piece, agent=0, because=rotation.Turns.ROTA, shift=0) for piece in pieces]
    there = [start for start, _end in rotation.gaps(missing, *window, needed)]
    found: list[rotation.Stretch] = []
    for start, end in pieces:
        if found and not any(found[-1][1] <= instant < start for instant in there):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _skills(around: Around) -> Iterator[Found]:
    wanted = sorted({trigger.skill for trigger in around.procedure.triggers if trigger.skill})
    for skill in wanted:
        able = {pk for pk, row in around.agents.items() if skill in {known.slug for known in row.skills.all()}}
        for level in around.levels:
            if level.number > 1 and not able & around.active(level.team_id):
                yield Found("skill_missing", "team", level.team_id, level.number, team=str(level.team), other=skill)


# -- duty --------------------------------------------------------------------------------------------------------------


def _duty(around: Around) -> Iterator[Found]:
    away = _uncovered(around)
    for team_id, level in around.teams.items():
        rota = around.rotas.get(team_id)
        if rota is None:
            continue
        turns = rotation.turns(rota.rotation(), around.at, around.until)
        there = [turn for turn in rotation.without(turns, away) if around.agents[turn.agent].works]
        for start, end in _gaps(around, level, there):
            yield Found("duty_gap", "rota", rota.pk, level.number, str(rota.team), starts_at=start, ends_at=end)


# -- addresses and deputies --------------------------------------------------------------------------------------------


def _addresses(around: Around) -> Iterator[Found]:
    """People who cannot be reached by mail: no address, or one at which mails were given up again and again."""
    people = {around.agents[pk].code: around.agents[pk] for pk in sorted(around.named())}
    mails = Notice.objects.filter(
        recipient__in=people, channel=Channel.MAIL.value, written_at__gt=around.at - RECENT
    ).order_by("pk")
    failed: dict[str, int] = defaultdict(int)
    for recipient, state in mails.values_list("recipient", "state"):
        if state == NoticeState.ACCEPTED:
            failed[recipient] = 0
        elif state == NoticeState.FAILED:
            failed[recipient] += 1
    for code, person in people.items():
        if not person.user.email:
            yield Found("no_address", "agent", person.pk, person=str(person))
        elif failed[code] >= FAILURES:
            yield Found("dead_address", "agent", person.pk, person=str(person), other=person.user.email)


def _deputies(around: Around) -> Iterator[Found]:
    named = around.named()
    for row in around.absences:
        if row.agent_id not in named:
            continue
        person, deputy = around.agents[row.agent_id], around.agents.get(row.deputy_id) if row.deputy_id else None
        if deputy is None:
            yield _of_absence("no_deputy", row, str(person))
        elif not deputy.works:
            yield _of_absence("deputy_left", row, str(person), str(deputy))


def _of_absence(code: str, row: Absence, person: str, other: str = "") -> Found:
    return Found(code, "absence", row.pk, person=person, other=other, starts_at=row.starts_at, ends_at=row.ends_at)
