"""Where a case stands on its ladder, with what only other rows can tell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from escalations.models.cases import Case
from escalations.models.people import Agent, TeamMembership
from escalations.models.policies import procedure_of
from escalations.models.standings import is_entitled
from escalations.rules import effects, events, facts, ladder
from escalations.rules.conditions import flattened
from escalations.rules.conditions.of_cases import MissingAuthority, MissingSkill
from escalations.rules.conditions.of_customers import RepeatedComplaint
from escalations.rules.effects import Tracks
from escalations.rules.facts import Surroundings
from escalations.rules.procedure import Procedure, Rung
from escalations.rules.standing import Right
from escalations.rules.vocabulary import UNSOLVED

MOST_REPEATS = 50


def position(
    case: Case, lines: Sequence[events.Line], at: datetime, *, since: datetime | None, folded: Tracks | None = None
) -> ladder.Position:
    """Where this case stands at this instant; `since` is when the current step of an open escalation began.

    `folded` are the clocks of these very lines, when somebody has folded them already.
    """
    found = folded or effects.tracks(lines, procedure_of)
    procedure = found.procedure
    told = facts.story(lines)
    return ladder.Position(
        procedure=procedure,
        facts=ladder.case_facts(found, told, at, surroundings(case, procedure)),
        since=since,
        used=ladder.used_causes(lines),
        acted=ladder.acted(lines),
        is_solved=case.state not in UNSOLVED,
    )


def surroundings(case: Case, procedure: Procedure) -> Surroundings:
    """What is known about a case beside its journal; asks only for what the triggers of the procedure look at."""
    watched = [leaf for trigger in procedure.triggers for leaf in flattened(trigger.condition)]
    kinds = {type(leaf) for leaf in watched}
    lacks_skill, lacks_authority = _lacks(case, procedure, kinds)
    days = max((leaf.days for leaf in watched if isinstance(leaf, RepeatedComplaint)), default=0)
    return Surroundings(
        repeats=_repeats(case, days) if days else (),
        skill=case.skill.slug if case.skill else "",
        amount=case.amount,
        currency=case.currency,
        lacks_skill=lacks_skill,
        lacks_authority=lacks_authority,
    )


def _repeats(case: Case, days: int) -> tuple[datetime, ...]:
    """When the same customer raised other cases on the same topic before; without a topic nothing is the same."""
    if case.topic_id is None:
        return ()
    same = Q(organization=case.organization_id) if case.organization_id else Q(contact=case.contact_id)
    first = case.opened_at - timedelta(days=days)
    earlier = Case.objects.filter(same, topic=case.topic_id, opened_at__gte=first, opened_at__lt=case.opened_at)
    found = earlier.exclude(pk=case.pk).order_by("-opened_at").values_list("opened_at", flat=True)
    return tuple(found[:MOST_REPEATS])


def _at_hand(case: Case) -> Q:
    """The people who have the case now: its owner and its team."""
    return Q(pk=case.owner_id) | Q(pk__in=TeamMembership.objects.filter(team=case.team_id).values("agent_id"))


def _lacks(case: Case, procedure: Procedure, kinds: Collection[type]) -> tuple[bool, bool]:
    """Whether nobody who has the case can do it, and whether nobody may decide it, as far as somebody watches that."""
    about_skill = MissingSkill in kinds and case.skill_id is not None
    about_amount = MissingAuthority in kinds and bool(case.amount)
    if not about_skill and not about_amount:
        return False, False
    can = Agent.skills.through.objects.filter(agent=OuterRef("pk"), skill=case.skill_id)
    people = list(Agent.objects.active().filter(_at_hand(case)).annotate(can=Exists(can)))
    limits = limits_of(people, procedure).values() if about_amount else ()
    may = any(within(limit, case.amount) for limit in limits)
    return about_skill and not any(agent.can for agent in people), about_amount and not may


def limits_of(agents: Collection[Agent], procedure: Procedure) -> dict[int, int | None]:
    """Up to which amount each of them may decide, wherever the case is; None is any.

    The own limit counts, else that of the highest level whose team they belong to, else nothing. A limit in another
    currency than that of the procedure says nothing about it.
    """
    known = {agent.pk: agent for agent in agents}
    levels = {rung.team_id: rung for rung in sorted(procedure.rungs, key=lambda rung: rung.number)}
    members = TeamMembership.objects.filter(agent__in=known, team__in=levels).values_list("agent_id", "team_id")
    highest: dict[int, Rung] = {}
    for agent_id, team_id in members:
        rung = levels[team_id]
        if agent_id not in highest or rung.number > highest[agent_id].number:
            highest[agent_id] = rung
    limits: dict[int, int | None] = {pk: rung.authority_limit for pk, rung in highest.items()}
    own = {
        pk: agent.authority_limit
        for pk, agent in known.items()
        if agent.authority_limit is not None and agent.authority_currency == procedure.currency
    }
    return dict.fromkeys(known, 0) | limits | own


def limit_of(agent: Agent, procedure: Procedure) -> int | None:
    """Up to which amount this person may decide; None is any."""
    return limits_of([agent], procedure)[agent.pk]


def may_decide(agent: Agent, procedure: Procedure, amount: int) -> bool:
    """Whether the role of this person lets them decide, and so much; without an amount it is not about money."""
    if not is_entitled(agent.pk, [Right.DECIDE]):
        return False
    return within(limit_of(agent, procedure), amount) if amount else True


def within(limit: int | None, amount: int) -> bool:
    """Whether an amount is within a limit, where None is any."""
    return limit is None or amount <= limit
