"""People and several workers meet the case that is being moved: nobody loses a word, nothing happens twice."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from customers.refusal import Refused
from escalations.actions import handling, moving
from escalations.engine import housekeeping
from escalations.engine.sweep import sweep
from escalations.models import VersionMove, office_standing
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Elapsed
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.engine.together import together
from tests.policies.newer import newer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reply_that_waits_for_a_move_is_not_lost(company: Company) -> None:
    case = company.open()
    version = newer(company)
    answered: list[object] = []

    def answer() -> None:
        try:
            answered.append(
                handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="I look at it.").kind
            )
        except Exception as problem:  # noqa: BLE001 - judged below
            answered.append(problem)
        finally:
            connection.close()

    person = threading.Thread(target=answer)
    with transaction.atomic():
        moving.move(case=case, version=version, elapsed=Elapsed.CARRY, actor=SYSTEM, at=MONDAY)
        person.start()
        time.sleep(0.5)  # long enough for the reply to reach the lock; too short only makes the test easier
    person.join(timeout=60)
    assert answered == ["message.sent"]
    case.refresh_from_db()
    assert case.policy_version == version
    is_sound(case)


def test_three_workers_carry_out_one_order_and_every_case_moves_once(company: Company) -> None:
    cases = [company.open() for _number in range(20)]
    version = newer(company)
    given = moving.order(version=version, elapsed=Elapsed.CARRY, by=company.administrator, at=MONDAY)
    for _tick in range(20):
        found = together(*[lambda: housekeeping.move_cases(MONDAY)] * 3)
        assert [problem for problem in found if isinstance(problem, Exception)] == []
        given.refresh_from_db()
        if given.finished_at:
            break
    assert (given.moved, given.refused, given.finished_at) == (len(cases), [], MONDAY)
    for case in cases:
        assert list(case.events.order_by("seq").values_list("kind", flat=True)) == ["case.opened", "case.moved"]
        is_sound(case)


def test_people_work_on_cases_while_they_are_moved_and_nothing_is_torn(company: Company) -> None:
    cases = [company.open() for _number in range(12)]
    version = newer(company)
    given = moving.order(version=version, elapsed=Elapsed.RESTART, by=company.administrator, at=MONDAY)

    def answer() -> None:
        for case in cases:
            handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="I look at it.")

    found = together(lambda: housekeeping.move_cases(MONDAY), answer, lambda: sweep(MONDAY))
    assert [problem for problem in found if isinstance(problem, Exception)] == []
    housekeeping.move_cases(MONDAY)
    given.refresh_from_db()
    assert (given.moved, given.refused) == (len(cases), [])
    for case in cases:
        kinds = list(case.events.values_list("kind", flat=True))
        assert (kinds.count("message.sent"), kinds.count("case.moved")) == (1, 1)
        is_sound(case)


def test_two_administrators_order_at_the_same_moment_and_one_order_stands(company: Company) -> None:
    company.open()
    version = newer(company)
    found = together(
        *[lambda: moving.order(version=version, elapsed=Elapsed.CARRY, by=company.administrator, at=MONDAY)] * 2
    )
    assert [problem.code for problem in found if isinstance(problem, Refused)] == ["being_moved"]
    assert VersionMove.objects.count() == 1


def test_a_form_sent_twice_at_the_same_moment_moves_the_case_once(company: Company) -> None:
    case = company.open()
    version = newer(company)
    actor = office_standing(company.administrator)
    first, second = together(
        *[lambda: moving.move(case=case, version=version, elapsed=Elapsed.CARRY, actor=actor, at=MONDAY, key="form-1")]
        * 2
    )
    assert first.pk == second.pk
    assert case.events.filter(kind="case.moved").count() == 1
