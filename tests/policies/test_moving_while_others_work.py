"""People and several workers meet the case that is being moved: nobody loses a word, nothing happens twice."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from escalations.actions import handling, moving, policies
from escalations.models import PolicyVersion
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Elapsed
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db(transaction=True)


def newer(company: Company) -> PolicyVersion:
    """The next version of the policy, published; cases opened before stay where they are."""
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    return policies.publish(version=draft, by=company.administrator, at=MONDAY)


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
