"""Turns of duty change hands: two people exchange theirs, or somebody steps in for a while. The other one is told."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from customers.models import User, new_uid
from customers.refusal import Refused
from escalations.actions import bulletins
from escalations.models import Absence, Agent, DutyOverride, DutySwap, Rota, words
from escalations.models.standings import acts, has_right
from escalations.rules.standing import Right
from escalations.timing import rotation
from escalations.timing.rotation import Rotation

logger = logging.getLogger(__name__)
KIND = "duty"


@dataclass(frozen=True, slots=True)
class _Half:
    """One of two shifts that are exchanged, with whoever has it before."""

    shift: int
    begins: datetime
    ends: datetime
    agent_id: int


def may_arrange(by: User) -> bool:
    """Whether this user arranges the duty of others, too: leads, and whoever has the right in the back office."""
    return acts(by) and (has_right(by, Right.LEAD) or by.has_perm("escalations.change_rota"))


@transaction.atomic
def exchange(*, rota: Rota, shift: int, other: int, by: User, at: datetime) -> None:
    """The people of two coming shifts take each other's; done once more it is as before. Both are told.

    Raises Refused: for shifts that have begun or are of one person or of nobody, and when somebody is away then.
    """
    _refuse_unless(acts(by), "", "only_reads")
    whole = _locked(rota).rotation()
    one, two = _half(whole, shift, "shift", at), _half(whole, other, "other", at)
    _refuse_unless(one.agent_id != two.agent_id, "other", "one_person_has_both")
    people = Agent.objects.select_related("user").in_bulk([one.agent_id, two.agent_id])
    _refuse_unless(may_arrange(by) or by.pk in {row.user_id for row in people.values()}, "", "not_your_turn")
    for half, taker in ((one, people[two.agent_id]), (two, people[one.agent_id])):
        _refuse_who_is_away(taker, half.begins, half.ends, "other")
        _give(rota, whole, half.shift, taker)
    logger.info("%s exchanged the shifts %s and %s of %s", by.code, shift, other, rota.pk)
    _tell(rota, [row.user for row in people.values()], by, at)


@transaction.atomic
def step_in(
    *, rota: Rota, agent: Agent, starts_at: datetime, ends_at: datetime, by: User, at: datetime
) -> DutyOverride:
    """Somebody of the team is on duty for a while, whoever's shift it is; those who had it are told. Raises Refused."""
    _refuse_unless(acts(by), "", "only_reads")
    _refuse_unless(by.pk == agent.user_id or may_arrange(by), "agent", "not_your_turn")
    _refuse_unless(ends_at > starts_at, "ends_at", "duty_order")
    _refuse_unless(ends_at > at, "ends_at", "duty_over")
    _refuse_unless(ends_at - starts_at <= rotation.FORESEEN, "ends_at", "duty_too_long")
    whole = _locked(rota).rotation()
    member = rota.team.memberships.filter(agent=agent).exists()
    _refuse_unless(member and agent.works, "agent", "not_of_this_team")
    _refuse_who_is_away(agent, starts_at, ends_at, "starts_at")
    relieved = {turn.agent for turn in rotation.turns(whole, starts_at, ends_at)} - {agent.pk}
    made = DutyOverride.objects.create(rota=rota, agent=agent, starts_at=starts_at, ends_at=ends_at)
    logger.info("%s put %s on duty for %s: %s", by.code, agent.code, rota.pk, made.pk)
    told = Agent.objects.filter(pk__in={*relieved, agent.pk}).select_related("user")
    _tell(rota, [row.user for row in told], by, at)
    return made


@transaction.atomic
def step_out(*, override: DutyOverride, by: User, at: datetime) -> None:
    """What was put there ends now, or is taken away if it has not begun. Raises Refused."""
    _refuse_unless(acts(by), "", "only_reads")
    _locked(override.rota)
    row = DutyOverride.objects.select_related("agent__user", "rota__team").filter(pk=override.pk).first()
    if row is None:
        return
    _refuse_unless(by.pk == row.agent.user_id or may_arrange(by), "", "not_your_turn")
    _refuse_unless(row.ends_at > at, "", "duty_over")
    turns = rotation.turns(row.rota.rotation(), max(row.starts_at, at), row.ends_at)
    if row.starts_at >= at:
        row.delete()
    else:
        row.ends_at = at
        row.save(update_fields=["ends_at"])
    logger.info("%s ended the override %s at %s", by.code, override.pk, at)
    told = Agent.objects.filter(pk__in={turn.agent for turn in turns} | {row.agent_id}).select_related("user")
    _tell(row.rota, [person.user for person in told], by, at)


def _locked(rota: Rota) -> Rota:
    """The rota as it is now; of two who change it at the same moment the second one waits."""
    return Rota.objects.select_for_update(of=("self",)).get(pk=rota.pk)


def _half(whole: Rotation, shift: int, field: str, at: datetime) -> _Half:
    """A shift that has not begun. Raises Refused, also where nobody has it."""
    _refuse_unless(shift > whole.shift_at(at), field, "shift_has_begun")
    begins, ends = whole.bounds(shift)
    holder = dict(whole.swaps).get(shift)
    if holder is None and whole.people:
        holder = whole.people[shift % len(whole.people)]
    if holder is None:
        raise Refused(field, "nobodys_shift", words.REMEDIES["nobodys_shift"])
    return _Half(shift, begins, ends, holder)


def _give(rota: Rota, whole: Rotation, shift: int, taker: Agent) -> None:
    """This person has that shift; what the order says anyway needs no row."""
    _refuse_unless(taker.works, "other", "inactive_agent")
    if whole.people and whole.people[shift % len(whole.people)] == taker.pk:
        DutySwap.objects.filter(rota=rota, shift=shift).delete()
    else:
        DutySwap.objects.update_or_create(rota=rota, shift=shift, defaults={"agent": taker})


def _refuse_who_is_away(agent: Agent, starts_at: datetime, ends_at: datetime, field: str) -> None:
    if Absence.objects.filter(agent=agent, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise Refused(field, "away_then", words.REMEDIES["away_then"] % {"person": agent})


def _tell(rota: Rota, people: list[User], by: User, at: datetime) -> None:
    """Those whose turns changed, but for whoever changed them."""
    others = [person for person in people if person.pk != by.pk]
    if others:
        data = {"person": by.name, "team": rota.team.name}
        bulletins.tell(others, kind=KIND, about=f"duty:{new_uid()}", path="/desk/duty/", data=data, at=at)


def _refuse_unless(holds: bool, field: str, code: str) -> None:
    if not holds:
        raise Refused(field, code, words.REMEDIES[code])
