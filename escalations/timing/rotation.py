"""Whose turn it is: a rota computed from an anchor in local time, with swaps, overrides and hours of duty.

Shifts are numbered from the anchor on and hand over when the clocks on the wall show a certain time, so a shift is as
long as it really is: an hour shorter or longer where the clocks change. A shift ends exactly where the next one begins.
All answers are in UTC. Nothing here knows of absences until it is told of them: see `without`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from escalations.timing.axis import ScheduleError, WallClock, instant, ticks
from escalations.timing.schedule import DAY_MINUTES, Schedule

LONGEST_SHIFT = 366
FORESEEN = timedelta(days=60)
_TOO_FAR = "the rota left the years 1 to 9999"

Stretch = tuple[datetime, datetime]


class Turns(StrEnum):
    """Why somebody is on duty: by the order of the rota, in exchange for somebody else's shift, or put there."""

    ROTA = "rota"
    SWAP = "swap"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Override:
    """From `start` up to, not including, `end` this agent is on duty, whoever's shift it is.

    Kept in UTC. Raises ScheduleError, a ValueError, for an instant without a time zone and when it ends too early.
    """

    start: datetime
    end: datetime
    agent: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", _utc(self.start))  # past the guard that keeps a frozen value frozen
        object.__setattr__(self, "end", _utc(self.end))
        if self.end <= self.start:
            raise ScheduleError("an override ends after it begins")


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of time in which one agent is on duty; `shift` is the one in which it begins."""

    start: datetime
    end: datetime
    agent: int
    because: Turns
    shift: int


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rota, frozen: shift 0 begins on the local date `anchor`, `hands_over` minutes after midnight; nobody before it.

    Each shift lasts `shift_days` local days (7 is weekly) and goes to the next of `people`, agent ids in order. `swaps`
    pairs shift numbers with the agents who take those shifts instead, and so follows when the shifts are moved; of two
    for one shift the later counts. Where overrides overlap the later one in the tuple counts. Both hold without people
    too. Outside `hours` nobody is on duty, not even by an override; None is round the clock.

    A hand-over whose local time is skipped moves forward by what was skipped; one whose time comes twice is the first.
    Raises ScheduleError, a ValueError, for impossible values and for questions outside the years 1 to 9999.
    """

    anchor: date
    hands_over: int
    zone: str
    shift_days: int
    people: tuple[int, ...]
    swaps: tuple[tuple[int, int], ...] = ()
    overrides: tuple[Override, ...] = ()
    hours: Schedule | None = None

    def __post_init__(self) -> None:
        WallClock(self.zone)
        if not 0 <= self.hands_over < DAY_MINUTES:
            raise ScheduleError("a shift is handed over between 00:00 and 23:59: 0 to 1439 minutes after midnight")
        if not 1 <= self.shift_days <= LONGEST_SHIFT:
            raise ScheduleError(f"a shift lasts between 1 and {LONGEST_SHIFT} days")

    def shift_at(self, at: datetime) -> int:
        """The number of the shift that is on at this instant; negative before the anchor."""
        at = _utc(at)
        try:
            wall = at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
            day = (wall - timedelta(minutes=self.hands_over)).date()
        except OverflowError:
            raise ScheduleError(_TOO_FAR) from None
        shift = (day - self.anchor).days // self.shift_days
        # Right but for the hours next to a change of the clocks: the hand-over may come later than the wall says, or
        # may have come already the first time the wall said so. No clock is changed by more than a day.
        if at < self._begins(shift):
            return shift - 1
        return shift + 1 if at >= self._begins(shift + 1) else shift

    def bounds(self, shift: int) -> Stretch:
        """When this shift begins and ends. Empty for a shift on a day that its zone skipped altogether."""
        return self._begins(shift), self._begins(shift + 1)

    def _begins(self, shift: int) -> datetime:
        try:
            day = self.anchor + timedelta(days=shift * self.shift_days)
            wall = datetime.combine(day, time(*divmod(self.hands_over, 60)), ZoneInfo(self.zone))
            return wall.astimezone(UTC)  # fold=0: the first of two; a skipped time is read by the offset before it
        except OverflowError:
            raise ScheduleError(_TOO_FAR) from None

    def _shifts(self, start: datetime, end: datetime) -> Iterator[tuple[int, datetime, datetime]]:
        """The shifts of this stretch in order, cut to it."""
        shift = self.shift_at(start)
        while start < end:
            until = min(self._begins(shift + 1), end)
            if start < until:
                yield shift, start, until
            shift, start = shift + 1, until

    def _whose(self, shift: int, at: datetime) -> tuple[int, Turns] | None:
        """Who has this instant of this shift, and why."""
        for override in reversed(self.overrides):
            if override.start <= at < override.end:
                return override.agent, Turns.OVERRIDE
        swapped = dict(self.swaps).get(shift)
        if swapped is not None:
            return swapped, Turns.SWAP
        return (self.people[shift % len(self.people)], Turns.ROTA) if self.people else None

    def _pieces(self, start: datetime, end: datetime) -> Iterator[Turn]:
        """Who is on duty from `start` to `end`, in order, cut wherever anything begins or ends."""
        began = max(_utc(start), self._begins(0))
        edges = {edge for override in self.overrides for edge in (override.start, override.end)}
        for opens, closes in _open(self.hours, began, _utc(end)):
            for shift, low, high in self._shifts(opens, closes):
                inside = sorted(edge for edge in edges if low < edge < high)
                for a, b in pairwise([low, *inside, high]):
                    whose = self._whose(shift, a)
                    if whose:
                        yield Turn(a, b, *whose, shift)


def on_duty(rotation: Rotation, at: datetime) -> Turn | None:
    """Whose turn it is: by an override, else by a swap, else by the order; None when nobody is on duty.

    The turn is given as far as it lies in the shift of that instant: from when and until when this agent has it.
    """
    around = rotation.bounds(rotation.shift_at(at))
    return next((turn for turn in _joined(rotation._pieces(*around)) if turn.start <= at < turn.end), None)


def next_change(rotation: Rotation, at: datetime) -> datetime | None:
    """The first instant after `at` at which somebody else, or nobody any more, or somebody again is on duty.

    None when nothing of the kind happens in the 60 days after `at`.
    """
    try:
        horizon = _utc(at) + FORESEEN
    except OverflowError:
        raise ScheduleError(_TOO_FAR) from None
    agent, until = None, _utc(at)
    for turn in rotation._pieces(at, horizon):
        if turn.start > until:
            return turn.start if agent is None else until
        if agent not in (None, turn.agent):
            return turn.start
        agent, until = turn.agent, turn.end
    return until if agent is not None and until < horizon else None


def turns(rotation: Rotation, start: datetime, end: datetime) -> list[Turn]:
    """Who is on duty from `start` to `end`, in order and cut to it.

    Where an agent goes on for the same reason it is one turn, over hand-overs too. Empty when `end` is not after
    `start`.
    """
    return list(_joined(rotation._pieces(start, end)))


def without(turns: Iterable[Turn], away: Mapping[int, Sequence[Stretch]]) -> list[Turn]:
    """The turns less the stretches in which their agents, by id, are away; these may overlap and come in any order."""
    return [
        replace(turn, start=start, end=end)
        for turn in turns
        for start, end in _left((turn.start, turn.end), away.get(turn.agent, ()))
    ]


def gaps(turns: Iterable[Turn], start: datetime, end: datetime, needed: Schedule | None = None) -> list[Stretch]:
    """The stretches from `start` to `end` in which `needed` is open and none of the turns lies; None is always open.

    The turns may be those of several rotations, in any order.
    """
    covered = [(turn.start, turn.end) for turn in turns]
    return [gap for stretch in _open(needed, _utc(start), _utc(end)) for gap in _left(stretch, covered)]


def _utc(at: datetime) -> datetime:
    """The same instant in UTC, where clock times and instants have one order. Raises ScheduleError for a naive one."""
    return instant(ticks(at))


def _open(schedule: Schedule | None, start: datetime, end: datetime) -> list[Stretch]:
    """The open stretches from `start` to `end`; without a schedule all of it."""
    if end <= start:
        return []
    if schedule is None:
        return [(start, end)]
    return [(span.start, span.end) for span in schedule.spans(start, end) if span.counted]


def _left(stretch: Stretch, taken: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of a stretch after all of these are taken from it."""
    at, end = stretch
    for began, ended in sorted((_utc(a), _utc(b)) for a, b in taken):
        if ended <= at or ended <= began:
            continue
        if began >= end:
            break
        if began > at:
            yield at, began
        at = ended
    if at < end:
        yield at, end


def _joined(pieces: Iterable[Turn]) -> Iterator[Turn]:
    """Neighbours made one where the same agent goes on for the same reason."""
    last: Turn | None = None
    for piece in pieces:
        if last and (last.end, last.agent, last.because) == (piece.start, piece.agent, piece.because):
            last = replace(last, end=piece.end)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
