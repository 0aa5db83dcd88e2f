"""Somebody is away: said beforehand, checked when it is said, and the work handed over when it begins."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from customers.models import User
from customers.refusal import Refused
from escalations.actions import bulletins, journal, routing, set_aside
from escalations.actions.escalation import by_itself
from escalations.actions.escalation.questions import amount_asked
from escalations.actions.routing import Found
from escalations.models import Absence, Agent, Case, SetAside, words
from escalations.models.positions import may_decide
from escalations.models.standings import acts, has_right
from escalations.rules import events
from escalations.rules import routing as choosing
from escalations.rules.routing import Wanted
from escalations.rules.standing import SYSTEM, Right
from escalations.rules.vocabulary import OPEN_ESCALATION, UNSOLVED, EscalationState, Move

logger = logging.getLogger(__name__)
_CLIMBING = [state.value for state in OPEN_ESCALATION]
_UNSOLVED = [state.value for state in UNSOLVED]


def may(by: User, agent: Agent) -> bool:
    """Whether this user says when this person is away: oneself, leads, or whoever has the right in the back office."""
    return agent.user_id == by.pk or has_right(by, Right.LEAD) or by.has_perm("escalations.change_absence")


@transaction.atomic
def save(*, absence: Absence, by: User, at: datetime) -> Absence:
    """Writes down a new absence, or a changed one. Work is handed over when it begins.

    Raises Refused at the field that is wrong: also when nobody of a chain of deputies would be there.
    """
    _refuse_unless(may(by, absence.agent), "", "not_your_absence")
    _refuse_unless(acts(by), "", "only_reads")
    check(absence, at)
    known = Absence.objects.filter(pk=absence.pk).first() if absence.pk else None
    if known and (known.starts_at, known.deputy_id) != (absence.starts_at, absence.deputy_id):
        absence.handed_over_at = None
    absence.save()
    logger.info("%s wrote down %s", by.code, absence.pk)
    return absence


@transaction.atomic
def end(*, absence: Absence, by: User, at: datetime) -> None:
    """Somebody is back, or stays after all: what has not begun is taken away. Raises Refused.

    What was handed over meanwhile stays where it is.
    """
    row = Absence.objects.select_for_update(of=("self",)).select_related("agent").get(pk=absence.pk)
    _refuse_unless(may(by, row.agent), "", "not_your_absence")
    _refuse_unless(acts(by), "", "only_reads")
    _refuse_unless(row.ends_at > at, "", "absence_over")
    if row.starts_at >= at:
        row.delete()
    else:
        row.ends_at = at
        row.save(update_fields=["ends_at"])
    logger.info("%s ended absence %s at %s", by.code, absence.pk, at)


def check(absence: Absence, at: datetime) -> None:
    """Raises Refused, at its field, for what is wrong with an absence among those of everybody else.

    Locks the two people, so that of two who name each other at the same moment the second is refused.
    """
    _refuse_unless(absence.ends_at > absence.starts_at, "ends_at", "absence_order")
    _refuse_unless(absence.ends_at > at, "ends_at", "absence_over")
    deputy = absence.deputy
    _refuse_unless(deputy is None or deputy.works, "deputy", "inactive_agent")
    _refuse_unless(absence.deputy_id != absence.agent_id, "deputy", "own_deputy")
    two = [absence.agent_id, *([absence.deputy_id] if absence.deputy_id else [])]
    with transaction.atomic():
        list(Agent.objects.select_for_update(no_key=True).filter(pk__in=two).order_by("pk").values_list("pk"))
        others = _overlapping(absence)
        _refuse_unless(all(row.agent_id != absence.agent_id for row in others), "starts_at", "already_away")
        for deputies in _moments(absence, others):
            _check_moment(absence, deputies)


def _overlapping(absence: Absence) -> Sequence[Absence]:
    rows = Absence.objects.filter(starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at)
    return list(rows.exclude(pk=absence.pk).order_by("starts_at", "pk"))


def _moments(absence: Absence, others: Sequence[Absence]) -> Iterator[dict[int, int | None]]:
    """Who is away and who stands in, whenever somebody else's absence begins while this one lasts."""
    begins = {max(row.starts_at, absence.starts_at) for row in others} | {absence.starts_at}
    for instant in sorted(begins):
        found = {row.agent_id: row.deputy_id for row in others if row.starts_at <= instant < row.ends_at}
        yield found | {absence.agent_id: absence.deputy_id}


def _check_moment(absence: Absence, deputies: dict[int, int | None]) -> None:
    named = [(away, deputy) for away, deputy in deputies.items() if deputy]
    if around := choosing.circle(named, absence.agent_id):
        raise _refusal("deputy", "deputy_circle", circle=" → ".join(_names([*around, around[0]])))
    last = _end_of_chain(deputies, absence.agent_id)
    if last != absence.agent_id and last in deputies:
        raise _refusal("deputy", "deputy_away", deputy=_names([last])[0])
    if absence.deputy_id is None:
        for away, deputy in named:
            if deputy == absence.agent_id:
                raise _refusal("deputy", "stands_in_for", person=_names([away])[0])


def _end_of_chain(deputies: dict[int, int | None], agent_id: int) -> int:
    """The last person of a chain of deputies without a circle that could be walked twice."""
    seen, here = {agent_id}, agent_id
    while (following := deputies.get(here)) and following not in seen:
        seen.add(following)
        here = following
    return here


def _names(agent_ids: Sequence[int]) -> list[str]:
    names = dict(Agent.objects.filter(pk__in=agent_ids).values_list("pk", "user__name"))
    return [names[pk] for pk in agent_ids]


def _refusal(field: str, code: str, **said: str) -> Refused:
    return Refused(field, code, words.REMEDIES[code] % said)


def _refuse_unless(holds: bool, field: str, code: str) -> None:
    if not holds:
        raise Refused(field, code, words.REMEDIES[code])


# -- when it begins ----------------------------------------------------------------------------------------------------


def due(at: datetime) -> list[int]:
    """The absences that have begun and whose work was not handed over yet."""
    return list(Absence.objects.current(at).filter(handed_over_at=None).order_by("pk").values_list("pk", flat=True))


def hand_over(*, absence_id: int, at: datetime) -> int:
    """The engine's: passes on every open escalation of somebody who is away now; gives how many.

    Each goes to the deputy, else to the next who can be asked, else to the last resort. The cases they own stay theirs;
    the deputy is told of them once. A case that cannot be moved on is set aside, and handed over once it can be.
    """
    absence = Absence.objects.current(at).filter(pk=absence_id, handed_over_at=None).select_related("agent").first()
    if absence is None:
        return 0
    climbs = _climbs_of(absence.agent)
    passed = sum(_hand_over_one(case, absence, at) for case in set_aside.others(climbs).order_by("pk"))
    if SetAside.objects.filter(case__in=climbs).exists():
        return passed
    with transaction.atomic():
        if Absence.objects.filter(pk=absence.pk, handed_over_at=None).update(handed_over_at=at):
            _tell_deputy(absence, at)
    return passed


def _climbs_of(agent: Agent) -> QuerySet[Case]:
    """The cases with an open escalation that this person answers for, was asked about or is asked to decide."""
    answers = Q(escalations__accountable=agent)
    asked = Q(escalations__steps__person=agent, escalations__steps__ended_at=None)
    decides = Q(escalations__decisions__person=agent, escalations__decisions__decided_at=None)
    found = Case.objects.filter(answers | asked | decides, escalations__state__in=_CLIMBING)
    return Case.objects.filter(pk__in=found.values("pk"))


def _hand_over_one(case: Case, absence: Absence, at: datetime) -> int:
    try:
        return int(_pass_on(case, absence, at))
    except set_aside.TROUBLE:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with one case, the others are handed over
        set_aside.put(case_id=case.pk, stage=set_aside.Stage.LADDER, problem=problem, at=at)
        return 0


def pass_case_on(*, case: Case, agent: Agent, at: datetime) -> bool:
    """What somebody who is away now has of this case goes to others; False when nobody else is there."""
    absence = Absence.objects.current(at).filter(agent=agent).select_related("agent").first()
    return absence is not None and _pass_on(case, absence, at)


def _pass_on(case: Case, absence: Absence, at: datetime) -> bool:
    """Their step, what they answer for and what they are asked to decide, each to whoever can take it."""
    with transaction.atomic():
        passed = _pass_step_on(case, absence, at)
        return _reassign(case, absence, at) or passed


def _pass_step_on(case: Case, absence: Absence, at: datetime) -> bool:
    with journal.locked(case, actor=SYSTEM, at=at) as work:
        climb = work.around.open_escalation
        if climb is None or climb.state == EscalationState.RESOLVED:
            return False
        if work.step.person_id != absence.agent_id or work.step.ended_at is not None:
            return False
        found = _instead(work, absence.agent)
        if found is None or found.person.pk == absence.agent_id:
            _tell_of_nobody(work, absence)
            return False
        by_itself.pass_on(work, found, away=True)
        return True


def _reassign(case: Case, absence: Absence, at: datetime) -> bool:
    """Somebody else answers for the escalation, or decides the open question."""
    agent = absence.agent
    with journal.locked(case, actor=SYSTEM, at=at) as work:
        climb = work.around.open_escalation
        if climb is None:
            return False
        answers = climb.accountable_id == agent.pk
        asked = work.around.open_decision
        decides = asked is not None and asked.person_id == agent.pk
        found = _instead(work, agent, lent=False) if answers else None
        if found and found.person.pk != agent.pk:
            climb.accountable = found.person
        else:
            found = None
        decider = _decides_instead(work, agent) if decides else None
        if decider:
            work.decision.person = decider
        if (answers and not found) or (decides and not decider):
            _tell_of_nobody(work, absence)
        if not found and not decider:
            return False
        work.record(
            events.CaseReassigned(
                from_owner="",
                escalation=climb.uid if found else "",
                from_accountable=agent.code if found else "",
                accountable=found.person.code if found else "",
                because=found.because if found else "",
                away=True,
                asked=decider.code if decider else "",
            )
        )
        return True


def _decides_instead(work: journal.Work, agent: Agent) -> Agent | None:
    """The deputy who may decide so much; else the managers of whoever is away, and the levels above.

    None when nobody may.
    """
    procedure, amount, level = work.around.procedure, work.decision.amount, work.case.level
    deputy = routing.reachable(agent, work.at)
    if deputy and may_decide(deputy.person, procedure, amount):
        return deputy.person
    wanted = Wanted(managers_of=agent.pk, amount=amount, but_not=frozenset({agent.pk}), decides=True)
    above = [rung for rung in procedure.rungs if rung.number > level]
    for rung in (*above, procedure.rung(level)):
        found = routing.find(rung, procedure, work.at, wanted=wanted)
        if found and found.person.pk != agent.pk and may_decide(found.person, procedure, amount):
            return found.person
    return None


def _instead(work: journal.Work, agent: Agent, *, lent: bool = True) -> Found | None:
    """The deputy, however long the chain; else who else can be asked; else the last resort.

    An expert can stand in for an expert who was lent, never (`lent` False) for whoever answers for the escalation.
    """
    taken, procedure = work.step, work.around.procedure
    rung, skill = procedure.rung(work.case.level), taken.skill.slug if taken.skill else ""
    deputy = routing.reachable(agent, work.at, routing.needed(procedure, rung, Wanted()))
    if deputy and deputy.is_entitled:
        return deputy
    helps = lent and taken.move == Move.LEND and taken.person_id == agent.pk
    others = {agent.pk}
    if helps and (helper := routing.expert(rung, procedure, skill, work.at, but_not=others, level=rung.number)):
        return helper
    wanted = Wanted(skill=skill, amount=amount_asked(work), but_not=frozenset({agent.pk}))
    found = routing.find(rung, procedure, work.at, team_id=work.case.team_id, wanted=wanted)
    return deputy if deputy and (found is None or not found.is_entitled) else found


def _tell_of_nobody(work: journal.Work, absence: Absence) -> None:
    """It stays with somebody who is away, because there is nobody else: people must help."""
    case = work.case
    bulletins.to_administrators(
        kind="nobody",
        about=f"nobody:{absence.pk}:{case.uid}",
        path=f"/desk/cases/{case.reference}/",
        data={"reference": case.reference},
        at=work.at,
    )


def _tell_deputy(absence: Absence, at: datetime) -> None:
    """One bulletin for all cases together: they can be looked after, and need not be."""
    owned = Case.objects.filter(owner=absence.agent, state__in=_UNSOLVED).count()
    found = routing.reachable(absence.agent, at)
    if not owned or found is None or found.person.pk == absence.agent_id:
        return
    bulletins.tell(
        [found.person.user],
        kind="absence",
        about=f"absence:{absence.pk}:{found.person.pk}",
        path="/desk/",
        data={"person": str(absence.agent), "cases": owned},
        at=at,
    )
