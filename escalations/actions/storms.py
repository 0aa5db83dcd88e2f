"""The storm brake: when too many cases climb by themselves, they stop and a person is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from customers.models import User
from customers.refusal import Refused
from escalations.actions import bulletins, journal, looking
from escalations.models import (
    Case,
    Event,
    HeldClimb,
    Level,
    Step,
    Storm,
    StormBrake,
    TeamMembership,
    VersionState,
    words,
)
from escalations.models.standings import given, has_right
from escalations.rules import events, ladder
from escalations.rules.standing import Right, Standing

HOURLY = 8  # so many hours its people are asked about a storm every hour, and then once a day
ABOVE = 2  # people of this level and above may decide about a storm


def holds(work: journal.Work, move: ladder.Climb) -> Event | bool:
    """Whether the brake holds this climb back: the event that says so the first time, True when it said so before.

    The first climb of a critical case is never held back, and neither is one that somebody let go.
    """
    if looking.never_waits(work.case, work.around):
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
    """A storm begins with the climb that would be one too many; None as long as there are few.

    What somebody let climb after another storm does not count: it no longer climbs by itself.
    """
    since = work.at - timedelta(minutes=brake.minutes)
    let_go = HeldClimb.objects.filter(released_at__gt=since, storm__let_climb=True)
    climbs = Step.objects.filter(is_automatic=True, started_at__gt=since)
    if climbs.exclude(escalation__case__in=let_go.values("case")).count() < brake.climbs:
        return None
    storm = Storm.objects.create(began_at=work.at)
    _tell(storm, brake, f"storm:{storm.uid}", work.at)
    return storm


def _tell(storm: Storm, brake: StormBrake, about: str, at: datetime) -> None:
    told = {"climbs": brake.climbs, "minutes": brake.minutes}
    bulletins.tell(deciders(), kind="storm", about=about, path=f"/desk/storms/{storm.uid}/", data=told, at=at)


@transaction.atomic
def remind(*, at: datetime) -> bool:
    """Asks again about the storm that nobody has looked at: every hour of its first eight, then every day.

    Gives whether a storm is open; however many cases it holds, they cost nothing here.
    """
    storm = Storm.objects.filter(is_open=True).first()
    if storm is None:
        return False
    hours = (at - storm.began_at) // timedelta(hours=1)
    times = min(hours, HOURLY) + max(hours - HOURLY, 0) // 24
    if times > 0:
        _tell(storm, _brake(), f"storm:{storm.uid}:{times}", at)
    return True


def deciders() -> QuerySet[User]:
    """Who is asked about a storm: administrators, and whoever leads a team of level 2 or above.

    Of them those whose role lets them answer; where that is nobody, the administrators must at least know.
    """
    leads = TeamMembership.objects.filter(is_lead=True, agent__is_active=True, team__in=_teams_above())
    asked = Q(is_staff=True) | Q(pk__in=leads.values("agent__user"))
    found = User.objects.filter(asked, given(Right.LEAD), is_active=True)
    return found if found.exists() else User.objects.filter(is_staff=True, is_active=True)


def may_end(by: User) -> bool:
    """Whoever leads people, with or without an agent of their own."""
    return has_right(by, Right.LEAD)


def _teams_above() -> QuerySet[Level, int]:
    above = Level.objects.filter(version__state=VersionState.PUBLISHED, number__gte=ABOVE)
    return above.order_by().values_list("team_id", flat=True)


@transaction.atomic
def end(*, storm: Storm, by: User, let_climb: bool, at: datetime) -> Storm:
    """Somebody has looked: the held cases climb after all, or are left to people. The engine lets them go in batches.

    Raises Refused when this person may not, or somebody has dealt with it already; nothing is changed then.
    """
    if not may_end(by):
        raise Refused("", "storm_not_yours", words.REMEDIES["storm_not_yours"])
    row = Storm.objects.select_for_update(of=("self",)).get(pk=storm.pk)
    if not row.is_open:
        raise Refused("", "storm_over", words.REMEDIES["storm_over"])
    row.is_open, row.ended_at, row.ended_by, row.let_climb = False, at, by, let_climb
    row.save(update_fields=["is_open", "ended_at", "ended_by", "let_climb"])
    return row


def release(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """The engine's: lets this case go as was decided about its storm; None when another worker did."""
    with journal.locked(case, actor=actor, at=at) as work:
        held = HeldClimb.objects.released().filter(case=work.case).select_related("storm").first()
        if held is None:
            return None
        HeldClimb.objects.filter(pk=held.pk).update(released_at=work.at)
        causes = [holding.cause for _trigger, holding in work.position().unused() if holding.since <= work.at]
        return work.record(events.ClimbReleased(held.storm.uid, climbs=bool(held.storm.let_climb), causes=causes))
