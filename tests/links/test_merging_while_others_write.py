"""Somebody merges while others write, or merges the other way round: no word is lost, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from customers.refusal import Refused
from escalations.actions import handling, merging
from escalations.models import Case, Event, Message
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, Customer, Worker
from tests.engine.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def merge(company: Company, case: Case, into: Case) -> Event:
    return merging.merge(case=case, into=into, actor=company.agent.standing, at=MONDAY, text="One matter.")


def say(who: Customer | Worker, case: Case, text: str) -> Event:
    return handling.reply(case=case, actor=who.standing, at=MONDAY, text=text)


def while_merging(company: Company, case: Case, into: Case, call: Callable[[], Any]) -> Any:
    """What comes of a call that reaches the lock of a case while it is being merged."""
    came: list[Any] = []

    def run() -> None:
        try:
            came.append(call())
        except Exception as problem:  # noqa: BLE001 - judged by the test
            came.append(problem)
        finally:
            connection.close()

    person = threading.Thread(target=run)
    with transaction.atomic():
        merge(company, case, into)
        person.start()
        time.sleep(0.3)  # long enough to reach the lock; too short only makes the test easier
    person.join(timeout=60)
    return came[0]


def test_a_customer_who_writes_meanwhile_is_heard_where_it_goes_on(company: Company) -> None:
    into, case = company.open(), company.open()  # the case that is waited for has the higher key: the harder order
    event = while_merging(company, case, into, lambda: say(company.ida, case, "Still broken."))
    assert event.case_id == into.pk
    assert Message.objects.get(body="Still broken.").case_id == into.pk
    is_sound(into)
    is_sound(case)


def test_a_colleague_who_writes_meanwhile_hears_where_to_send_it(company: Company) -> None:
    case, into = company.open(), company.open()
    problem = while_merging(company, case, into, lambda: say(company.specialist, case, "We look at it."))
    assert isinstance(problem, Refused)
    assert (problem.code, into.reference in str(problem.remedy)) == ("merged", True)
    assert not Message.objects.filter(body="We look at it.").exists()


def test_merged_both_ways_at_once_one_wins_and_the_other_gets_words(company: Company) -> None:
    case, other = company.open(), company.open()
    found = together(
        lambda: merge(company, case, other),
        lambda: merge(company, other, case),
        lambda: say(company.ida, case, "First words."),
        lambda: say(company.ida, other, "Second words."),
    )
    problems = [problem for problem in found if isinstance(problem, Exception)]
    assert [type(problem) for problem in problems] == [Refused]
    merged = Case.objects.get(merged_into__isnull=False)
    assert merged.goes_on_as().merged_into is None
    assert set(
        Message.objects.filter(contact__isnull=False, body__contains="words.").values_list("body", flat=True)
    ) == {
        "First words.",
        "Second words.",
    }
    for row in (case, other):
        is_sound(row)
