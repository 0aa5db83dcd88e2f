"""Any clock, whatever happens to it in whatever order: held to a second one that counts minutes on its fingers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.timing.stopwatch import ClockState, Mark, MarkKind, Reading, Terms, read
from tests.timing.hours import EXAMPLES, MINUTE, Plan, plans, situations

quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

ENDS = (MarkKind.MEET, MarkKind.VOID)


@dataclass(frozen=True)
class Happening:
    """A mark, so many minutes after the start; `minutes` is the new target of a retarget, `hours` whose they are."""

    after: int
    kind: MarkKind
    minutes: int = 0
    hours: int = 0


@dataclass(frozen=True)
class Life:
    """What a clock goes through: on which hours, from when, with how much counted before, and what happens to it."""

    plans: tuple[Plan, Plan]
    start: datetime
    terms: Terms
    carried: int
    rows: tuple[Happening, ...]

    @property
    def last(self) -> int:
        """Minutes until the last happening."""
        return self.rows[-1].after if self.rows else 0

    def marks(self) -> list[Mark]:
        found = [Mark(MarkKind.START, self.start, self.terms, carried=self.carried)]
        for row in self.rows:
            new = Terms(row.minutes, self.terms.warn_percent, self.plans[row.hours].schedule())
            retarget = row.kind is MarkKind.RETARGET
            found.append(Mark(row.kind, self.start + row.after * MINUTE, new if retarget else None, "customer"))
        return found

    def read(self, more: int = 0) -> Reading:
        """The clock so many minutes after the last happening."""
        return read(self.marks(), self.start + (self.last + more) * MINUTE)


def targets() -> st.SearchStrategy[int]:
    return st.integers(1, 60).map(lambda number: number * 20)


percents = st.integers(1, 20).map(lambda number: number * 5)


@st.composite
def happenings(draw: st.DrawFn) -> tuple[Happening, ...]:
    kinds = [MarkKind.PAUSE, MarkKind.RESUME, MarkKind.RETARGET, MarkKind.MEET, MarkKind.VOID]
    weighted = st.sampled_from([*kinds[:3] * 4, *kinds[3:]])
    rows = draw(st.lists(st.tuples(st.integers(0, 2500), weighted, targets(), st.integers(0, 1)), max_size=8))
    return tuple(Happening(*row) for row in sorted(rows, key=lambda row: row[0]))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A clock that may take over time from one before, and count other hours in another zone from some target on."""
    plan, start = draw(situations())
    terms = Terms(draw(targets()), draw(percents), plan.schedule())
    carried = draw(st.sampled_from([0, 0, 1, 30, 700, 2000]))
    return Life((plan, draw(plans(start))), start, terms, carried, draw(happenings()))


@dataclass
class Fingers:
    """The second clock: looks at every minute and keeps no sums but these."""

    target: float
    percent: int
    elapsed: int
    hours: int = 0
    state: ClockState = ClockState.RUNNING
    warned_after: int | None = None
    breached_after: int | None = None

    def hear(self, happening: Happening) -> None:
        if self.state in (ClockState.MET, ClockState.VOID):
            return
        match happening.kind:
            case MarkKind.PAUSE if self.state is ClockState.RUNNING:
                self.state = ClockState.PAUSED
            case MarkKind.RESUME if self.state is ClockState.PAUSED:
                self.state = ClockState.RUNNING
            case MarkKind.RETARGET:
                self.target, self.hours = happening.minutes, happening.hours
                if self.breached_after is None and self.elapsed * 100 < self.target * self.percent:
                    self.warned_after = None
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


def counted(life: Life, until: int) -> Fingers:
    fingers = Fingers(life.terms.minutes, life.terms.warn_percent, life.carried)
    for after in range(until + 1):
        for row in life.rows:
            if row.after == after:
                fingers.hear(row)
        fingers.look(after)
        now = life.start + after * MINUTE
        if fingers.state is ClockState.RUNNING and after < until and life.plans[fingers.hours].is_open(now):
            fingers.elapsed += 1
    return fingers


@quiet
@given(lives(), st.integers(0, 1000))
def test_the_clock_is_what_counting_minutes_gives(life: Life, more: int) -> None:
    clock = life.read(more)
    fingers = counted(life, life.last + more)

    def instant(after: int | None) -> datetime | None:
        return None if after is None else life.start + after * MINUTE

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
@given(lives(), st.integers(0, 1000))
def test_the_spans_add_up_to_what_has_elapsed_since_what_was_carried_over(life: Life, more: int) -> None:
    until = life.start + (life.last + more) * MINUTE
    clock = life.read(more)
    spans = clock.spans(until)
    counted_here = sum(span.seconds for span in spans if span.counted) / 60
    assert round(counted_here + life.carried, 6) == round(clock.elapsed_minutes, 6)
    if spans:
        assert (spans[0].start, spans[-1].end) == (life.start, clock.ended_at or until)


@quiet
@given(lives(), st.lists(st.integers(0, 5000), min_size=2, max_size=5))
def test_the_stored_instants_do_not_depend_on_when_the_clock_is_read(life: Life, later: list[int]) -> None:
    readings = [life.read(after) for after in sorted(later)]
    for one in readings[1:]:
        assert (one.state, one.warn_at, one.due_at, one.met_at) == (
            readings[0].state,
            *(readings[0].warn_at, readings[0].due_at, readings[0].met_at),
        )
        assert one.elapsed_minutes >= readings[0].elapsed_minutes


@quiet
@given(lives())
def test_what_happens_to_a_clock_never_takes_a_miss_or_counted_time_back(life: Life) -> None:
    """Read after every happening: a miss that is past stays where it is, and elapsed time only grows."""
    row = life.marks()
    before = read(row[:1], life.start)
    for number in range(2, len(row) + 1):
        at = row[number - 1].at
        after = read(row[:number], at)
        assert after.elapsed_minutes >= before.elapsed_minutes
        if before.breached_at and before.breached_at < at:
            assert after.breached_at == before.breached_at
        before = after


@quiet
@given(lives())
def test_one_clock_in_two_halves_with_the_time_carried_over_is_one_clock(life: Life) -> None:
    """Cut at any point where it runs: the second half, begun with what has elapsed, is due when the whole would be."""
    whole = life.read()
    if whole.state is not ClockState.RUNNING:
        return
    at = life.start + life.last * MINUTE
    second = read([Mark(MarkKind.START, at, whole.terms, carried=whole.elapsed_minutes)], at)
    assert second.elapsed_minutes == whole.elapsed_minutes
    if not whole.breached_at:
        assert (second.due_at, second.breached_at) == (whole.due_at, None)


@quiet
@given(lives())
def test_a_sweep_that_tells_at_the_very_instant_leaves_the_same_instants_and_nothing_to_tell_again(life: Life) -> None:
    row = [mark for mark in life.marks() if mark.kind not in ENDS]
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
