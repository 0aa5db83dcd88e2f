"""The preview of a move tells the truth: what it says of a hundred running clocks is what the rows say afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import escalation, handling, moving, promises, triage
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Event, PolicyVersion, office_standing
from escalations.rules.vocabulary import ClockKind, Elapsed, Impact, Kind, Urgency
from escalations.timing.stopwatch import ClockState
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company
from tests.policies.newer import acting_on, dropped, dwelling, minutes, newer, other_hours, promised, rows

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
NOON = MONDAY + 180 * MINUTE
IMPACTS = [
    (Impact.MAJOR, Urgency.HIGH),
    (Impact.HIGH, Urgency.HIGH),
    (Impact.MEDIUM, Urgency.LOW),
    (Impact.LOW, Urgency.LOW),
]


class Row(NamedTuple):
    """What a stored clock that has not ended says."""

    start_seq: int
    state: str
    due_at: datetime | None
    breached_at: datetime | None
    target: int
    calendar: int | None


def live() -> dict[tuple[int, str], Row]:
    """The clocks that have not ended, by case and kind."""
    columns = (
        "case_id",
        "kind",
        "start_seq",
        "state",
        "due_at",
        "breached_at",
        "target_minutes",
        "calendar_version_id",
    )
    found = Clock.objects.filter(state__in=[ClockState.RUNNING, ClockState.PAUSED]).values_list(*columns)
    return {(case_id, kind): Row(*said) for case_id, kind, *said in found}


# -- cases in every state a clock can be in --------------------------------------------------------------


def left_alone(company: Company, case: Case, at: datetime) -> None:
    """Nobody answers: the first response is missed and the case climbs."""


def replied(company: Company, case: Case, at: datetime) -> None:
    handling.reply(case=case, actor=company.agent.standing, at=at, text="We look at it.")


def waiting(company: Company, case: Case, at: datetime) -> None:
    replied(company, case, at)
    wake_at = at + timedelta(days=2)
    handling.hold(case=case, actor=company.agent.standing, at=at, reason=company.waiting, wake_at=wake_at)


def promising(company: Company, case: Case, at: datetime) -> None:
    replied(company, case, at)
    due_at, reason = at + timedelta(hours=6), "The spare part comes by then."
    promises.make(case=case, actor=company.agent.standing, at=at, due_at=due_at, reason=reason)


def escalated(company: Company, case: Case, at: datetime) -> None:
    company.escalate(case, at)


def accepted(company: Company, case: Case, at: datetime) -> None:
    climbed = company.escalate(case, at, kind=Kind.HIERARCHICAL, level=3)
    escalation.accept(case=climbed, actor=company.manager.standing, at=at + 5 * MINUTE, text="I decide by noon.")


def promising_while_escalated(company: Company, case: Case, at: datetime) -> None:
    accepted(company, case, at)
    promises.make(case=case, actor=company.manager.standing, at=at + 6 * MINUTE, due_at=at + timedelta(hours=3))


def corrected(company: Company, case: Case, at: datetime) -> None:
    severity = case.severity % 4 + 1
    triage.triage(
        case=case, actor=company.agent.standing, at=at, severity=severity, level=case.level, reason="It grew."
    )


def asked_again(company: Company, case: Case, at: datetime) -> None:
    replied(company, case, at)
    handling.reply(case=case, actor=company.ida.standing, at=at + MINUTE, text="And the second meter?")


STORIES: list[Callable[[Company, Case, datetime], None]] = [
    left_alone,
    replied,
    waiting,
    promising,
    escalated,
    accepted,
    promising_while_escalated,
    corrected,
    asked_again,
]


def a_busy_monday(company: Company) -> None:
    """A hundred running clocks at noon: every story with every severity, begun at different minutes."""
    company.waiting.stops = ["resolution", "first_response", "ownership"]
    company.waiting.save()
    opened = {}
    for number, (impact, urgency) in enumerate(IMPACTS):
        for place, story in enumerate(STORIES):
            at = MONDAY + (13 * number + 3 * place) * MINUTE
            opened[number, story] = case = company.open(at=at, impact=impact, urgency=urgency)
            story(company, case, at + 10 * MINUTE)
    sweep(NOON - MINUTE)
    for number in (1, 3):  # a missed clock may be waiting too
        case, wake_at = opened[number, left_alone], NOON + timedelta(days=2)
        agent = company.agent.standing
        handling.hold(case=case, actor=agent, at=NOON - MINUTE, reason=company.waiting, wake_at=wake_at)


def versions(company: Company) -> Iterator[PolicyVersion]:
    """One after the other: shorter, longer, other hours, other clocks, and nothing but another number."""
    solve, first = ClockKind.RESOLUTION, ClockKind.FIRST_RESPONSE
    yield newer(company, minutes(solve, 60), minutes(ClockKind.NEXT_UPDATE, 30), minutes(first, 20))
    yield newer(company, minutes(solve, 900), minutes(solve, 100, severity=1), minutes(first, 400), dwelling(90))
    other_hours(company)
    yield newer(company)
    yield newer(company, dropped(ClockKind.OWNERSHIP), dropped(ClockKind.NEXT_REPLY), acting_on(solve))
    yield newer(company, promised(ClockKind.NEXT_REPLY, 45), promised(ClockKind.TIME_AT_LEVEL, 90), minutes(solve, 5))
    yield newer(company)


# -- the truth --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("elapsed", Elapsed)
def test_must_show_6_a_hundred_running_clocks_stay_until_they_are_moved_and_the_preview_was_true(
    company: Company, elapsed: Elapsed
) -> None:
    newer(company, promised(ClockKind.OWNERSHIP, 200), promised(ClockKind.NEXT_REPLY, 120))
    a_busy_monday(company)
    assert len(live()) >= 100
    seen = {"missed": 0, "due otherwise": 0, "begins": 0, "ends": 0, "paused": 0, "the same": 0}
    at, before = NOON, everything()
    for version in versions(company):
        at += 7 * MINUTE
        foreseen = list(moving.outlook(cases=moving.movable(version), version=version, elapsed=elapsed, at=at))
        assert everything() == before  # neither a published version, nor its calendar, nor looking changes anything
        assert len(foreseen) == len(STORIES) * len(IMPACTS)
        compare(company, version, foreseen, elapsed, at, seen)
        before = everything()
    assert {name for name, times in seen.items() if not times} == ({"missed"} if elapsed is Elapsed.RESTART else set())
    for case in Case.objects.all():
        is_sound(case)


def compare(
    company: Company,
    version: PolicyVersion,
    foreseen: list[moving.Outlook],
    elapsed: Elapsed,
    at: datetime,
    seen: dict[str, int],
) -> None:
    """Moves the cases and holds every clock against what was said of it, in both directions."""
    was = live()
    over = set(Clock.objects.filter(ended_at__isnull=False).values_list("pk", flat=True))
    ended = {pk: row for pk, row in rows().items() if pk in over}
    for outlook in foreseen:
        assert outlook.refusal == ""
        moving.move(
            case=outlook.case,
            version=version,
            elapsed=elapsed,
            actor=office_standing(company.administrator),
            at=at,
        )
    now, after = live(), rows()
    assert {pk: after[pk] for pk in ended} == ended
    said = {(outlook.case.pk, shift.kind.value): shift for outlook in foreseen for shift in outlook.shifts}
    for key in {*was, *now, *said}:
        old, new, shift = was.get(key), now.get(key), said.get(key)
        if shift is None:
            seen["the same"] += 1
            assert old is not None
            assert new is not None
            assert (new.start_seq, new.state, new.due_at) == (old.start_seq, old.state, old.due_at)
            assert new.breached_at in (old.breached_at, old.due_at if old.due_at and old.due_at <= at else None)
            continue
        assert (shift.begins, shift.ends) == (old is None, new is None)
        assert shift.after == (new.due_at if new else None)
        assert shift.before == (old.due_at if old else None)
        assert shift.missed_after == bool(new and new.breached_at)
        assert shift.paused == ((new or old or was[key]).state == ClockState.PAUSED)
        seen["missed"] += shift.breaches
        seen["due otherwise"] += shift.is_due_otherwise
        seen["begins"] += shift.begins
        seen["ends"] += shift.ends
        seen["paused"] += shift.paused


@pytest.mark.parametrize("elapsed", Elapsed)
def test_the_next_sweep_tells_of_exactly_the_clocks_that_were_foreseen_to_be_missed(
    company: Company, elapsed: Elapsed
) -> None:
    newer(company)
    a_busy_monday(company)
    sweep(NOON)
    version = newer(company, minutes(ClockKind.RESOLUTION, 60), minutes(ClockKind.NEXT_UPDATE, 60), acting_on())
    foreseen = list(moving.outlook(cases=moving.movable(version), version=version, elapsed=elapsed, at=NOON))
    missed = {(told.case.pk, shift.kind.value) for told in foreseen for shift in told.shifts if shift.breaches}
    assert bool(missed) == (elapsed is Elapsed.CARRY)
    for told in foreseen:
        actor = office_standing(company.administrator)
        moving.move(case=told.case, version=version, elapsed=elapsed, actor=actor, at=NOON)
    last = Event.objects.order_by("-pk")[0].pk
    for _tick in range(3):
        sweep(NOON)
    breaches = Event.objects.filter(pk__gt=last, kind="clock.breached").values_list("case_id", "data")
    assert sorted((case, data["clock"]) for case, data in breaches) == sorted(missed)


def test_the_preview_names_those_that_cannot_be_moved_and_why(company: Company) -> None:
    case, high, back = (company.open() for _number in range(3))
    triage.triage(case=high, actor=company.agent.standing, at=MONDAY, severity=2, level=3, reason="Billing stands.")
    company.escalate(back, MONDAY, level=3)
    escalation.hand_back(case=back, actor=company.manager.standing, at=MONDAY, reason="See article 12.")
    version = newer(company, lambda draft: draft.levels.filter(number__gt=2).delete())
    found = moving.outlook(cases=Case.objects.order_by("pk"), version=version, elapsed=Elapsed.CARRY, at=MONDAY)
    why = [(told.case, told.refusal) for told in found]
    assert why == [(case, ""), (high, "level_not_there"), (back, "level_not_there")]


def test_a_case_that_cannot_be_read_is_named_and_hides_no_other(company: Company) -> None:
    poisoned, sound = company.open(), company.open()
    line = {"kind": "case.teleported", "actor": "system", "actor_kind": "system", "data": {}}
    Event.objects.create(case=poisoned, seq=2, occurred_at=MONDAY, recorded_at=MONDAY, **line)
    version = newer(company, minutes(ClockKind.RESOLUTION, 100))
    found = moving.outlook(cases=Case.objects.order_by("pk"), version=version, elapsed=Elapsed.CARRY, at=MONDAY)
    assert [(told.case, told.refusal, bool(told.shifts)) for told in found] == [
        (poisoned, "move_failed", False),
        (sound, "", True),
    ]


def test_a_case_whose_clock_runs_ahead_is_foreseen_as_of_its_last_event(company: Company) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 30 * MINUTE, text="We look at it.")
    version = newer(company, minutes(ClockKind.RESOLUTION, 100))
    actor = office_standing(company.administrator)
    (told,) = moving.outlook(cases=moving.movable(version), version=version, elapsed=Elapsed.RESTART, at=MONDAY)
    moving.move(case=case, version=version, elapsed=Elapsed.RESTART, actor=actor, at=MONDAY)
    assert [shift.after for shift in told.shifts] == [row.due_at for row in live().values()]


def test_a_preview_of_a_hundred_cases_asks_as_often_as_one_of_ten(company: Company) -> None:
    for number in range(100):
        case = company.open()
        if number % 10 == 0:
            company.escalate(case, MONDAY + MINUTE)
    version = newer(company, minutes(ClockKind.RESOLUTION, 60))
    asked = {}
    for number in (100, 10, 100):  # the versions are read once in the life of a process
        cases = moving.movable(version)[:number]
        with CaptureQueriesContext(connection) as statements:
            found = list(moving.outlook(cases=cases, version=version, elapsed=Elapsed.CARRY, at=NOON))
        assert len(found) == number
        asked[number] = len(statements)
    assert asked[10] == asked[100] == 3
