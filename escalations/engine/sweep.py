"""The sweep: hands over, breaks promises, warns, tells of breaches, climbs, wakes, closes and reminds."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value

from escalations.actions import absences, announcements, escalation, handling, promises, resolution, set_aside, storms
from escalations.actions import work as working
from escalations.actions.set_aside import TROUBLE, Stage
from escalations.models import Absence, Case, Clock, Escalation, Event, HeldClimb, Request, SetAside
from escalations.rules.standing import SYSTEM, Standing
from escalations.rules.vocabulary import CaseState

logger = logging.getLogger(__name__)

BATCH = 500
ROUNDS = 20
RELEASED = 100  # held climbs that go on in one round
AGAIN = "again"
ABSENCES = "absences"

Found = Mapping[str, list[int]]


def chase(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """Reminds of every request on this case that is due; the last event, None when there was none."""
    due_now = Request.objects.filter(case=case, next_chase_at__lte=at).order_by("next_chase_at")
    told = [working.chase(pk, at) for pk in due_now.values_list("pk", flat=True)]
    return next((event for event in reversed(told) if event), None)


ACTS: Mapping[Stage, Callable[..., Event | None]] = {
    Stage.PROMISE: promises.break_promise,
    Stage.RELEASE: storms.release,
    Stage.LADDER: escalation.consider,
    Stage.WAKE: handling.wake,
    Stage.SILENCE: resolution.close_by_silence,
    Stage.CHASE: chase,
}
LAST = (Stage.LADDER, Stage.WAKE, Stage.SILENCE, Stage.CHASE)


def sweep(at: datetime) -> int:
    """Acts on what is due at this instant, in bounded rounds; gives how many acts there were.

    When nothing is due, one statement is all it asks, however many cases there are.
    """
    found = due(at)
    total = sum(_again(case_id, at) for case_id in found[AGAIN])
    total += sum(_hand_over(absence_id, at) for absence_id in found[ABSENCES])
    total += break_promises(found, at)
    total += _each(Stage.RELEASE, found, at)
    if found[Stage.CLOCKS]:
        total += announce(at)
    if total or found[Stage.CLOCKS]:
        found = due(at)  # what people were told of may call for a climb, and what failed is set aside now
    return total + sum(_each(stage, found, at) for stage in LAST)


def break_promises(found: Found, at: datetime) -> int:
    """Before anything else is said of a case, that its promise was broken; however many there are."""
    total = 0
    for _round in range(ROUNDS):
        many = len(found[Stage.PROMISE]) >= BATCH
        total += _each(Stage.PROMISE, found, at)
        if not many:
            break
        found = due(at)
    return total


def due(at: datetime) -> Found:
    """The cases that are due, by what has to be done with them, some of each: one statement over partial indexes."""
    cases, climbs = Case.objects.all(), Escalation.objects.open()
    looked_up = [
        _look_up(AGAIN, SetAside.objects.all(), "next_try_at", at),
        _look_up(Stage.PROMISE, set_aside.others(cases), "promised_at", at),
        _look_up(Stage.CLOCKS, set_aside.others(Clock.objects.all()), "next_at", at),
        _look_up(Stage.LADDER, set_aside.others(climbs), "next_check_at", at),
        _look_up(Stage.LADDER, set_aside.others(cases), "check_at", at),
        _look_up(Stage.WAKE, set_aside.others(cases).filter(state=CaseState.PENDING.value), "wake_at", at),
        _look_up(Stage.SILENCE, set_aside.others(cases).filter(state=CaseState.RESOLVED.value), "wake_at", at),
        _look_up(Stage.CHASE, set_aside.others(Request.objects.all()), "next_chase_at", at),
        _look_up(Stage.RELEASE, set_aside.others(HeldClimb.objects.released()), "held_at", at, limit=RELEASED),
        _look_up(ABSENCES, Absence.objects.filter(handed_over_at=None, ends_at__gt=at), "starts_at", at),
    ]
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for stage, case_id in looked_up[0].union(*looked_up[1:], all=True):
        found[stage][case_id] = None  # keeps the order, and each case once
    return defaultdict(list, {stage: list(case_ids) for stage, case_ids in found.items()})


def _look_up(
    stage: str, rows: QuerySet[Any], instant: str, at: datetime, *, limit: int = BATCH
) -> QuerySet[Any, tuple[str, int]]:
    """The stage and the case of the first of these rows whose instant has come; an absence has no case."""
    first = rows.filter(**{f"{instant}__lte": at}).order_by(instant)[:limit]
    if not connection.features.supports_slicing_ordering_in_compound:  # SQLite wants the limit one level further down
        first = rows.model._base_manager.filter(pk__in=first.values("pk")).order_by()
    return first.values_list(Value(str(stage)), "pk" if rows.model in (Case, Absence) else "case_id")


def _hand_over(absence_id: int, at: datetime) -> int:
    """What is open goes to others as somebody's absence begins; one that fails is tried again in the next round."""
    try:
        return absences.hand_over(absence_id=absence_id, at=at)
    except Exception as problem:  # noqa: BLE001 - whatever it is, everybody else's cases are due as well
        _wait(problem, f"absence {absence_id}")
        return 0


def announce(at: datetime) -> int:
    """Tells of the clocks that are near their end or over it, many cases at a time."""
    total = 0
    for _round in range(ROUNDS):
        try:
            told = announcements.announce_due(at=at, limit=BATCH)
        except TROUBLE as problem:
            _wait(problem, "a batch of clocks")
            break
        except Exception:  # noqa: BLE001 - one of these cases is at fault, and the others are due as well
            logger.warning("a batch of clocks could not be announced; its cases are taken one by one")
            total += _each(Stage.CLOCKS, due(at), at)
            continue
        total += told
        if not told:
            break
    return total


def _each(stage: Stage, found: Found, at: datetime) -> int:
    """This stage of every case found for it; one that fails is left alone for the rest of the round."""
    total = 0
    for case_id in list(found[stage]):
        done = _act(stage, case_id, at)
        if done is None:
            for case_ids in found.values():
                case_ids[:] = [other for other in case_ids if other != case_id]
        total += done or 0
    return total


def _again(case_id: int, at: datetime) -> int:
    """Another attempt at a case that was set aside: everything that may be due, in order."""
    if not set_aside.claim(case_id=case_id, at=at):
        return 0
    total = act_on(case_id, at)
    if total is not None:
        set_aside.over(case_id=case_id)
    return total or 0


def act_on(case_id: int, at: datetime) -> int | None:
    """Everything that may be due on one case, in order; how many acts it took, None when one failed."""
    total = 0
    for stage in Stage:
        done = _act(stage, case_id, at)
        if done is None:
            return None
        total += done
    return total


def _act(stage: Stage, case_id: int, at: datetime) -> int | None:
    """One stage of one case in a transaction of its own; how many acts it took, None when it failed.

    Whatever is wrong with a case, it is set aside and the others go on.
    """
    try:
        if stage is Stage.CLOCKS:
            return announcements.announce_case(case_id=case_id, at=at)
        return int(ACTS[stage](case=Case(pk=case_id), actor=SYSTEM, at=at) is not None)
    except TROUBLE as problem:
        _wait(problem, f"case {case_id}")
    except Exception as problem:  # noqa: BLE001 - set aside with its error, which is logged there
        set_aside.put(case_id=case_id, stage=stage, problem=problem, at=at)
    return None


def _wait(problem: Exception, what: str) -> None:
    """No case is at fault when the database is in trouble: all stays due. Without a connection the round is over."""
    if not connection.is_usable():
        raise problem
    logger.error("%s waits for the next round", what, exc_info=problem)
