"""Moving cases to a newer version of their policy: looked at first, then done, one case at a time or all open ones."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from customers.models import User
from customers.refusal import Refused
from escalations.actions import clocks, journal
from escalations.models import Case, Event, PolicyVersion, VersionMove, VersionState, words
from escalations.rules import events
from escalations.rules.standing import SYSTEM, Standing
from escalations.rules.tracks import Track
from escalations.rules.vocabulary import UNSOLVED, ClockKind, Elapsed
from escalations.timing.stopwatch import ClockState, Reading

logger = logging.getLogger(__name__)

BATCH = 100


@dataclass(frozen=True, slots=True)
class Shift:
    """What moving would do to one clock: `due_at` of before is None for one that would begin, of after for one that
    would end or is paused. `breaches` when it is missed by the move and was not before."""

    kind: ClockKind
    before: datetime | None
    after: datetime | None
    ends: bool
    begins: bool
    breaches: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What moving would do to one case; `refusal` is the code of the reason when it cannot be moved."""

    case: Case
    shifts: tuple[Shift, ...]
    refusal: str = ""

    @property
    def breaches(self) -> int:
        return sum(shift.breaches for shift in self.shifts)


# -- one case ------------------------------------------------------------------------------------------


def move(
    *,
    case: Case,
    version: PolicyVersion,
    elapsed: Elapsed,
    actor: Standing,
    at: datetime,
    key: str | None = None,
) -> Event:
    """The case follows `version` from now on; its running clocks carry the time over or begin again.

    Raises Refused when the version is no newer published one of the same policy, or has no such level.
    """
    with journal.locked(case, actor=actor, at=at, key=key) as work:
        if work.replayed:
            return work.replayed
        row = work.case
        if code := refusal(row, version):
            raise Refused("version", code, words.REMEDIES[code])
        data = events.CaseMoved(row.policy_version.uid, version.uid, Elapsed(elapsed).value)
        row.policy_version = version
        work.around.procedure = version.procedure()
        if work.around.open_escalation:
            work.escalation.next_check_at = work.next_check(work.at)
        return work.record(data)


def refusal(case: Case, version: PolicyVersion) -> str:
    """Why this case cannot move there; empty when it can."""
    current = case.policy_version
    if version.policy_id != current.policy_id:
        return "other_policy"
    if version.pk == current.pk:
        return "moved_already"
    if version.state != VersionState.PUBLISHED:
        return "version_not_running"
    if version.number < current.number:
        return "older_version"
    if case.state not in UNSOLVED:
        return "clocks_ended"
    return "" if version.procedure().has_level(case.level) else "level_not_there"


# -- what it would do ------------------------------------------------------------------------------------


def outlook(*, cases: Iterable[Case], version: PolicyVersion, elapsed: Elapsed, at: datetime) -> Iterator[Outlook]:
    """What moving these cases would do, from the very functions that would do it; nothing is written.

    One statement for the events of each hundred cases.
    """
    for batch in _batches(cases):
        rows = Event.objects.filter(case__in=batch).order_by("case_id", "seq")
        lines = {
            key: [events.Line(row.seq, row.occurred_at, row.typed) for row in found]
            for key, found in groupby(rows, key=lambda row: row.case_id)
        }
        for case in batch:
            yield _outlook(case, version, elapsed, lines.get(case.pk, []), at)


def _batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    batch: list[Case] = []
    for case in cases:
        batch.append(case)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _outlook(
    case: Case, version: PolicyVersion, elapsed: Elapsed, lines: Sequence[events.Line], at: datetime
) -> Outlook:
    if code := refusal(case, version):
        return Outlook(case, (), code)
    instant = max(at, lines[-1].at)
    data = events.CaseMoved(case.policy_version.uid, version.uid, elapsed.value)
    before = clocks.computed(lines, instant)
    after = clocks.computed([*lines, events.Line(lines[-1].seq + 1, instant, data)], instant)
    return Outlook(case, tuple(_shifts(before, after)))


def _live(projected: clocks.Projected) -> dict[ClockKind, tuple[Track, Reading]]:
    live = (ClockState.RUNNING, ClockState.PAUSED)
    return {track.kind: (track, reading) for track, reading in projected if reading.state in live}


def _shifts(before: clocks.Projected, after: clocks.Projected) -> Iterator[Shift]:
    """The clocks that would differ, kind by kind."""
    old, new = _live(before), _live(after)
    for kind in ClockKind:
        was, will = old.get(kind), new.get(kind)
        if was and will and (was[0].start_seq, was[1]) == (will[0].start_seq, will[1]):
            continue
        if was or will:
            missed, misses = _missed(was), _missed(will)
            yield Shift(kind, _due(was), _due(will), will is None, was is None, misses and not missed)


def _due(found: tuple[Track, Reading] | None) -> datetime | None:
    return found[1].due_at if found else None


def _missed(found: tuple[Track, Reading] | None) -> bool:
    return bool(found and found[1].breached_at)


# -- all open cases of a policy ---------------------------------------------------------------------------


def movable(version: PolicyVersion) -> QuerySet[Case]:
    """The open cases of the policy that follow another version of it, those due first first."""
    cases = Case.objects.visible_to(SYSTEM).unsolved().filter(policy_version__policy=version.policy_id)
    return cases.exclude(policy_version=version).select_related("policy_version").order_by("next_due_at", "pk")


@transaction.atomic
def order(*, version: PolicyVersion, elapsed: Elapsed, by: User, at: datetime) -> VersionMove:
    """Orders the move of all open cases of the policy; the engine carries it out in batches. Raises Refused."""
    PolicyVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if version.state != VersionState.PUBLISHED:
        raise Refused("version", "version_not_running", words.REMEDIES["version_not_running"])
    if VersionMove.objects.filter(version__policy=version.policy_id, finished_at=None).exists():
        raise Refused("version", "being_moved", words.REMEDIES["being_moved"])
    last = movable(version).order_by("-pk").values_list("pk", flat=True).first()
    return VersionMove.objects.create(
        version=version,
        elapsed=Elapsed(elapsed).value,
        ordered_by=by,
        ordered_at=at,
        up_to=last or 0,
        finished_at=None if last else at,
    )


def carry_out(*, at: datetime) -> int:
    """The engine's: moves the next batch of the oldest open order; gives how many cases were looked at.

    Each case is a transaction of its own; a worker that dies in between leaves the rest to the next round.
    """
    found = VersionMove.objects.filter(finished_at=None).select_related("version__policy", "ordered_by")
    open_order = found.order_by("ordered_at", "pk").first()
    if open_order is None:
        return 0
    cases = movable(open_order.version).filter(pk__gt=open_order.reached, pk__lte=open_order.up_to)
    batch = list(cases.order_by("pk")[:BATCH])
    for case in batch:
        _one(open_order, case, at)
    _progress(open_order, batch, at)
    return len(batch)


def _one(open_order: VersionMove, case: Case, at: datetime) -> None:
    """Moves one case of an order once, however often a round is repeated."""
    try:
        move(
            case=case,
            version=open_order.version,
            elapsed=Elapsed(open_order.elapsed),
            actor=SYSTEM,
            at=at,
            key=f"move:{open_order.pk}:{case.uid}",
        )
    except Refused as refused:
        if refused.code != "moved_already":
            open_order.refused.append([case.reference, refused.code])
    except Exception:  # whatever is wrong with one case, the others move
        logger.exception("case %s could not be moved to %s", case.pk, open_order.version)
        open_order.refused.append([case.reference, "failed"])


def _progress(open_order: VersionMove, batch: list[Case], at: datetime) -> None:
    """Writes how far the order has come; counts are of the journal, so a repeated round counts nothing twice."""
    if batch:
        open_order.reached = batch[-1].pk
    open_order.moved = Event.objects.filter(key__startswith=f"move:{open_order.pk}:").count()
    if len(batch) < BATCH:
        open_order.finished_at = at
    open_order.save(update_fields=["reached", "moved", "refused", "finished_at"])
