"""All open cases of a policy are moved by an order that the engine carries out in batches, whatever comes between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError

from customers.refusal import Refused
from escalations import tasks
from escalations.actions import clocks, handling, moving, policies, resolution, triage
from escalations.engine import housekeeping
from escalations.models import Case, Clock, Event, PolicyVersion, VersionMove, office_standing
from escalations.rules.vocabulary import ClockKind, Elapsed, Outcome
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company
from tests.policies.newer import minutes, newer

MINUTE = timedelta(minutes=1)
NOON = MONDAY + 180 * MINUTE


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 3)


def ordered(company: Company, version: PolicyVersion, elapsed: Elapsed = Elapsed.CARRY) -> VersionMove:
    return moving.order(version=version, elapsed=elapsed, by=company.administrator, at=NOON)


def on(version: PolicyVersion) -> set[int]:
    return set(Case.objects.filter(policy_version=version).values_list("pk", flat=True))


def moves() -> list[int]:
    """How often each case was moved."""
    return [Event.objects.filter(case=case, kind="case.moved").count() for case in Case.objects.order_by("pk")]


def spoil(monkeypatch: pytest.MonkeyPatch, problem: BaseException, when: Callable[[Case], bool]) -> None:
    """Projecting the clocks of these cases fails."""
    whole = clocks.project

    def project(case: Case, *rest: object) -> None:
        if when(case):
            raise problem
        whole(case, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(clocks, "project", project)


def test_an_order_moves_every_open_case_in_the_name_of_who_gave_it(company: Company) -> None:
    cases = [company.open() for _number in range(4)]
    version = newer(company, minutes(ClockKind.RESOLUTION, 60))
    beside = company.open()
    given = ordered(company, version, Elapsed.RESTART)
    assert not Event.objects.filter(kind="case.moved").exists()
    assert housekeeping.move_cases(NOON) == 4
    given.refresh_from_db()
    assert (given.moved, given.refused, given.finished_at) == (4, [], NOON)
    for case in cases:
        event = case.events.get(kind="case.moved")
        assert (event.actor, event.on_behalf_of) == ("system", company.administrator.code)
        assert event.data["elapsed"] == "restart"
        assert Clock.objects.get(case=case, kind="resolution", ended_at=None).due_at == NOON + 60 * MINUTE
        is_sound(case)
    assert not beside.events.filter(kind="case.moved").exists()
    assert housekeeping.move_cases(NOON) == 0


@pytest.mark.usefixtures("small_batches")
def test_an_order_goes_on_where_it_was_interrupted(company: Company) -> None:
    for _number in range(8):
        company.open()
    version = newer(company)
    given = ordered(company, version)
    assert moving.carry_out(at=NOON) == 3
    given.refresh_from_db()
    assert (given.moved, given.finished_at, len(on(version))) == (3, None, 3)
    assert [moving.carry_out(at=NOON + MINUTE) for _round in range(3)] == [3, 2, 0]
    given.refresh_from_db()
    assert (given.moved, given.finished_at, given.reached) == (8, NOON + MINUTE, given.up_to)
    assert moves() == [1] * 8


class Killed(BaseException):
    """What ends a worker in the middle of its work."""


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("dies_at", [0, 1, 2, 4])
def test_a_worker_that_dies_in_the_middle_loses_and_doubles_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    cases = [company.open() for _number in range(6)]
    version = newer(company)
    given = ordered(company, version)
    with monkeypatch.context() as patched:
        spoil(patched, Killed(), lambda case: case.pk == cases[dies_at].pk)
        with pytest.raises(Killed):
            housekeeping.move_cases(NOON)
    given.refresh_from_db()
    assert (given.moved, len(on(version))) == (dies_at, dies_at)
    for _tick in range(2):
        housekeeping.move_cases(NOON + MINUTE)
    given.refresh_from_db()
    assert (given.moved, given.refused, given.finished_at) == (6, [], NOON + MINUTE)
    assert moves() == [1] * 6
    for case in cases:
        is_sound(case)


def test_a_poisoned_case_does_not_stop_the_order_and_is_named(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [company.open() for _number in range(4)]
    version = newer(company)
    given = ordered(company, version)
    with monkeypatch.context() as patched:
        spoil(patched, ZeroDivisionError(), lambda case: case.pk == cases[1].pk)
        housekeeping.move_cases(NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused, given.finished_at) == (3, [[cases[1].reference, "move_failed"]], NOON)
    assert moves() == [1, 0, 1, 1]
    is_sound(cases[1])
    again = ordered(company, version)
    housekeeping.move_cases(NOON)
    again.refresh_from_db()
    assert (again.moved, again.refused, moves()) == (1, [], [1, 1, 1, 1])


def test_trouble_of_the_database_is_no_cases_fault_and_the_order_waits(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [company.open() for _number in range(3)]
    given = ordered(company, newer(company))
    with monkeypatch.context() as patched:
        spoil(patched, OperationalError(), lambda case: case.pk == cases[1].pk)
        with pytest.raises(OperationalError):
            housekeeping.move_cases(NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused, given.finished_at) == (1, [], None)
    housekeeping.move_cases(NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused, given.finished_at) == (3, [], NOON)


def test_what_cannot_be_moved_is_listed_with_the_reason_and_what_was_solved_meanwhile_is_left(
    company: Company,
) -> None:
    plain, high, solved = (company.open() for _number in range(3))
    agent = company.agent.standing
    triage.triage(case=high, actor=agent, at=MONDAY, severity=2, level=3, reason="Billing stands.")
    version = newer(company, lambda draft: draft.levels.filter(number__gt=2).delete())
    given = ordered(company, version)
    resolution.resolve(case=solved, actor=agent, at=NOON, outcome=Outcome.SOLVED, text="Done.")
    housekeeping.move_cases(NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused) == (1, [[high.reference, "level_not_there"]])
    assert (given.finished_at, given.reached) == (NOON, given.up_to)  # the end, not a stop
    assert on(version) == {plain.pk}


@pytest.mark.usefixtures("small_batches")
def test_an_order_stops_when_its_version_retires(company: Company) -> None:
    for _number in range(7):
        company.open()
    second = newer(company)
    given = ordered(company, second)
    moving.carry_out(at=NOON)
    third = newer(company, at=NOON)
    before = everything()
    housekeeping.move_cases(NOON + MINUTE)
    assert everything() == before
    given.refresh_from_db()
    assert (given.moved, given.refused, given.finished_at) == (3, [], NOON + MINUTE)
    assert given.reached < given.up_to
    ordered(company, third)
    for _round in range(3):
        housekeeping.move_cases(NOON + 2 * MINUTE)
    assert len(on(third)) == 7


def test_orders_are_carried_out_one_after_the_other_and_none_is_given_twice_at_a_time(company: Company) -> None:
    company.open()
    version = newer(company)
    given = ordered(company, version)
    with pytest.raises(Refused) as problem:
        ordered(company, version)
    assert problem.value.code == "being_moved"
    assert VersionMove.objects.get() == given
    housekeeping.move_cases(NOON)
    assert ordered(company, version).finished_at == NOON  # nothing is left to move


def test_only_a_published_version_is_ordered_whatever_the_page_still_says(company: Company) -> None:
    company.open()
    version = newer(company)
    newer(company)
    assert version.state == "published"  # as it was read before
    with pytest.raises(Refused) as problem:
        ordered(company, version)
    assert problem.value.code == "version_not_running"
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=NOON)
    with pytest.raises(Refused):
        ordered(company, draft)
    assert not VersionMove.objects.exists()


def test_a_case_moved_by_hand_before_its_turn_is_moved_once(company: Company) -> None:
    first, second = company.open(), company.open()
    version = newer(company)
    given = ordered(company, version)
    actor = office_standing(company.administrator)
    handling.reply(case=first, actor=company.agent.standing, at=NOON, text="Hello.")
    moving.move(case=first, version=version, elapsed=Elapsed.RESTART, actor=actor, at=NOON)
    housekeeping.move_cases(NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused, moves()) == (1, [], [1, 1])
    assert on(version) == {first.pk, second.pk}


def meanwhile(monkeypatch: pytest.MonkeyPatch, before_turn: int, happens: Callable[[], object]) -> None:
    """Something happens after the batch was read, before the turn of one of its cases."""
    whole, turns = moving._claimed, iter(range(100))

    def claimed(given: VersionMove) -> VersionMove | None:
        if next(turns) == before_turn:
            happens()
        return whole(given)

    monkeypatch.setattr(moving, "_claimed", claimed)


def test_what_another_worker_moved_meanwhile_is_neither_moved_nor_counted_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(4):
        company.open()
    given = ordered(company, newer(company))

    def another_worker() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(moving, "BATCH", 2)
            moving.carry_out(at=NOON)

    meanwhile(monkeypatch, 1, another_worker)
    moving.carry_out(at=NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused, given.finished_at) == (4, [], NOON)
    assert moves() == [1] * 4


def test_what_a_person_moved_meanwhile_is_no_failure_of_the_order(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [company.open() for _number in range(3)]
    version = newer(company)
    given = ordered(company, version)
    actor = office_standing(company.administrator)
    by_hand = {"version": version, "elapsed": Elapsed.RESTART, "actor": actor, "at": NOON}
    meanwhile(monkeypatch, 1, lambda: moving.attempt(case=cases[1], **by_hand))  # type: ignore[arg-type]
    moving.carry_out(at=NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused, moves()) == (2, [], [1, 1, 1])


def test_what_was_solved_meanwhile_is_listed_as_not_moved(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    case = company.open()
    given = ordered(company, newer(company))
    solve = {"actor": company.agent.standing, "at": NOON, "outcome": Outcome.SOLVED, "text": "Done."}
    meanwhile(monkeypatch, 0, lambda: resolution.resolve(case=case, **solve))  # type: ignore[arg-type]
    moving.carry_out(at=NOON)
    given.refresh_from_db()
    assert (given.moved, given.refused) == (0, [[case.reference, "clocks_ended"]])


def test_the_beat_ticks_for_moves_and_a_late_message_is_worth_nothing(company: Company) -> None:
    entry = tasks.BEAT_SCHEDULE["move_cases"]
    assert entry["options"]["expires"] == entry["schedule"]
    company.open()
    version = newer(company)
    ordered(company, version)
    tasks.move_cases()
    assert len(on(version)) == 1
