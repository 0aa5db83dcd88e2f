"""Who gets it: from the people of a team to one name, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Because(StrEnum):
    """Why somebody was chosen."""

    LEAD = "lead"
    MEMBER = "member"
    LAST_RESORT = "last_resort"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a team as routing sees it; `load` counts the open escalations the person already answers for."""

    agent_id: int
    active: bool
    is_lead: bool = False
    load: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    agent_id: int
    because: Because


def choose(people: Iterable[Person], last_resort: Person | None, *, but_not: int | None = None) -> Choice | None:
    """The team's lead, else its least loaded member, else the level's last resort; None when nobody is active.

    `but_not` is somebody who must not be chosen because the case comes from them.
    """
    able = [person for person in people if person.active and person.agent_id != but_not]
    leads = [person for person in able if person.is_lead]
    if leads:
        return Choice(min(leads, key=lambda p: (p.load, p.agent_id)).agent_id, Because.LEAD)
    if able:
        return Choice(min(able, key=lambda p: (p.load, p.agent_id)).agent_id, Because.MEMBER)
    if last_resort and last_resort.active:
        return Choice(last_resort.agent_id, Because.LAST_RESORT)
    return None


def accountable(*, escalation_person: int | None, owner: int | None, lead: int | None) -> int | None:
    """Who answers for a case: with an open escalation its accountable person, else the owner, else the team's lead."""
    return escalation_person or owner or lead
