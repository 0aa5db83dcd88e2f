"""Whatever goes wrong is told as a problem document, with a word for programs and a remedy for people."""

from __future__ import annotations

from typing import Any

from django.test import Client

from escalations.models import Case, Event
from tests.api.calls import Answer, Api, basic
from tests.cast import Company

KEYS = {"type", "title", "status", "detail", "code", "field", "errors"}


def is_problem(answer: Answer, status: int, code: str) -> None:
    """A problem document of this status and code, whole and in words."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.data) == KEYS
    assert (answer.status, answer.data["status"], answer.data["code"]) == (status, status, code)
    assert answer.data["type"] == f"urn:belay:problem:{code}"
    assert answer.data["title"] and answer.data["detail"]


def raw(company: Company, body: bytes | str, kind: str = "application/json", **headers: str) -> Answer:
    """A new case in the very bytes given."""
    sent = Client().post("/api/v1/cases/", body, content_type=kind, headers=basic(company.ida.user) | headers)
    return Answer(sent.status_code, sent.json(), dict(sent.headers), sent.content.decode())


def test_what_is_sent_must_be_readable(company: Company) -> None:
    is_problem(raw(company, "{"), 400, "parse_error")
    is_problem(raw(company, b"\xff\xfe"), 400, "parse_error")
    is_problem(raw(company, "[" * 100_000), 400, "parse_error")
    is_problem(raw(company, '{"subject": NaN}'), 400, "parse_error")
    is_problem(raw(company, "[]"), 400, "invalid")
    is_problem(raw(company, "{}", **{"Content-Length": "abc"}), 400, "required")
    is_problem(raw(company, "a=b", "application/x-www-form-urlencoded"), 415, "unsupported_media_type")
    is_problem(raw(company, "{}", Accept="text/csv"), 406, "not_acceptable")
    assert Case.objects.count() == 0


def test_a_request_longer_than_allowed_is_not_read(company: Company, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    is_problem(raw(company, '{"subject": "x", "text": "%s"}' % ("x" * 100)), 413, "too_large")
    assert Case.objects.count() == 0


def test_every_field_at_fault_is_named_with_its_remedy(company: Company) -> None:
    answer = Api(company.ida.user).post("cases/", {"subject": " ", "impact": "huge", "urgency": None})
    is_problem(answer, 400, answer.data["code"])
    assert {fault["field"]: fault["detail"] for fault in answer.data["errors"]} == {
        "subject": "Say in a few words what it is about.",
        "text": "Write at least one sentence.",
        "impact": "Choose one of the offered values.",
        "urgency": "This field may not be null.",
    }
    assert answer.data["field"] == answer.data["errors"][0]["field"]
    assert Case.objects.count() == 0


def test_what_no_database_takes_is_refused_in_words(company: Company) -> None:
    bodies = [
        {"subject": "a\x00b", "text": "x"},
        {"subject": "x", "text": "a\x00b"},
        {"subject": "\ud800", "text": "x"},
        {"subject": "x" * 201, "text": "x"},
        {"subject": "x", "text": "x" * 50_001},
        {"subject": {"a": 1}, "text": ["x"]},
        {"subject": "x", "text": "x", "topic": "\x00"},
        {"subject": "x", "text": "x", "topic": {"slug": 1}},
        {"subject": "x", "text": "x", "organization": "\x00"},
    ]
    assert [Api(company.ida.user).post("cases/", body).status for body in bodies] == [400] * len(bodies)
    assert Case.objects.count() == 0


def test_numbers_out_of_all_bounds_are_refused_in_words(company: Company) -> None:
    path = f"cases/{company.open().reference}/"
    agent = Api(company.agent.user)
    assert agent.post(f"{path}triage/", {"severity": 2, "level": 10**30}).status == 400
    assert agent.post(f"{path}triage/", {"severity": 10**30, "level": 1}).status == 400
    assert agent.post(f"{path}triage/", {"severity": True, "level": 1.5}).status == 400
    for wake_at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "tomorrow", 5, None):
        assert agent.post(f"{path}hold/", {"reason": "customer", "wake_at": wake_at}).status == 400
    assert agent.get("numbers/", until="0001-01-02T00:00:00Z").status == 400
    assert Event.objects.count() == 1


def test_an_address_or_a_way_that_does_not_exist_is_told_as_a_problem(company: Company) -> None:
    agent = Api(company.agent.user)
    is_problem(agent.get("nothing/"), 404, "not_found")
    is_problem(agent.get("cases/B-99/"), 404, "not_found")
    is_problem(agent.get(f"cases/{company.open().reference}/escalate/"), 405, "method_not_allowed")
    assert agent.call("delete", "cases/").headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_words_are_told_in_the_language_of_the_person(company: Company) -> None:
    case = company.open()
    type(company.agent.user).objects.filter(pk=company.agent.user.pk).update(language="de")
    answer = Api(company.agent.user).get(f"cases/{case.reference}/")
    assert answer.headers["Content-Language"] == "de"


def test_a_period_must_have_a_beginning_before_its_end(company: Company) -> None:
    agent = Api(company.agent.user)
    wrong = agent.get("numbers/", since="2026-03-02T00:00:00Z", until="2026-03-01T00:00:00Z")
    assert (wrong.status, wrong.data["field"]) == (400, "since")
    company.open()
    right = agent.get("numbers/", since="2026-03-01T00:00:00Z", until="2026-04-01T00:00:00Z")
    assert (right.status, right.data["opened"]) == (200, 1)
