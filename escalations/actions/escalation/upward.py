"""Climbing by a person, and the other ways in which an escalation changes its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from customers.refusal import Refused
from escalations.actions import alarm, journal, routing
from escalations.actions.escalation import documents, questions
from escalations.actions.escalation.steps import BriefText, Target, agent_of, request, step, team_of
from escalations.actions.routing import Found
from escalations.models import Agent, Case, Event, Skill, Step, Team, words
from escalations.models.standings import is_entitled
from escalations.rules.procedure import Rung
from escalations.rules.routing import Because, Over, Wanted
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Kind, Move, Reason, Source, Verb


def escalate(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    kind: Kind,
    reason: Reason,
    brief: BriefText,
    level: int | None = None,
    skill: Skill | None = None,
    justification: str = "",
    source: Source = Source.AGENT,
    key: str | None = None,
) -> Event:
    """Asks the next level (or `level`, a jump) to take this case up; a wish of the customer is granted by it.

    Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.ESCALATE, key=key) as work:
        if work.replayed:
            return work.replayed
        target = _upward(work, Kind(kind), Reason(reason), brief, level, skill, justification)
        work.own()
        return request(work, target, Source.CUSTOMER if work.around.ask else source)


def climb(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    kind: Kind,
    reason: Reason,
    brief: BriefText,
    level: int | None = None,
    skill: Skill | None = None,
    justification: str = "",
    key: str | None = None,
) -> Event:
    """Takes an open escalation further up. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.CLIMB, key=key) as work:
        if work.replayed:
            return work.replayed
        return step(work, _upward(work, Kind(kind), Reason(reason), brief, level, skill, justification))


def pull_up(*, case: Case, actor: Standing, at: datetime, justification: str, key: str | None = None) -> Event:
    """Somebody of a level above takes the case to their own level, and answers for it. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.PULL_UP, key=key) as work:
        if work.replayed:
            return work.replayed
        documents.must_say("justification", justification, "justification_missing")
        procedure, row = work.around.procedure, work.case
        mine = [r for r in procedure.rungs if r.number > row.level and r.team_id in actor.team_ids]
        rung = min(mine, key=lambda found: found.number)
        target = Target(
            level=rung.number,
            team=team_of(rung.team_id),
            found=Found(agent_of(work), Because.CHOSEN.value),
            move=_move_to(work, rung.number),
            kind=Kind.HIERARCHICAL if rung.number > 2 else Kind.FUNCTIONAL,
            reason=Reason.IMPACT,
            justification=justification,
        )
        return step(work, target) if work.around.open_escalation else request(work, target, Source.MANAGER)


def lend(*, case: Case, actor: Standing, at: datetime, skill: Skill, asked: str, key: str | None = None) -> Event:
    """An expert with this skill helps while the owner stays accountable and the case stays here. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.LEND, key=key) as work:
        if work.replayed:
            return work.replayed
        documents.must_say("asked", asked, "brief_missing")
        procedure, row = work.around.procedure, work.case
        work.own()
        open_one = work.around.open_escalation
        busy = {row.owner_id or 0, actor.agent_id or 0, open_one.accountable_id if open_one else 0}
        rung = procedure.next_rung(row.level) or procedure.rung(row.level)
        found = routing.expert(rung, procedure, skill.slug, work.at, but_not=busy, level=row.level)
        if found is None:
            raise Refused("skill", "unknown_skill", words.REMEDIES["unknown_skill"])
        target = Target(
            level=row.level,
            team=row.team,
            found=found,
            move=Move.LEND,
            kind=Kind.FUNCTIONAL,
            reason=Reason.SKILL,
            skill=skill,
            message=work.say(asked, public=False).uid,
        )
        return step(work, target) if open_one else request(work, target, Source.AGENT)


def hand_back(*, case: Case, actor: Standing, at: datetime, reason: str, key: str | None = None) -> Event:
    """Gives the case back to the team this step came from, with the reason as an internal note. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.HAND_BACK, key=key) as work:
        if work.replayed:
            return work.replayed
        before, advice = work.arrival, work.say(reason, public=False)
        found = _returning_to(work, before.from_team, before.from_level)
        return step(work, _place(before, before.from_level, before.from_team, found, Move.HAND_BACK, advice.uid))


def redirect(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    reason: str,
    team: Team | None = None,
    person: Agent | None = None,
    key: str | None = None,
) -> Event:
    """To another team at this level, or to somebody else of the same team, with the reason as a note.

    Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.REDIRECT, key=key) as work:
        if work.replayed:
            return work.replayed
        before, row, note = work.arrival, work.case, work.say(reason, public=False)
        place = team or row.team
        if person is None and place == row.team:
            raise Refused("team", "unknown_team", words.REMEDIES["unknown_team"])
        found = _chosen(work, place, person) if person else _of_team(work, place)
        return step(work, _place(before, row.level, place, found, Move.REDIRECT, note.uid))


def step_back(
    *, case: Case, actor: Standing, at: datetime, reason: str, level: int | None = None, key: str | None = None
) -> Event:
    """Down to the level below, or further: the escalation goes on where less is needed. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.STEP_BACK, key=key) as work:
        if work.replayed:
            return work.replayed
        procedure, row, before = work.around.procedure, work.case, work.arrival
        below = [rung.number for rung in procedure.rungs if rung.number < row.level]
        number = level or max(below)
        if number not in below:
            raise Refused("level", "lower_level", words.REMEDIES["lower_level"])
        note = work.say(reason, public=False)
        team = _team_before(work, number)
        found = _returning_to(work, team, number)
        return step(work, _place(before, number, team, found, Move.STEP_BACK, note.uid))


# -- where it goes -------------------------------------------------------------------------------------


def _upward(
    work: journal.Work,
    kind: Kind,
    reason: Reason,
    brief: BriefText,
    level: int | None,
    skill: Skill | None,
    justification: str,
) -> Target:
    """A climb by a person, with everything it has to bring."""
    rung = _rung_above(work, level)
    brief.check(kind)
    if kind is Kind.HIERARCHICAL:
        questions.check(work, brief.wanted())
    wanted = replace(wanted_of(work, kind, skill, brief.amount), decides=kind is Kind.HIERARCHICAL)
    rung, found = _whoever_may(work, rung, wanted)
    move = _move_to(work, rung.number)
    documents.check_climb(
        work,
        level=rung.number,
        kind=kind,
        evidence=brief.evidence,
        has_articles=bool(brief.articles),
        justification=justification,
    )
    target = Target(rung.number, team_of(rung.team_id), found, move, kind, reason, brief, justification=justification)
    return replace(target, skill=skill or work.case.skill if kind is Kind.FUNCTIONAL else None)


def _whoever_may(work: journal.Work, rung: Rung, wanted: Wanted) -> tuple[Rung, Found]:
    """Who gets it, and at which level: for an amount that nobody of this level may decide, further up.

    Raises Refused.
    """
    procedure = work.around.procedure
    if not wanted.strictly:
        return rung, routing.must_find(rung, procedure, work.at, wanted=wanted)
    over: tuple[str, ...] = ()
    above: Rung | None = rung
    while above:
        if found := routing.find(above, procedure, work.at, wanted=wanted):
            return above, replace(found, passed_over=(*over, *found.passed_over))
        without = routing.find(above, procedure, work.at, wanted=replace(wanted, strictly=False))
        lacks = Over.LIMIT if without and without.is_entitled else Over.ROLE
        over = (*over, f"{without.person.code}:{lacks}" if without else alarm.empty_level(above.number))
        above = procedure.next_rung(above.number)
    raise Refused("amount", "no_decider", words.REMEDIES["no_decider"])


def wanted_of(work: journal.Work, kind: Kind, skill: Skill | None, amount: int) -> Wanted:
    """What a step of this kind asks for: functional a skill, hierarchical the authority of a manager.

    Whoever has it now, and whoever escalates, is nobody to escalate to.
    """
    climb_ = work.around.open_escalation
    holding = climb_.accountable_id if climb_ else work.case.owner_id
    but_not = frozenset(agent for agent in (holding, work.actor.agent_id) if agent)
    if kind is Kind.FUNCTIONAL:
        needed = skill or work.case.skill
        return Wanted(skill=needed.slug if needed else "", but_not=but_not)
    return Wanted(
        managers_of=holding or work.actor.agent_id,
        amount=amount or work.case.amount,
        strictly=bool(amount),
        but_not=but_not,
    )


def _rung_above(work: journal.Work, level: int | None) -> Rung:
    procedure = work.around.procedure
    following = procedure.next_rung(work.case.level)
    number = level or (following.number if following else 0)
    if not procedure.has_level(number) or number <= work.case.level:
        raise Refused("level", "unknown_level", words.REMEDIES["unknown_level"])
    return procedure.rung(number)


def _move_to(work: journal.Work, number: int) -> Move:
    following = work.around.procedure.next_rung(work.case.level)
    return Move.CLIMB if following and number == following.number else Move.JUMP


def _place(before: Step, level: int, team: Team, found: Found, move: Move, message: str) -> Target:
    """Another place for the same matter."""
    return Target(
        level=level,
        team=team,
        found=found,
        move=move,
        kind=Kind(before.kind),
        reason=Reason(before.reason),
        message=message,
        skill=before.skill,
    )


def _returning_to(work: journal.Work, team: Team, level: int) -> Found:
    """Who gets a case that comes back: its owner, who knows it, else the team it came from."""
    owner, procedure = work.case.owner, work.around.procedure
    rung = procedure.rung(level)
    there = owner and routing.present(owner, work.at) and owner.memberships.filter(team=team).exists()
    if owner and there and is_entitled(owner.pk, routing.needed(procedure, rung, Wanted())):
        return Found(owner, Because.OWNER.value)
    return routing.must_find(rung, procedure, work.at, team_id=team.pk)


def _team_before(work: journal.Work, level: int) -> Team:
    """The team that had the case at this level before, else the team of the level."""
    for taken in reversed(work.around.steps):
        if taken.from_level == level:
            return taken.from_team
    return team_of(work.around.procedure.rung(level).team_id)


def _of_team(work: journal.Work, team: Team) -> Found:
    procedure = work.around.procedure
    wanted = wanted_of(work, Kind.FUNCTIONAL, work.arrival.skill, 0)
    return routing.must_find(procedure.rung(work.case.level), procedure, work.at, team_id=team.pk, wanted=wanted)


def _chosen(work: journal.Work, team: Team, person: Agent) -> Found:
    """This very person, who must belong to the team; while away, the deputy."""
    procedure = work.around.procedure
    rights = routing.needed(procedure, procedure.rung(work.case.level), Wanted())
    found = routing.reachable(person, work.at, rights)
    if found is None or not person.memberships.filter(team=team).exists() or person.pk == work.arrival.person_id:
        raise Refused("person", "unknown_person", words.REMEDIES["unknown_person"])
    if not found.is_entitled:
        raise Refused("person", "person_role", words.REMEDIES["person_role"] % {"person": found.person})
    return found
