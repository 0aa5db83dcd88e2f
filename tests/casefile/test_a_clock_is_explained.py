"""A clock explained: when it is due and why, span by span, exact at the instant of reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actions import escalation, handling, moving, promises, resolution, triage
from escalations.casefile.explanation import Explanation, UnknownClock, clock_lines, explain
from escalations.casefile.explanation_ends import CUSTOMERS_CLOCKS
from escalations.casefile.staff import staff_casefile
from escalations.casefile.timeline_picture import LABEL, Mark
from escalations.engine.sweep import sweep
from escalations.models import Case, PolicyVersion, Target
from escalations.rules.vocabulary import ClockKind, Elapsed, Outcome
from tests.casefile import easter
from tests.casefile.test_customers_see_only_what_is_theirs import PUBLIC, SECRET, end_of, story, words_of
from tests.cast import MONDAY, Company, Worker

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    """Everybody reads in Berlin unless a test says otherwise."""
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


def explained(company: Company, case: Case, at: datetime, clock: str = "resolution-1", **who: Any) -> Explanation:
    kind, _dash, number = clock.rpartition("-")
    reader = who.get("who", company.agent)
    return explain(case, kind, int(number), reader.standing, at)


def rows(told: Explanation) -> list[str]:
    return [f"{day.name} {row.told}" for day in told.table.kept for row in day.rows]


def held(company: Company, case: Case, at: datetime) -> None:
    wake = at + 100 * HOUR
    handling.hold(case=case, actor=company.agent.standing, at=at, reason=company.waiting, wake_at=wake)


def another_version(company: Company, at: datetime, minutes: int, **fields: Any) -> PolicyVersion:
    """A newer version of the policy with this target for every resolution."""
    version = easter.draft_of(company, at)
    Target.objects.filter(version=version, clock=ClockKind.RESOLUTION).update(minutes=minutes, **fields)
    return easter.published(company, version, at)


# -- when, and why ---------------------------------------------------------------------------------------


def test_the_first_sentences_say_when_it_is_due_and_why(company: Company) -> None:
    told = explained(company, easter.over_easter(company), easter.NOW)
    assert told.line.headline == "Due Tue 7 Apr, 10:00 in Berlin"
    assert told.because == (
        "Because the target is 16 h of working time on the hours of “Office hours”, version 2 "
        "(policy “Standard”, version 2, row 7, severity medium)."
    )
    assert told.sums == (
        "13 h 30 min of working time counted so far, 2 h 30 min left; the customer has really waited 5 days 23 h."
    )


def test_cal_12_every_span_is_told_with_its_reason_and_every_holiday_by_its_name(company: Company) -> None:
    told = explained(company, easter.over_easter(company), easter.NOW)
    assert rows(told) == [
        "Fri 27 Mar 15:00–16:00 counted 1 h",
        "Fri 27 Mar 16:00 – Mon 30 Mar, 11:00 paused: Waiting for the customer",
        "Sun 29 Mar 03:00 clocks in Berlin go forward 1 h",
        "Mon 30 Mar 11:00–17:00 counted 6 h",
        "Mon 30 Mar 17:00 – Tue 31 Mar, 09:00 closed",
        "Tue 31 Mar 09:00–14:00 counted 5 h",
        "Tue 31 Mar 14:00 – Thu 2 Apr, 14:00 paused: Waiting for the customer",
        "Thu 2 Apr 14:00–15:30 counted 1 h 30 min",
        "Thu 2 Apr 15:30–17:00 still to run 1 h 30 min",
        "Thu 2 Apr 17:00–24:00 closed",
        "Fri 3 Apr all day holiday: Good Friday",
        "Sat 4 Apr all day, until Sun 5 Apr closed",
        "Mon 6 Apr all day holiday: Easter Monday",
        "Tue 7 Apr 00:00–09:00 closed",
        "Tue 7 Apr 09:00–10:00 still to run 1 h",
        "Tue 7 Apr 10:00 due",
    ]
    assert {"holiday: Good Friday", "holiday: Easter Monday"} <= {share.words for share in told.shares}
    assert told.story.endswith(f"{told.line.headline}. {told.because}")


@pytest.mark.parametrize("hours", [0, 0.75, 1, 20, 68, 90, 97, 144.5, 235, 258, 258.9, 300])
def test_the_rows_add_up_to_the_totals_and_leave_no_gap(company: Company, hours: float) -> None:
    case = easter.over_easter(company)
    start = easter.berlin(3, 27, 15)
    told = explained(company, case, easter.NOW + hours * HOUR)
    pieces = [row for day in told.table.kept for row in day.rows if row.sort != "note"]
    counted = sum(row.minutes for row in pieces if row.sort in ("open", "over"))
    assert (counted, sum(day.minutes for day in told.table.kept)) == (told.counted_minutes, counted)
    assert sum(row.minutes for row in pieces if row.sort == "todo") == told.left_minutes
    assert sum(row.minutes for row in pieces if row.sort == "over") == told.over_minutes
    assert [a.end for a in pieces[:-1]] == [b.start for b in pieces[1:]]
    assert (pieces[0].start, pieces[-1].end) == (start, max(easter.DUE, told.at))


def test_a_reader_elsewhere_reads_their_own_time_and_that_of_the_hours_beside_it(company: Company) -> None:
    case = easter.over_easter(company)
    with timezone.override(ZoneInfo("America/New_York")):
        told = explained(company, case, easter.NOW)
    assert told.line.headline == "Due Tue 7 Apr, 04:00 in New York (10:00 in Berlin)"
    assert (told.place, told.table.there) == ("New York", "Berlin")
    last = told.table.kept[-1].rows[-2]
    assert (last.when, last.there) == ("03:00–04:00", "09:00–10:00")
    in_berlin = explained(company, case, easter.NOW)
    assert (in_berlin.table.there, {row.there for day in in_berlin.table.kept for row in day.rows}) == ("", {""})


def test_what_is_open_over_the_night_the_clocks_change_has_the_hours_it_really_has(company: Company) -> None:
    at = easter.berlin(3, 28, 20)
    case = company.open(at=at)
    until = easter.berlin(3, 29, 8)
    promises.make(case=case, actor=company.agent.standing, at=at, due_at=until, text="Tomorrow.", reason="It is night.")
    assert rows(explained(company, case, until - 4 * HOUR, "next_update-2")) == [
        "Sat 28 Mar 20:00–24:00 counted 4 h",
        "Sun 29 Mar 00:00–02:00 counted 2 h",
        "Sun 29 Mar 03:00 clocks in Berlin go forward 1 h",
        "Sun 29 Mar 03:00–04:00 counted 1 h",
        "Sun 29 Mar 04:00–08:00 still to run 4 h",
        "Sun 29 Mar 08:00 due",
    ]


# -- exact now -------------------------------------------------------------------------------------------


def test_clk_30_a_miss_is_told_at_the_very_instant_whether_or_not_the_sweep_has_come(company: Company) -> None:
    case = company.open()
    due = MONDAY + 60 * MINUTE
    before, then = (explained(company, case, at, "first_response-1") for at in (due - MINUTE, due))
    assert (before.line.tone, before.line.headline) == ("soon", "Due Mon 2 Mar, 10:00 in Berlin")
    assert (then.line.tone, then.line.headline) == ("late", "Overdue since Mon 2 Mar, 10:00 in Berlin")
    assert case.clocks.get(kind="first_response").breached_at is None
    sweep(due)
    assert explained(company, case, due, "first_response-1").line == then.line


def test_clk_18_a_missed_clock_on_hold_is_told_and_shown_as_missed(company: Company) -> None:
    case = company.open()
    held(company, case, MONDAY + 26 * HOUR)
    case.refresh_from_db()
    at = MONDAY + 27 * HOUR
    told = explained(company, case, at)
    assert (told.line.state, told.line.tone) == ("paused", "late")
    assert told.line.headline == "Missed, and on hold now: it was due Mon 2 Mar, 17:00 in Berlin"
    (face,) = (face for face in staff_casefile(case, company.agent.standing, at).clocks if face.kind == "resolution")
    assert (face.state, face.tone) == ("paused", "late")


def test_a_clock_on_hold_says_since_when_why_and_when_it_would_be_due(company: Company) -> None:
    case = company.open()
    held(company, case, MONDAY + 3 * HOUR)
    told = explained(company, case, MONDAY + 4 * HOUR)
    assert (told.line.tone, told.line.headline, told.line.due_at) == ("paused", "On hold, with 5 h left", None)
    assert told.because.startswith(
        "It stands still since Mon 2 Mar, 12:00: Waiting for the customer. "
        "If it went on now, it would be due Tue 3 Mar, 10:00 in Berlin, because the target is 8 h"
    )
    assert "by itself on Fri 6 Mar, 16:00" in told.levers[1].words
    mine = explained(company, case, MONDAY + 4 * HOUR, who=company.ida)
    assert mine.because.startswith("It stands still since Mon 2 Mar, 12:00: We wait for your answer. ")


@pytest.mark.parametrize(
    ("after", "tone", "headline"),
    [(60, "met", "Met Mon 2 Mar, 10:00 in Berlin, in time"), (90, "late", "Met Mon 2 Mar, 10:30 in Berlin, too late")],
)
def test_a_clock_that_ended_tells_what_ended_it_and_when_it_was_due(
    company: Company, after: int, tone: str, headline: str
) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + after * MINUTE, text="Here I am.")
    told = explained(company, case, MONDAY + 9 * DAY, "first_response-1")
    assert (told.line.tone, told.line.headline) == (tone, headline)
    assert told.because.startswith("It was due Mon 2 Mar, 10:00 in Berlin, because the target is 1 h of working time")
    assert told.because.endswith("Met by a public reply, Ben Okafor.")
    assert told.over_minutes == after - 60
    assert [lever.code for lever in told.levers] == ["nothing"]


def test_what_ends_while_on_hold_says_how_much_was_left(company: Company) -> None:
    case = company.open()
    held(company, case, MONDAY + 3 * HOUR)
    resolution.resolve(
        case=case, actor=company.agent.standing, at=MONDAY + DAY, outcome=Outcome.SPAM, text="No customer of ours."
    )
    told = explained(company, case, MONDAY + 2 * DAY)
    assert (told.line.tone, told.line.headline) == ("void", "No longer owed since Tue 3 Mar, 09:00 in Berlin")
    assert told.because.startswith("It was on hold when it ended, with 5 h left, because the target is 8 h")


# -- promises of news --------------------------------------------------------------------------------------


def test_a_promise_is_named_by_its_instant_and_one_that_was_broken_is_shown_as_missed(company: Company) -> None:
    case, ben = company.open(), company.agent.standing
    promises.make(case=case, actor=ben, at=MONDAY, due_at=MONDAY + 2 * HOUR, text="News at eleven.")
    promises.move(case=case, actor=ben, at=MONDAY + HOUR, due_at=MONDAY + 3 * HOUR, reason="The test runs longer.")
    sweep(MONDAY + 4 * HOUR)
    case.refresh_from_db()
    moved, broken = (explained(company, case, MONDAY + 5 * HOUR, clock) for clock in ("next_update-2", "next_update-3"))
    assert (moved.line.name, moved.line.tone, moved.later) == (
        "News promised by Mon 2 Mar, 11:00",
        "void",
        "next_update-3",
    )
    assert (broken.line.state, broken.line.tone, broken.earlier) == ("void", "late", "next_update-2")
    assert broken.line.headline == "Promise broken: news were due Mon 2 Mar, 12:00 in Berlin"
    faces = staff_casefile(case, ben, MONDAY + 5 * HOUR).clocks
    shown = {face.key: (face.name, face.tone) for face in faces}
    assert shown["next_update-3"] == ("News promised by Mon 2 Mar, 12:00", "late")
    assert shown["next_update-2"] == ("News promised by Mon 2 Mar, 11:00", "void")


# -- what changed it, and what would -------------------------------------------------------------------------


def test_a_corrected_severity_is_told_where_it_happened_with_both_targets(company: Company) -> None:
    case = company.open()
    at = MONDAY + HOUR
    triage.triage(case=case, actor=company.agent.standing, at=at, severity=1, level=1, reason="Worse than told.")
    told = explained(company, case, MONDAY + 2 * HOUR)
    assert "Mon 2 Mar 10:00 target 4 h from here on" in rows(told)
    assert [(change.at, change.target_minutes) for change in told.changes] == [(MONDAY, 480), (at, 240)]
    assert told.changes[1].words == (
        "Severity corrected to critical: the target is 4 h from here on; what had counted stays "
        "(policy “Standard”, version 1, row 5, severity critical) – Ben Okafor"
    )
    mine = explained(company, case, MONDAY + 2 * HOUR, who=company.ida)
    assert mine.changes[1].words == "From here on we have 4 h of working time; what had counted stays"
    assert mine.changes[1].basis is None


def test_other_hours_after_a_move_begin_where_the_move_was(company: Company) -> None:
    case = company.open()
    calendar = easter.office_in_new_york(company, MONDAY)
    version = another_version(company, MONDAY, 300, calendar=calendar)
    ben = company.agent.standing
    moving.move(case=case, version=version, elapsed=Elapsed.CARRY, actor=ben, at=MONDAY + 2 * HOUR)
    told = explained(company, case, MONDAY + 3 * HOUR)
    assert rows(told)[:3] == [
        "Mon 2 Mar 09:00–11:00 counted 2 h",
        "Mon 2 Mar 11:00 target 5 h on the hours of “New York office”, version 1 from here on",
        "Mon 2 Mar 11:00–15:00 closed",
    ]
    assert told.line.headline == "Due Mon 2 Mar, 18:00 in Berlin (12:00 in New York)"
    assert "new target" in [mark.words for mark in told.picture.marks]
    mine = explained(company, case, MONDAY + 3 * HOUR, who=company.ida)
    assert "Mon 2 Mar 11:00 target 5 h on other working hours from here on" in rows(mine)


def test_hours_are_named_with_their_version_so_that_a_newer_one_can_be_told_from_the_old(company: Company) -> None:
    case = company.open()
    ben = company.agent.standing
    newer = easter.with_holidays(company)
    moving.move(case=case, version=newer, elapsed=Elapsed.CARRY, actor=ben, at=MONDAY + HOUR)
    told = explained(company, case, MONDAY + 2 * HOUR)
    assert "on the hours of “Office hours”, version 2 (policy “Standard”, version 2, row 6" in told.because
    assert "Mon 2 Mar 10:00 on the hours of “Office hours”, version 2 from here on" in rows(told)
    assert "Office hours" not in str(explained(company, case, MONDAY + 2 * HOUR, who=company.ida))


def test_time_carried_over_to_a_clock_that_took_the_place_of_a_missed_one_is_told(company: Company) -> None:
    case = company.open()
    version = another_version(company, MONDAY, 2400)
    ben = company.agent.standing
    moving.move(case=case, version=version, elapsed=Elapsed.CARRY, actor=ben, at=MONDAY + 26 * HOUR)
    last = clock_lines(case, ben, MONDAY + 27 * HOUR)[-1]
    missed, after = (explained(company, case, MONDAY + 27 * HOUR, key) for key in ("resolution-1", last.key))
    assert (missed.line.state, missed.line.tone, missed.later) == ("void", "late", last.key)
    assert (after.earlier, after.carried_minutes, after.counted_minutes) == ("resolution-1", 600, 660)
    assert ("Carried over", "10 h") in after.facts
    assert after.changes[0].words.startswith("Moved to version 2: begun with 40 h and the 10 h counted before")


def test_what_would_change_it_is_told_from_the_rules_of_its_own_procedure(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    resolution_, acknowledgement = (
        {lever.code: lever.words for lever in explained(company, case, MONDAY, clock).levers}
        for clock in ("resolution-1", "acknowledgement-2")
    )
    assert resolution_["hold"] == "Putting the case on hold stops it for: Waiting for the customer."
    assert acknowledgement["hold"] == "Putting the case on hold does not stop it."
    assert "critical 4 h, high 8 h, medium 16 h, low 40 h; what has counted stays" in resolution_["severity"]
    assert acknowledgement["severity"] == "A correction of the severity does not change it."
    assert set(resolution_) == set(acknowledgement) == {"meets", "hold", "severity", "version"}


# -- long clocks -------------------------------------------------------------------------------------------


def test_a_clock_open_for_years_is_told_in_few_rows_with_the_rest_as_sums(company: Company) -> None:
    start = MONDAY - 784 * DAY
    another_version(company, start, 300_000)
    case = company.open(at=start)
    told = explained(company, case, MONDAY)
    kept = [row for day in told.table.kept for row in day.rows]
    assert len(kept) < 400
    assert len(told.table.days) == 8
    hours, days = (int(word) for word in told.table.earlier.split("counted ")[1].split() if word.isdecimal())
    counted = sum(row.minutes for row in kept if row.sort == "open")
    assert (60 * hours + counted, days) == (told.counted_minutes, 560 - sum(bool(d.minutes) for d in told.table.kept))
    to_run = sum(row.minutes for row in kept if row.sort == "todo")
    assert told.table.later.endswith(f"{(told.left_minutes - to_run) // 60} h to run")
    assert told.picture.folded
    assert len(told.picture.parts) <= 100


def test_a_deadline_decades_away_is_drawn_and_told_at_once(company: Company) -> None:
    another_version(company, MONDAY, 5_000_000)
    told = explained(company, company.open(), MONDAY)
    assert told.line.due_at is not None
    assert told.line.due_at.year > 2060
    assert told.table.later.endswith(" to run")
    assert sum(len(day.rows) for day in told.table.kept) < 400


# -- the picture -------------------------------------------------------------------------------------------


def taken(mark: Mark) -> tuple[float, float]:
    """Where the word of a mark stands on a phone."""
    return (mark.x - LABEL, mark.x) if mark.before else (mark.x, mark.x + LABEL)


@pytest.mark.parametrize("hours", [0, 0.5, 1.4, 60, 110, 114.5, 115, 400, 4000])
@pytest.mark.parametrize("over_easter", [True, False])
def test_the_picture_fills_its_width_to_scale_and_no_word_lies_over_another(
    company: Company, hours: float, over_easter: bool
) -> None:
    case = easter.over_easter(company) if over_easter else company.open(at=easter.NOW)
    drawn = explained(company, case, easter.NOW + hours * HOUR).picture
    edges = [(part.x, round(part.x + part.width, 3)) for part in drawn.parts]
    assert (edges[0][0], edges[-1][1]) == (0, pytest.approx(100))
    assert all(a[1] == pytest.approx(b[0], abs=0.01) for a, b in pairwise(edges))
    for lane in {mark.lane for mark in drawn.marks}:
        spans = sorted(taken(mark) for mark in drawn.marks if mark.lane == lane)
        assert all(a[1] <= b[0] for a, b in pairwise(spans)), drawn.marks
    assert drawn.words.startswith(("Due", "Overdue"))


# -- whose clock it is ---------------------------------------------------------------------------------------


def test_a_customer_reads_of_their_own_clocks_and_of_no_other(company: Company) -> None:
    for case in story(company):
        theirs = clock_lines(case, company.ida.standing, end_of(case))
        ours = clock_lines(case, company.agent.standing, end_of(case))
        assert [line.key for line in theirs] == [line.key for line in ours if line.kind in CUSTOMERS_CLOCKS]
        for line in ours:
            if line.kind not in CUSTOMERS_CLOCKS:
                with pytest.raises(UnknownClock):
                    explained(company, case, end_of(case), line.key, who=company.ida)


def test_nothing_internal_is_in_a_customers_explanation_after_any_act(company: Company) -> None:
    names = [who.user.name for who in (company.agent, company.specialist, company.manager, company.executive)]
    hidden = [*SECRET, *names, company.policy.name, "severity", "version", "Office hours", "warning", *PUBLIC]
    ours = ""
    for case in story(company):
        for line in clock_lines(case, company.ida.standing, end_of(case)):
            found = " | ".join(words_of(explained(company, case, end_of(case), line.key, who=company.ida)))
            assert [word for word in hidden if word.lower() in found.lower()] == []
            ours += " | ".join(words_of(explained(company, case, end_of(case), line.key)))
    assert {"Ben Okafor", "Standard", "Office hours", "Waiting for a cheap excuse"} <= {
        w for w in [*hidden] if w in ours
    }


@pytest.mark.parametrize("clock", ["resolution-2", "first_response-99", "nonsense-1", "triage-1"])
def test_a_clock_that_the_case_does_not_have_is_unknown(company: Company, clock: str) -> None:
    case = company.open()
    with pytest.raises(UnknownClock):
        explained(company, case, MONDAY, clock)


def test_clk_28_the_target_that_is_told_is_the_one_that_is_stored(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    escalation.acknowledge(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, severity=1, text="Heard.")
    case.refresh_from_db()
    faces = {face.key: face.target for face in staff_casefile(case, company.agent.standing, MONDAY + HOUR).clocks}
    stored = {f"{row.kind}-{row.start_seq}": row for row in case.clocks.all()}
    assert len(stored) == len(faces) > 4
    for key, row in stored.items():
        told = explained(company, case, MONDAY + HOUR, key)
        assert told.target_minutes == row.target_minutes
        assert ("Target", faces[key]) in told.facts
        assert told.line.due_at == (row.due_at or told.line.due_at)


def test_explaining_costs_the_same_however_much_happened(company: Company) -> None:
    case = company.open()

    def cost(who: Worker | Any) -> int:
        with CaptureQueriesContext(connection) as asked:
            explained(company, case, MONDAY + 9 * HOUR, who=who)
        return len(asked)

    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="I look at it.")
    cost(company.agent)
    few = [cost(who) for who in (company.agent, company.ida)]
    for number in range(9):
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY + number * MINUTE, text="Still looking.")
    assert [cost(who) for who in (company.agent, company.ida)] == few
