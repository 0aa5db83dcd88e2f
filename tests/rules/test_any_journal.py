"""Whatever is written in a journal, in whatever order: what no clock of any case may ever do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.rules import effects
from escalations.rules import events as e
from escalations.rules.owed import AFTER_THE_END
from escalations.rules.procedure import Procedure
from escalations.rules.tracks import Track
from escalations.rules.vocabulary import NEVER_PAUSED, ClockKind, Elapsed, Outcome
from escalations.timing.stopwatch import ClockState, Reading
from tests.rules.procedures import OFFICE, procedure, target
from tests.rules.told import (
    ACCEPTED,
    ACKED,
    AGAIN,
    ANSWERED,
    ASKED,
    BREACHED,
    BROKEN,
    CLOSED,
    DECLINED,
    EVERY_TARGET,
    FOLLOWED_UP,
    HELD,
    MOVED,
    NOTE,
    OPENED,
    PLANNED,
    REPLY,
    RESUMED,
    SOLVED,
    STEP,
    UPPER,
    WARNED,
    WORDS,
    WRITTEN_UP,
    everything,
    instant,
    postponed,
    promised,
    still_owed,
)
from tests.timing.hours import EXAMPLES

many = settings(max_examples=EXAMPLES, deadline=None)

# Three versions: everything promised, other figures and hours, hardly anything; two carry, one begins again.
OTHER = [
    replace(row, severity=1, terms=replace(row.terms, minutes=row.terms.minutes / 2, schedule=OFFICE))
    for row in EVERY_TARGET
]
VERSIONS: dict[str, Procedure] = {
    "uid": everything(),
    "newer": replace(procedure(targets=(*OTHER, *EVERY_TARGET)), version=2, on_severity=Elapsed.RESTART),
    "bare": replace(procedure(targets=(target(ClockKind.RESOLUTION, 50),)), version=3),
}
LIVE = (ClockState.RUNNING, ClockState.PAUSED)


def happening() -> st.SearchStrategy[e.EventData]:
    """Any event that a case may have, with the values that matter to clocks chosen at random."""
    severities, teams, levels = st.sampled_from([1, 2, 3]), st.sampled_from(["t1", "t2", "t3"]), st.integers(1, 3)
    kinds = st.sampled_from(ClockKind)
    words = st.sampled_from(["", "m"])
    fixed = [REPLY, WORDS, NOTE, DECLINED, RESUMED, CLOSED, WRITTEN_UP, STEP, UPPER, BROKEN, PLANNED, FOLLOWED_UP]
    fixed += [replace(CLOSED, escalation=""), replace(STEP, escalation="esc2"), e.CaseTaken("user:1")]
    return st.one_of(
        st.sampled_from(fixed),
        st.builds(lambda s, t, lv: e.CaseTriaged(2, s, 1, lv, "t1", t), severities, teams, levels),
        st.builds(lambda s: replace(ACKED, severity=s), severities),
        st.builds(lambda s, m: replace(ACCEPTED, severity=s, message=m), severities, words),
        st.builds(lambda stops: replace(HELD, stops=[k.value for k in stops]), st.lists(kinds, max_size=6)),
        st.builds(lambda o: replace(SOLVED, outcome=o.value), st.sampled_from(Outcome)),
        st.builds(lambda by, c: replace(AGAIN, by=by, escalation=c), st.sampled_from(["customer", "staff"]), words),
        st.builds(lambda m: promised(0, message=m), words),
        st.builds(lambda m: postponed(0, 0, m), words),
        st.builds(
            lambda v, how: replace(MOVED, policy_version=v, elapsed=how),
            st.sampled_from(sorted(VERSIONS)),
            st.sampled_from(["carry", "restart"]),
        ),
        st.builds(lambda q, d: replace(d, request=q), st.sampled_from("abc"), st.sampled_from([ASKED, ANSWERED])),
        st.builds(lambda k, n, d: replace(d, clock=k, start_seq=n), kinds, st.integers(1, 9), told_of()),
    )


def told_of() -> st.SearchStrategy[e.ClockWarned | e.ClockBreached]:
    return st.sampled_from([WARNED, BREACHED])


@st.composite
def journals(draw: st.DrawFn) -> list[e.Line]:
    """An opening and up to twenty more lines; often several at the same instant, sometimes days apart."""
    opened = replace(OPENED, dormant=draw(st.booleans()), policy_version=draw(st.sampled_from(sorted(VERSIONS))))
    found, after, due = [e.Line(1, instant(0), opened)], 0, 0
    for data in draw(st.lists(happening(), max_size=20)):
        after += draw(st.sampled_from([0, 0, 1, 15, 45, 60, 90, 240, 480, 3000]))
        if isinstance(data, e.PromiseMade | e.PromiseMoved):
            due = after + draw(st.integers(1, 900))
            data = replace(data, due_at=instant(due).isoformat())
        if isinstance(data, e.PromiseBroken):  # by the sweep, which never comes before the instant
            after = max(after, due)
        found.append(e.Line(len(found) + 1, instant(after), data))
    return found


def read(lines: Sequence[e.Line], later: float = 0) -> list[tuple[Track, Reading]]:
    found = effects.tracks(lines, VERSIONS.__getitem__)
    return effects.readings(found, lines[-1].at + later * (instant(1) - instant(0)))


def name(track: Track) -> tuple[ClockKind, int]:
    return track.kind, track.start_seq


@many
@given(journals())
def test_no_two_clocks_of_a_case_have_the_same_name(lines: list[e.Line]) -> None:
    found = read(lines)
    assert [n for n, times in Counter(name(track) for track, _reading in found).items() if times > 1] == []


@many
@given(journals())
def test_of_each_kind_one_clock_at_most_is_alive_but_for_requests(lines: list[e.Line]) -> None:
    alive = Counter(track.kind for track, reading in read(lines) if reading.state in LIVE)
    assert {kind for kind, number in alive.items() if number > 1} <= {ClockKind.REQUEST}


@many
@given(journals())
def test_after_the_end_nothing_is_alive_but_what_belongs_there(lines: list[e.Line]) -> None:
    ends = [line.data for line in lines if isinstance(line.data, e.CaseResolved | e.CaseReopened)]
    if ends and isinstance(ends[-1], e.CaseResolved):
        assert {track.kind for track, reading in read(lines) if reading.state in LIVE} <= set(AFTER_THE_END)


@many
@given(journals(), st.data())
def test_what_comes_later_never_rewrites_what_was(lines: list[e.Line], data: st.DataObject) -> None:
    """A clock that began stays, one that ended stays as it ended, and a miss stays a miss."""
    seen = data.draw(st.integers(1, len(lines)))
    before, after = read(lines[:seen]), {name(t): (t, r) for t, r in read(lines)}
    assert [name(track) for track, _reading in before] == list(after)[: len(before)]
    for track, reading in before:
        now, then = after[name(track)]
        assert (now.level, now.team, now.escalation, now.promise) == (
            *(track.level, track.team, track.escalation, track.promise),
        )
        assert now.bases[: len(track.bases)] == track.bases
        assert then.started_at == reading.started_at
        if reading.ended_at:
            assert replace(then, next_at=None) == replace(reading, next_at=None)
        if reading.breached_at and reading.breached_at < lines[seen - 1].at:
            assert then.breached_at == reading.breached_at
        assert then.elapsed_minutes >= reading.elapsed_minutes


@many
@given(journals(), st.integers(0, 5000))
def test_the_clocks_that_are_paused_are_those_the_reason_names(lines: list[e.Line], later: int) -> None:
    for track, reading in read(lines, later):
        assert reading.state is not ClockState.PAUSED or track.kind not in NEVER_PAUSED
        assert (reading.next_at is None) or reading.state is ClockState.RUNNING
        assert reading.state is not ClockState.PAUSED or reading.pauses


@many
@given(journals(), st.integers(0, 5000))
def test_the_spans_of_every_clock_say_what_it_has_counted(lines: list[e.Line], later: int) -> None:
    until = lines[-1].at + later * (instant(1) - instant(0))
    for track, reading in read(lines, later):
        counted = sum(span.seconds for span in reading.spans(until) if span.counted) / 60
        assert round(counted + track.bases[0].carried_minutes, 6) == round(reading.elapsed_minutes, 6)


@many
@given(journals())
def test_one_promise_of_news_is_open_at_most_and_it_is_the_clock_of_news(lines: list[e.Line]) -> None:
    found = effects.tracks(lines, VERSIONS.__getitem__)
    running = [t for t, r in effects.readings(found, lines[-1].at) if t.promise and r.state is ClockState.RUNNING]
    assert running == ([found.promise] if found.promise else [])
    assert all(track.kind is ClockKind.NEXT_UPDATE for track in running)


@many
@given(journals(), st.integers(0, 5000))
def test_what_conditions_are_told_of_was_really_missed(lines: list[e.Line], later: int) -> None:
    found = effects.tracks(lines, VERSIONS.__getitem__)
    at = lines[-1].at + later * (instant(1) - instant(0))
    clocks = {name(track): reading for track, reading in effects.readings(found, at)}
    for fact in still_owed(found, at):
        assert clocks[fact.kind, fact.start_seq].breached_at


@many
@given(journals())
def test_nobody_is_told_of_a_case_that_sleeps(lines: list[e.Line]) -> None:
    opened = lines[0].data
    if isinstance(opened, e.CaseOpened) and opened.dormant and e.CaseTaken not in [type(line.data) for line in lines]:
        assert {reading.next_at for _track, reading in read(lines, 9999)} <= {None}
