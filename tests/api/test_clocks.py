"""Clocks by the API: the list and the explanation of each, for staff and in the form of the customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from escalations.casefile.explanation_ends import CUSTOMERS_CLOCKS
from tests.api.calls import Api
from tests.api.test_what_a_customer_reads import PLANTED, a_case_with_everything
from tests.casefile import easter
from tests.cast import MONDAY, Company

LINE = {
    "clock", "kind", "name", "state", "tone", "headline",
    "started_at", "due_at", "breached_at", "met_at", "ended_at",
}  # fmt: skip
CUSTOMERS = LINE | {
    "case", "at", "because", "sums", "words", "target_minutes", "counted_minutes", "left_minutes", "over_minutes",
    "carried_minutes", "passed_minutes", "hours", "changes", "levers", "pieces", "left_out", "earlier", "later",
}  # fmt: skip
CHANGE = {"at", "words", "target_minutes", "carried_minutes"}


def explained(api: Api, reference: str, clock: str = "resolution-1") -> Any:
    answer = api.get(f"cases/{reference}/clocks/{clock}/")
    assert answer.status == 200, answer.text
    return answer.data


def test_the_list_names_every_clock_with_the_address_of_its_explanation(company: Company) -> None:
    case = a_case_with_everything(company)
    listed = Api(company.agent.user).get(f"cases/{case.reference}/clocks/").data["results"]
    stored = {f"{row.kind}-{row.start_seq}" for row in case.clocks.all()}
    assert len(listed) == len(stored)
    assert {line["clock"] for line in listed} == stored
    for line in listed:
        told = Api(company.agent.user).get(line["url"])
        assert set(line) == LINE | {"url"}
        assert {name: told.data[name] for name in LINE} == {name: line[name] for name in LINE}


def test_staff_gets_the_whole_explanation(company: Company) -> None:
    case = easter.over_easter(company)
    with time_machine.travel(easter.NOW, tick=False):
        data = explained(Api(company.agent.user), case.reference)
    assert set(data) == CUSTOMERS | {"warn_at"}
    assert (data["due_at"], data["target_minutes"]) == ("2026-04-07T08:00:00Z", 960)
    (change,) = data["changes"]
    assert set(change) == CHANGE | {"because", "policy", "version", "row", "severity"}
    assert (change["because"], change["policy"], change["version"], change["row"]) == ("started", "standard", 2, 7)
    holidays = [piece["words"] for piece in data["pieces"] if piece["sort"] == "holiday"]
    assert holidays == ["holiday: Good Friday", "holiday: Easter Monday"]
    assert sum(p["minutes"] for p in data["pieces"] if p["sort"] in ("open", "over")) == data["counted_minutes"]


def test_clk_28_the_target_in_the_list_in_the_case_and_in_the_explanation_is_the_stored_one(company: Company) -> None:
    case = a_case_with_everything(company)
    api = Api(company.agent.user)
    faces = api.get(f"cases/{case.reference}/").data["clocks"]
    stored = sorted(case.clocks.values_list("kind", "target_minutes"))
    keys = [line["clock"] for line in api.get(f"cases/{case.reference}/clocks/").data["results"]]
    told = [explained(api, case.reference, key) for key in keys]
    assert sorted((data["kind"], data["target_minutes"]) for data in told) == stored
    assert sorted((face["kind"], minutes_of(face["target"])) for face in faces) == stored


def minutes_of(words: str) -> int:
    """“2 h 20 min” as a number."""
    parts = words.split()
    return sum(int(number) * {"h": 60, "min": 1}[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True))


def test_a_customer_gets_exactly_the_allowed_keys_of_their_own_clocks(company: Company) -> None:
    case = a_case_with_everything(company)
    api = Api(company.ida.user)
    listed = api.get(f"cases/{case.reference}/clocks/").data["results"]
    kinds = {row.kind for row in case.clocks.all()}
    assert {line["kind"] for line in listed} == kinds & set(CUSTOMERS_CLOCKS)
    assert kinds > set(CUSTOMERS_CLOCKS) & kinds
    for line in listed:
        data = explained(api, case.reference, line["clock"])
        assert set(data) == CUSTOMERS
        assert {key for change in data["changes"] for key in change} == CHANGE


def test_no_internal_word_reaches_a_customer_by_a_clock(company: Company) -> None:
    case = a_case_with_everything(company)
    api = Api(company.ida.user)
    listed = api.get(f"cases/{case.reference}/clocks/")
    texts = [listed.text, *(api.get(line["url"]).text for line in listed.data["results"])]
    hidden = [PLANTED, "standard", "Office hours", "Ben Okafor", "Mara Lindt", "severity"]
    assert [word for word in hidden for text in texts if word.lower() in text.lower()] == []
    assert PLANTED in Api(company.agent.user).get(f"cases/{case.reference}/clocks/resolution-1/").text


def test_clocks_of_others_internal_ones_and_unknown_ones_are_not_found(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + timedelta(minutes=9))
    paths = [f"cases/{case.reference}/clocks/", f"cases/{case.reference}/clocks/resolution-1/"]
    for path in paths:
        assert Api().get(path).status == 401
        assert Api(company.vera.user).get(path).status == 404
        assert Api(company.agent.user).post(path).status == 405
    internal = f"cases/{case.reference}/clocks/triage-2/"
    assert (Api(company.agent.user).get(internal).status, Api(company.ida.user).get(internal).status) == (200, 404)
    for path in (f"cases/{case.reference}/clocks/resolution-7/", "cases/B-999999/clocks/resolution-1/"):
        assert Api(company.agent.user).get(path).status == 404


def test_the_clock_that_says_when_the_next_news_come_is_named_in_the_case(company: Company) -> None:
    case = company.open()
    api = Api(company.ida.user)
    told = api.get(f"cases/{case.reference}/").data
    assert told["news_clock"] == "first_response-1"
    assert explained(api, case.reference, told["news_clock"])["due_at"] == told["news_at"]
