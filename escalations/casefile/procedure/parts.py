"""Roles and duties at each stage, and what is mine of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from escalations.models import words
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.procedure import Procedure, Role


@dataclass(frozen=True, slots=True)
class Part:
    """One role in words; `duty` is what this party does then."""

    party: str
    duty: str
    involvement: str


@dataclass(frozen=True, slots=True)
class StageParts:
    """Who has which part in one stage: a column for each involvement, and the duties one by one."""

    stage: Stage
    name: Any
    columns: list[list[Part]]
    duties: list[Part]


def parts(procedure: Procedure) -> list[StageParts]:
    """The stages that name anybody, in the order in which they come."""
    return [_stage(procedure, stage) for stage in Stage if any(role.stage is stage for role in procedure.roles)]


def _stage(procedure: Procedure, stage: Stage) -> StageParts:
    here = [role for role in procedure.roles if role.stage is stage]
    columns = [[_part(role) for role in here if role.involvement is involvement] for involvement in Involvement]
    return StageParts(stage, words.STAGES[stage], columns, [_part(role) for role in here])


def _part(role: Role) -> Part:
    who = str(words.PARTIES[role.party])
    if role.level is not None:
        who = _("%(who)s (level %(level)s)") % {"who": who, "level": role.level}
    return Part(who, role.duty, str(words.INVOLVEMENTS[role.involvement]))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as the procedure has a part for them.

    `teams` are those of this person, `led` the ones they lead; `is_owner` says that this policy is theirs, and
    `has_accounts` that an account escalation is in their hands.
    """

    teams: frozenset[int] = frozenset()
    led: frozenset[int] = frozenset()
    is_owner: bool = False
    has_accounts: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of mine: in which stage, with which part, and as whom."""

    stage: Any
    part: Part


@dataclass(frozen=True, slots=True)
class MyDuties:
    """My levels in words, and what I do in each stage."""

    levels: list[str] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)


def my_duties(procedure: Procedure, reader: Reader) -> MyDuties:
    """What this person has to do by the procedure: by level, as lead, as owner of a case, as owner of the procedure."""
    mine = [rung for rung in sorted(procedure.rungs, key=lambda rung: rung.number) if rung.team_id in reader.teams]
    return MyDuties(
        levels=[f"{rung.number} {rung.name}" for rung in mine],
        duties=[
            Duty(words.STAGES[role.stage], _part(role)) for role in procedure.roles if _is_mine(role, procedure, reader)
        ],
    )


def _is_mine(role: Role, procedure: Procedure, reader: Reader) -> bool:
    if role.party is Party.POLICY_OWNER:
        return reader.is_owner
    if role.party is Party.ACCOUNT_MANAGER:
        return reader.has_accounts
    if role.party in (Party.CUSTOMER, Party.OUTSIDE):
        return False
    # Whoever works on a level may own a case or be accountable for one; those of a level are narrowed to it.
    teams = reader.led if role.party is Party.LEAD else reader.teams
    return any(rung.team_id in teams and role.level in (None, rung.number) for rung in procedure.rungs)
