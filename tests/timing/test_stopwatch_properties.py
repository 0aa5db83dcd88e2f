"""Any clock, whatever happens to it in whatever order: held to a second one that counts minutes on its fingers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.timing.stopwatch import ClockState, Mark, MarkKind, Reading, Terms, read
from tests.timing.hours import EXAMPLES, MINUTE, Plan, situations

quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

ENDS = (MarkKind.MEET, MarkKind.VOID)


@dataclass(frozen=True)
class Happening:
    """A mark, so many minutes after the start; `minutes` is the new target of a retarget."""

    after: int
    kind: MarkKind
    minutes: int = 0


def targets() -> st.SearchStrategy[int]:
    return st.integers(1, 60).map(lambda number: number * 20)


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    kinds = [MarkKind.PAUSE, MarkKind.RESUME, MarkKind.RETARGET, MarkKind.MEET, MarkKind.VOID]
    weighted = [*kinds[:3] * 4, *kinds[3:]]
    rows = draw(st.lists(st.tuples(st.integers(0, 2500), st.sampled_from(weighted), targets()), max_size=8))
    return [Happening(*row) for row in sorted(rows, key=lambda row: row[0])]


@dataclass
class Fingers:
    """The second clock: looks at every minute and keeps no sums but these."""

    target: float
    percent: int
    state: ClockState = ClockState.RUNNING
    elapsed: int = 0
    warned_after: int | None = None
    breached_after: int | None = None
    pauses: list[int] = field(default_factory=list)

    def hear(self, happening: Happening) -> None:
        if self.state in (ClockState.MET, ClockState.VOID):
            return
        match happening.kind:
            case MarkKind.PAUSE if self.state is ClockState.RUNNING:
                self.state = ClockState.PAUSED
            case MarkKind.RESUME if self.state is ClockState.PAUSED:
                self.state = ClockState.RUNNING
            case MarkKind.RETARGET:
                self.target = happening.minutes
            case MarkKind.MEET:
                self.state = ClockState.MET
            case MarkKind.VOID:
                self.state = ClockState.VOID

    def look(self, after: int) -> None:
        """Called for every minute once everything that happened in it was heard."""
        if self.state is not ClockState.RUNNING:
            return
        if self.warned_after is None and self.elapsed * 100 >= self.target * self.percent:
            self.warned_after = after
        if self.breached_after is None and self.elapsed >= self.target:
            self.breached_after = after


def counted(plan: Plan, start: datetime, rows: Sequence[Happening], terms: Terms, until: int) -> Fingers:
    fingers = Fingers(terms.minutes, terms.warn_percent)
    for after in range(until + 1):
        for row in rows:
            if row.after == after:
                fingers.hear(row)
        fingers.look(after)
        if fingers.state is ClockState.RUNNING and after < until and plan.is_open(start + after * MINUTE):
            fingers.elapsed += 1
    return fingers


def marks(start: datetime, rows: Sequence[Happening], terms: Terms) -> list[Mark]:
    found = [Mark(MarkKind.START, start, terms)]
    for row in rows:
        new = Terms(row.minutes, terms.warn_percent, terms.schedule) if row.kind is MarkKind.RETARGET else None
        found.append(Mark(row.kind, start + row.after * MINUTE, new, "customer"))
    return found


percents = st.integers(1, 20).map(lambda number: number * 5)


@quiet
@given(situations(), happenings(), targets(), percents, st.integers(0, 1000))
def test_the_clock_is_what_counting_minutes_gives(
    situation: tuple[Plan, datetime], rows: list[Happening], minutes: int, percent: int, more: int
) -> None:
    plan, start = situation
    terms = Terms(minutes, percent, plan.schedule())
    until = (rows[-1].after if rows else 0) + more
    clock = read(marks(start, rows, terms), start + until * MINUTE)
    fingers = counted(plan, start, rows, terms, until)

    def instant(after: int | None) -> datetime | None:
        return None if after is None else start + after * MINUTE

    assert clock.state is fingers.state
    assert round(clock.elapsed_minutes, 9) == fingers.elapsed
    assert clock.warned_at == instant(fingers.warned_after)
    assert clock.breached_at == instant(fingers.breached_after)
    assert clock.terms.minutes == fingers.target
    hold_together(clock)


def hold_together(clock: Reading) -> None:
    """What a row of this clock may say at all."""
    assert (clock.next_at is None) or clock.state is ClockState.RUNNING
    assert (clock.ended_at is None) == (clock.state in (ClockState.RUNNING, ClockState.PAUSED))
    assert (clock.met_at is not None) == (clock.state is ClockState.MET)
    if clock.breached_at:
        assert clock.due_at == clock.breached_at
    if clock.state is ClockState.RUNNING:
        assert clock.due_at is not None
        assert clock.warn_at is not None


@quiet
@given(situations(), happenings(), targets(), st.integers(0, 1000))
def test_the_spans_add_up_to_what_has_elapsed(
    situation: tuple[Plan, datetime], rows: list[Happening], minutes: int, more: int
) -> None:
    plan, start = situation
    until = start + ((rows[-1].after if rows else 0) + more) * MINUTE
    clock = read(marks(start, rows, Terms(minutes, 75, plan.schedule())), until)
    spans = clock.spans(until)
    assert round(sum(span.seconds for span in spans if span.counted) / 60, 6) == round(clock.elapsed_minutes, 6)
    if spans:
        assert (spans[0].start, spans[-1].end) == (start, clock.ended_at or until)


@quiet
@given(situations(), happenings(), targets(), st.lists(st.integers(0, 5000), min_size=2, max_size=5))
def test_the_stored_instants_do_not_depend_on_when_the_clock_is_read(
    situation: tuple[Plan, datetime], rows: list[Happening], minutes: int, later: list[int]
) -> None:
    plan, start = situation
    row = marks(start, rows, Terms(minutes, 75, plan.schedule()))
    last = start + (rows[-1].after if rows else 0) * MINUTE
    readings = [read(row, last + after * MINUTE) for after in sorted(later)]
    for one in readings[1:]:
        assert (one.state, one.warn_at, one.due_at, one.met_at) == (
            readings[0].state,
            *(readings[0].warn_at, readings[0].due_at, readings[0].met_at),
        )
        assert one.elapsed_minutes >= readings[0].elapsed_minutes


@quiet
@given(situations(), happenings(), targets())
def test_a_sweep_that_tells_at_the_very_instant_leaves_the_same_instants_and_nothing_to_tell_again(
    situation: tuple[Plan, datetime], rows: list[Happening], minutes: int
) -> None:
    plan, start = situation
    open_ended = [row for row in rows if row.kind not in ENDS]
    row = marks(start, open_ended, Terms(minutes, 50, plan.schedule()))
    clock = read(row, row[-1].at)
    told: list[datetime] = []
    while clock.next_at:
        at = max(clock.next_at, row[-1].at)
        reached = read(row, at)
        breach = reached.due_at is not None and reached.due_at <= at
        row.append(Mark(MarkKind.BREACHED if breach else MarkKind.WARNED, at))
        told.append(at)
        after = read(row, at)
        assert (after.warned_at, after.breached_at, after.due_at) == (
            *(reached.warned_at, reached.breached_at, reached.due_at),
        )
        clock = after
    assert len(told) <= 2
