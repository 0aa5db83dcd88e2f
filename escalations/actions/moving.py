"""Moving cases to a newer version of their policy: looked at first, then done, one case at a time or all open ones."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from customers.models import User
from customers.refusal import Refused
from escalations.actions import clocks, journal
from escalations.actions.set_aside import TROUBLE
from escalations.models import Case, Event, Policy, PolicyVersion, Step, VersionMove, VersionState, words
from escalations.rules import events, kinds
from escalations.rules.standing import SYSTEM, Door, Standing
from escalations.rules.vocabulary import UNSOLVED, ClockKind, Elapsed
from escalations.timing.stopwatch import ClockState, Reading

logger = logging.getLogger(__name__)

BATCH = 100
MOVED_ALREADY, FAILED = "moved_already", "move_failed"

Stored = tuple[Any, ...]  # a line of the journal: number, instant, kind, version, data
_NOTHING = (0, None)


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

    The next sweep tells of what this made late and looks at the ladder of the new version; nobody is told of anything
    while a case is dormant. Raises Refused when the version is no newer published one of the same policy, or lacks the
    level where the case is or would go back to.
    """
    with journal.locked(case, actor=actor, at=at, key=key) as work:
        if work.replayed:
            return work.replayed
        row, climb, step = work.case, work.around.open_escalation, work.around.step
        if code := refusal(row, version, came_from=step.from_level if climb and step else None):
            raise Refused("version", code, words.REMEDIES[code])
        data = events.CaseMoved(row.policy_version.uid, version.uid, Elapsed(elapsed).value)
        row.policy_version, work.around.procedure = version, version.procedure()
        if not row.is_dormant:
            row.check_at = work.at  # a trigger of this version may hold since long, or its dwell be over
        return work.record(data)


def refusal(case: Case, version: PolicyVersion, *, came_from: int | None = None) -> str:
    """Why this case cannot move there, as a code; empty when it can.

    `came_from` is the level to which an open escalation may go back.
    """
    current = case.policy_version
    if version.policy_id != current.policy_id:
        return "other_policy"
    if version.pk == current.pk:
        return MOVED_ALREADY
    if version.number < current.number:
        return "older_version"
    if version.state != VersionState.PUBLISHED:
        return "version_not_running"
    if case.state not in UNSOLVED:
        return "clocks_ended"
    procedure = version.procedure()
    there = all(procedure.has_level(level) for level in (case.level, came_from) if level is not None)
    return "" if there else "level_not_there"


def attempt(
    *, case: Case, version: PolicyVersion, elapsed: Elapsed, actor: Standing, at: datetime, key: str | None = None
) -> str:
    """Moves one of many cases; gives the code of the reason when it did not move, so that the others can.

    Raises OperationalError or InterfaceError: trouble of the database is no case's fault.
    """
    try:
        move(case=case, version=version, elapsed=elapsed, actor=actor, at=at, key=key)
    except Refused as refused:
        return refused.code
    except TROUBLE:
        raise
    except Exception:
        logger.exception("case %s could not be moved to %s", case.pk, version)
        return FAILED
    return ""


# -- what it would do ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shift:
    """What moving would do to one clock.

    `before` and `after` are its due instants: None before for one that `begins`, after for one that `ends`, and for
    those that are `paused`. A clock may be missed before, after, or both.
    """

    kind: ClockKind
    before: datetime | None
    after: datetime | None
    begins: bool
    ends: bool
    paused: bool
    missed_before: bool
    missed_after: bool

    @property
    def breaches(self) -> bool:
        """Missed by the move, and not before."""
        return self.missed_after and not self.missed_before

    @property
    def is_due_otherwise(self) -> bool:
        """Running before and after, and due at another instant."""
        return not (self.begins or self.ends or self.paused) and self.before != self.after


@dataclass(frozen=True, slots=True)
class Outlook:
    """What moving would do to one case; `refusal` is the code of the reason when it cannot be moved."""

    case: Case
    shifts: tuple[Shift, ...]
    refusal: str = ""


def outlook(*, cases: Iterable[Case], version: PolicyVersion, elapsed: Elapsed, at: datetime) -> Iterator[Outlook]:
    """What moving these cases would do, from the very functions that would do it; nothing is written.

    Two statements for each hundred cases, if their policy versions come with them.
    """
    found = iter(cases)
    while batch := list(islice(found, BATCH)):
        lines, came_from = _lines(batch), _came_from(batch)
        for case in batch:
            if code := refusal(case, version, came_from=came_from.get(case.pk)):
                yield Outlook(case, (), code)
            else:
                yield _foreseen(case, version, elapsed, lines[case.pk], at)


def _foreseen(case: Case, version: PolicyVersion, elapsed: Elapsed, stored: Sequence[Stored], at: datetime) -> Outlook:
    """What moving would do to a case that is not refused; one that cannot be computed cannot be moved either."""
    try:
        lines = [events.Line(seq, told_at, kinds.load(*told)) for seq, told_at, *told in stored]
        return Outlook(case, tuple(_shifts(case, version, elapsed, lines, at)))
    except Exception:  # whatever is wrong with one case, the others are looked at
        logger.exception("what a move would do to case %s could not be computed", case.pk)
        return Outlook(case, (), FAILED)


def _lines(batch: Sequence[Case]) -> dict[int, list[Stored]]:
    """The journals of these cases as they are stored, by case; one statement."""
    found: dict[int, list[Stored]] = defaultdict(list)
    rows = Event.objects.filter(case__in=batch).order_by("case_id", "seq")
    for case_id, *line in rows.values_list("case_id", "seq", "occurred_at", "kind", "version", "data"):
        found[case_id].append(tuple(line))
    return found


def _came_from(batch: Sequence[Case]) -> dict[int, int]:
    """The level from which the current step of each open escalation came, by case; one statement."""
    steps = Step.objects.filter(escalation__case__in=batch, escalation__next_check_at__isnull=False)
    return dict(steps.order_by("number").values_list("escalation__case_id", "from_level"))


def _shifts(
    case: Case, version: PolicyVersion, elapsed: Elapsed, lines: Sequence[events.Line], at: datetime
) -> Iterator[Shift]:
    """The clocks that would differ, kind by kind."""
    instant = max(at, lines[-1].at)
    data = events.CaseMoved(case.policy_version.uid, version.uid, Elapsed(elapsed).value)
    old = _live(clocks.computed(lines, instant))
    new = _live(clocks.computed([*lines, events.Line(lines[-1].seq + 1, instant, data)], instant))
    for kind in ClockKind:
        if old.get(kind) != new.get(kind):
            yield _shift(kind, old.get(kind, _NOTHING)[1], new.get(kind, _NOTHING)[1])


def _live(projected: clocks.Projected) -> dict[ClockKind, tuple[int, Reading | None]]:
    """The clocks that have not ended, with the number of the event that started them."""
    live = (ClockState.RUNNING, ClockState.PAUSED)
    return {track.kind: (track.start_seq, reading) for track, reading in projected if reading.state in live}


def _shift(kind: ClockKind, was: Reading | None, will: Reading | None) -> Shift:
    now = will or was
    return Shift(
        kind=kind,
        before=was.due_at if was else None,
        after=will.due_at if will else None,
        begins=was is None,
        ends=will is None,
        paused=now is not None and now.state is ClockState.PAUSED,
        missed_before=was is not None and was.breached_at is not None,
        missed_after=will is not None and will.breached_at is not None,
    )


# -- all open cases of a policy ---------------------------------------------------------------------------


def movable(version: PolicyVersion) -> QuerySet[Case]:
    """The open cases of the policy that follow another version of it, those due first first."""
    cases = Case.objects.visible_to(SYSTEM).unsolved().filter(policy_version__policy=version.policy_id)
    return cases.exclude(policy_version=version).select_related("policy_version").order_by("next_due_at", "pk")


@transaction.atomic
def order(*, version: PolicyVersion, elapsed: Elapsed, by: User, at: datetime) -> VersionMove:
    """Orders the move of all open cases of the policy; the engine carries it out in batches.

    One order of a policy at a time. Raises Refused.
    """
    Policy.objects.select_for_update(no_key=True).get(pk=version.policy_id)
    running = PolicyVersion.objects.filter(pk=version.pk, state=VersionState.PUBLISHED)
    if not running.exists():
        raise Refused("version", "version_not_running", words.REMEDIES["version_not_running"])
    if VersionMove.objects.filter(version__policy=version.policy_id, finished_at=None).exists():
        raise Refused("version", "being_moved", words.REMEDIES["being_moved"])
    last = movable(version).order_by("-pk").values_list("pk", flat=True).first()
    given = VersionMove.objects.create(
        version=version,
        elapsed=Elapsed(elapsed).value,
        ordered_by=by,
        ordered_at=at,
        up_to=last or 0,
        finished_at=None if last else at,
    )
    logger.info("%s ordered the move of all open cases to %s at %s", by.code, version, at)
    return given


def carry_out(*, at: datetime) -> int:
    """The engine's: moves the next batch of the oldest open order; gives how many cases were looked at.

    Each case is one transaction together with the progress of the order: a worker that dies in between loses nothing
    and doubles nothing. Cases that come to the policy later are on its newest version anyway.
    """
    found = VersionMove.objects.filter(finished_at=None).select_related("version").order_by("ordered_at", "pk").first()
    if found is None:
        return 0
    cases = movable(found.version).filter(pk__gt=found.reached, pk__lte=found.up_to).order_by("pk")
    batch = list(cases[:BATCH])
    for done, case in enumerate(batch):
        if not _next(found, case, at):
            return done
    if len(batch) < BATCH:
        _finish(found, at)
    return len(batch)


@transaction.atomic
def _next(given: VersionMove, case: Case, at: datetime) -> bool:
    """Moves one case of an order unless that was done; False when the order is over or another worker has it."""
    row = _claimed(given)
    if row is None or row.version.state != VersionState.PUBLISHED:
        if row:
            _over(row, at)
        return False
    if case.pk <= row.reached:
        return True
    actor = Standing(Door.SYSTEM, SYSTEM.code, on_behalf_of=row.ordered_by.code)
    key = f"move:{row.pk}:{case.uid}"
    code = attempt(case=case, version=row.version, elapsed=Elapsed(row.elapsed), actor=actor, at=at, key=key)
    row.reached = case.pk
    if not code:
        row.moved += 1
    elif code != MOVED_ALREADY:
        row.refused.append([case.reference, code])
    row.save(update_fields=["reached", "moved", "refused"])
    return True


@transaction.atomic
def _finish(given: VersionMove, at: datetime) -> None:
    """Everything up to the last case was looked at."""
    if row := _claimed(given):
        row.reached = row.up_to
        _over(row, at)


def _claimed(given: VersionMove) -> VersionMove | None:
    """The order, locked, while it is open; None while another worker is at it."""
    rows = VersionMove.objects.filter(pk=given.pk, finished_at=None).select_related("version", "ordered_by")
    return rows.select_for_update(of=("self",), skip_locked=True).first()


def _over(row: VersionMove, at: datetime) -> None:
    """The end of an order; one that has not reached its last case was stopped, because its version retired."""
    row.finished_at = at
    row.save(update_fields=["reached", "finished_at"])
    logger.info("the move of all open cases to %s ended at %s", row.version, at)
