"""The storm brake: when too many cases climb by themselves, they stop and a person is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from customers.models import User
from customers.refusal import Refused
from escalations.actions import bulletins, journal
from escalations.models import Event, HeldClimb, Step, Storm, StormBrake, words
from escalations.rules import events, ladder
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Severity

RELEASED_AT_ONCE = 100


def holds(work: journal.Work, move: ladder.Climb) -> Event | bool:
    """Whether the brake holds this climb back: the event that says so the first time, True when it said so before.

    The first climb of a critical case is never held back, and neither is one that somebody let go.
    """
    if work.case.severity == Severity.CRITICAL and work.around.escalation is None:
        return False
    if _let_go(work.lines):
        return False
    brake = _brake()
    if not brake.is_on:
        return False
    storm = Storm.objects.filter(is_open=True).first() or _begun(work, brake)
    if storm is None:
        return False
    held, is_new = HeldClimb.objects.get_or_create(
        storm=storm, case=work.case, defaults={"to_level": move.to.number, "held_at": work.at}
    )
    if not is_new:
        return True
    return work.record(events.ClimbHeld(storm.uid, held.to_level, list(move.reasons)))


def _let_go(lines: Sequence[events.Line]) -> bool:
    """Whether somebody let this case climb after a storm, and it has not climbed since."""
    for line in reversed(lines):
        if isinstance(line.data, events.StepTaken):
            return False
        if isinstance(line.data, events.ClimbReleased):
            return line.data.climbs
    return False


def _brake() -> StormBrake:
    """The one row, locked: climbs by themselves are counted one after the other."""
    found = StormBrake.objects.select_for_update().first()
    return found or StormBrake.objects.get_or_create(pk=1)[0]


def _begun(work: journal.Work, brake: StormBrake) -> Storm | None:
    """A storm begins with the climb that would be one too many; None as long as there are few."""
    since = work.at - timedelta(minutes=brake.minutes)
    if Step.objects.filter(is_automatic=True, started_at__gt=since).count() < brake.climbs:
        return None
    storm = Storm.objects.create(began_at=work.at)
    told = {"climbs": brake.climbs, "minutes": brake.minutes}
    bulletins.to_administrators(
        kind="storm", about=f"storm:{storm.uid}", path=f"/desk/storms/{storm.uid}/", data=told, at=work.at
    )
    return storm


@transaction.atomic
def end(*, storm: Storm, by: User, let_climb: bool, at: datetime) -> Storm:
    """Somebody has looked: the held cases climb after all, or are left to people. The engine lets them go in batches.

    Raises Refused when somebody has dealt with it already; nothing is changed then.
    """
    row = Storm.objects.select_for_update().get(pk=storm.pk)
    if not row.is_open:
        raise Refused("", "storm_over", words.REMEDIES["storm_over"])
    row.is_open, row.ended_at, row.ended_by, row.let_climb = False, at, by, let_climb
    row.save(update_fields=["is_open", "ended_at", "ended_by", "let_climb"])
    return row


def waiting(limit: int = RELEASED_AT_ONCE) -> list[int]:
    """The held climbs of storms that are over, the oldest first."""
    found = HeldClimb.objects.filter(storm__is_open=False, released_at=None).order_by("pk")
    return list(found.values_list("pk", flat=True)[:limit])


def release(*, held_id: int, actor: Standing, at: datetime) -> Event | None:
    """The engine's: lets one case go as was decided; None when another worker did."""
    held = HeldClimb.objects.select_related("storm", "case").get(pk=held_id)
    with journal.locked(held.case, actor=actor, at=at) as work:
        if HeldClimb.objects.filter(pk=held_id, released_at=None).update(released_at=work.at) == 0:
            return None
        causes = [holding.cause for _trigger, holding in work.position().unused() if holding.since <= work.at]
        return work.record(events.ClimbReleased(held.storm.uid, climbs=bool(held.storm.let_climb), causes=causes))
