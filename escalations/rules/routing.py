"""Who gets a case at a level, decided from plain values, with the reason and those who were passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Because(StrEnum):
    """Why somebody was chosen."""

    MANAGER = "manager"
    SKILL = "skill"
    DUTY = "duty"
    LEAD = "lead"
    MEMBER = "member"
    DEPUTY = "deputy"
    OWNER = "owner"
    CHOSEN = "chosen"
    LAST_RESORT = "last_resort"


class Over(StrEnum):
    """Why somebody was passed over."""

    LEFT = "left"
    AWAY = "away"
    ASKED = "asked"
    LIMIT = "limit"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here as routing sees them; `load` counts the open escalations they already answer for.

    `away` has the deputy in `deputy_id`, if anybody; `limit` is the highest amount they may decide, None for any.
    `is_entitled` says that their role lets them take what is routed.
    """

    agent_id: int
    active: bool = True
    is_lead: bool = False
    load: int = 0
    skills: frozenset[str] = frozenset()
    on_duty: bool = False
    away: bool = False
    deputy_id: int | None = None
    manager_id: int | None = None
    limit: int | None = 0
    is_entitled: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a step asks for: a skill, or authority over an amount, beginning with the managers of `managers_of`.

    `strictly` is that nobody gets it who may not decide the amount. `but_not` are people who must not get it,
    because it comes from them or they were asked before. `decides` is that there is a question to decide.
    """

    skill: str = ""
    managers_of: int | None = None
    amount: int = 0
    strictly: bool = False
    but_not: frozenset[int] = frozenset()
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets it and why; `instead_of` is who is away, `passed_over` others with the reason.

    `is_entitled` is False for somebody whose role does not let them take it, who gets it for want of anybody else.
    """

    agent_id: int
    because: Because
    instead_of: int | None = None
    passed_over: tuple[tuple[int, Over], ...] = ()
    is_entitled: bool = True


def choose(
    people: Mapping[int, Person], team: Collection[int], wanted: Wanted, last_resort: int | None = None
) -> Choice | None:
    """Manager chain, then the team by skill, duty, load, lead; away means the deputy; nobody means the last resort.

    Somebody whose role does not let them take it gets it only where nobody else is there. None when not even the last
    resort works here, or may not decide what only somebody with authority gets.
    """
    over: list[tuple[int, Over]] = []
    if found := _first(people, team, wanted, over):
        return found
    last = _last(people, last_resort, wanted, over)
    if last and people[last.agent_id].is_entitled:
        return last
    if wanted.strictly:
        return None
    return _unentitled(people, team, wanted, over) or (replace(last, is_entitled=False) if last else None)


def _first(
    people: Mapping[int, Person], team: Collection[int], wanted: Wanted, over: list[tuple[int, Over]]
) -> Choice | None:
    """The first who can be asked; `over` gets whoever cannot, with the reason."""
    for agent_id, because in _in_order(people, team, wanted):
        found = _reachable(people, agent_id, wanted.but_not)
        if not isinstance(found, Over):
            found = _lacks(people[found], wanted) or found
        if isinstance(found, Over):
            over.append((agent_id, found))
        elif found == agent_id:
            return Choice(agent_id, because, None, tuple(over))
        else:
            return Choice(found, Because.DEPUTY, agent_id, tuple(over))
    return None


def _last(
    people: Mapping[int, Person], last_resort: int | None, wanted: Wanted, over: Collection[tuple[int, Over]]
) -> Choice | None:
    """The last resort, or who stands in for them; None when not there, or without the authority that is wanted."""
    last = people.get(last_resort) if last_resort else None
    if last is None or not last.active:
        return None
    found = _reachable(people, last.agent_id, frozenset())
    chosen = last.agent_id if isinstance(found, Over) else found
    if _lacks(people[chosen], wanted) is Over.LIMIT:
        return None
    instead = last.agent_id if chosen != last.agent_id else None
    return Choice(chosen, Because.LAST_RESORT, instead, tuple(over))


def _unentitled(
    people: Mapping[int, Person], team: Collection[int], wanted: Wanted, over: Collection[tuple[int, Over]]
) -> Choice | None:
    """The first of those who were passed over for their role alone."""
    if all(why is not Over.ROLE for _agent, why in over):
        return None
    anybody = {pk: replace(person, is_entitled=True) for pk, person in people.items()}
    found = _first(anybody, team, wanted, [])
    if found is None:
        return None
    asked = found.instead_of or found.agent_id
    others = tuple(each for each in over if each[0] != asked)
    return replace(found, passed_over=others, is_entitled=False)


def _in_order(people: Mapping[int, Person], team: Collection[int], wanted: Wanted) -> Iterator[tuple[int, Because]]:
    """Everybody who may be asked, in the order in which they are, each once."""
    seen: set[int] = set()
    for manager in managers_above(people, wanted.managers_of) if wanted.managers_of else ():
        if manager in team and _may_decide(people[manager], wanted.amount):
            seen.add(manager)
            yield manager, Because.MANAGER
    members = [people[agent_id] for agent_id in team if agent_id in people and agent_id not in seen]
    for person in sorted(members, key=lambda found: _rank(found, wanted)):
        yield person.agent_id, _why(person, wanted)


def _rank(person: Person, wanted: Wanted) -> tuple[bool, bool, bool, int, bool, int]:
    """Earlier is better."""
    lacks_skill = bool(wanted.skill) and wanted.skill not in person.skills
    lacks_authority = not wanted.strictly and not _may_decide(person, wanted.amount)
    return lacks_skill, lacks_authority, not person.on_duty, person.load, not person.is_lead, person.agent_id


def _why(person: Person, wanted: Wanted) -> Because:
    if wanted.skill and wanted.skill in person.skills:
        return Because.SKILL
    if person.on_duty:
        return Because.DUTY
    return Because.LEAD if person.is_lead else Because.MEMBER


def _may_decide(person: Person, amount: int) -> bool:
    return not amount or person.limit is None or amount <= person.limit


def _lacks(person: Person, wanted: Wanted) -> Over | None:
    """What this person lacks for what is wanted."""
    if wanted.strictly and not _may_decide(person, wanted.amount):
        return Over.LIMIT
    return None if person.is_entitled else Over.ROLE


def managers_above(people: Mapping[int, Person], agent_id: int | None) -> Iterator[int]:
    """The manager, the manager's manager and so on; a circle is walked once."""
    seen = {agent_id}
    person = people.get(agent_id) if agent_id else None
    while person and person.manager_id and person.manager_id not in seen:
        seen.add(person.manager_id)
        person = people.get(person.manager_id)
        if person:
            yield person.agent_id


def _reachable(people: Mapping[int, Person], agent_id: int, but_not: Collection[int]) -> int | Over:
    """The person, or the deputy of the deputy, however long the chain; why not when nobody of it is there."""
    seen: set[int] = set()
    person = people.get(agent_id)
    while person and person.agent_id not in seen:
        seen.add(person.agent_id)
        if not person.active:
            return Over.LEFT
        if not person.away:
            return Over.ASKED if person.agent_id in but_not else person.agent_id
        person = people.get(person.deputy_id) if person.deputy_id else None
    return Over.AWAY


def circle(deputies: Iterable[tuple[int, int]], start: int) -> Sequence[int]:
    """The people of a circle of deputies that leads back to `start`; empty when there is none."""
    of = dict(deputies)
    path, following = [start], of.get(start)
    while following is not None and following not in path:
        path.append(following)
        following = of.get(following)
    return path if following == start else []


def who_answers(deputies: Mapping[int, int | None], agent_id: int) -> int | None:
    """Who is there for this person, whatever the length of the chain; `deputies` has everybody who is away.

    None when nobody of the chain is there.
    """
    seen: set[int] = set()
    here: int | None = agent_id
    while here is not None and here in deputies and here not in seen:
        seen.add(here)
        here = deputies[here]
    return None if here in seen else here


def accountable(*, escalation_person: int | None, owner: int | None, lead: int | None) -> int | None:
    """Who answers for a case: with an open escalation its accountable person, else the owner, else the team's lead."""
    return escalation_person or owner or lead
