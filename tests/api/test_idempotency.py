"""A request sent twice with the same key is carried out once."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from escalations.models import Case, Event, Message, Notice
from tests.api.calls import Answer, Api
from tests.cast import Company
from tests.cast import company as make_company

BODY = {"subject": "No readings", "text": "Since midnight."}
KEY = "3f2c1f3e-91f5-4c33-a1a1-000000000001"


def test_a_case_opened_twice_with_one_key_is_one_case_and_one_answer(company: Company) -> None:
    first, second = (Api(company.ida.user).post("cases/", BODY, key=KEY) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert (first.data, first.headers["Location"]) == (second.data, second.headers["Location"])
    assert (Case.objects.count(), Event.objects.count(), Message.objects.count()) == (1, 1, 1)
    assert Notice.objects.filter(recipient=company.ida.contact.code, channel="in_app").count() == 1


def test_every_write_is_done_once_for_one_key(company: Company) -> None:
    case = company.open(company.ida)
    agent, path = Api(company.agent.user), f"cases/{case.reference}/"
    brief = {"kind": "functional", "reason": "skill", "tried": "x", "impact": "y", "asked": "z"}
    writes: list[tuple[str, dict[str, Any]]] = [
        ("messages/", {"text": "We look at it."}),
        ("notes/", {"text": "Old certificate."}),
        ("escalate/", brief),
        ("resolve/", {"outcome": "solved", "text": "Done."}),
    ]
    for verb, body in writes:
        first = agent.post(path + verb, body, key=KEY)
        happened = Event.objects.count()
        second = agent.post(path + verb, body, key=KEY)
        assert (first.status, second.status) in ((200, 200), (201, 201)), second.text
        assert Event.objects.count() == happened
        assert first.data == second.data or verb not in ("messages/", "notes/")


def test_without_a_key_twice_is_twice(company: Company) -> None:
    for _again in range(2):
        Api(company.ida.user).post("cases/", BODY)
    assert Case.objects.count() == 2


def test_the_key_of_another_person_is_another_key(company: Company) -> None:
    hers = Api(company.ida.user).post("cases/", BODY, key=KEY)
    foreign = Api(company.vera.user).post("cases/", BODY, key=KEY)
    assert foreign.status == 201
    assert foreign.data["organization"] == "Halden Foods"
    assert foreign.data["reference"] != hers.data["reference"]


def test_one_key_for_two_addresses_does_both(company: Company) -> None:
    one, two = company.open(company.ida), company.open(company.ida)
    answers = [
        Api(company.ida.user).post(f"cases/{case.reference}/messages/", {"text": "Hello?"}, key=KEY)
        for case in (one, two)
    ]
    assert [answer.status for answer in answers] == [201, 201]
    assert [case.messages.count() for case in (one, two)] == [2, 2]


def test_what_was_refused_may_be_sent_again_with_its_key(company: Company) -> None:
    customer = Api(company.ida.user)
    assert customer.post("cases/", {"subject": "No readings"}, key=KEY).status == 400
    assert customer.post("cases/", BODY, key=KEY).status == 201
    assert Case.objects.count() == 1


@pytest.mark.parametrize("key", ["", "two words", "ü", "x" * 201])
def test_a_key_that_is_none_is_refused_and_nothing_happens(company: Company, key: str) -> None:
    answer = Api(company.ida.user).post("cases/", BODY, key=key)
    assert (answer.status, answer.data["field"]) == (400, "Idempotency-Key")
    assert Case.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_instant_with_one_key_make_one_case() -> None:
    company, gate = make_company(), Barrier(2)
    answers: list[Answer] = []

    def send() -> None:
        gate.wait()
        answers.append(Api(company.ida.user).post("cases/", BODY, key=KEY))
        connections.close_all()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].data["reference"] == answers[1].data["reference"]
    assert (Case.objects.count(), Event.objects.count(), Message.objects.count()) == (1, 1, 1)
